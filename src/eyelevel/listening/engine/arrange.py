"""All watches as flat arrays: the terms they name, the questions they ask, what each hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from eyelevel.listening.engine import marks
from eyelevel.listening.engine.anchors import anchors_of
from eyelevel.listening.engine.evaluate import KINDS, effort
from eyelevel.listening.engine.lookup import gram_of
from eyelevel.listening.engine.shapes import (
    AUTHOR,
    AUTHOR_BEGINS,
    BEGINS,
    CONTAINS,
    DOMAIN,
    ENDS,
    GRAM,
    KIND,
    LANGUAGE,
    LINKS,
    NEAR,
    NETWORK,
    NO,
    PHRASE,
    SEEN,
    WORD,
    YES,
    Bytes,
    Longs,
    Programs,
    Terms,
)
from eyelevel.listening.language import NotUnderstood, parse
from eyelevel.listening.query import All, Field, Near, Not, OneOf, Piece, Query, Words, plain

_KINDS = {
    "word": WORD, "begins": BEGINS, "ends": ENDS, "contains": CONTAINS, "author": AUTHOR, "author-begins": AUTHOR_BEGINS,
    "domain": DOMAIN,
}  # fmt: skip
_GRAMS = 0x10000
_BITS_A_TERM, _LEAST_BITS, _MOST_BITS = 16, 1 << 13, 1 << 22  # of the sieve: half a megabyte at most


class Arranged(NamedTuple):
    """Watches ready for the compiled body; `watches[n]` is the id of watch n, ascending."""

    watches: Longs
    terms: Terms
    programs: Programs
    languages: dict[str, int]
    networks: dict[str, int]
    asks_authors: bool
    asks_links: bool
    broken: tuple[int, ...]


def arranged(queries: Mapping[int, str]) -> Arranged:
    """These watches. One that is not understood (an older version kept it) is left out and named in `broken`."""
    making, entries, anchors, watches, broken = _Making(), [], [], [], []
    for watch in sorted(queries):
        try:
            query = parse(queries[watch])
        except NotUnderstood:
            broken.append(watch)
            continue
        entries.append(making.program(plain(query), YES, NO))
        anchors.append([making.term(_KINDS[kind], text) for kind, text in anchors_of(query)])
        watches.append(watch)
    return Arranged(
        np.array(watches, np.int64), making.all_terms(), making.programs(entries, anchors), making.values["lang"],
        making.values["network"], bool({AUTHOR, AUTHOR_BEGINS} & {kind for kind, _text in making.numbers}),
        making.asks_links, tuple(broken),
    )  # fmt: skip


class _Making:
    """Numbers terms and phrases as they come and writes the questions."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[int, str], int] = {}
        self.values: dict[str, dict[str, int]] = {"lang": {}, "network": {}}
        self.asks_links = False
        self._phrases: dict[tuple[int, ...], int] = {}
        self._nears: dict[tuple[int, int, int], int] = {}
        self._code: list[tuple[int, int, int, int]] = []

    def term(self, kind: int, text: str) -> int:
        return self.numbers.setdefault((kind, text), len(self.numbers))

    def program(self, query: Query, on_yes: int, on_no: int) -> int:
        """Write the questions of a plain query, the last first; where it begins."""
        if isinstance(query, Not):
            return self.program(query.part, on_no, on_yes)
        if not isinstance(query, All | OneOf):
            self._code.append((*self._question(query), on_yes, on_no))
            return len(self._code) - 1
        entry: int | None = None
        for part in sorted(query.parts, key=effort, reverse=True):
            follows = entry
            if isinstance(query, All):
                entry = self.program(part, on_yes if follows is None else follows, on_no)
            else:
                entry = self.program(part, on_yes, on_no if follows is None else follows)
        if entry is None:
            raise ValueError(f"an empty group: {query!r}")
        return entry

    def _question(self, leaf: Words | Piece | Near | Field) -> tuple[int, int]:
        if isinstance(leaf, Field):
            return self._field(leaf)
        if isinstance(leaf, Near):
            near = (self._one_word(leaf.one), self._one_word(leaf.other), leaf.distance)
            return NEAR, self._nears.setdefault(near, len(self._nears))
        if isinstance(leaf, Piece) or len(leaf.words) == 1:
            return SEEN, self._one_word(leaf)
        terms = tuple(self.term(WORD, word) for word in leaf.words)
        return PHRASE, self._phrases.setdefault(terms, len(self._phrases))

    def _one_word(self, leaf: Words | Piece) -> int:
        return (
            self.term(_KINDS[leaf.kind], leaf.text)
            if isinstance(leaf, Piece)
            else self.term(WORD, leaf.words[0])
        )

    def _field(self, field: Field) -> tuple[int, int]:
        if field.name == "author":
            return SEEN, self.term(AUTHOR_BEGINS if field.begins else AUTHOR, field.value)
        if field.name == "is":
            return KIND, KINDS[field.value]
        if field.name in {"has", "domain"}:
            self.asks_links = True
            return (KIND, LINKS) if field.name == "has" else (SEEN, self.term(DOMAIN, field.value))
        values = self.values[field.name]
        return LANGUAGE if field.name == "lang" else NETWORK, values.setdefault(field.value, len(values))

    def all_terms(self) -> Terms:
        raw = [text.encode() for _kind, text in self.numbers]
        starts = _starts(map(len, raw))
        blob = np.frombuffer(b"".join(raw) or b"\x00", np.uint8)
        kinds = np.array([kind for kind, _text in self.numbers], np.uint8)
        slots = np.zeros(_power_of_two(2 * len(raw) + 2), np.int32)
        slot_marks = np.zeros(len(slots), np.uint64)
        bits = min(max(_power_of_two(_BITS_A_TERM * len(raw)), _LEAST_BITS), _MOST_BITS)
        bloom = np.zeros(bits // 64, np.uint64)
        its_marks = np.empty(len(raw), np.uint64)
        marks.marks_of(blob, starts, kinds, its_marks)
        marks.lay_out(its_marks, slots, slot_marks, bloom)
        grams, following = self._grams(raw)
        placed = np.zeros(len(raw), np.uint8)
        placed[[term for phrase in self._phrases for term in phrase]] = 1
        placed[[term for near in self._nears for term in near[:2]]] = 1
        begins, ends, author_begins = (self._lengths(kind, raw) for kind in (BEGINS, ENDS, AUTHOR_BEGINS))
        return Terms(
            blob, starts, kinds, slots, slot_marks, bloom, begins, ends, self._edges(BEGINS, raw), self._edges(ENDS, raw),
            author_begins, grams, following, placed,
        )  # fmt: skip

    def programs(self, entries: list[int], anchors: list[list[int]]) -> Programs:
        hanging: list[list[int]] = [[] for _ in self.numbers]
        for watch, terms in enumerate(anchors):
            for term in terms:
                hanging[term].append(watch)
        return Programs(
            np.array(self._code, np.int32).reshape(-1, 4),
            np.array(entries, np.int32),
            _starts(map(len, hanging)),
            np.array([watch for watches in hanging for watch in watches], np.int32),
            _starts(map(len, self._phrases)),
            np.array([term for phrase in self._phrases for term in phrase], np.int32),
            np.array(list(self._nears), np.int32).reshape(-1, 3),
        )

    def _lengths(self, kind: int, raw: list[bytes]) -> Bytes:
        """Which lengths occur among the terms of a kind."""
        lengths = {len(text) for text, (its, _text) in zip(raw, self.numbers, strict=True) if its == kind}
        table = np.zeros(max(lengths, default=0) + 1, np.uint8)
        table[list(lengths)] = 1
        return table

    def _edges(self, kind: int, raw: list[bytes]) -> Bytes:
        """1 at the hash of the outermost bytes of each term of a kind."""
        table = np.zeros(_GRAMS, np.uint8)
        for text, (its, _text) in zip(raw, self.numbers, strict=True):
            if its == kind:
                table[gram_of(np.frombuffer(text, np.uint8), 0 if kind == BEGINS else len(text) - GRAM)] = 1
        return table

    def _grams(self, raw: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
        """Pieces to find inside of words, chained by a hash of their first bytes; no chains where there are none."""
        grams = np.full(_GRAMS, -1, np.int32)
        inside = list(self._inside(raw))
        following = np.full(len(raw) if inside else 0, -1, np.int32)
        for term, text in inside:
            gram = gram_of(np.frombuffer(text, np.uint8), 0)
            following[term], grams[gram] = grams[gram], term
        return grams, following

    def _inside(self, raw: list[bytes]) -> Iterator[tuple[int, bytes]]:
        for (kind, _text), (term, text) in zip(self.numbers, enumerate(raw), strict=True):
            if kind == CONTAINS:
                yield term, text


def _starts(lengths: Iterable[int]) -> np.ndarray:
    return np.cumsum([0, *lengths], dtype=np.int32)


def _power_of_two(least: int) -> int:
    return 1 << max(least - 1, 1).bit_length()
