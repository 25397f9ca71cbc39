"""The tree of a mail, walked by offsets under limits of size, depth and number; linear, without recursion."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from eyelevel.channels.contract import Limits
from eyelevel.channels.mail.charsets import base64, guessed

MOST_PARAMETERS = 4_096  # bytes of one Content-* header; real ones stay below 500
MOST_BOUNDARY = 200  # RFC 2046 says 70, real mailers know no such bound

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)

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
class Entity:
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
class Leaf:
    """A part without parts; `choice` numbers the multipart/alternative that it stands in, 0 for none."""

    entity: Entity
    choice: int


_MEDIA_TYPE = re.compile(rb"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,59}")


def entity_at(raw: bytes, start: int, end: int, limits: Limits, remarks: list[str]) -> Entity:
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return Entity((), start + (1 if raw[start] == 10 else 2), end)
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
            return Entity(tuple(fields), position, end)  # a line that is no header begins the body
        if named is not None:
            _note_field(fields, named, raw, stop, limits, remarks)
        position = found.end() if found else header_end
    return Entity(tuple(fields), body, end)


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


def leaves_of(raw: bytes, top: Entity, limits: Limits, remarks: list[str]) -> list[Leaf]:
    """All parts without parts in reading order, within the limits of depth and number."""
    waiting: list[tuple[Entity, int, int]] = [(top, 0, 0)]
    found: list[Leaf] = []
    seen = 0
    while waiting:
        entity, depth, choice = waiting.pop()
        boundary = _boundary(entity)
        if not boundary or depth >= limits.depth:
            if boundary:
                remarks.append("too-deep")
            found.append(Leaf(entity, choice))
            continue
        spans = _spans(raw, entity, boundary, limits.parts - seen)
        if len(spans) > limits.parts - seen:
            remarks.append("parts-cut")
            spans = spans[: limits.parts - seen]
        seen += len(spans)
        inside = seen if entity.media_type == "multipart/alternative" else choice
        inner = [(entity_at(raw, *span, limits, remarks), depth + 1, inside) for span in spans]
        waiting.extend(reversed(inner))
        if not inner:
            found.append(Leaf(entity, choice))
    return found


def _boundary(entity: Entity) -> bytes:
    if not entity.media_type.startswith("multipart/"):
        return b""
    parameters = parameters_of(entity.first("content-type"))
    return parameters.get("boundary", "").rstrip().encode("utf-8", "replace")[:MOST_BOUNDARY]


def _spans(raw: bytes, entity: Entity, boundary: bytes, most: int) -> list[tuple[int, int]]:
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


def parameters_of(value: bytes) -> dict[str, str]:
    """The parameters of a Content-* header by name, the first of each; RFC 2231 stars stay in the names."""
    text = ";" + guessed(value[:MOST_PARAMETERS]).partition(";")[2]
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(text):
        content = match[2].strip()
        if content.startswith('"'):
            content = ESCAPED.sub(
                r"\1", content[1 : -1 if len(content) > 1 and content.endswith('"') else None]
            )
        found.setdefault(match[1].lower(), content)
    return found


def content_of(raw: bytes, entity: Entity, most: int | None, remarks: list[str]) -> bytes:
    """The decoded bytes of a part, at most `most` encoded ones of them."""
    end = entity.end if most is None else min(entity.end, entity.start + most)
    if most is not None and end < entity.end:
        remarks.append("text-cut")
    content = raw[entity.start : end]
    encoding = entity.first("content-transfer-encoding").strip().lower()
    if encoding == b"base64":
        return base64(content, remarks)
    return binascii.a2b_qp(content) if encoding == b"quoted-printable" else content
