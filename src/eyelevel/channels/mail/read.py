"""Bytes of a mail to a Letter, in time linear in their number, whatever a stranger put into them.

Runs in a child process: no database, no Django, no network. The standard library's mail parser never sees these
bytes, because it has quadratic and recursive spots; the MIME tree is walked here by offsets, under `Limits`. What is
cut or replaced is said in `remarks` (the codes of REMARKS); the raw mail is kept elsewhere. Not for judging who wrote.
"""

from __future__ import annotations

import binascii
import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from encodings.aliases import aliases
from urllib.parse import unquote_to_bytes

from mailparser_reply.parser import EmailReplyParser

from eyelevel.channels import parsing
from eyelevel.channels.contract import Letter, Limits, Part, Unreadable, Voice
from eyelevel.kernel.text import one_line

REMARKS = frozenset({
    "headers-cut", "header-cut", "subject-cut", "recipients-cut", "parts-cut", "too-deep", "text-cut", "oversize-cut",
    "charset-unknown", "signs-replaced", "base64-broken", "several-senders", "no-sender", "encrypted", "empty",
    "delivery-delayed",
})  # fmt: skip

MOST_SUBJECT = 300  # signs, the width of a post's subject
MOST_NAME = 200  # signs, the width of an author's name
MOST_FILE_NAME = 120  # signs that fit beside a size on a phone
MOST_ENDING = 12  # signs of a file name's ending that survive a cut
MOST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3 less the brackets
MOST_REFERENCES = 50
MOST_PARAMETERS = 4_096  # bytes of one Content-* header; real ones stay below 500
MOST_BOUNDARY = 200  # RFC 2046 says 70, real mailers know no such bound
MOST_TO_STRIP = 128 * 1024  # signs of a text that are searched for quoted history
MOST_FOR_LIBRARY = 16 * 1024  # mail-parser-reply: 16 kB of blank lines took 19 s, guarded as below 0.2 s
MOST_IN_LINE = 300  # signs of a line that a pattern is tried on
MOST_QUOTE_DEPTH = 5


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
    top = _entity(raw, 0, len(raw), limits, remarks)
    if not top.fields and not envelope.get("mail_from") and "headers-cut" not in remarks:
        return Unreadable(reason="syntax", detail="no mail header found")
    leaves = _leaves(raw, top, limits, remarks)
    body = _body(raw, leaves, limits, remarks)
    if "too-deep" in remarks and not body.text.strip():
        return Unreadable(
            reason="too-deep", detail=f"nested more than {limits.depth} deep, nothing readable above"
        )
    return _letter(raw, top, leaves, body, envelope, limits, remarks)


def _letter(
    raw: bytes, top: _Entity, leaves: Sequence[_Leaf], body: _Body, envelope: dict[str, str], limits: Limits,
    remarks: list[str],
) -> Letter:  # fmt: skip
    subject = _subject(top, remarks)
    to = _addresses(top, "to", limits, remarks)
    copies = _addresses(top, "cc", limits, remarks)
    bounce_of, bounce_status = _bounce(raw, top, leaves, limits, remarks)
    author = _author(top, envelope, remarks)
    text = body.text if _FORWARD_SUBJECT.match(subject) else new_words(body.text)
    if not body.text.strip() and not body.parts:
        remarks.append("empty")
    return Letter(
        author=author,
        subject=subject,
        text=text,
        full_text=body.text,
        html=body.html,
        sent_at=_moment(top.first("date")),
        message_id=_message_id(top.first("message-id")),
        references=_references(top),
        recipients=to,
        carbon_copies=copies,
        case_token=_case_token(top, (*to, *copies), subject, envelope),
        parts=tuple(body.parts),
        automatic=_automatic(top, author.address, subject, envelope),
        bounce_of=bounce_of,
        bounce_status=bounce_status,
        remarks=tuple(dict.fromkeys(remarks)),
        language=language_of(text),
    )


# --- the tree of parts ------------------------------------------------------------------------------------------

_FIELD_END = re.compile(rb"\r?\n(?![ \t])")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_WANTED = frozenset(
    b"from sender to cc subject date message-id in-reply-to references content-type content-disposition content-id "
    b"content-transfer-encoding auto-submitted precedence x-auto-response-suppress list-id return-path x-autoreply "
    b"x-autorespond x-autoresponse x-auto-submitted x-mailer-daemon x-failed-recipients delivered-to x-original-to "
    b"original-message-id x-original-message-id".split()
)
_MOST_OF_ONE_NAME = 20


