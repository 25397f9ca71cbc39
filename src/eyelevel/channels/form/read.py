"""The web form as a channel: our own page wrote these bytes, a stranger wrote what is in them."""

from __future__ import annotations

import msgspec

from eyelevel.channels.contract import Letter, Limits, Part, Unreadable, Voice

CHANNEL = "form"


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote into the form, as the door keeps it raw."""

    text: str
    subject: str = ""
    name: str = ""
    mail: str = ""
    language: str = ""
    parts: tuple[Part, ...] = ()


def pack(filled: Filled) -> bytes:
    return msgspec.msgpack.encode(filled)


def read(raw: bytes, envelope: dict[str, str], limits: Limits) -> Letter | Unreadable:
    """A Letter from a filled form. The mail address is a wish to be answered there, never a proof of who wrote."""
    try:
        filled = msgspec.msgpack.decode(raw, type=Filled)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Unreadable(reason="syntax", detail=str(error)[:200])
    return Letter(
        author=Voice(address=filled.mail, name=filled.name, verified="case" in envelope),
        subject=filled.subject,
        text=filled.text[: limits.text],
        full_text=filled.text[: limits.text],
        parts=filled.parts[: limits.parts],
        language=filled.language,
    )
