"""Bytes of a mail to a Letter, in time linear in their number, whatever a stranger put into them.

Runs in a child process: no database, no Django, no network. The standard library's mail parser never sees these
bytes, because it has quadratic and recursive spots; the MIME tree is walked here by offsets, under `Limits`. What is
cut or replaced is said in `remarks` (the codes of REMARKS); the raw mail is kept elsewhere. Not for judging who wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from eyelevel.channels import parsing
from eyelevel.channels.contract import Letter, Limits, Part, Unreadable
from eyelevel.channels.mail import fields
from eyelevel.channels.mail.charsets import clean, decoded
from eyelevel.channels.mail.machines import bounce, is_automatic
from eyelevel.channels.mail.mime import Entity, Leaf, content_of, entity_at, leaves_of, parameters_of
from eyelevel.channels.mail.replies import FORWARD_SUBJECT, language_of, new_words
from eyelevel.kernel.page_text import text_of_html
from eyelevel.kernel.text import one_line

REMARKS = frozenset({
    "headers-cut", "header-cut", "subject-cut", "recipients-cut", "parts-cut", "too-deep", "text-cut", "oversize-cut",
    "charset-unknown", "signs-replaced", "base64-broken", "several-senders", "no-sender", "encrypted", "empty",
    "delivery-delayed",
})  # fmt: skip

MOST_FILE_NAME = 120  # signs that fit beside a size on a phone
MOST_ENDING = 12  # signs of a file name's ending that survive a cut
MOST_QUOTE_DEPTH = 5


@dataclass
class _Body:
    """What a person reads, and what hangs on it."""

    text: str = ""
    html: str = ""
    parts: list[Part] = field(default_factory=list)


def job(payload: bytes) -> bytes:
    """`read` as the children call it: a packed task in, a packed outcome out."""
    return parsing.answer(payload, read)


def read(raw: bytes, envelope: dict[str, str], limits: Limits) -> Letter | Unreadable:
    """The Letter in these bytes, or why there is none: "empty", "too-large", "syntax", "too-deep".

    `envelope` holds what SMTP said beside them: mail_from, rcpt_to (joined by commas), peer, dmarc.
    """
    if not raw.strip():
        return Unreadable(reason="empty", detail="no bytes to read")
    if len(raw) > limits.raw:
        return Unreadable(reason="too-large", detail=f"{len(raw)} bytes, at most {limits.raw} are read")
    remarks: list[str] = ["oversize-cut"] if envelope.get("oversize") else []
    top = entity_at(raw, 0, len(raw), limits, remarks)
    if not top.fields and not envelope.get("mail_from") and "headers-cut" not in remarks:
        return Unreadable(reason="syntax", detail="no mail header found")
    leaves = leaves_of(raw, top, limits, remarks)
    body = _body(raw, leaves, limits, remarks)
    if "too-deep" in remarks and not body.text.strip():
        return Unreadable(
            reason="too-deep", detail=f"nested more than {limits.depth} deep, nothing readable above"
        )
    return _letter(raw, top, leaves, body, envelope, limits, remarks)


def _letter(
    raw: bytes, top: Entity, leaves: Sequence[Leaf], body: _Body, envelope: dict[str, str], limits: Limits,
    remarks: list[str],
) -> Letter:  # fmt: skip
    subject = fields.subject(top, remarks)
    to = fields.addresses(top, "to", limits, remarks)
    copies = fields.addresses(top, "cc", limits, remarks)
    bounce_of, bounce_status = bounce(raw, top, leaves, limits, remarks)
    author = fields.author(top, envelope, remarks)
    text = body.text if FORWARD_SUBJECT.match(subject) else new_words(body.text)
    if not body.text.strip() and not body.parts:
        remarks.append("empty")
    return Letter(
        author=author,
        subject=subject,
        text=text,
        full_text=body.text,
        html=body.html,
        sent_at=fields.moment(top.first("date")),
        message_id=fields.message_id(top.first("message-id")),
        references=fields.references(top),
        recipients=to,
        carbon_copies=copies,
        case_token=fields.case_token(top, (*to, *copies), subject, envelope),
        parts=tuple(body.parts),
        automatic=is_automatic(top, author.address, subject, envelope),
        bounce_of=bounce_of,
        bounce_status=bounce_status,
        remarks=tuple(dict.fromkeys(remarks)),
        language=language_of(text),
    )


_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


def _body(raw: bytes, leaves: Sequence[Leaf], limits: Limits, remarks: list[str]) -> _Body:
    body = _Body()
    shown: list[tuple[Leaf, str, bool]] = []
    for leaf in leaves:
        kind, parameters = leaf.entity.media_type, parameters_of(leaf.entity.first("content-type"))
        if kind in _ENCRYPTED:
            remarks.append("encrypted")
        if not _is_shown(leaf.entity, parameters):
            body.parts.append(_part(raw, leaf.entity, len(body.parts) + 1, remarks))
            continue
        text = _text(raw, leaf.entity, parameters, limits, remarks)
        shown.append((leaf, text, kind == "text/html"))
        if kind == "text/html" and body.html:
            body.parts.append(_part(raw, leaf.entity, len(body.parts) + 1, remarks))
        elif kind == "text/html":
            body.html = text
    written = {leaf.choice for leaf, text, is_html in shown if leaf.choice and not is_html and text.strip()}
    pieces = [
        clean(text_of_html(text)).strip() if is_html else text
        for leaf, text, is_html in shown
        if not (is_html and leaf.choice in written)
    ]
    body.text = _cut(
        "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip()), limits.text, remarks
    )
    return body


def _is_shown(entity: Entity, parameters: dict[str, str]) -> bool:
    """Text in the letter itself, not hung on it."""
    disposition = entity.first("content-disposition")
    hung = disposition.split(b";")[0].strip().lower() == b"attachment" or "filename" in parameters_of(
        disposition
    )
    return entity.media_type in {"text/plain", "text/html"} and not hung and "name" not in parameters


def _text(raw: bytes, entity: Entity, parameters: dict[str, str], limits: Limits, remarks: list[str]) -> str:
    content = content_of(raw, entity, limits.text * 6, remarks)
    text = _cut(decoded(content, parameters.get("charset", ""), remarks), limits.text, remarks)
    if parameters.get("format", "").lower() == "flowed" and entity.media_type == "text/plain":
        return _unflowed(text, drop_space=parameters.get("delsp", "").lower() == "yes")
    return text


def _cut(text: str, most: int, remarks: list[str]) -> str:
    if len(text) <= most:
        return text
    remarks.append("text-cut")
    return text[:most]


def _unflowed(text: str, *, drop_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next line of the same quote depth."""
    lines: list[str] = []
    depth_before, flows = -1, False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth, bare = len(line) - len(bare), bare.removeprefix(" ")
        if flows and depth == depth_before and bare != "-- ":
            joined = lines.pop()
            lines.append((joined[:-1] if drop_space else joined) + bare)
        else:
            lines.append(">" * min(depth, MOST_QUOTE_DEPTH) + (" " if depth else "") + bare)
        flows, depth_before = bare.endswith(" ") and bare != "-- ", depth
    return "\n".join(lines)


def _part(raw: bytes, entity: Entity, number: int, remarks: list[str]) -> Part:
    disposed = parameters_of(entity.first("content-disposition"))
    named = fields.parameter(disposed, "filename") or fields.parameter(
        parameters_of(entity.first("content-type")), "name"
    )
    kind = entity.media_type if entity.first("content-type") else "application/octet-stream"
    name = display_name(named) or f"{number}{_ENDINGS.get(kind, '.bin')}"
    return Part(name=name, media_type=kind, content=content_of(raw, entity, None, remarks))


_ENDINGS = {
    "message/rfc822": ".eml", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif",
    "application/pdf": ".pdf", "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s",
}  # fmt: skip


def display_name(name: str) -> str:
    """A file name to show, never to open: no path, no unseen and reversing signs, at most 120 signs, ending kept."""
    bare = re.split(r"[/\\]", one_line(clean(name[:8_192]), 8_192))[-1].strip(". ")
    if len(bare) <= MOST_FILE_NAME:
        return bare
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > MOST_ENDING:
        return bare[: MOST_FILE_NAME - 1] + "…"
    return stem[: MOST_FILE_NAME - len(ending) - 2] + "…" + dot + ending
