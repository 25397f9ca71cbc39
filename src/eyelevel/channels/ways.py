"""The ways by which an answer can leave to a person, and what each of them allows."""

from __future__ import annotations

from dataclasses import dataclass

from eyelevel.channels import reads
from eyelevel.kernel import graphemes

MAIL, BLUESKY = "mail", "bluesky"


@dataclass(frozen=True, kw_only=True)
class Way:
    """One channel that can leave. `most_signs` counts what people take for one sign; 0: no limit of its own."""

    channel: str
    public: bool = False
    most_signs: int = 0
    most_bytes: int = 0


WAYS = {
    MAIL: Way(channel=MAIL),
    BLUESKY: Way(
        channel=BLUESKY, public=True, most_signs=300, most_bytes=3_000
    ),  # lexicon app.bsky.feed.post
}


def open_ways() -> frozenset[str]:
    """The channels by which an answer can leave now: Bluesky only with an account that speaks."""
    return frozenset({MAIL, BLUESKY} if reads.speaking_account() is not None else {MAIL})


def way_of(channel: str) -> Way:
    """A channel that never leaves (the receipt page) allows everything and is not public."""
    return WAYS.get(channel, Way(channel=channel))


def fits(text: str, way: Way) -> bool:
    """Would the other side take this text as it is?"""
    if way.most_signs and graphemes.count(text.strip()) > way.most_signs:
        return False
    return not way.most_bytes or len(text.strip().encode()) <= way.most_bytes
