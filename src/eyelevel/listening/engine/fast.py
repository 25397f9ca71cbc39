"""process(batch) by the compiled body. Same meaning as body.process and meaning.matches; tests hold all three together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eyelevel.listening.engine import marks, signs
from eyelevel.listening.engine.arrange import Arranged, arranged
from eyelevel.listening.engine.batch import Batch, Column, column
from eyelevel.listening.engine.hits import Hits
from eyelevel.listening.engine.scan import scan
from eyelevel.listening.engine.shapes import Bytes, Ints, Longs, Memory, Texts
from eyelevel.listening.words import language_of, name_of, words_of

MOST_WORDS_A_BYTE = 2  # one Arabic sign of three bytes spells four words
_SPARE = 16
_ROOM = 1 << 16  # hits written in one go, beside room for every watch


class Found(NamedTuple):
    """Text n is matched by the watches numbered numbers[ends[n - 1]:ends[n]] (from 0 for the first)."""

    ends: Longs
    numbers: Ints


class Pairs(NamedTuple):
    """Hits one by one: the place of a word in the batch and the watch that matches it; in order."""

    places: Longs
    watches: Longs


class FastIndex:
    """Watches for the compiled body. From any thread, one at a time."""

    def __init__(self, queries: Mapping[int, str]) -> None:
        self._all = arranged(queries)
        self.broken = self._all.broken
        self._lock = threading.Lock()
        self._signs, self._growth = signs.signs(), signs.most_growth()
        self._memory = _memory(self._all, letters=0, places=0)

    def __len__(self) -> int:
        return len(self._all.watches)

    @property
    def ids(self) -> Longs:
        """The watch behind each number of `found`."""
        return self._all.watches

    def process(self, batch: Batch) -> Hits:
        """Which watches match which word of the batch."""
        return hits_of_pairs(self.pairs(batch), len(batch))

    def pairs(self, batch: Batch, *, gone: npt.NDArray[np.bool_] | None = None) -> Pairs:
        """The same as pairs, without the watches whose numbers are `gone`."""
        found = self.found(batch)
        sizes = np.diff(found.ends, prepend=0)
        pairs = Pairs(np.repeat(np.arange(len(sizes)), sizes), self.ids[found.numbers])
        if gone is None or not gone.any():
            return pairs
        stays = ~gone[found.numbers]
        return Pairs(pairs.places[stays], pairs.watches[stays])

    def found(self, batch: Batch) -> Found:
        """The same as numbers of watches, in ascending order for each text."""
        many = len(batch)
        if not many or not len(self):
            return Found(np.zeros(many, np.int64), np.zeros(0, np.int32))
        texts = self._texts(batch)
        hard = np.zeros(many, np.uint8)
        with self._lock:
            found = self._scan(texts, hard)
            rows = np.flatnonzero(hard)
            if not len(rows):
                return found
            return _merged(found, rows, self._scan(_folded(batch, texts, rows), hard))

    def _scan(self, texts: Texts, hard: Bytes) -> Found:
        self._make_room(texts)
        many = len(texts.offsets) - 1
        ends, hits = np.zeros(many, np.int64), np.empty(_ROOM + len(self), np.int32)
        pieces, first, before = [], 0, 0
        while first < many:
            reached = scan(
                self._signs, self._all.terms, self._all.programs, texts, self._memory, first, hard, ends, hits
            )
            filled = int(ends[reached - 1]) if reached > first else 0
            if (places := int(self._memory.counts[2])) > len(
                self._memory.occurrence
            ):  # one word can hold many terms
                self._memory = _memory(self._all, letters=len(self._memory.word), places=2 * places)
            pieces.append(hits[:filled].copy())
            ends[first:reached] += before
            first, before = reached, before + filled
        return Found(ends, np.concatenate(pieces))

    def _make_room(self, texts: Texts) -> None:
        """For the longest word there can be, folded, and the places of all words of the longest text."""
        longest = _longest(texts.offsets)
        letters = max(longest * self._growth, _longest(texts.author_offsets)) + _SPARE
        places = longest * MOST_WORDS_A_BYTE + _SPARE
        if len(self._memory.word) < letters or len(self._memory.occurrence) < places:
            self._memory = _memory(self._all, letters=2 * letters, places=2 * places)

    def _texts(self, batch: Batch) -> Texts:
        nothing = np.full(len(batch), -1, np.int32)
        asks = self._all
        languages = _values(batch.languages, asks.languages, language_of) if asks.languages else nothing
        networks = _values(batch.networks, asks.networks, name_of) if asks.networks else nothing
        authors = _authors(batch.authors) if asks.asks_authors else _NOBODY
        linking = batch.texts if asks.asks_links else _NOBODY
        kinds = np.frombuffer(batch.kinds or bytes(len(batch)), np.uint8)
        return Texts(
            _raw(batch.texts), _offsets(batch.texts), False, languages, networks, _raw(authors), _offsets(authors),
            kinds, _raw(linking), _offsets(linking),
        )  # fmt: skip


_NOBODY = column([])


def _memory(watches: Arranged, *, letters: int, places: int) -> Memory:
    terms = len(watches.terms.kinds)
    return Memory(
        np.zeros(terms, np.int64), np.zeros(len(watches.watches), np.int64), np.zeros(terms, np.int32),
        np.zeros(terms, np.int32), np.empty((places, 3), np.int32), np.empty(letters, np.uint8), np.zeros(3, np.int64),
    )  # fmt: skip


def _raw(texts: Column) -> Bytes:
    return np.frombuffer(texts.buffer or b"\x00", np.uint8)


def _offsets(texts: Column) -> npt.NDArray[np.uint32]:
    return np.frombuffer(texts.offsets, "<u4").astype(np.uint32, copy=False)


def _longest(offsets: npt.NDArray[np.uint32]) -> int:
    return int(np.diff(offsets.astype(np.int64)).max(initial=0))


def _values(texts: Column, known: Mapping[str, int], folded: Callable[[str], str]) -> Ints:
    """The number of each text's value, -1 where no watch asks for it. Each value is folded once."""
    many = len(texts)
    groups, table = np.empty(many, np.int32), np.full(1 << (2 * many).bit_length(), -1, np.int32)
    marks.same_values(_raw(texts), _offsets(texts), table, groups)
    numbers = np.full(many, -1, np.int32)
    for first in np.unique(groups).tolist():
        numbers[first] = known.get(folded(_text(texts, first)), -1)
    return numbers[groups]


