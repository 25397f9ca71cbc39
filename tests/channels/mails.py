"""Making mails for tests, good and bad."""

from __future__ import annotations

from eyelevel.channels.contract import Letter, Limits, Unreadable
from eyelevel.channels.mail import read

LIMITS = Limits()


def mail(body: bytes | str = "Hello", **headers: str) -> bytes:
    fields = {
        "From": "Jana <jana@post.example>",
        "To": "service@nordlicht.example",
        "Subject": "Scan",
        **headers,
    }
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items() if value)
    content = body.encode() if isinstance(body, str) else body
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + content


def letter(raw: bytes, **envelope: str) -> Letter:
    """What the reader makes of it; fails where it cannot be read."""
    found = read.read(raw, envelope, LIMITS)
    assert isinstance(found, Letter), found
    return found


def trouble(raw: bytes) -> Unreadable:
    found = read.read(raw, {}, LIMITS)
    assert isinstance(found, Unreadable), found
    return found
