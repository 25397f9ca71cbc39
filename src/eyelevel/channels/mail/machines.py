"""Was it written by a machine (RFC 3834 and its relatives), and does it report that a mail of ours failed (RFC 3464)?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eyelevel.channels.contract import Limits
from eyelevel.channels.mail.charsets import clean, guessed
from eyelevel.channels.mail.fields import ID
from eyelevel.channels.mail.mime import Entity, Leaf, content_of, entity_at

_MACHINE = re.compile(
    r"mailer-daemon@|postmaster@|(?:no|do[-_.]?not)[-_.]?reply|owner-|bounces?[-+@]|[^@]*-(?:request|bounces?)@"
)
_MACHINE_SUBJECT = re.compile(
    r"(?:automatische antwort|automatic reply|auto(?:matic)?[ -]?reply|out of (?:the )?office|abwesenheit|"
    r"abwesenheitsnotiz|undelivered mail|undeliverable|delivery status notification|unzustellbar)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(rb"^status:[ \t]*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(rb"^action:[ \t]*([a-z]{1,20})", re.IGNORECASE | re.MULTILINE)


def is_automatic(top: Entity, address: str, subject: str, envelope: dict[str, str]) -> bool:
    """True where a machine wrote it or a list carried it. Wrongly True costs an acknowledgement, wrongly False a loop."""
    told = top.first("auto-submitted").split(b";")[0].strip().lower()
    suppressed = top.first("x-auto-response-suppress").strip().lower()
    return (
        (bool(told) and told != b"no")
        or (bool(suppressed) and suppressed != b"none")
        or top.first("precedence").strip().lower() in {b"bulk", b"junk", b"list", b"auto_reply"}
        or any(top.every(name) for name in _MACHINE_HEADERS)
        or b"<>" in {value.replace(b" ", b"") for value in top.every("return-path")}
        or envelope.get("mail_from", "unknown").strip("<> ") == ""
        or top.media_type == "multipart/report"
        or bool(_MACHINE.match(address) or _MACHINE_SUBJECT.match(subject))
    )


_MACHINE_HEADERS = (
    "list-id", "x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-submitted", "x-failed-recipients",
)  # fmt: skip


def bounce(
    raw: bytes, top: Entity, leaves: Sequence[Leaf], limits: Limits, remarks: list[str]
) -> tuple[str, str]:
    """(Message-ID of our mail, status code) of a report that says "failed", else two empty words."""
    reports = [leaf.entity for leaf in leaves if leaf.entity.media_type == "message/delivery-status"]
    if top.media_type != "multipart/report" or not reports:
        return "", ""
    told = content_of(raw, reports[0], 64 * 1024, remarks)
    actions = {action.lower() for action in _ACTION.findall(told)}
    codes = [code.decode() for code in _STATUS.findall(told)]
    status = next((code for code in codes if code.startswith("5")), codes[0] if codes else "")
    if b"failed" not in actions and not status.startswith("5"):
        if b"delayed" in actions or status.startswith("4"):
            remarks.append("delivery-delayed")
        return "", ""
    return _reported_id(raw, top, leaves, told, limits), status


def _reported_id(raw: bytes, top: Entity, leaves: Sequence[Leaf], told: bytes, limits: Limits) -> str:
    for leaf in leaves:
        if leaf.entity.media_type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            returned = content_of(raw, leaf.entity, limits.header * 4, []).lstrip()
            found = ID.search(entity_at(returned, 0, len(returned), limits, []).first("message-id"))
            if found:
                return clean(guessed(found[0]))
    told_id = re.search(
        rb"^(?:x-)?original-message-id:[ \t]*(<[^<>\s]{1,250}>)", told, re.IGNORECASE | re.MULTILINE
    )
    found = told_id or ID.search(top.first("in-reply-to"))
    return clean(guessed(found[found.re.groups])) if found else ""