def _text(texts: Column, number: int) -> str:
    start, end = _offsets(texts)[number : number + 2].tolist()
    return texts.buffer[start:end].decode("utf-8", "replace")


def _authors(authors: Column) -> Column:
    """Names with signs beyond ASCII are folded here, all others in the compiled body."""
    if authors.buffer.isascii():
        return authors
    return column([line if line.isascii() else "\n".join(map(name_of, line.split("\n"))) for line in authors])


def _folded(batch: Batch, texts: Texts, rows: npt.NDArray[np.int64]) -> Texts:
    """The texts that the table of signs cannot fold."""
    ready = column([" ".join(words_of(_text(batch.texts, row))) for row in rows.tolist()])
    authors = _picked(texts.authors, texts.author_offsets, rows)
    linking = _picked(texts.linking, texts.linking_offsets, rows)
    return Texts(
        _raw(ready), _offsets(ready), True, texts.languages[rows], texts.networks[rows], _raw(authors), _offsets(authors),
        np.frombuffer(texts.kinds[rows].tobytes(), np.uint8), _raw(linking), _offsets(linking),
    )  # fmt: skip


def _picked(buffer: Bytes, offsets: npt.NDArray[np.uint32], rows: npt.NDArray[np.int64]) -> Column:
    """Some of the texts of a column, none where it has none."""
    if len(offsets) < 2:
        return _NOBODY
    pieces = [buffer[offsets[row] : offsets[row + 1]].tobytes() for row in rows]
    places = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    return Column(b"".join(pieces), places.tobytes())


def _merged(found: Found, rows: npt.NDArray[np.int64], more: Found) -> Found:
    """Put the hits of the texts in `rows`, which have none yet, where they belong."""
    sizes = np.diff(found.ends, prepend=0)
    owners = np.repeat(np.arange(len(sizes)), sizes)
    more_sizes = np.diff(more.ends, prepend=0)
    every = np.concatenate([owners, np.repeat(rows, more_sizes)])
    order = np.argsort(every, kind="stable")
    sizes[rows] = more_sizes
    return Found(np.cumsum(sizes), np.concatenate([found.numbers, more.numbers])[order])


def together(some: Pairs, others: Pairs) -> Pairs:
    """All of both, in order."""
    places = np.concatenate([some.places, others.places])
    watches = np.concatenate([some.watches, others.watches])
    order = np.lexsort((watches, places))
    return Pairs(places[order], watches[order])


def hits_of_pairs(pairs: Pairs, many: int) -> Hits:
    """As the engine answers, for a batch of so many words."""
    offsets = np.zeros(many + 1, np.int64)
    offsets[1:] = np.cumsum(np.bincount(pairs.places, minlength=many))
    each, counts = np.unique(pairs.watches, return_counts=True)
    return Hits(
        offsets=offsets.astype("<u4").tobytes(), watches=pairs.watches.astype("<i8").tobytes(),
        counts=dict(zip(each.tolist(), counts.tolist(), strict=True)),
    )  # fmt: skip