@dataclass(frozen=True)
class _Entity:
    """One header block and where its body stands in the raw bytes."""

    fields: tuple[tuple[bytes, bytes], ...]
    start: int
    end: int

    def every(self, name: str) -> list[bytes]:
        wanted = name.encode()
        return [value for key, value in self.fields if key == wanted]

    def first(self, name: str) -> bytes:
        return next(iter(self.every(name)), b"")

    @property
    def media_type(self) -> str:
        value = self.first("content-type")[:200].split(b";")[0].strip().lower()
        return value.decode("ascii") if _MEDIA_TYPE.fullmatch(value) else "text/plain"


@dataclass(frozen=True)
class _Leaf:
    """A part without parts; `choice` numbers the multipart/alternative that it stands in, 0 for none."""

    entity: _Entity
    choice: int


@dataclass
class _Body:
    """What a person reads, and what hangs on it."""

    text: str = ""
    html: str = ""
    parts: list[Part] = field(default_factory=list)


_MEDIA_TYPE = re.compile(rb"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,59}")


def _entity(raw: bytes, start: int, end: int, limits: Limits, remarks: list[str]) -> _Entity:
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return _Entity((), start + (1 if raw[start] == 10 else 2), end)
    header_end, body = _blank_line(raw, start, end)
    fields: list[tuple[bytes, bytes]] = []
    position = start
    for count in range(limits.headers + 1):
        if position >= header_end:
            break
        if count == limits.headers:
            remarks.append("headers-cut")
            break
        found = _FIELD_END.search(raw, position, header_end)
        stop = found.start() if found else header_end
        named = _FIELD.match(raw, position, stop)
        if named is None and not (count == 0 and raw.startswith((b"From ", b">From "), position)):
            return _Entity(tuple(fields), position, end)  # a line that is no header begins the body
        if named is not None:
            _note_field(fields, named, raw, stop, limits, remarks)
        position = found.end() if found else header_end
    return _Entity(tuple(fields), body, end)


def _note_field(
    fields: list[tuple[bytes, bytes]],
    named: re.Match[bytes],
    raw: bytes,
    stop: int,
    limits: Limits,
    remarks: list[str],
) -> None:
    name = named[1].lower()
    if name not in _WANTED or sum(key == name for key, _ in fields) >= _MOST_OF_ONE_NAME:
        return
    if stop - named.end() > limits.header:
        remarks.append("header-cut")
    value = raw[named.end() : min(stop, named.end() + limits.header)]
    fields.append((name, value.replace(b"\r", b"").replace(b"\n", b"").strip()))


