"""A departure to the bytes of one mail (RFC 5322), built by hand so that no header can be smuggled in.

Not for sending: smtp_out.py does that. Nothing here reads a clock; the same departure gives the same Message-ID.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from eyelevel.channels.contract import Departure

MOST_REFERENCES = 20
MOST_IN_WORD = 42  # bytes, whose base64 with its frame stays below the 75 signs of RFC 2047
MOST_PLAIN = 60  # signs of a header that go out as they are; longer ones are written as folded encoded words

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ATOMS = re.compile(r"[A-Za-z0-9 ]*")


def compose(departure: Departure, *, now: datetime) -> bytes:
    """The mail as it goes over the wire, lines ending in CRLF, ASCII only.

    Raises ValueError for an address or a Message-ID that is none, for nobody to send to, and for a moment without a
    time zone. Names and subjects cannot fail: line breaks and control signs in them become spaces.
    """
    if not departure.to:
        raise ValueError("a mail needs somebody to go to")
    if now.tzinfo is None:
        raise ValueError("the date of a mail needs a time zone")
    lines = [f"{name}: {value}" for name, value in _headers(departure, now) if value]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + _body(departure.text)


def _headers(departure: Departure, now: datetime) -> Iterable[tuple[str, str]]:
    name, sender = departure.sender_name, _address(departure.sender)
    yield "Date", format_datetime(now.astimezone(UTC))
    yield "From", f"{_phrase(name)} <{sender}>" if _flat(name) else sender
    yield "To", _folded((_address(one) for one in departure.to), ",")
    yield "Cc", _folded((_address(one) for one in departure.carbon_copies), ",")
    yield "Reply-To", _address(departure.reply_to) if departure.reply_to else ""
    yield "Subject", _words(_flat(departure.subject))
    yield "Message-ID", _own_id(departure.message_id)
    yield "In-Reply-To", "".join(_ids([departure.in_reply_to]))
    yield "References", _folded(_ids(departure.references)[-MOST_REFERENCES:], "")
    if departure.automatic:
        yield "Auto-Submitted", "auto-generated"  # RFC 3834
        yield "X-Auto-Response-Suppress", "All"  # Exchange
    yield "MIME-Version", "1.0"
    yield "Content-Type", "text/plain; charset=utf-8"
    yield "Content-Transfer-Encoding", "quoted-printable"


def _flat(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _address(text: str) -> str:
    """The address, its domain in ASCII. Anything that could end the header or name a second address is refused."""
    local, _, domain = text.rpartition("@")
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError(f"no mail address: {text[:80]!r}") from error
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(host):
        raise ValueError(f"no mail address: {text[:80]!r}")
    return f"{local}@{host}"


def _phrase(name: str) -> str:
    flat = _flat(name)
    if _ATOMS.fullmatch(flat) and len(flat) <= MOST_PLAIN:
        return flat
    if flat.isascii() and len(flat) <= MOST_PLAIN and "=?" not in flat:
        return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded(flat)


def _words(flat: str) -> str:
    return flat if flat.isascii() and len(flat) <= MOST_PLAIN and "=?" not in flat else _encoded(flat)


def _encoded(flat: str) -> str:
    """RFC 2047, base64, a line for each word, never cut inside of a sign."""
    words: list[bytes] = [b""]
    for sign in flat:
        coded = sign.encode("utf-8")
        if len(words[-1]) + len(coded) > MOST_IN_WORD:
            words.append(b"")
        words[-1] += coded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words)


def _own_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"no Message-ID: {text[:80]!r}")
    return text


def _ids(texts: Iterable[str]) -> list[str]:
    """Those that are Message-IDs: they come from strangers' mails, and a wrong one must not stop our answer."""
    return [text for text in texts if _ID.fullmatch(text)]


def _folded(values: Iterable[str], comma: str) -> str:
    return f"{comma}\r\n ".join(values)


def _body(text: str) -> bytes:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip("\n") + "\n"
    coded = binascii.b2a_qp(plain.encode("utf-8", "replace"), quotetabs=False, istext=True)
    return coded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
