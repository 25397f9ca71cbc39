"""The language of the search box. Nothing that somebody types is an error: what was not understood is said and where.

words "a phrase" begin* this OR that -without from:jana channel:mail is:open kind:case lang:de after:2026-10-01 before:2026-11-01
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from eyelevel.kernel.search import analysis
from eyelevel.kernel.text import folded

MOST_SIGNS = 400
MOST_WORDS = 16
MOST_PREFIXES = 3
MOST_FILTERS = 12
SHORTEST_PREFIX = 3

NoteCode = Literal[
    "too-long", "too-many-words", "too-many-stars", "too-many-filters", "short-star", "star-inside", "open-quote",
    "no-filter", "no-date", "no-state", "no-value", "no-operator",
]  # fmt: skip

# What people type before the colon, in both languages.
FILTERS = {
    "from": "from", "von": "from", "channel": "channel", "kanal": "channel", "is": "state", "ist": "state", "kind": "kind",
    "art": "kind", "lang": "lang", "sprache": "lang", "after": "after", "ab": "after", "before": "before", "vor": "before",
}  # fmt: skip
SPELLED = {"from": "from", "channel": "channel", "state": "is", "kind": "kind", "lang": "lang"}
_VALUES = {
    "state": {"open": "open", "offen": "open", "closed": "closed", "geschlossen": "closed", "abgeschlossen": "closed"},
    "kind": {"fall": "case", "beitrag": "post", "gehoert": "heard", "gehoertes": "heard", "artikel": "article"},
    "lang": {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"},
}  # fmt: skip
_PIECE = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)(?P<end>"?)|(?P<plain>[^\s"]+))'
)
_OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR", "UND", "ODER", "NICHT"})
_EITHER = frozenset({"OR", "ODER"})


@dataclass(frozen=True)
class Note:
    """What was not understood: why, at which sign of the box (counted from 1), and the piece itself."""

    code: NoteCode
    at: int
    piece: str = ""


@dataclass(frozen=True)
class Term:
    """One form to look for: a token, the beginning of one, or tokens that follow each other."""

    tokens: tuple[str, ...]
    prefix: bool = False


Any = frozenset[Term]
"""Terms of which one is enough."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question as it was understood: every group of `wanted` must be met, none of `unwanted`."""

    text: str
    wanted: tuple[Any, ...] = ()
    unwanted: tuple[Any, ...] = ()
    chosen: dict[str, str] = field(default_factory=dict)
    after: date | None = None
    before: date | None = None
    notes: Sequence[Note] = ()

    @property
    def asks(self) -> bool:
        """Is there anything to look for?"""
        return bool(self.wanted or self.unwanted or self.after or self.before)

    @property
    def terms(self) -> int:
        """How many terms reach the database."""
        return sum(len(group) for group in (*self.wanted, *self.unwanted))


