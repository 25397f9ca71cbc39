"""What every channel speaks: plain values between an adapter and the house.

An adapter knows bytes and these values. It knows no case, no person and no database; the house knows no protocol.
Everything here crosses process borders as msgpack, so it holds only plain types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec


class RawArrival(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes that came in, before anybody looked into them."""

    channel: str
    source: str  # the authenticated account or door that took it in
    external_id: str  # what makes a repeated delivery the same event
    raw: bytes
    received_at: datetime
    envelope: dict[str, str] = {}  # what the protocol said beside the bytes (MAIL FROM, peer)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One attachment: its bytes and what the sender called it (display only, never a path)."""

    name: str
    media_type: str
    content: bytes


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks, as the channel saw it. `verified` is True only where the channel proves the address."""

    address: str  # canonical within its channel: a mail address in lower case, a handle
    name: str = ""
    verified: bool = False


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed word from outside, whatever the channel: what `posts` turns into a Post."""

    author: Voice
    subject: str = ""
    text: str = ""  # the new words only, quoted history stripped
    full_text: str = ""  # everything as it came, for the fold "quoted text"
    html: str = ""  # unsanitised; the house sanitises before showing
    sent_at: datetime | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()  # oldest first, In-Reply-To last
    recipients: tuple[str, ...] = ()
    carbon_copies: tuple[str, ...] = ()
    case_token: str = (
        ""  # from the case address or the subject tag, not yet checked; "g-…" answers a colleague's question
    )
    parts: tuple[Part, ...] = ()
    automatic: bool = False  # RFC 3834 and its relatives: never answered by a machine
    bounce_of: str = ""  # Message-ID of our mail that this reports on (RFC 3464)
    bounce_status: str = ""  # e.g. "5.1.1"
    remarks: tuple[str, ...] = ()  # what was cut, replaced or unreadable, for people
    language: str = ""


WHOLE_AUTHOR = "whole-author"  # the mark of a delete that takes back everything its author said


class Overheard(msgspec.Struct, frozen=True, kw_only=True):
    """A public word that a source heard. It is matched in memory and kept only where a watch matches.

    An edit or a delete names the same (network, external_id) as the word that it changes.
    """

    network: str  # "bluesky", "feed", "replay", "webhook"
    source: str  # the name of the source that heard it
    external_id: str  # what names it on its network
    event: Literal["new", "edit", "delete"] = "new"
    author: str = ""  # the author's key there (a DID, an address): counted, never made a person
    author_name: str = ""
    text: str = ""
    url: str = ""
    at: datetime  # when it was said
    language: str = ""  # as the network says, two letters; "" unknown
    parent: str = ""  # external id of the word that it answers
    root: str = ""  # external id of the first word of its conversation
    repeats: str = ""  # external id of the word that it only passes on (a repost)
    marks: tuple[
        str, ...
    ] = ()  # what the author asked for ("no-index"), what the source noted ("re-timed", "ours")


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """Why an arrival could not be parsed; it becomes a quarantine entry that a person sees."""

    reason: str  # a short code, e.g. "too-deep", "time", "memory", "syntax"
    detail: str = ""


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """One message that leaves: to one person or machine, by one channel."""

    message_id: str
    to: tuple[str, ...]
    carbon_copies: tuple[str, ...] = ()
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    subject: str = ""
    text: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False  # a system notice: marked Auto-Submitted, never answered by machines


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the other side said when we handed a departure over.

    `unknown` means that the connection broke after the last byte: it may have arrived. It is shown to a person
    and never repeated by itself.
    """

    state: Literal["delivered", "refused", "later", "unknown"]
    detail: str = ""
    at: datetime
    again_at: datetime | None = None  # where the other side said when to come again


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds checked before or while parsing. Sizes in bytes, times in seconds."""

    raw: int = 40 * 1024 * 1024
    header: int = 64 * 1024
    headers: int = 1_000
    depth: int = 30
    parts: int = 200
    text: int = 1024 * 1024
    recipients: int = 100
    seconds: float = 2.0
    memory: int = 512 * 1024 * 1024


class Reads(Protocol):
    """An adapter that turns bytes into a Letter; called only inside a child process."""

    def __call__(self, raw: bytes, envelope: dict[str, str], limits: Limits) -> Letter | Unreadable: ...


Leaves = Callable[[Departure], Receipt]


class Malformed(msgspec.Struct, frozen=True, kw_only=True):
    """A line that could not be read: its number since the source was opened, how it begins, and why."""

    number: int
    excerpt: str
    why: str


class Caught(msgspec.Struct, frozen=True, kw_only=True):
    """What a source heard at once, and how far it has come. The cursor is kept after the words are.

    An empty one is a sign of life: nothing came.
    """

    words: tuple[Overheard, ...] = ()
    cursor: dict[str, Any] | None = None
    malformed: tuple[Malformed, ...] = ()
    reconnected: bool = False
    remark: str = ""  # what happened to the stream, for people; "" keeps the former remark


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a source is asked to do: what its row says, with the secret revealed, and what the house lends it."""

    name: str
    address: str
    options: dict[str, Any]
    cursor: dict[str, Any]
    secret: str = ""
    allowed: tuple[str, ...] = ()  # networks of the operator's own that may be dialled
    folder: Path = Path()  # where recordings stand
    read_mail: Callable[[bytes], Letter | Unreadable] | None = None
    read_feed: Callable[[bytes, dict[str, str]], bytes] | None = None


class SourceTrouble(RuntimeError):
    """It did not work this time; it is tried again later, not before `after` seconds where the other side said so."""

    def __init__(self, words: str, *, after: float = 0.0) -> None:
        super().__init__(words)
        self.after = after


FEED_GONE = "the feed is gone for good (410)"
RECORDING_OVER = "the recording is over: %d entries"


class SourceEnded(RuntimeError):
    """There is no more to come, and why: FEED_GONE, RECORDING_OVER."""


class Stop(Protocol):
    """Says whether the house wants the source to end, and waits for that."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


class Listens(Protocol):
    """An adapter that hears: yields what it caught, at most MOST_WORDS at once, until `stop` is set.

    The next one is asked for only after the words of the last are committed. Raises SourceTrouble or SourceEnded.
    """

    def __call__(self, plan: Plan, *, stop: Stop, now: Callable[[], datetime]) -> Iterator[Caught]: ...


MOST_WORDS = 256
SECONDS_PER_BATCH = 0.5
