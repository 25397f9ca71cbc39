"""Which passages of a draft stand in earlier answers, also where words were changed. Plain Python over plain values.

An earlier answer is known by its passages: each sentence as a row of numbers, one per word (a number or date of any value
is the same number, so "order 4711" and "order 4712" are one passage). A passage is found by its key where nothing
changed, and by its traces where something did: pairs of its telling words, in their order. What was found is aligned
word by word; a piece counts from LEAST words on. docs/canned.md says what this sees and what not.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from eyelevel.kernel import text as texts
from eyelevel.word import framing
from eyelevel.word.small_words import SMALL

LEAST = 8  # words: less is how people speak
MOST_READ = 20_000  # signs of a text that are compared; beyond it the page says so
MOST_PASSAGES = 400  # of one text
LONGEST = 48  # words of a passage; a longer sentence is cut
SHORTEST = 3  # words of a passage; less says nothing
KEPT_TRACES = 8  # of a passage
FEW_TELLING = 4  # below so many telling words, rows of three words serve as traces too
CANDIDATES = 6  # passages that one sentence of a draft is aligned with
GAP_HERE, GAP_THERE = 5, 4  # words that may be put in, or left out, inside of a piece
LEAST_PIECE = 5  # words in common, to be anything at all
LEAST_TELLING = 2
DENSE = 0.6  # of the words of a piece stand in the passage
WHOLE = 0.7  # of a sentence: then the sentence is the piece
THEIRS = 0.5  # of the rows of four words stand in what the person wrote
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_NUMBER = zlib.crc32(b"#")


@dataclass(frozen=True)
class Word:
    """A word of a text: its place there and its number. Several numbers in a row ("1.200,50") are one word."""

    start: int
    end: int
    number: int


@dataclass(frozen=True)
class Sentence:
    """One sentence of ours with its words; `start` and `end` are places in the text as it was written."""

    start: int
    end: int
    words: tuple[Word, ...]

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        return tuple(word.number for word in self.words)

    @cached_property
    def key(self) -> int:
        return key_of(self.numbers)


@dataclass(frozen=True, kw_only=True)
class Known:
    """A passage of earlier answers and in how many of them it stands."""

    numbers: tuple[int, ...]
    answers: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """A passage of the draft, draft[start:end], that stands in `answers` earlier answers (the most for any one of them)."""

    start: int
    end: int
    answers: int


@dataclass(frozen=True, kw_only=True)
class _Piece:
    first: int  # word of the sentence
    last: int
    same: int  # words in common
    known: Known


def too_long(text: str) -> bool:
    """Is there more than is compared?"""
    return len(text) > MOST_READ


def sentences(text: str) -> Sequence[Sentence]:
    """Our own sentences of a text, without greeting, closing, signature and quotes; each at most LONGEST words."""
    seen = framing.of(text[:MOST_READ])
    found: list[Sentence] = []
    for span in texts.sentences(seen.text, MOST_PASSAGES):
        words = _words(span.text)
        for at in range(0, len(words), LONGEST):
            part = words[at : at + LONGEST]
            placed = tuple(
                Word(*seen.span(span.start + one.start, span.start + one.end), one.number) for one in part
            )
            whole = len(words) <= LONGEST
            start, end = (
                (span.start, span.end) if whole else (span.start + part[0].start, span.start + part[-1].end)
            )
            found.append(Sentence(*seen.span(start, end), placed))
    return found[:MOST_PASSAGES]


def _words(text: str) -> list[Word]:
    found: list[Word] = []
    for match in _WORD.finditer(text):
        number = number_of(match[0])
        if number == _NUMBER and found and found[-1].number == _NUMBER:
            found[-1] = Word(found[-1].start, match.end(), _NUMBER)
        else:
            found.append(Word(match.start(), match.end(), number))
    return found


@lru_cache(maxsize=65_536)
def number_of(word: str) -> int:
    """The number of a word, the same for ä and ae and whatever its case; one number for all that hold a digit."""
    if any(sign.isdigit() for sign in word):
        return _NUMBER
    return zlib.crc32(texts.folded(word).encode())


_SMALL = frozenset(number_of(word) for word in SMALL) | {_NUMBER}


def key_of(numbers: Sequence[int]) -> int:
    """A signed 64-bit key of exactly these words."""
    return int.from_bytes(hashlib.blake2b(packed(numbers), digest_size=8).digest(), "big", signed=True)


def packed(numbers: Sequence[int]) -> bytes:
    """Four bytes a word, little-endian."""
    if _PLAIN:
        return array("I", numbers).tobytes()
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def unpacked(kept: bytes) -> tuple[int, ...]:
    if _PLAIN:
        row = array("I")
        row.frombytes(kept)
        return tuple(row)
    return tuple(int.from_bytes(kept[at : at + 4], "little") for at in range(0, len(kept), 4))


_PLAIN = array("I", [1]).tobytes() == b"\1\0\0\0"  # how most machines keep such numbers anyway


def traces(numbers: Sequence[int], *, asking: bool = False) -> Sequence[int]:
    """Signed 32-bit marks by which a passage is found after edits, in an order that is the same for every text.

    Asking for a text of few telling words looks for rows of words a little longer than keeping lays them.
    """
    if len(numbers) < LEAST_PIECE:
        return ()
    telling = [number for number in numbers if number not in _SMALL]
    found = {_trace(*pair) for step in (1, 2) for pair in zip(telling, telling[step:], strict=False)}
    if len(telling) < FEW_TELLING + 2 * asking:
        found |= {_trace(*row) for row in zip(numbers, numbers[1:], numbers[2:], strict=False)}
    return sorted(found)


def _trace(*numbers: int) -> int:
    mixed = 0x811C9DC5
    for number in numbers:
        mixed = ((mixed ^ number) * 0x9E3779B1 + (mixed >> 15)) & 0xFFFFFFFF
    mixed ^= mixed >> 13
    return mixed - (1 << 32) if mixed >> 31 else mixed


def candidates(wanted: Sequence[int], found: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """The passages that share most traces with a sentence; a trace that few passages have weighs more."""
    score: Counter[int] = Counter()
    for trace in wanted:
        passages = found.get(trace, ())
        for one in passages:
            score[one] += 64 // len(passages) + 16
    return [one for one, _weight in sorted(score.items(), key=lambda item: (-item[1], item[0]))[:CANDIDATES]]


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much of an answer stands in earlier ones, in signs without blanks; greeting, closing and quotes are neither."""

    spans: Sequence[Span]
    canned: int
    own: int  # signs in all, canned ones included

    @property
    def percent(self) -> int:
        """Rounded, but neither 0 nor 100 unless it is so."""
        if not self.canned or not self.own:
            return 0
        return 100 if self.canned >= self.own else min(99, max(1, round(100 * self.canned / self.own)))