class _Reader:
    def __init__(self, text: str) -> None:
        self.wanted: list[Any] = []
        self.unwanted: list[Any] = []
        self.chosen: dict[str, str] = {}
        self.dates: dict[str, date] = {}
        self.notes: list[Note] = []
        self.words = self.stars = self.filters = 0
        self.single = False  # the piece before is one group of `wanted`
        self.either: tuple[int, str] | None = None  # an OR that waits for what stands behind it
        self.text = analysis.shown(text).replace("\n", " ").strip()
        if len(self.text) > MOST_SIGNS:
            self.note("too-long", MOST_SIGNS)
            self.text = self.text[:MOST_SIGNS]

    def note(self, code: NoteCode, at: int, piece: str = "") -> None:
        """Keep a note; of each kind only the first, so that ten thousand stars make one sentence."""
        if all(known.code != code for known in self.notes):
            self.notes.append(Note(code, at + 1, piece[:40]))

    def read(self) -> Query:
        for match in _PIECE.finditer(self.text):
            if match["plain"] in _EITHER and match[0] == match["plain"] and self.single and not self.either:
                self.either = match.start(), match[0]
            else:
                self.joined(match)
        if self.either:
            self.note("no-operator", *self.either)
        return Query(
            text=self.text, wanted=tuple(self.wanted), unwanted=tuple(self.unwanted), chosen=self.chosen,
            after=self.dates.get("after"), before=self.dates.get("before"), notes=tuple(self.notes),
        )  # fmt: skip

    def joined(self, match: re.Match[str]) -> None:
        """One piece; behind an OR it and the one before become one group, of which either is enough."""
        before, excluded = len(self.wanted), len(self.unwanted)
        self.piece(match)
        self.single = len(self.wanted) == before + 1 and len(self.unwanted) == excluded
        if self.either and self.single:
            self.wanted[before - 1 :] = [self.wanted[before - 1] | self.wanted[before]]
        elif self.either:
            self.note("no-operator", *self.either)
        self.either = None

    def piece(self, match: re.Match[str]) -> None:
        value, name = match["quoted"] if match["plain"] is None else match["plain"], match["name"]
        into = self.unwanted if match["minus"] else self.wanted
        if match["quoted"] is not None and not match["end"]:
            self.note("open-quote", match.start("quoted") - 1)
        if name is not None and name.lower() in FILTERS:
            self.filter(FILTERS[name.lower()], value, match, into)
            return
        if name is not None:
            if not value.startswith("//"):
                self.note("no-filter", match.start("name"), f"{name}:")
            self.word(name, match.start(), into)
        if match["quoted"] is not None:
            self.phrase(value, match.start(), into)
        else:
            self.plain(value, match.start("plain"), into)

    def plain(self, value: str, at: int, into: list[Any]) -> None:
        """One piece without quotes: usually one word, sometimes several ("49,90"), perhaps with a star at its end."""
        if value in _OPERATORS:
            self.note("no-operator", at, value)
            return
        star = value.endswith("*")
        if "*" in value.rstrip("*"):
            self.note("star-inside", at, value)
        found = [match[0] for match in analysis.words(value)]
        if star and not found:
            self.note("short-star", at, value)
        for number, word in enumerate(found):
            if star and number == len(found) - 1:
                self.prefix(word, at, into)
            else:
                self.word(word, at, into)

    def room(self, at: int) -> bool:
        self.words += 1
        if self.words > MOST_WORDS:
            self.note("too-many-words", at)
        return self.words <= MOST_WORDS

    def word(self, word: str, at: int, into: list[Any]) -> None:
        if self.room(at):
            into.append(frozenset(Term((token,)) for token in analysis.keys(word).asked))

    def prefix(self, word: str, at: int, into: list[Any]) -> None:
        plain = analysis.keys(word).plain
        if len(plain) < SHORTEST_PREFIX:
            self.note("short-star", at, f"{word}*")
            self.word(word, at, into)
            return
        self.stars += 1
        if self.stars > MOST_PREFIXES:
            self.note("too-many-stars", at, f"{word}*")
        elif self.room(at):
            into.append(frozenset({Term((plain,), prefix=True)}))

    def phrase(self, value: str, at: int, into: list[Any]) -> None:
        found = [match[0] for match in analysis.words(value)]
        if len(found) == 1:
            self.word(found[0], at, into)
        kept = [word for word in found if len(found) > 1 and self.room(at)]
        if kept:
            forms = {tuple(analysis.keys(word).main(language) for word in kept) for language in ("de", "en")}
            into.append(frozenset(Term(form) for form in forms))

    def filter(self, name: str, value: str, match: re.Match[str], into: list[Any]) -> None:
        at, piece = match.start(), match[0]
        self.filters += 1
        if self.filters > MOST_FILTERS:
            self.note("too-many-filters", at, piece)
        elif name in {"after", "before"}:
            self.date(name, value, at, piece)
        else:
            self.marked(name, value, at, piece, into)

    def marked(self, name: str, value: str, at: int, piece: str, into: list[Any]) -> None:
        plain = folded(value)
        plain = _VALUES.get(name, {}).get(plain, plain)
        if not plain.strip('-.:*"') or plain.isspace():
            self.note("no-value", at, piece)
        elif name == "state" and plain not in {"open", "closed"}:
            self.note("no-state", at, piece)
        else:
            into.append(frozenset({Term((analysis.marker(name, plain),))}))
            if into is self.wanted:
                self.chosen[name] = plain

    def date(self, name: str, value: str, at: int, piece: str) -> None:
        day = _day(value)
        if day is None:
            self.note("no-date", at, piece)
        else:
            self.dates[name] = day


def _day(value: str) -> date | None:
    """2026-10-01, 1.10.2026, 2026-10 or 2026."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value, re.ASCII)
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", value, re.ASCII)
    if match is None and german is None:
        return None
    year, month, day = match.groups() if match is not None else reversed(german.groups())  # type: ignore[union-attr] # one of the two
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def parse(text: str) -> Query:
    """Read what stands in the box. Never raises."""
    return _Reader(text).read()


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a question as typed, each with the name of its filter ("" for words)."""
    for match in _PIECE.finditer(text):
        name = (match["name"] or "").lower()
        yield FILTERS.get(name, ""), match[0]


def narrowed(text: str, **chosen: str) -> str:
    """The same question with other filters: what is given replaces a filter of that name, an empty value takes it out."""
    kept = [piece for name, piece in pieces(text) if name not in chosen]
    added = [f"{SPELLED.get(name, name)}:{value}" for name, value in chosen.items() if value]
    return " ".join([*kept, *added])