def _blank_line(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers end and where the body begins."""
    plain = raw.find(b"\n\n", start, end)
    network = raw.find(b"\n\r\n", start, end if plain < 0 else plain)
    if network >= 0:
        return network + 1, network + 3
    return (plain + 1, plain + 2) if plain >= 0 else (end, end)


def _leaves(raw: bytes, top: _Entity, limits: Limits, remarks: list[str]) -> list[_Leaf]:
    """All parts without parts in reading order, within the limits of depth and number."""
    waiting: list[tuple[_Entity, int, int]] = [(top, 0, 0)]
    found: list[_Leaf] = []
    seen = 0
    while waiting:
        entity, depth, choice = waiting.pop()
        boundary = _boundary(entity)
        if not boundary or depth >= limits.depth:
            if boundary:
                remarks.append("too-deep")
            found.append(_Leaf(entity, choice))
            continue
        spans = _spans(raw, entity, boundary, limits.parts - seen)
        if len(spans) > limits.parts - seen:
            remarks.append("parts-cut")
            spans = spans[: limits.parts - seen]
        seen += len(spans)
        inside = seen if entity.media_type == "multipart/alternative" else choice
        inner = [(_entity(raw, *span, limits, remarks), depth + 1, inside) for span in spans]
        waiting.extend(reversed(inner))
        if not inner:
            found.append(_Leaf(entity, choice))
    return found


def _boundary(entity: _Entity) -> bytes:
    if not entity.media_type.startswith("multipart/"):
        return b""
    parameters = _parameters(entity.first("content-type"))
    return parameters.get("boundary", "").rstrip().encode("utf-8", "replace")[:MOST_BOUNDARY]


def _spans(raw: bytes, entity: _Entity, boundary: bytes, most: int) -> list[tuple[int, int]]:
    """Where the parts stand; one more than `most` at the most, so that the caller sees that there were more."""
    spans: list[tuple[int, int]] = []
    needle, opened = b"\n--" + boundary, -1
    begin, end = entity.start, entity.end
    at = begin - 1 if begin and raw.startswith(needle[1:], begin, end) else raw.find(needle, begin, end)
    while at >= 0 and len(spans) <= most:
        after = at + len(needle)
        line_end = raw.find(b"\n", after, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[after : min(line_end, after + 100)].strip()
        if rest in {b"", b"--"}:
            if opened >= 0:
                spans.append((opened, max(opened, at - (raw[at - 1 : at] == b"\r"))))
            opened = -1 if rest else min(line_end + 1, end)
            if rest:
                break
        at = raw.find(needle, line_end, end)
    if opened >= 0 and at < 0:
        spans.append((opened, end))  # the mail was torn off before its last boundary
    return spans


# --- headers ----------------------------------------------------------------------------------------------------

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CODECS = frozenset(
    "utf_8 utf_16 utf_16_le utf_16_be utf_32 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp850 "
    "cp852 cp858 cp866 cp874 cp932 cp949 cp950 latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 "
    "iso8859_8 iso8859_9 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 koi8_r koi8_u mac_roman "
    "gb2312 gbk gb18030 big5 shift_jis euc_jp iso2022_jp euc_kr iso2022_kr tis_620".split()
)  # no utf_7 (script in disguise), no punycode and idna (quadratic), no escapes
_AS_BROWSERS_DO = {"latin_1": "cp1252", "ascii": ""}


def _codec(charset: str) -> str | None:
    """Python's name of an accepted charset, "" where none is told, None where we do not read it."""
    name = re.sub(r"[^a-z0-9]+", "_", charset.strip().strip('"').lower()[:40]).strip("_")
    if not name:
        return ""
    name = aliases.get(name, name)
    name = {"utf8": "utf_8", "iso_8859_1": "latin_1", "us_ascii": "ascii"}.get(name, name)
    name = _AS_BROWSERS_DO.get(name, name)
    return name if not name or name in _CODECS else None


def _decoded(content: bytes, charset: str, remarks: list[str]) -> str:
    codec = _codec(charset)
    if codec is None:
        remarks.append("charset-unknown")
        text = _guessed(content)
    elif codec:
        text = content.decode(codec, "replace")
    else:
        text = _guessed(content)
    if "\ufffd" in text:
        remarks.append("signs-replaced")
    return _clean(text)


def _guessed(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _clean(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).removeprefix("\ufeff")


def _parameters(value: bytes) -> dict[str, str]:
    """The parameters of a Content-* header by name, the first of each; RFC 2231 stars stay in the names."""
    text = ";" + _guessed(value[:MOST_PARAMETERS]).partition(";")[2]
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(text):
        content = match[2].strip()
        if content.startswith('"'):
            content = _ESCAPED.sub(
                r"\1", content[1 : -1 if len(content) > 1 and content.endswith('"') else None]
            )
        found.setdefault(match[1].lower(), content)
    return found


def _parameter(parameters: dict[str, str], name: str) -> str:
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
    return _decoded(content, charset or "utf-8", [])


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
        piece if isinstance(piece, str) else _decoded(piece, charset, []) for piece, charset in pieces
    )


def _word_bytes(match: re.Match[str]) -> bytes:
    content = match[3].encode("utf-8", "replace")
    if match[2] in "bB":
        return _base64(content, [])
    return binascii.a2b_qp(content, header=True)


def _line(value: bytes, most: int) -> str:
    """A header for people: decoded, one line, no reversed writing."""
    return one_line(_clean(_words(_guessed(value[: most * 16]))), most)


def _subject(top: _Entity, remarks: list[str]) -> str:
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
    for match in _PIECE.finditer(_clean(_guessed(value)) + ","):
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
            plain.append(_ESCAPED.sub(r"\1", piece.strip('"')) if piece[0] == '"' else piece)


def _mailbox(plain: list[str], angle: str, comment: str) -> tuple[str, str]:
    words = "".join(plain).strip()
    address, name = (angle, words or comment) if angle else (words, comment)
    return one_line(_words(name[: MOST_NAME * 16]), MOST_NAME), _address(address)


def _address(text: str) -> str:
    address = text.strip().lower().removeprefix("mailto:")
    return address if len(address) <= MOST_ADDRESS and _ADDRESS.fullmatch(address) else ""


def _addresses(top: _Entity, name: str, limits: Limits, remarks: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in top.every(name):
        for _, address in _mailboxes(value):
            if address and len(found) >= limits.recipients:
                remarks.append("recipients-cut")
                return tuple(found)
            if address:
                found[address] = None
    return tuple(found)


def _author(top: _Entity, envelope: dict[str, str], remarks: list[str]) -> Voice:
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


_ID = re.compile(rb"<[^<>\s]{1,250}>")


def _message_id(value: bytes) -> str:
    found = _ID.search(value)
    bare = found[0] if found else value.split(b" ")[0][:250]
    return _clean(_guessed(bare)).strip()


def _references(top: _Entity) -> tuple[str, ...]:
    found = [_clean(_guessed(one)) for value in top.every("references") for one in _ID.findall(value)]
    last = [_clean(_guessed(one)) for one in _ID.findall(top.first("in-reply-to"))[:1]]
    before = [one for one in dict.fromkeys(found) if one not in last]
    return (*before[:1], *before[1:][-MOST_REFERENCES + 2 :], *last)


_DATE = re.compile(
    r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4})?"
)
_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
)}  # fmt: skip