def share(
    draft: str,
    ours: Sequence[Sentence],
    near: Sequence[Sequence[Known]],
    *,
    theirs: Collection[tuple[int, ...]],
) -> Share:
    """Hold each sentence of ours against the passages that could be its source.

    `near[i]` are the passages for `ours[i]`; `theirs` are the rows of four words of what the person wrote: a sentence
    that repeats them is the person's, neither ours nor canned.
    """
    kept = [(one, some) for one, some in zip(ours, near, strict=True) if not _is_theirs(one.numbers, theirs)]
    pieces = [_pieces(one.numbers, some) for one, some in kept]
    counted = _counted([one for one, _some in kept], pieces)
    spans = sorted(
        (_span(kept[at][0], piece) for at, piece in counted), key=lambda span: (span.start, span.end)
    )
    return Share(
        spans=_joined(draft, spans), canned=sum(_signs(draft, one.start, one.end) for one in spans),
        own=sum(_signs(draft, one.start, one.end) for one, _some in kept),
    )  # fmt: skip


def rows_of_four(text: str) -> Iterable[tuple[int, ...]]:
    """What `share` wants to know of the words of a person."""
    numbers = [word.number for word in _words(texts.visible(text))]
    return zip(numbers, numbers[1:], numbers[2:], numbers[3:], strict=False)


def _is_theirs(numbers: tuple[int, ...], theirs: Collection[tuple[int, ...]]) -> bool:
    rows = list(zip(numbers, numbers[1:], numbers[2:], numbers[3:], strict=False))
    return len(rows) >= 2 and sum(row in theirs for row in rows) > THEIRS * len(rows)


