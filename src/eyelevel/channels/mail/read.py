"""Reading one mail: bytes in, a Letter out. Runs in a child; knows no case and no database.

Strangers write these bytes. Size, count and depth are bounded on the raw bytes before any parser sees them; header
words are decoded by our own linear code, because the standard library's parsers are quadratic in several places.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.utils import parsedate_to_datetime

import msgspec

from eyelevel.channels.contract import Letter, Limits, Part, Unreadable, Voice
from eyelevel.channels.mail import quotes
from eyelevel.kernel import text as texts
from eyelevel.kernel.plain import plain

MOST_HEADER_VALUE = 8_000
MOST_WORDS = 400
MOST_REFERENCES = 50
MOST_NAME = 200

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_BOUNDARY = re.compile(rb'boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_ENCODED = re.compile(r"=\?([\w.-]{1,40})(?:\*[\w-]{0,20})?\?([bqBQ])\?([^?\s]{0,2000})\?=")
_ADDRESS = re.compile(r"([^\s<>()\[\]\",;:]{1,64}@[^\s<>()\[\]\",;:@]{1,255})")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_TOKEN_ADDRESS = re.compile(r"\+c-([0-9]{1,12}-[0-9a-z]{16})@", re.IGNORECASE)
_TOKEN_SUBJECT = re.compile(r"\[#([0-9]{1,12}-[0-9a-z]{16})\]", re.IGNORECASE)
_STATUS = re.compile(r"^Status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
_BROKEN_CHARSETS = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "utf-16", "utf-32", "raw_unicode_escape", "unicode_escape", "idna", "punycode", "rot13", "hex", "base64", "zip", "bz2", "uu", "quopri", "undefined", "mbcs", "oem"})  # fmt: skip


class _Cut(Exception):
    """The mail breaks a limit that cannot be kept by cutting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def job(payload: bytes) -> bytes:
    """For the child: (raw, envelope, limits) as msgpack in, a tagged result out."""
    raw, envelope, limits = msgspec.msgpack.decode(payload, type=tuple[bytes, dict[str, str], Limits])
    result = read(raw, envelope, limits)
    return (b"L" if isinstance(result, Letter) else b"U") + msgspec.msgpack.encode(result)


def read(raw: bytes, envelope: dict[str, str], limits: Limits) -> Letter | Unreadable:
    """A Letter, or why there is none. Never raises for whatever the bytes hold."""
    try:
        return _read(raw, envelope, limits)
    except _Cut as cut:
        return Unreadable(reason=cut.reason, detail=cut.detail)
    except Exception as error:  # noqa: BLE001 -- the stdlib parser raises many kinds on strangers' bytes; the raw is kept
        return Unreadable(reason="crash", detail=type(error).__name__)


def _read(raw: bytes, envelope: dict[str, str], limits: Limits) -> Letter:
    remarks: list[str] = []
    if envelope.get("oversize"):
        remarks.append("cut-size")
    bounded = _bounded(raw, limits, remarks)
    message = message_from_bytes(bounded, policy=policy.compat32)
    header = {name.lower(): _value(value) for name, value in reversed(message.items())}
    body = _Body(limits)
    body.take(message, depth=0)
    remarks += body.remarks
    text = body.text or plain(body.html, limits.text)
    new, full = quotes.without_history(text[: limits.text])
    name, address = _author(header.get("from", ""), envelope.get("mail_from", ""))
    to, cc = _addresses(header.get("to", ""), limits), _addresses(header.get("cc", ""), limits)
    subject = texts.one_line(_decoded(header.get("subject", "")), 300)
    bounce_of, status = body.report if body.report[0] else ("", "")
    return Letter(
        author=Voice(address=address, name=name, verified=envelope.get("dmarc") == "pass"),
        subject=subject,
        text=new,
        full_text=full,
        html=body.html[: limits.text],
        sent_at=_date(header.get("date", "")),
        message_id=next(iter(_MESSAGE_ID.findall(header.get("message-id", ""))), ""),
        references=_references(header),
        recipients=to,
        carbon_copies=cc,
        case_token=_token((*to, *cc, *envelope.get("rcpt_to", "").split(",")), header, subject),
        parts=tuple(body.parts),
        automatic=_automatic(header, envelope) or bool(bounce_of),
        bounce_of=bounce_of,
        bounce_status=status,
        remarks=tuple(dict.fromkeys(remarks)),
        language=_language(new),
    )