def _moment(value: bytes) -> datetime | None:
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


_CASE_MARK = r"([0-9a-z]{1,12}-[0-9a-z]{8,40})"
_TOKEN_IN_ADDRESS = re.compile(r"\+c-" + _CASE_MARK + "@")
_TOKEN_IN_SUBJECT = re.compile(r"\[#" + _CASE_MARK + r"\]")


def _case_token(top: _Entity, named: Sequence[str], subject: str, envelope: dict[str, str]) -> str:
    """The token of a case address, else of the subject tag. What the protocol said goes before what the mail says."""
    delivered = [
        _guessed(value[:500]) for name in ("delivered-to", "x-original-to") for value in top.every(name)
    ]
    for address in (*envelope.get("rcpt_to", "").split(","), *delivered, *named):
        found = _TOKEN_IN_ADDRESS.search(address.lower())
        if found:
            return found[1]
    tagged = _TOKEN_IN_SUBJECT.search(subject.lower())
    return tagged[1] if tagged else ""


# --- machines: RFC 3834 and RFC 3464 ----------------------------------------------------------------------------

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


def _automatic(top: _Entity, address: str, subject: str, envelope: dict[str, str]) -> bool:
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


def _bounce(
    raw: bytes, top: _Entity, leaves: Sequence[_Leaf], limits: Limits, remarks: list[str]
) -> tuple[str, str]:
    """(Message-ID of our mail, status code) of a report that says "failed", else two empty words."""
    reports = [leaf.entity for leaf in leaves if leaf.entity.media_type == "message/delivery-status"]
    if top.media_type != "multipart/report" or not reports:
        return "", ""
    told = _content(raw, reports[0], 64 * 1024, remarks)
    actions = {action.lower() for action in _ACTION.findall(told)}
    codes = [code.decode() for code in _STATUS.findall(told)]
    status = next((code for code in codes if code.startswith("5")), codes[0] if codes else "")
    if b"failed" not in actions and not status.startswith("5"):
        if b"delayed" in actions or status.startswith("4"):
            remarks.append("delivery-delayed")
        return "", ""
    return _reported_id(raw, top, leaves, told, limits), status


def _reported_id(raw: bytes, top: _Entity, leaves: Sequence[_Leaf], told: bytes, limits: Limits) -> str:
    for leaf in leaves:
        if leaf.entity.media_type in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            returned = _content(raw, leaf.entity, limits.header * 4, []).lstrip()
            found = _ID.search(_entity(returned, 0, len(returned), limits, []).first("message-id"))
            if found:
                return _clean(_guessed(found[0]))
    told_id = re.search(
        rb"^(?:x-)?original-message-id:[ \t]*(<[^<>\s]{1,250}>)", told, re.IGNORECASE | re.MULTILINE
    )
    found = told_id or _ID.search(top.first("in-reply-to"))
    return _clean(_guessed(found[found.re.groups])) if found else ""


# --- bodies -----------------------------------------------------------------------------------------------------

_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


def _body(raw: bytes, leaves: Sequence[_Leaf], limits: Limits, remarks: list[str]) -> _Body:
    body = _Body()
    shown: list[tuple[_Leaf, str, bool]] = []
    for leaf in leaves:
        kind, parameters = leaf.entity.media_type, _parameters(leaf.entity.first("content-type"))
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
        text_of_html(text) if is_html else text
        for leaf, text, is_html in shown
        if not (is_html and leaf.choice in written)
    ]
    body.text = _cut(
        "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip()), limits.text, remarks
    )
    return body