def _pieces(numbers: tuple[int, ...], near: Sequence[Known]) -> Sequence[_Piece]:
    """The pieces of one sentence that stand in these passages, none over another; the longest first in its place."""
    for known in near:
        if known.numbers == numbers and len(numbers) >= SHORTEST:
            return [_Piece(first=0, last=len(numbers) - 1, same=len(numbers), known=known)]
    found = sorted(
        (piece for known in near for piece in _aligned(numbers, known)),
        key=lambda piece: (-piece.same, -piece.known.answers, piece.first),
    )
    taken: list[_Piece] = []
    for piece in found:
        if all(piece.last < other.first or piece.first > other.last for other in taken):
            taken.append(piece)
    return sorted(taken, key=lambda piece: piece.first)


def _aligned(numbers: tuple[int, ...], known: Known) -> Iterable[_Piece]:
    """Runs of words in common, joined over small gaps."""
    blocks = SequenceMatcher(None, numbers, known.numbers, autojunk=False).get_matching_blocks()
    chain: list[tuple[int, int, int]] = []
    for here, there, size in blocks:
        if chain:
            before, other, length = chain[-1]
            apart = here - before - length > GAP_HERE or there - other - length > GAP_THERE or not size
            if apart:
                yield from _piece(numbers, chain, known)
                chain = []
        if size:
            chain.append((here, there, size))


def _piece(numbers: tuple[int, ...], chain: Sequence[tuple[int, int, int]], known: Known) -> Iterable[_Piece]:
    same = sum(size for _here, _there, size in chain)
    first, last = chain[0][0], chain[-1][0] + chain[-1][2] - 1
    telling = sum(
        number not in _SMALL for here, _there, size in chain for number in numbers[here : here + size]
    )
    if same >= LEAST_PIECE and telling >= LEAST_TELLING and same >= DENSE * (last - first + 1):
        if same >= WHOLE * len(numbers):
            first, last = 0, len(numbers) - 1
        yield _Piece(first=first, last=last, same=same, known=known)


def _counted(ours: Sequence[Sentence], pieces: Sequence[Sequence[_Piece]]) -> Sequence[tuple[int, _Piece]]:
    """(sentence, piece) of everything long enough, and of short pieces that stand right beside something that is."""
    row = [(at, piece) for at, some in enumerate(pieces) for piece in some]
    long = [_words_of(row, at) >= LEAST for at in range(len(row))]
    for order in (range(1, len(row)), range(len(row) - 2, -1, -1)):
        step = order.step
        for at in order:
            long[at] = long[at] or (
                long[at - step] and _adjoin(ours, *sorted((row[at - step], row[at]), key=_place))
            )
    return [one for one, counts in zip(row, long, strict=True) if counts]


def _words_of(row: Sequence[tuple[int, _Piece]], at: int) -> int:
    """The words of a piece, changed ones inside included, with its neighbours from the same passage: a sentence cut in two."""
    known = row[at][1].known
    near = (piece for _at, piece in row[max(0, at - 1) : at + 2] if piece.known is known)
    return sum(piece.last - piece.first + 1 for piece in near)


def _place(one: tuple[int, _Piece]) -> tuple[int, int]:
    return one[0], one[1].first


def _adjoin(ours: Sequence[Sentence], left: tuple[int, _Piece], right: tuple[int, _Piece]) -> bool:
    if left[0] == right[0]:
        return right[1].first - left[1].last == 1
    ends = left[1].last == len(ours[left[0]].words) - 1
    return right[0] - left[0] == 1 and ends and right[1].first == 0


def _span(sentence: Sentence, piece: _Piece) -> Span:
    """A whole sentence with its stop, or from the first word to the last."""
    whole = piece.first == 0 and piece.last == len(sentence.words) - 1
    return Span(
        start=sentence.start if whole else sentence.words[piece.first].start,
        end=sentence.end if whole else sentence.words[piece.last].end, answers=piece.known.answers,
    )  # fmt: skip


def _joined(draft: str, spans: Sequence[Span]) -> Sequence[Span]:
    """Neighbours with nothing between them, told as one."""
    joined: list[Span] = []
    for span in spans:
        if joined and not draft[joined[-1].end : span.start].strip():
            joined[-1] = Span(
                start=joined[-1].start, end=span.end, answers=max(joined[-1].answers, span.answers)
            )
        else:
            joined.append(span)
    return joined


def _signs(text: str, start: int, end: int) -> int:
    return end - start - sum(map(text[start:end].count, " \n\t\u00a0"))
