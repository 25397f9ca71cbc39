"""Which terms a word holds, and which an author's name; compiled. Equal hashes prove nothing: the bytes are compared."""

from __future__ import annotations

import numpy as np

from eyelevel.listening.engine.jit import compiled
from eyelevel.listening.engine.marks import BITS, HALF, ONE, PRIME, START, finished
from eyelevel.listening.engine.shapes import (
    AUTHOR,
    AUTHOR_BEGINS,
    BEGINS,
    ENDS,
    GRAM,
    WORD,
    Bytes,
    Memory,
    Number,
    Terms,
)


@compiled
def gram_of(raw: Bytes, at: Number) -> Number:
    return (
        np.int64(raw[at]) * 0x9E37 ^ np.int64(raw[at + 1]) * 0x79B1 ^ np.int64(raw[at + 2]) * 0x2545
    ) & 0xFFFF


@compiled
def _term(terms: Terms, mark: np.uint64, raw: Bytes, start: Number, end: Number, kind: Number) -> Number:
    """The term that is exactly raw[start:end], or -1."""
    sieve = np.uint64(len(terms.bloom) * 64 - 1)
    bit = (mark >> HALF) & sieve
    if (terms.bloom[bit >> np.uint64(6)] >> (bit & BITS)) & ONE == np.uint64(0):
        return -1
    mask = np.uint64(len(terms.slots) - 1)
    at = mark & mask
    while terms.slots[at] != 0:
        if terms.slot_marks[at] == mark:
            term = terms.slots[at] - 1
            if terms.kinds[term] == kind and _same(terms, term, raw, start, end):
                return term
        at = (at + ONE) & mask
    return -1


@compiled
def _same(terms: Terms, term: Number, raw: Bytes, start: Number, end: Number) -> bool:
    first = terms.starts[term]
    if terms.starts[term + 1] - first != end - start:
        return False
    for step in range(end - start):  # noqa: SIM110 -- generators are not compiled
        if terms.blob[first + step] != raw[start + step]:
            return False
    return True


@compiled
def _see(memory: Memory, term: Number) -> None:
    if memory.seen[term] != memory.counts[0]:
        memory.seen[term] = memory.counts[0]
        memory.found[memory.counts[1]] = term
        memory.counts[1] += 1
        memory.last[term] = -1


@compiled
def _see_at(memory: Memory, term: Number, place: Number) -> None:
    number = memory.counts[2]
    memory.occurrence[number, 0] = term
    memory.occurrence[number, 1] = place
    memory.occurrence[number, 2] = memory.last[term]
    memory.last[term] = number
    memory.counts[2] += 1


@compiled
def may_hold(terms: Terms, word: Bytes, size: Number, mark: np.uint64) -> bool:
    """A quick look, with the hash of word[:size] as it ran: False where no term can be in it. Most words end here."""
    sieve = np.uint64(len(terms.bloom) * 64 - 1)
    bit = (finished(mark, WORD) >> HALF) & sieve
    if (terms.bloom[bit >> np.uint64(6)] >> (bit & BITS)) & ONE != np.uint64(0):
        return True
    if size < GRAM:
        return False
    if len(terms.gram_next) > 0 or terms.begin_grams[gram_of(word, 0)] != 0:
        return True
    return bool(terms.end_grams[gram_of(word, size - GRAM)])


@compiled
def look_up(terms: Terms, memory: Memory, size: Number, mark: np.uint64, place: Number) -> None:
    """All terms that the word in memory.word[:size] holds; `mark` is its hash as it ran."""
    term = _term(terms, finished(mark, WORD), memory.word, 0, size, WORD)
    if term >= 0:
        _see(memory, term)
        if terms.in_phrase[term]:
            _see_at(memory, term, place)
    if size < GRAM:
        return
    if terms.begin_grams[gram_of(memory.word, 0)] != 0:
        _look_up_begins(terms, memory, size)
    if terms.end_grams[gram_of(memory.word, size - GRAM)] != 0:
        _look_up_ends(terms, memory, size)
    if len(terms.gram_next) > 0:
        _look_inside(terms, memory, size)


@compiled
def _look_up_begins(terms: Terms, memory: Memory, size: Number) -> None:
    word, mark = memory.word, START
    for length in range(1, min(size + 1, len(terms.begins))):
        mark = (mark ^ np.uint64(word[length - 1])) * PRIME
        if terms.begins[length]:
            term = _term(terms, finished(mark, BEGINS), word, 0, length, BEGINS)
            if term >= 0:
                _see(memory, term)


@compiled
def _look_up_ends(terms: Terms, memory: Memory, size: Number) -> None:
    word, mark = memory.word, START
    for length in range(1, min(size + 1, len(terms.ends))):
        mark = (mark ^ np.uint64(word[size - length])) * PRIME
        if terms.ends[length]:
            term = _term(terms, finished(mark, ENDS), word, size - length, size, ENDS)
            if term >= 0:
                _see(memory, term)


@compiled
def _look_inside(terms: Terms, memory: Memory, size: Number) -> None:
    word = memory.word
    for at in range(size - GRAM + 1):
        term = terms.grams[gram_of(word, at)]
        while term >= 0:
            length = terms.starts[term + 1] - terms.starts[term]
            if (
                memory.seen[term] != memory.counts[0]
                and length <= size - at
                and _same(terms, term, word, at, at + length)
            ):
                _see(memory, term)
            term = terms.gram_next[term]


@compiled
def _name(terms: Terms, memory: Memory, size: Number) -> None:
    """Terms that one name of the author in memory.word[:size] holds."""
    word, mark = memory.word, START
    for at in range(size):
        mark = (mark ^ np.uint64(word[at])) * PRIME
        if at + 1 < len(terms.author_begins) and terms.author_begins[at + 1]:
            term = _term(terms, finished(mark, AUTHOR_BEGINS), word, 0, at + 1, AUTHOR_BEGINS)
            if term >= 0:
                _see(memory, term)
    term = _term(terms, finished(mark, AUTHOR), word, 0, size, AUTHOR)
    if term >= 0:
        _see(memory, term)


@compiled
def names(terms: Terms, memory: Memory, raw: Bytes, start: Number, end: Number) -> None:
    """Names, a line each: lower case, spaces put right, without quotes and stars, without @ at the beginning.

    Lines with signs beyond ASCII were brought into this form before.
    """
    word, size, gap = memory.word, 0, False
    for at in range(start, end + 1):
        byte = raw[at] if at < end else np.uint8(10)
        if byte == 10:
            if size > 0:
                _name(terms, memory, size)
            size, gap = 0, False
            continue
        if byte in (32, 34, 42) or 9 <= byte <= 13 or 28 <= byte <= 31:
            gap = size > 0
            continue
        if size == 0 and byte == 64:
            continue
        if gap:
            word[size] = 32
            size += 1
            gap = False
        word[size] = byte + 32 if 65 <= byte <= 90 else byte
        size += 1