def _is_shown(entity: _Entity, parameters: dict[str, str]) -> bool:
    """Text in the letter itself, not hung on it."""
    disposition = entity.first("content-disposition")
    hung = disposition.split(b";")[0].strip().lower() == b"attachment" or "filename" in _parameters(
        disposition
    )
    return entity.media_type in {"text/plain", "text/html"} and not hung and "name" not in parameters


def _text(raw: bytes, entity: _Entity, parameters: dict[str, str], limits: Limits, remarks: list[str]) -> str:
    content = _content(raw, entity, limits.text * 6, remarks)
    text = _cut(_decoded(content, parameters.get("charset", ""), remarks), limits.text, remarks)
    if parameters.get("format", "").lower() == "flowed" and entity.media_type == "text/plain":
        return _unflowed(text, drop_space=parameters.get("delsp", "").lower() == "yes")
    return text


def _cut(text: str, most: int, remarks: list[str]) -> str:
    if len(text) <= most:
        return text
    remarks.append("text-cut")
    return text[:most]


def _content(raw: bytes, entity: _Entity, most: int | None, remarks: list[str]) -> bytes:
    """The decoded bytes of a part, at most `most` encoded ones of them."""
    end = entity.end if most is None else min(entity.end, entity.start + most)
    if most is not None and end < entity.end:
        remarks.append("text-cut")
    content = raw[entity.start : end]
    encoding = entity.first("content-transfer-encoding").strip().lower()
    if encoding == b"base64":
        return _base64(content, remarks)
    return binascii.a2b_qp(content) if encoding == b"quoted-printable" else content


_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def _base64(content: bytes, remarks: list[str]) -> bytes:
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        remarks.append("base64-broken")
    signs = content.translate(None, _NOT_BASE64)
    signs = signs[:-1] if len(signs) % 4 == 1 else signs
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


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


def _part(raw: bytes, entity: _Entity, number: int, remarks: list[str]) -> Part:
    disposed = _parameters(entity.first("content-disposition"))
    named = _parameter(disposed, "filename") or _parameter(_parameters(entity.first("content-type")), "name")
    kind = entity.media_type if entity.first("content-type") else "application/octet-stream"
    name = display_name(named) or f"{number}{_ENDINGS.get(kind, '.bin')}"
    return Part(name=name, media_type=kind, content=_content(raw, entity, None, remarks))


_ENDINGS = {
    "message/rfc822": ".eml", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif",
    "application/pdf": ".pdf", "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s",
}  # fmt: skip


def display_name(name: str) -> str:
    """A file name to show, never to open: no path, no unseen and reversing signs, at most 120 signs, ending kept."""
    bare = re.split(r"[/\\]", one_line(_clean(name[:8_192]), 8_192))[-1].strip(". ")
    if len(bare) <= MOST_FILE_NAME:
        return bare
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > MOST_ENDING:
        return bare[: MOST_FILE_NAME - 1] + "…"
    return stem[: MOST_FILE_NAME - len(ending) - 2] + "…" + dot + ending


# --- text out of HTML -------------------------------------------------------------------------------------------

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_TAG_STOP = re.compile("[\"'>]")
_SKIPPED = frozenset({"script", "style", "title", "template", "svg", "math", "object", "iframe"})
_LINE = frozenset(
    "br div tr table ul ol dl dt dd hr pre section article header footer address center form".split()
)
_PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 blockquote".split())
_HUGE_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")


