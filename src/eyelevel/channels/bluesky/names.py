"""Names of things on the AT protocol: record keys that are made once, and addresses taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"  # base32-sortable, of the TID specification
_URI = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,200})/([a-zA-Z0-9.-]{1,100})/([A-Za-z0-9._:~-]{1,120})"
)
_PAGE = re.compile(
    r"https://bsky\.app/profile/(did:[a-z]+:[A-Za-z0-9._:%-]{1,200})/post/([A-Za-z0-9._:~-]{1,120})"
)
POST = "app.bsky.feed.post"


@dataclass(frozen=True)
class Address:
    """One record: whose, of which kind, under which key."""

    did: str
    collection: str
    rkey: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.rkey}"

    @property
    def page(self) -> str:
        return f"https://bsky.app/profile/{self.did}/post/{self.rkey}"


def address(uri: str) -> Address | None:
    """The parts of an at:// address with a DID, or of a page of bsky.app; None for anything else."""
    if found := _URI.fullmatch(uri):
        return Address(*found.groups())
    if found := _PAGE.fullmatch(uri):
        return Address(found[1], POST, found[2])
    return None


def key(at: datetime, *, clock: int) -> str:
    """A TID: microseconds and ten bits that set two writers apart. The same for the same arguments."""
    number = (int(at.timestamp() * 1_000_000) & (2**53 - 1)) << 10 | (clock & 1023)
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in reversed(range(13)))


def time_of(key: str) -> datetime:
    """When a TID was made. Raises ValueError for a key that is none."""
    number = 0
    for sign in key:
        number = number << 5 | ALPHABET.index(sign)
    return datetime.fromtimestamp((number >> 10) / 1_000_000, UTC)
