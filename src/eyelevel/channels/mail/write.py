"""Writing one mail. No value can add a header or a recipient: line breaks never get through."""

from __future__ import annotations

import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from eyelevel.channels.contract import Departure
from eyelevel.kernel.text import clean, one_line

_PLAIN_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]{1,64}@[^\s<>()\[\]\",;:@]{1,255}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,900}>")
MOST_SUBJECT = 300


def compose(departure: Departure, *, now: datetime) -> bytes:
    """The message as bytes with CRLF. Raises ValueError for an address or Message-ID that is none."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = _address(departure.sender, departure.sender_name)
    mail["To"] = [_address(one) for one in departure.to]
    if departure.carbon_copies:
        mail["Cc"] = [_address(one) for one in departure.carbon_copies]
    if departure.reply_to:
        mail["Reply-To"] = _address(departure.reply_to)
    mail["Subject"] = one_line(departure.subject, MOST_SUBJECT)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = _id(departure.message_id)
    if departure.in_reply_to:
        mail["In-Reply-To"] = _id(departure.in_reply_to)
    if known := [one for one in departure.references if _MESSAGE_ID.fullmatch(one)]:
        mail["References"] = " ".join(known)
    if departure.automatic:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(clean(departure.text), cte="quoted-printable")
    return mail.as_bytes()


def _address(address: str, name: str = "") -> Address:
    if not _PLAIN_ADDRESS.fullmatch(address):
        raise ValueError(f"not a mail address: {address[:80]!r}")
    return Address(display_name=one_line(name, 120), addr_spec=address)


def _id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"not a Message-ID: {message_id[:80]!r}")
    return message_id
