"""What stands in a webhook call: one message to the company, or a list of overheard words. See docs/sources.md."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

import msgspec

from eyelevel.channels.contract import Letter, Limits, Overheard, Unreadable, Voice
from eyelevel.kernel.moments import in_utc
from eyelevel.kernel.text import clean, one_line, web_address

CHANNEL = "webhook"
MOST_BYTES = 1_000_000
MOST_WORDS_IN_CALL = 5_000
MOST_TEXT = 100_000
MOST_NAME = 400
_MAIL = re.compile(r"[!#-'*+\-/-9=?A-Z^-~.]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?")


class Author(msgspec.Struct, frozen=True):
    """Who speaks. With a mail address the answer can leave by mail."""

    address: str = ""
    name: str = ""


class Message(msgspec.Struct, frozen=True, tag_field="kind", tag="message"):
    """A word to the company, from a system of its own: it becomes a case."""

    text: str
    author: Author = Author()
    subject: str = ""
    at: datetime | None = None
    language: str = ""
    thread: str = ""  # what joins several messages in the other system
    id: str = ""


class Said(msgspec.Struct, frozen=True):
    """One overheard word."""

    id: str
    text: str = ""
    event: Literal["new", "edit", "delete"] = "new"
    author: str = ""
    author_name: str = ""
    url: str = ""
    at: datetime | None = None
    language: str = ""
    parent: str = ""
    root: str = ""
    repeats: str = ""
    no_index: bool = False


class Heard(msgspec.Struct, frozen=True, tag_field="kind", tag="heard"):
    """Public words that another program heard."""

    words: list[Said]


class NotUnderstood(ValueError):
    """The call is signed, but it is not what docs/sources.md describes."""


def understood(body: bytes) -> Message | Heard:
    """Raises NotUnderstood. What the types do not name is skipped, never built, so depth costs nothing."""
    if len(body) > MOST_BYTES:
        raise NotUnderstood(f"more than {MOST_BYTES} bytes")
    try:
        call = msgspec.json.decode(body, type=Message | Heard)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise NotUnderstood(str(error)[:200]) from error
    if isinstance(call, Message):
        _insist_on_a_message(call)
    if isinstance(call, Heard) and len(call.words) > MOST_WORDS_IN_CALL:
        raise NotUnderstood(f"more than {MOST_WORDS_IN_CALL} words in one call")
    return call


def _insist_on_a_message(call: Message) -> None:
    """Names are kept as they are or not at all: changed ones could mean somebody else. Raises NotUnderstood."""
    if not call.text.strip():
        raise NotUnderstood("a message without text")
    for name, value in (("id", call.id), ("thread", call.thread)):
        if clean(value) != value or len(value) > MOST_NAME or "\n" in value:
            raise NotUnderstood(f"the {name} holds control signs, or is longer than {MOST_NAME} signs")
    address = call.author.address.strip()
    if "@" in address and not _MAIL.fullmatch(address):
        raise NotUnderstood("the address of the author holds @ and is no mail address")


def words_of(call: Heard, *, source: str, prefix: str, received_at: datetime) -> tuple[Overheard, ...]:
    """The words of a list. Their ids are the sender's own, so they are set apart by the webhook's `prefix`."""
    return tuple(
        Overheard(
            network=CHANNEL, source=source, external_id=f"{prefix}:{one.id}"[:500], event=one.event,
            author=clean(one.author)[:320], author_name=clean(one.author_name)[:200], text=clean(one.text)[:MOST_TEXT],
            url=web_address(one.url), at=in_utc(one.at) or received_at, language=_language(one.language),
            parent=_own(prefix, one.parent), root=_own(prefix, one.root), repeats=_own(prefix, one.repeats),
            marks=("no-index",) if one.no_index else (),
        )
        for one in call.words
    )  # fmt: skip


def read(raw: bytes, envelope: dict[str, str], limits: Limits) -> Letter | Unreadable:
    """A Letter from a message. The signature proves the system that sent it, not the person that it speaks of."""
    try:
        call = understood(raw)
    except NotUnderstood as error:
        return Unreadable(reason="syntax", detail=str(error))
    if not isinstance(call, Message):
        return Unreadable(reason="syntax", detail="a list of words where one message was expected")
    address = one_line(call.author.address, 300)
    prefix = envelope.get("prefix", CHANNEL)
    thread = f"<{prefix}:{call.thread}>"[:500] if call.thread else ""
    text = clean(call.text)[: limits.text]
    return Letter(
        author=Voice(address=address.lower() if "@" in address else address and f"{prefix}:{address}", name=clean(call.author.name)[:200]),
        subject=clean(call.subject)[:300], text=text, full_text=text, sent_at=in_utc(call.at),
        message_id=f"<{prefix}:{call.id}>"[:500] if call.id else "", references=(thread,) if thread else (),
        language=_language(call.language),
    )  # fmt: skip


def _own(prefix: str, name: str) -> str:
    return f"{prefix}:{name}"[:500] if name else ""


def _language(told: str) -> str:
    code = told[:2].lower()
    return code if code.isascii() and code.isalpha() else ""
