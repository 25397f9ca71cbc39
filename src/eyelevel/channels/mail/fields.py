"""What the headers of a mail say: who, to whom, when, about what, in answer to what."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote_to_bytes

from eyelevel.channels.contract import Limits, Voice
from eyelevel.channels.mail.charsets import base64, clean, decoded, guessed
from eyelevel.channels.mail.mime import ESCAPED, MOST_PARAMETERS, Entity
from eyelevel.kernel.text import one_line

MOST_SUBJECT = 300  # signs, the width of a post's subject
MOST_NAME = 200  # signs, the width of an author's name
MOST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3 less the brackets
MOST_REFERENCES = 50

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")


def parameter(parameters: dict[str, str], name: str) -> str:
    """One parameter in plain text, written in any of the ways of RFC 2231 or (wrongly, commonly) of RFC 2047."""
    if f"{name}*" in parameters:
        return _percent([(parameters[f"{name}*"], True)])
    pieces: list[tuple[str, bool]] = []
    for number in range(MOST_REFERENCES):
        if f"{name}*{number}*" in parameters:
            pieces.append((parameters[f"{name}*{number}*"], True))
        elif f"{name}*{number}" in parameters:
            pieces.append((parameters[f"{name}*{number}"], False))
        else:
            break
    return _percent(pieces) if pieces else _words(parameters.get(name, ""))


def _percent(pieces: list[tuple[str, bool]]) -> str:
    charset = ""
    if pieces[0][1] and pieces[0][0].count("'") >= 2:
        charset, _, rest = pieces[0][0].split("'", 2)
        pieces = [(rest, True), *pieces[1:]]
    content = b"".join(
        unquote_to_bytes(text) if coded else text.encode("utf-8", "replace") for text, coded in pieces
    )
    return decoded(content, charset or "utf-8", [])


def _words(text: str) -> str:
    """RFC 2047 in one pass. Neighbours of one charset are joined before decoding: mailers cut inside of signs."""
    pieces: list[tuple[bytes | str, str]] = []
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        if between and (between.strip() or not pieces):
            pieces.append((between, ""))
        content, charset = _word_bytes(match), match[1].partition("*")[0].lower()
        before = pieces[-1] if pieces else ("", "")
        if isinstance(before[0], bytes) and before[1] == charset:
            content = b"".join((before[0], content)) if len(before[0]) < 4_096 else content
            pieces[-1:] = [(content, charset)] if len(before[0]) < 4_096 else [before, (content, charset)]
        else:
            pieces.append((content, charset))
        position = match.end()
    pieces.append((text[position:], ""))
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset, []) for piece, charset in pieces
    )


def _word_bytes(match: re.Match[str]) -> bytes:
    content = match[3].encode("utf-8", "replace")
    if match[2] in "bB":
        return base64(content, [])
    return binascii.a2b_qp(content, header=True)


def _line(value: bytes, most: int) -> str:
    """A header for people: decoded, one line, no reversed writing."""
    return one_line(clean(_words(guessed(value[: most * 16]))), most)


def subject(top: Entity, remarks: list[str]) -> str:
    value = top.first("subject")
    if len(value) > MOST_SUBJECT * 16:
        remarks.append("subject-cut")
    subject = _line(value, MOST_SUBJECT)
    if len(subject) == MOST_SUBJECT and subject.endswith("…"):
        remarks.append("subject-cut")
    return subject


_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"\\@]{1,64}@[\w.-]{1,253}")
_PIECE = re.compile(
    r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^"(<,;:]+|.',
    re.DOTALL,
)


def _mailboxes(value: bytes) -> Iterator[tuple[str, str]]:
    """(name, address) of each mailbox in a header. The address is read before any decoding, so a name cannot be one."""
    plain: list[str] = []
    angle = comment = ""
    for match in _PIECE.finditer(clean(guessed(value)) + ","):
        piece = match[0]
        if piece in {",", ";"}:
            yield _mailbox(plain, angle, comment)
            plain, angle, comment = [], "", ""
        elif piece == ":":
            plain = []  # the name of a group
        elif piece[0] == "<":
            angle = piece.strip("<>").rpartition(":")[2]
        elif piece[0] == "(":
            comment = piece.strip("()")
        else:
            plain.append(ESCAPED.sub(r"\1", piece.strip('"')) if piece[0] == '"' else piece)


def _mailbox(plain: list[str], angle: str, comment: str) -> tuple[str, str]:
    words = "".join(plain).strip()
    address, name = (angle, words or comment) if angle else (words, comment)
    return one_line(_words(name[: MOST_NAME * 16]), MOST_NAME), _address(address)


def _address(text: str) -> str:
    address = text.strip().lower().removeprefix("mailto:")
    return address if len(address) <= MOST_ADDRESS and _ADDRESS.fullmatch(address) else ""


def addresses(top: Entity, name: str, limits: Limits, remarks: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in top.every(name):
        for _, address in _mailboxes(value):
            if address and len(found) >= limits.recipients:
                remarks.append("recipients-cut")
                return tuple(found)
            if address:
                found[address] = None
    return tuple(found)


def author(top: Entity, envelope: dict[str, str], remarks: list[str]) -> Voice:
    candidates = [
        *top.every("from"),
        *top.every("sender"),
        envelope.get("mail_from", "").encode("utf-8", "replace"),
    ]
    senders = [one for value in candidates for one in _mailboxes(value[:MOST_PARAMETERS]) if one[1]]
    written = {
        address for value in top.every("from") for _, address in _mailboxes(value[:MOST_PARAMETERS])
    } - {""}
    if len(written) > 1:
        remarks.append("several-senders")
    if not senders:
        remarks.append("no-sender")
        return Voice(address="", name=_line(top.first("from"), MOST_NAME))
    name, address = senders[0]
    verified = envelope.get("dmarc") == "pass" and len(written) == 1
    return Voice(address=address, name=name, verified=verified)


ID = re.compile(rb"<[^<>\s]{1,250}>")


def message_id(value: bytes) -> str:
    found = ID.search(value)
    bare = found[0] if found else value.split(b" ")[0][:250]
    return clean(guessed(bare)).strip()


def references(top: Entity) -> tuple[str, ...]:
    found = [clean(guessed(one)) for value in top.every("references") for one in ID.findall(value)]
    last = [clean(guessed(one)) for one in ID.findall(top.first("in-reply-to"))[:1]]
    before = [one for one in dict.fromkeys(found) if one not in last]
    return (*before[:1], *before[1:][-MOST_REFERENCES + 2 :], *last)


_DATE = re.compile(
    r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4})?"
)
_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
)}  # fmt: skip


def moment(value: bytes) -> datetime | None:
    """RFC 5322 date in UTC; None where it is none or lies outside 1970 to 2200."""
    match = _DATE.search(value[:100].decode("ascii", "replace"))
    month = _MONTHS.get(match[2].lower()) if match else None
    if match is None or month is None:
        return None
    year = int(match[3])
    year += (2000 if year < 50 else 1900) if year < 100 else 0
    zone = match[7] or "+0000"
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    if not 1970 < year < 2200 or offset >= timedelta(days=1):
        return None
    second = min(int(match[6] or 0), 59)  # 60 is a leap second
    try:
        local = datetime(
            year, month, int(match[1]), int(match[4]), int(match[5]), second,
            tzinfo=timezone(-offset if zone[0] == "-" else offset),
        )  # fmt: skip
    except ValueError:
        return None
    return local.astimezone(UTC)


_MARK = r"[0-9a-z]{1,12}-[0-9a-z]{8,40}"
_TOKEN_IN_ADDRESS = re.compile(rf"\+(?:c-({_MARK})|(g-{_MARK}))@")  # g-: the answer to a colleague's question
_TOKEN_IN_SUBJECT = re.compile(rf"\[#({_MARK})\]")


def case_token(top: Entity, named: Sequence[str], subject: str, envelope: dict[str, str]) -> str:
    """The token of a case address, else of the subject tag. What the protocol said goes before what the mail says."""
    delivered = [
        guessed(value[:500]) for name in ("delivered-to", "x-original-to") for value in top.every(name)
    ]
    for address in (*envelope.get("rcpt_to", "").split(","), *delivered, *named):
        found = _TOKEN_IN_ADDRESS.search(address.lower())
        if found:
            return found[1] or found[2]
    tagged = _TOKEN_IN_SUBJECT.search(subject.lower())
    return tagged[1] if tagged else ""
