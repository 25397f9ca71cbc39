"""Reading recordings as streams of words: JSONL, mbox, GermEval 2017 XML. Nothing is held but one word at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal
from xml.parsers import expat

import msgspec

from eyelevel.channels.contract import Letter, Malformed, Overheard, Unreadable
from eyelevel.kernel.moments import in_utc
from eyelevel.kernel.text import clean, web_address

NETWORK = "replay"
MOST_LINE = 256 * 1024
MOST_MAIL = 4 * 1024 * 1024
MOST_TEXT = 100_000
MOST_DEPTH = 20
CHUNK = 64 * 1024

EVENTS: Mapping[str, Literal["new", "edit", "delete"]] = {"new": "new", "edit": "edit", "delete": "delete"}
ReadMail = Callable[[bytes], Letter | Unreadable]


class Line(msgspec.Struct, frozen=True):
    """One line of a JSONL recording; only `text` must be there."""

    text: str = ""
    id: str = ""
    event: str = "new"
    author: str = ""
    author_name: str = ""
    url: str = ""
    at: datetime | None = None
    language: str = ""
    parent: str = ""
    root: str = ""
    repeats: str = ""
    network: str = ""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a recording: a word, or why it is none. `at` is None where the recording has no time."""

    number: int
    word: Overheard | None = None
    at: datetime | None = None
    malformed: Malformed | None = None


class NoRecording(ValueError):
    """The file is none of the forms that can be replayed."""


def read(path: Path, *, source: str, read_mail: ReadMail | None) -> Iterator[Read]:
    """The entries of a recording, by the end of its name. Raises NoRecording, OSError."""
    kind = path.suffix.lower()
    with path.open("rb") as file:
        if kind in {".jsonl", ".ndjson"}:
            yield from _jsonl(file, source)
        elif kind == ".mbox":
            if read_mail is None:
                raise NoRecording("mails are read by the running house only")
            yield from _mbox(file, source, read_mail)
        elif kind == ".xml":
            yield from _germeval(file, source)
        else:
            raise NoRecording("the name of a recording ends with .jsonl, .mbox or .xml")


def _jsonl(file: IO[bytes], source: str) -> Iterator[Read]:
    for number, line in _lines(file):
        if not line.strip():
            continue
        if len(line) > MOST_LINE:
            yield _bad(number, line, f"longer than {MOST_LINE} bytes")
            continue
        try:
            held = msgspec.json.decode(line, type=Line)
            yield Read(number=number, word=_word(held, source, number), at=in_utc(held.at))
        except (msgspec.DecodeError, RecursionError, UnicodeError, ValueError) as error:
            yield _bad(number, line, str(error))


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines from 1; of a line without end only the beginning is held."""
    number = 0
    while line := file.readline(MOST_LINE + 1):
        number += 1
        yield number, line
        while line and not line.endswith(b"\n"):
            line = file.readline(MOST_LINE + 1)


def _word(held: Line, source: str, number: int) -> Overheard:
    if held.event not in EVENTS:
        raise ValueError("event is new, edit or delete")
    if held.event != "delete" and not held.text.strip() and not held.repeats:
        raise ValueError("no text")
    return Overheard(
        network=held.network[:40] or NETWORK, source=source, external_id=(held.id or f"{source}:{number}")[:500],
        event=EVENTS[held.event],
        author=clean(held.author)[:320], author_name=clean(held.author_name)[:200], text=clean(held.text)[:MOST_TEXT],
        url=web_address(held.url), language=held.language[:2].lower(),
        parent=held.parent[:500], root=held.root[:500], repeats=held.repeats[:500], at=in_utc(held.at) or datetime.now(UTC),
    )  # fmt: skip


def _mbox(file: IO[bytes], source: str, read_mail: ReadMail) -> Iterator[Read]:
    for number, raw in _mails(file):
        letter = (
            read_mail(raw)
            if len(raw) <= MOST_MAIL
            else Unreadable(reason="too-large", detail=f"{len(raw)} bytes")
        )
        if isinstance(letter, Unreadable):
            yield _bad(number, raw, f"{letter.reason} {letter.detail}")
            continue
        text = f"{letter.subject}\n\n{letter.text}".strip()
        word = Overheard(
            network=NETWORK, source=source, external_id=(letter.message_id or f"{source}:{number}")[:500],
            author=letter.author.address[:320], author_name=letter.author.name[:200], text=text[:MOST_TEXT],
            at=letter.sent_at or datetime.now(UTC), language=letter.language,
            parent=letter.references[-1][:500] if letter.references else "",
            root=letter.references[0][:500] if letter.references else "",
        )  # fmt: skip
        yield Read(number=number, word=word, at=letter.sent_at)


def _mails(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The mails of an mbox with their numbers from 1. A line "From " after an empty one begins the next (RFC 4155)."""
    held: list[bytes] = []
    number, size, blank = 0, 0, True
    for _line, line in _lines(file):
        if blank and line.startswith(b"From "):
            if number:
                yield number, b"".join(held)
            number, held, size = number + 1, [], 0
        elif size <= MOST_MAIL:
            held.append(line[1:] if line.startswith(b">From ") else line)
            size += len(line)
        blank = not line.strip()
    if number:
        yield number, b"".join(held)


class _Documents:
    """The handlers of one GermEval file: <Document id><text>, no declarations, nothing nested deeply."""

    def __init__(self, source: str) -> None:
        self.found: list[Read] = []
        self.number = 0
        self._source, self._depth = source, 0
        self._id, self._inside, self._size = "", False, 0
        self._text: list[str] = []

    def start(self, name: str, fields: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise NoRecording("nested too deep")
        if name == "Document":
            self.number += 1
            self._id, self._text, self._size = fields.get("id", ""), [], 0
        self._inside = name == "text"

    def text(self, piece: str) -> None:
        if self._inside and self._size < MOST_TEXT:
            self._text.append(piece)
            self._size += len(piece)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._inside = False
        if name == "Document":
            self.found.append(self._document())

    def _document(self) -> Read:
        text = clean("".join(self._text)).strip()[:MOST_TEXT]
        name = self._id.replace("\\_", "_")
        if not text:
            return _bad(self.number, self._id.encode(), "a document without text")
        word = Overheard(
            network=NETWORK, source=self._source, external_id=(name or f"{self._source}:{self.number}")[:500], text=text,
            author=_author_in(name), url=web_address(name), language="de",
            at=datetime.now(UTC),
        )  # fmt: skip
        return Read(number=self.number, word=word)


def _author_in(url: str) -> str:
    """The account in the address of a tweet; elsewhere the site, because nobody is named."""
    parts = url.split("/")
    site = parts[2].removeprefix("www.") if len(parts) > 3 else ""
    return f"@{parts[3]}" if site == "twitter.com" and parts[3] else site


def _refuse_declarations(*_given: Any) -> None:
    raise NoRecording("a document type is declared: entities are not read")


def _germeval(file: IO[bytes], source: str) -> Iterator[Read]:
    documents = _Documents(source)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = documents.start, documents.end
    parser.CharacterDataHandler = documents.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse_declarations
    while True:
        chunk = file.read(CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except (expat.ExpatError, NoRecording) as error:
            yield from documents.found
            rest = f"the rest of the file was not read: {error}"
            yield _bad(documents.number + 1, chunk[:200], rest)
            return
        yield from documents.found
        documents.found = []
        if not chunk:
            return


def _bad(number: int, raw: bytes, why: str) -> Read:
    excerpt = raw[:200].decode("utf-8", "backslashreplace")
    return Read(number=number, malformed=Malformed(number=number, excerpt=excerpt, why=why[:200]))