class _Page:
    """Lines of text while the tags go by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0

    def add(self, text: str) -> None:
        self._line.append(entities.unescape(_HUGE_NUMBER.sub("\ufffd", text)))

    def end_line(self, *, blank: bool = False) -> None:
        line = " ".join("".join(self._line).split())
        self._line = []
        prefix = "> " * min(self._depth, MOST_QUOTE_DEPTH)
        if line:
            self.lines.append(prefix + line)
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())

    def tag(self, name: str, *, closing: bool) -> None:
        if name == "li" and not closing:
            self.end_line()
            self._line.append("- ")
        elif name in {"td", "th"}:
            self._line.append(" ")
        elif name == "br" and not self._line:
            self.end_line(blank=True)
        elif name in _LINE or name == "li":
            self.end_line()
        elif name in _PARAGRAPH:
            self.end_line(blank=True)
        if name == "blockquote":
            self._depth = max(0, self._depth - 1) if closing else self._depth + 1


def text_of_html(html: str) -> str:
    """The words of a page with their lines; blockquotes become lines that begin with ">". One pass, never back."""
    page = _Page()
    position, endless = 0, set[str]()
    while position < len(html):
        start = html.find("<", position)
        start = len(html) if start < 0 else start
        page.add(html[position:start])
        match = _TAG.match(html, start + 1)
        if match is None:
            position = _after_markup(html, start, page, endless)
            continue
        name = match[2].lower()
        position = _tag_end(html, match.end())
        page.tag(name, closing=bool(match[1]))
        if name in _SKIPPED and not match[1] and name not in endless:
            position = _after_skipped(html, position, name, endless)
    page.end_line()
    return _clean("\n".join(page.lines)).strip()


def _tag_end(html: str, position: int) -> int:
    """The place after the ">" of a tag; one inside a quoted attribute does not count."""
    while True:
        stop = _TAG_STOP.search(html, position)
        if stop is None:
            return len(html)
        if stop[0] == ">":
            return stop.end()
        closed = html.find(stop[0], stop.end()) if html[stop.start() - 1] == "=" else -1
        position = stop.end() if closed < 0 else closed + 1


def _after_markup(html: str, start: int, page: _Page, endless: set[str]) -> int:
    """The place after a comment, a declaration or a bare "<"."""
    if html.startswith("<!--", start) and "comment" not in endless:
        end = html.find("-->", start + 4)
        if end >= 0:
            return end + 3
        endless.add("comment")
    if html.startswith(("<!", "<?", "</"), start):
        end = html.find(">", start)
        return end + 1 if end >= 0 else len(html)
    page.add(html[start : start + 1])
    return start + 1


def _after_skipped(html: str, position: int, name: str, endless: set[str]) -> int:
    close = re.compile(f"</{name}", re.IGNORECASE).search(html, position)
    if close is None:
        endless.add(name)
        return position
    return _tag_end(html, close.end())


# --- quoted history and signatures ------------------------------------------------------------------------------

_FORWARD_SUBJECT = re.compile(r"(?:wg|fw|fwd|weitergeleitet)\s*:", re.IGNORECASE)
_FORWARD = re.compile(
    r"[-\s]*(?:forwarded message|weitergeleitete (?:nachricht|mail|e-mail)|begin forwarded message|"
    r"anfang der weitergeleiteten (?:nachricht|e-mail|mail))[-:\s]*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[\s*]*[-_]{2,}\s*(?:urspr(?:ü|ue|.{1,2})ngliche (?:nachricht|mail|e-mail)|original[- ]?nachricht|"
    r"original[- ]?(?:message|mail|e-mail)|reply message)\s*[-_]{2,}[\s*]*",
    re.IGNORECASE,
)
_FIELD_LINE = re.compile(
    r"[\s*|]*(?:(?P<sender>von|from)|(?P<when>gesendet|gesendet am|sent|datum|date)|(?P<to>an|to|cc|kopie|bcc)|"
    r"(?P<subject>betreff|subject)|(?P<more>antwort an|reply-to|organisation|organization|wichtigkeit|importance))"
    r"\s{0,3}\*?:\*?(?=\s|$)",
    re.IGNORECASE,
)
_WROTE = re.compile(r"\b(?:wrote|writes|schrieb|geschrieben)\b", re.IGNORECASE)
_DATED_START = re.compile(r"(?:on|am)\s+(?:[^\W\d]{2,11}[.,]{0,2}\s+){0,4}\d", re.IGNORECASE)
_BARE_START = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d.{0,60}<[^<>]{3,200}@[^<>]{1,200}>:")
_ZITAT = re.compile(r"(?:zitat von|quoting)\s", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d\d\b")
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_RULE = re.compile(r"[\s_\-=*>–—]*")


def new_words(text: str) -> str:
    """The new words of a reply: without quoted history and signature, German or English.

    Answers between or under quoted lines stay. What a person forwards stays, it is what they want to say. Where
    nothing would be left, everything stays.
    """
    head, tail = text[:MOST_TO_STRIP], text[MOST_TO_STRIP:]
    lines, ended = _without_history(head.split("\n"))
    own = _library_cut(lines)
    if own < len(lines):
        lines, ended = lines[:own], True
    if tail and not ended:
        lines = [*lines, *tail.split("\n")]
    new = _without_rules(lines)
    kept = _without_rules(_without_signature(new))
    left = next((one for one in (kept, new) if any(line.strip() for line in one)), None)
    return text if left is None else "\n".join(left).strip("\n")


def _without_history(lines: list[str]) -> tuple[list[str], bool]:
    """The lines that are no quote, and whether the rest was cut off as history."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _is_marked(line):
            at += 1
        elif _FORWARD.fullmatch(line[:MOST_IN_LINE]):
            return [*kept, *lines[at:]], True
        elif _SEPARATOR.fullmatch(line[:MOST_IN_LINE]) or _is_field_block(lines, at):
            return kept, True
        elif span := _attribution(lines, at):
            after = _next_words(lines, at + span)
            if after >= len(lines) or not _is_marked(lines[after]):
                return kept, True
            at = after
        else:
            kept.append(line)
            at += 1
    return kept, False


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith(">")