def _bounded(raw: bytes, limits: Limits, remarks: list[str]) -> bytes:
    """The bytes within the limits, or _Cut. Linear: looks for header lines and boundaries, parses nothing."""
    if len(raw) > limits.raw:
        raise _Cut("too-large", f"{len(raw)} bytes")
    gap = _BLANK_LINE.search(raw, 0, limits.header * 16)
    head, rest = (raw[: gap.end()], raw[gap.end() :]) if gap else (raw[: limits.header * 16], b"")
    head = _short_head(head, limits, remarks)
    boundaries = {one or other for one, other in _BOUNDARY.findall(head + rest)}
    if len(boundaries) > limits.depth:
        raise _Cut("too-deep", f"{len(boundaries)} nested boundaries")
    if rest.lower().count(b"message/rfc822") > limits.depth:
        raise _Cut("too-deep", "too many mails within mails")
    starts = sum(rest.count(b"\n--" + boundary) + rest.startswith(b"--" + boundary) for boundary in boundaries)
    if starts > limits.parts * 2:
        raise _Cut("too-many-parts", f"more than {limits.parts} parts")
    return head + rest


def _short_head(head: bytes, limits: Limits, remarks: list[str]) -> bytes:
    """Header lines cut to a sane length and number; parameters beyond reason are taken off."""
    lines: list[bytes] = []
    for line in _unfolded(head):
        if len(lines) >= limits.headers:
            remarks.append("cut-headers")
            break
        if len(line) > MOST_HEADER_VALUE:
            line = line[:MOST_HEADER_VALUE]  # noqa: PLW2901 -- the cut line takes its place
            remarks.append("cut-header")
        if line.lower().startswith((b"content-type:", b"content-disposition:")):
            line = b";".join(line.split(b";")[:20])  # noqa: PLW2901
        lines.append(line.replace(b"\0", b""))
    return b"\n".join(lines) + b"\n\n"


def _unfolded(head: bytes) -> Iterator[bytes]:
    current: list[bytes] = []
    for line in head.splitlines():
        if line[:1] in {b" ", b"\t"} and current:
            current.append(line.strip())
        else:
            if current:
                yield b" ".join(current)
            current = [line] if line else []
    if current:
        yield b" ".join(current)


def _value(value: object) -> str:
    """A header value as text: raw 8-bit bytes are read as UTF-8 where they are, else as Latin-1."""
    text = str(value)
    if any("\udc80" <= sign <= "\udcff" for sign in text):
        raw = text.encode("ascii", "surrogateescape")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return texts.clean(text)[:MOST_HEADER_VALUE]


def _decoded(value: str) -> str:
    """RFC 2047 words decoded, at most MOST_WORDS of them; the blanks between two words vanish."""
    pieces: list[str] = []
    place, words, last_was_word = 0, 0, False
    for match in _ENCODED.finditer(value):
        between = value[place : match.start()]
        if between.strip() or not last_was_word:
            pieces.append(between)
        if words >= MOST_WORDS:
            break
        pieces.append(_word(match[1], match[2], match[3]))
        place, words, last_was_word = match.end(), words + 1, True
    pieces.append(value[place:] if words < MOST_WORDS else "…")
    return texts.clean("".join(pieces))


def _word(charset: str, form: str, content: str) -> str:
    try:
        if form in "bB":
            raw = base64.b64decode(content + "=" * (-len(content) % 4), validate=False)
        else:
            raw = binascii.a2b_qp(content.encode("ascii", "replace"), header=True)
    except (binascii.Error, ValueError):
        return content
    return _as_text(raw, charset)


def _as_text(raw: bytes, charset: str) -> str:
    """Bytes by their declared charset; unknown and treacherous ones are read as UTF-8 with replacement signs."""
    name = (charset or "utf-8").strip().lower().strip("'\"")
    try:
        codec = codecs.lookup(name).name if name not in _BROKEN_CHARSETS else "utf-8"
        if codec == "ascii":
            codec = "utf-8"
        return texts.clean(raw.decode(codec, "replace"))
    except (LookupError, ValueError, TypeError):
        return texts.clean(raw.decode("utf-8", "replace"))


