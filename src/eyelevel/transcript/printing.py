"""From blocks of words to pages: wrapping, page breaks, and signs that the font lacks shown by their number.

Runs in a child process: bytes in (`Task`), bytes out (`Printed`); it has neither the database nor the key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from eyelevel.transcript import pdf
from eyelevel.transcript.truetype import Font

JOB = "eyelevel.transcript.printing.job"
LEFT, TOP, BOTTOM, FOOT = 57.0, 780.0, 64.0, 36.0
WIDTH = pdf.PAGE_WIDTH - 2 * LEFT
LINE = 1.4  # height of a line, in sizes
RULE = 14.0  # points from the last line down to a rule
MOST_PAGES = 5_000
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # categories of signs without a shape of their own

Style = Literal["title", "head", "name", "words", "quiet"]
SIZES: dict[str, float] = {"title": 17, "head": 12, "name": 10, "words": 10, "quiet": 8.5}
BOLD = {"title", "head", "name"}
GAPS: dict[str, float] = {"title": 0, "head": 18, "name": 8, "words": 5, "quiet": 3}
TOGETHER: dict[str, float] = {"head": 90, "name": 60}  # points that must be left on the page to begin here


class TooLong(ValueError):
    """More than MOST_PAGES."""


class Block(msgspec.Struct, frozen=True):
    style: Style
    text: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """`replaced` is printed at the end where a sign had to be shown by its number; `record` goes into the file."""

    title: str
    language: str
    made_at: str
    foot: str
    blocks: list[Block]
    replaced: str
    record: bytes
    record_name: str
    record_words: str


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    content: bytes
    offset: int
    length: int
    pages: int


@lru_cache(maxsize=1)
def font() -> Font:
    return Font((Path(__file__).parent / "fonts" / "DejaVuSans.ttf").read_bytes())


def job(payload: bytes) -> bytes:
    """The child's side. Raises TooLong."""
    task = msgspec.msgpack.decode(payload, type=Task)
    return msgspec.msgpack.encode(print_pages(task))


def print_pages(task: Task) -> Printed:
    setter = Setter()
    for block in task.blocks:
        setter.put(block.style, block.text)
    if setter.replaced:
        setter.put("quiet", task.replaced)
    pages = setter.finish(foot=task.foot)
    about = pdf.About(
        title=task.title, language=task.language, made_at=msgspec.convert(task.made_at, type=datetime),
        file_name=task.record_name, file_words=task.record_words,
    )  # fmt: skip
    written = pdf.write(pages, font=font(), shown=setter.shown, file=task.record, about=about)
    return Printed(content=written.content, offset=written.offset, length=written.length, pages=len(pages))


class Setter:
    """Sets one block after the other; `shown` gathers which glyph stands for which text."""

    def __init__(self) -> None:
        self.shown: dict[int, str] = {}
        self.replaced = False
        self._font = font()
        self._widths: dict[int, int] = {}
        self._signs: dict[str, list[int]] = {}
        self._pages: list[list[pdf.Line | pdf.Rule]] = []
        self._y = 0.0
        self._before = ""

    def put(self, style: Style, text: str) -> None:
        size = SIZES[style]
        if not self._pages or self._y - GAPS[style] - TOGETHER.get(style, size * LINE) < BOTTOM:
            self._turn()
        elif style == "name" and self._before != "head":
            self._rule()
        self._before = style
        self._y -= 0 if self._y == TOP else GAPS[style]
        for glyphs in self._lines(text, size=size):
            self._line(glyphs, size=size, bold=style in BOLD, grey=0.33 if style == "quiet" else 0.0)

    def finish(self, *, foot: str) -> list[list[pdf.Line | pdf.Rule]]:
        for number, page in enumerate(self._pages, start=1):
            text = f"{foot} · {number} / {len(self._pages)}"
            line = next(iter(self._lines(text, size=SIZES["quiet"])))
            page.append(pdf.Line(x=LEFT, y=FOOT, size=SIZES["quiet"], glyphs=line, grey=0.33))
        return self._pages

    def _turn(self) -> None:
        if len(self._pages) >= MOST_PAGES:
            raise TooLong(f"more than {MOST_PAGES} pages")
        self._pages.append([])
        self._y = TOP

    def _rule(self) -> None:
        self._y -= RULE
        self._pages[-1].append(pdf.Rule(x=LEFT, y=self._y, width=WIDTH))

    def _line(self, glyphs: list[int], *, size: float, bold: bool, grey: float) -> None:
        if self._y - size * LINE < BOTTOM:
            self._turn()
        self._y -= size * LINE
        if glyphs:
            self._pages[-1].append(
                pdf.Line(x=LEFT, y=self._y, size=size, glyphs=glyphs, bold=bold, grey=grey)
            )

    def _lines(self, text: str, *, size: float) -> Iterator[list[int]]:
        """Broken at spaces, and where a word is longer than a line, within it."""
        room = WIDTH * 1000 / size
        for paragraph in text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n"):
            line: list[int] = []
            width = 0
            for word in self._words(paragraph):
                wide = self._wide(word)
                if line and width + wide > room:
                    yield line
                    line, width = [], 0
                while wide > room:
                    head = self._fitting(word, room)
                    yield word[:head]
                    word = word[head:]  # noqa: PLW2901 -- the rest of a word that fills whole lines
                    wide = self._wide(word)
                line += word
                width += wide
            yield line

    def _words(self, paragraph: str) -> Iterator[list[int]]:
        """Each word with the spaces after it."""
        word: list[int] = []
        spaced = False
        for sign in unicodedata.normalize("NFC", paragraph):
            if spaced and sign != " ":
                yield word
                word = []
            spaced = sign == " "
            word += self._signs.get(sign) or self._learn(sign)
        if word:
            yield word

    def _learn(self, sign: str) -> list[int]:
        """The glyphs that show this sign, from now on known."""
        glyph = self._font.glyphs.get(ord(sign))
        if glyph is None or unicodedata.category(sign) in UNSEEN:
            self.replaced = True
            glyphs = [one for mark in f"[U+{ord(sign):04X}]" for one in self._learn(mark)]
        else:
            glyphs = [glyph]
            self._widths[glyph] = self._font.width(glyph)
            self.shown.setdefault(glyph, sign)
        self._signs[sign] = glyphs
        return glyphs

    def _fitting(self, word: list[int], room: float) -> int:
        """How many glyphs fill one line; at least one."""
        width = 0
        for number, glyph in enumerate(word):
            width += self._widths[glyph]
            if width > room:
                return max(number, 1)
        return len(word)

    def _wide(self, glyphs: list[int]) -> int:
        return sum(map(self._widths.__getitem__, glyphs))