def _next_words(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _is_field_block(lines: Sequence[str], at: int) -> bool:
    """Outlook, GMX, web.de: Von, Gesendet, An, Betreff below each other, with a mail address or a date in them."""
    if not _FIELD_LINE.match(lines[at][:MOST_IN_LINE]):
        return False
    kinds: set[str] = set()
    strangers = 0
    block: list[str] = []
    for line in lines[at : at + 14]:
        found = _FIELD_LINE.match(line[:MOST_IN_LINE])
        strangers += found is None
        if found is None and (not line.strip() or strangers > 4):
            break
        kinds |= {found.lastgroup or ""} if found else set()
        block.append(line[:MOST_IN_LINE])
    told = " ".join(block)
    return len(kinds - {"more"}) >= 3 and "sender" in kinds and bool("@" in told or _YEAR.search(told))


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines from here say "On ... X wrote:", 0 for none. The shortest start wins, so no sentence is swallowed."""
    joined = ""
    for span, line in enumerate(lines[at : at + 4], start=1):
        if not line.strip() or _is_marked(line):
            return 0
        joined = f"{joined} {line.strip()}"[:500].strip()
        if _is_attribution(joined, lines, at + span):
            inner = any(_attribution(lines[: at + span], at + later) for later in range(1, span))
            wrapped = bool(_DATED_START.match(joined)) and not lines[at].rstrip().endswith((".", "!", "?"))
            return 0 if inner and not wrapped else span
    return 0


def _is_attribution(joined: str, lines: Sequence[str], after: int) -> bool:
    if not joined.rstrip("* ").endswith(":"):
        return False
    if _BARE_START.fullmatch(joined):
        return True
    wrote = _WROTE.search(joined)
    dated = bool(wrote and _DATED_START.match(joined))
    if not wrote and not _ZITAT.match(joined):
        return False
    following = _next_words(lines, after)
    if following < len(lines) and _is_marked(lines[following]):
        return dated or "@" in joined or bool(_YEAR.search(joined))
    certain = "@" in joined or (dated and bool(_YEAR.search(joined) and _TIME.search(joined)))
    return certain and len(joined) < 400 and (dated or following - after < 3)


def _library_cut(lines: Sequence[str]) -> int:
    """Where mail-parser-reply sees the first quoted mail begin. It gets few, short, condensed lines: its patterns are
    quadratic in blanks and in the length of a line. What it says counts only with an address or a full date in it.
    """
    numbers: list[int] = []
    room = MOST_FOR_LIBRARY
    for number, line in enumerate(lines):
        if not line.strip() and (not numbers or not lines[numbers[-1]].strip()):
            continue
        room -= len(line[:MOST_IN_LINE]) + 1
        if room < 0:
            break
        numbers.append(number)
    short = [" ".join(lines[number][:MOST_IN_LINE].split()) for number in numbers]
    replies = EmailReplyParser(languages=["de", "en"]).read("\n".join(short)).replies
    header = (replies[1].headers or "") if len(replies) > 1 else ""
    if not ("@" in header or (_YEAR.search(header) and _TIME.search(header))):
        return len(lines)
    first = header.strip().split("\n")[0].strip()
    return next((number for number, line in zip(numbers, short, strict=True) if line == first), len(lines))


_GREETING = (
    r"(?i:mit (?:freundlichen?|besten|lieben|herzlichen|vielen) (?:gr(?:ü|ue)(?:ß|ss)en|gru(?:ß|ss))|"
    r"(?:(?:viele|liebe|beste|herzliche|freundliche|schöne|sonnige)[nr]? )?gr(?:ü|ue)(?:ß|ss)e|"
    r"(?:(?:lieber|bester|schönen|lieben) )?gru(?:ß|ss)|mfg|lg|vg|hochachtungsvoll|"
    r"(?:best |kind |kindest |warm |warmest |many )?regards|best wishes|all the best|cheers|"
    r"(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours)"
)
_CLOSING = re.compile(_GREETING + r"(?i: (?:aus|from) [\w .-]{2,30})?(?:,? [A-ZÄÖÜ][\w.-]{0,30}){0,3}[,.! ]*")
_THANKS = re.compile(
    r"(?:(?:vielen|besten|herzlichen) dank|danke(?: schön)?|(?:many )?thanks|thank you|best)[,.! ]*",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"[\s*_]*(?:(?:von|aus) meine[mr] .{2,60} gesendet|gesendet (?:von|mit|über|aus) .{2,90}|sent (?:from|with|via) "
    r"(?:my|mail|outlook|yahoo|samsung|proton|gmail|an?) ?.{0,80}|get outlook for .{2,60}|outlook für .{2,30} beziehen.{0,60}|"
    r"diese nachricht wurde von .{2,60} gesendet|holen sie sich outlook.{0,60})[\s*_.]*",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"p\.? ?s\b|nachtrag|note:", re.IGNORECASE)


def _without_signature(lines: list[str]) -> list[str]:
    """Cut where a signature begins, if what follows looks like one; a line about the device goes anywhere near the end."""
    first = max(0, len(lines) - 60)
    for at in range(first, len(lines)):
        if _ends_the_letter(
            lines[at].strip()[:MOST_IN_LINE], [one for one in lines[at + 1 :] if one.strip()]
        ):
            lines = lines[:at] if any(line.strip() for line in lines[:at]) else lines
            break
    kept = [line for number, line in enumerate(lines) if number < first or not _DEVICE.fullmatch(line[:160])]
    return kept if any(line.strip() for line in kept) else lines


def _ends_the_letter(line: str, tail: Sequence[str]) -> bool:
    if line in {"--", "—"}:
        return len(tail) <= 20 and not any(_POSTSCRIPT.match(one.strip()) for one in tail)
    if _CLOSING.fullmatch(line):
        return len(tail) <= 15 and not any(_is_sentence(one.strip()) for one in tail)
    if _THANKS.fullmatch(line):
        names = [
            one for one in tail if not _CLOSING.fullmatch(one.strip()) and not _DEVICE.fullmatch(one[:160])
        ]
        return len(names) <= 2 and all(
            len(one.split()) <= 4 and not _is_sentence(one.strip()) for one in names
        )
    return False


def _is_sentence(line: str) -> bool:
    ends = line.endswith(("?", "!")) or (line.endswith((".", ":")) and len(line.split()) >= 4)
    return (
        ends or bool(_POSTSCRIPT.match(line)) or bool(_AMOUNT_OR_DATE.search(line) and len(line.split()) >= 5)
    )


_AMOUNT_OR_DATE = re.compile(r"\d\s?(?:€|eur\b)|[€$£]\s?\d|\b\d{1,2}\.\d{1,2}\.", re.IGNORECASE)


def _without_rules(lines: list[str]) -> list[str]:
    """No blank lines and no drawn rules at either end."""
    end = len(lines)
    while end and _RULE.fullmatch(lines[end - 1][:MOST_IN_LINE]):
        end -= 1
    start = 0
    while start < end and not lines[start].strip():
        start += 1
    return lines[start:end]


# --- language ---------------------------------------------------------------------------------------------------

_FREQUENT: dict[str, frozenset[str]] = {
    "de": frozenset(
        "der die das und ist nicht ich sie wir ein eine mit für auf den dem zu von bitte es aber noch wo wann mein meine "
        "guten hallo danke".split()
    ),
    "en": frozenset(
        "the and is not i you we a an with for on to of please it but still have my your this that".split()
    ),
}


def language_of(text: str) -> str:
    """Either "de" or "en", by the most frequent words of the first 4,000 signs; "" where neither leads."""
    words = re.findall(r"[^\W\d_]+", text[:4_000].lower())
    found = {name: sum(word in known for word in words) for name, known in _FREQUENT.items()}
    if found["de"] == found["en"]:
        return ""
    return "de" if found["de"] > found["en"] else "en"