class _Body:
    """Collects text, HTML, files and the delivery report from the parts of a message."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.text, self.html = "", ""
        self.parts: list[Part] = []
        self.remarks: list[str] = []
        self.report = ("", "")
        self._seen = 0

    def take(self, message: Message, *, depth: int) -> None:
        self._seen += 1
        if self._seen > self._limits.parts or depth > self._limits.depth:
            self.remarks.append("cut-parts")
            return
        kind = message.get_content_type()
        if kind in {"multipart/report", "message/delivery-status"}:
            self._report(message)
        if message.is_multipart() and kind != "message/rfc822":
            for part in message.get_payload():  # type: ignore[union-attr] # multipart payloads are lists
                if isinstance(part, Message):
                    self.take(part, depth=depth + 1)
        elif kind == "message/rfc822":
            self._file(message, b"".join(part.as_bytes() for part in message.get_payload() if isinstance(part, Message)))  # type: ignore[union-attr]
        else:
            self._leaf(message, kind)

    def _leaf(self, message: Message, kind: str) -> None:
        raw = _payload(message)
        attached = "attachment" in str(message.get("Content-Disposition", "")).lower() or message.get_filename()
        if kind == "text/plain" and not attached:
            self.text = (self.text + "\n" if self.text else "") + _as_text(raw, str(message.get_content_charset() or ""))
        elif kind == "text/html" and not attached:
            self.html += _as_text(raw, str(message.get_content_charset() or ""))
        elif raw:
            self._file(message, raw)

    def _file(self, message: Message, raw: bytes) -> None:
        name = safe_name(_decoded(_value(message.get_filename() or "")) or f"part-{self._seen}")
        self.parts.append(Part(name=name, media_type=message.get_content_type()[:100], content=raw))

    def _report(self, message: Message) -> None:
        """RFC 3464: which of our messages, and how it ended. Read as text, never as a message of its own."""
        flat = message.as_bytes()[:200_000].decode("latin-1")
        status = _STATUS.search(flat)
        original = re.search(r"^Message-ID:\s*(<[^<>\s]{1,400}>)", flat.split("\n\n", 1)[-1], re.IGNORECASE | re.MULTILINE)
        if status and original:
            self.report = (original[1], status[1])


def _payload(message: Message) -> bytes:
    """The decoded bytes of a leaf; broken base64 and quoted-printable give what can be had."""
    content = message._payload  # type: ignore[attr-defined] # noqa: SLF001 -- get_payload would decode by a stranger's charset
    raw = content.encode("ascii", "surrogateescape") if isinstance(content, str) else b""
    form = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    if form == "base64":
        bare = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        return base64.b64decode(bare[: len(bare) - (1 if len(bare) % 4 == 1 else 0)] + b"=" * (-len(bare) % 4))
    if form == "quoted-printable":
        return binascii.a2b_qp(raw)
    return raw


def safe_name(name: str) -> str:
    """A file name for people to read: the last part of any path, no control or direction signs, at most 150 signs."""
    last = re.split(r"[/\\]", texts.one_line(name, 5_000).replace("\0", ""))[-1]
    bare = "".join(sign for sign in last if sign not in texts.BIDI and sign not in texts.ZERO_WIDTH).strip(" .")
    if len(bare) > 150:
        stem, dot, ending = bare.rpartition(".")
        bare = (stem[: 149 - len(ending)] + "…" + dot + ending) if dot and len(ending) < 12 else bare[:149] + "…"
    return bare or "file"


def _author(header: str, envelope: str) -> tuple[str, str]:
    decoded = _decoded(header)
    match = list(_ADDRESS.finditer(decoded[:2_000]))
    address = (match[-1][1] if match else envelope).strip().lower()
    name = decoded[: match[-1].start()] if match else ""
    return texts.one_line(name.strip().strip('<"\' '), MOST_NAME), address[:320]


def _addresses(header: str, limits: Limits) -> tuple[str, ...]:
    found = []
    for match in _ADDRESS.finditer(header):
        found.append(match[1].lower())
        if len(found) >= limits.recipients:
            break
    return tuple(found)


def _references(header: dict[str, str]) -> tuple[str, ...]:
    named = _MESSAGE_ID.findall(header.get("references", "")) + _MESSAGE_ID.findall(header.get("in-reply-to", ""))
    return tuple(dict.fromkeys(named))[-MOST_REFERENCES:]


def _token(addresses: tuple[str, ...], header: dict[str, str], subject: str) -> str:
    for address in (*addresses, header.get("delivered-to", ""), header.get("x-original-to", "")):
        if match := _TOKEN_ADDRESS.search(address):
            return match[1].lower()
    match = _TOKEN_SUBJECT.search(subject)
    return match[1].lower() if match else ""


def _automatic(header: dict[str, str], envelope: dict[str, str]) -> bool:
    """RFC 3834 and what mail systems really send: any one of these signs means that no machine answers."""
    if header.get("auto-submitted", "no").strip().lower().split(";")[0] not in {"", "no"}:
        return True
    if header.get("precedence", "").strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    if any(name in header for name in _MACHINES):
        return True
    if header.get("return-path", "").strip() == "<>":
        return True
    if "mail_from" in envelope and not envelope["mail_from"]:
        return True
    author = header.get("from", "").lower()
    return any(sign in author for sign in ("mailer-daemon@", "postmaster@", "noreply@", "no-reply@", "donotreply@"))


_MACHINES = (
    "list-id", "list-unsubscribe", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponder", "x-loop",
    "feedback-id",
)  # fmt: skip


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_GERMAN = frozenset("der die das und nicht ich sie wir ist mein meine haben bitte mit für auf ein eine von".split())
_ENGLISH = frozenset("the and not i you we is my have please with for on a an of to your it that".split())


def _language(text: str) -> str:
    """German or English by their commonest words; nothing where neither leads."""
    words = re.findall(r"[a-zäöüß]+", text[:4_000].lower())
    german, english = sum(word in _GERMAN for word in words), sum(word in _ENGLISH for word in words)
    return "" if german == english else ("de" if german > english else "en")
