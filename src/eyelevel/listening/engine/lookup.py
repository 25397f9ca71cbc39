"""Which terms a word holds, and which an author's name; compiled. Equal hashes prove nothing: the bytes are compared."""

from __future__ import annotations

import numpy as np

from eyelevel.listening.engine.jit import compiled
from eyelevel.listening.engine.marks import BITS, HALF, ONE, PRIME, START, finished, mark_of
from eyelevel.listening.engine.shapes import (
    AUTHOR,
    AUTHOR_BEGINS,
    BEGINS,
    DOMAIN,
    ENDS,
    GRAM,
    WORD,
    Bytes,
    Memory,
    Number,
    Terms,
)

_NOWHERE = -1
_MOST_HOST = 253


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
def _see(terms: Terms, memory: Memory, term: Number, place: Number) -> None:
    """The term is in this text, in the word at this place (an author's name has none)."""
    number = memory.counts[0]
    if memory.seen[term] != number:
        memory.seen[term] = number
        memory.found[memory.counts[1]] = term
        memory.counts[1] += 1
        memory.last[term] = -1
    if not terms.placed[term]:
        return
    last, at = memory.last[term], memory.counts[2]
    if last >= 0 and memory.occurrence[last, 1] == place:
        return  # twice in one word
    memory.counts[2] += 1
    if at < len(memory.occurrence):
        memory.occurrence[at, 0] = term
        memory.occurrence[at, 1] = place
        memory.occurrence[at, 2] = last
        memory.last[term] = at


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
        _see(terms, memory, term, place)
    if size < GRAM:
        return
    if terms.begin_grams[gram_of(memory.word, 0)] != 0:
        _look_up_begins(terms, memory, size, place)
    if terms.end_grams[gram_of(memory.word, size - GRAM)] != 0:
        _look_up_ends(terms, memory, size, place)
    if len(terms.gram_next) > 0:
        _look_inside(terms, memory, size, place)


@compiled
def _look_up_begins(terms: Terms, memory: Memory, size: Number, place: Number) -> None:
    word, mark = memory.word, START
    for length in range(1, min(size + 1, len(terms.begins))):
        mark = (mark ^ np.uint64(word[length - 1])) * PRIME
        if terms.begins[length]:
            term = _term(terms, finished(mark, BEGINS), word, 0, length, BEGINS)
            if term >= 0:
                _see(terms, memory, term, place)


@compiled
def _look_up_ends(terms: Terms, memory: Memory, size: Number, place: Number) -> None:
    word, mark = memory.word, START
    for length in range(1, min(size + 1, len(terms.ends))):
        mark = (mark ^ np.uint64(word[size - length])) * PRIME
        if terms.ends[length]:
            term = _term(terms, finished(mark, ENDS), word, size - length, size, ENDS)
            if term >= 0:
                _see(terms, memory, term, place)


@compiled
def _look_inside(terms: Terms, memory: Memory, size: Number, place: Number) -> None:
    word = memory.word
    for at in range(size - GRAM + 1):
        term = terms.grams[gram_of(word, at)]
        while term >= 0:
            length = terms.starts[term + 1] - terms.starts[term]
            if (
                (memory.seen[term] != memory.counts[0] or terms.placed[term])
                and length <= size - at
                and _same(terms, term, word, at, at + length)
            ):
                _see(terms, memory, term, place)
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
                _see(terms, memory, term, _NOWHERE)
    term = _term(terms, finished(mark, AUTHOR), word, 0, size, AUTHOR)
    if term >= 0:
        _see(terms, memory, term, _NOWHERE)


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


@compiled
def hosts(terms: Terms, memory: Memory, raw: Bytes, start: Number, end: Number) -> bool:
    """Look up the machines that the links in a text lead to; is there one?"""
    any_link, at = False, start
    while at + 7 < end:
        if raw[at] | 32 != 104 or not _is_scheme(raw, at, end):
            at += 1
            continue
        first = at + (8 if raw[at + 4] | 32 == 115 else 7)
        size = 0
        while first + size < end and size < _MOST_HOST and _is_in_hosts(raw[first + size]):
            byte = raw[first + size]
            memory.word[size] = byte + 32 if 65 <= byte <= 90 else byte
            size += 1
        at = first + size if size > 0 else at + 1
        if _host(terms, memory, size):
            any_link = True
    return any_link


@compiled
def _is_scheme(raw: Bytes, at: Number, end: Number) -> bool:
    """Does http:// or https:// stand here, in any case? There are eight bytes at least."""
    if raw[at + 1] | 32 != 116 or raw[at + 2] | 32 != 116 or raw[at + 3] | 32 != 112:
        return False
    colon = at + (5 if raw[at + 4] | 32 == 115 else 4)
    return bool(colon + 2 < end and raw[colon] == 58 and raw[colon + 1] == 47 and raw[colon + 2] == 47)


@compiled
def _is_in_hosts(byte: Number) -> bool:
    return bool(97 <= byte | 32 <= 122 or 48 <= byte <= 57 or byte in (45, 46))


@compiled
def _host(terms: Terms, memory: Memory, size: Number) -> bool:
    """Look up a name and the names that it is part of, without dots at its edges; False where it is empty."""
    word, first = memory.word, 0
    while first < size and word[first] == 46:
        first += 1
    while size > first and word[size - 1] == 46:
        size -= 1
    for at in range(first, size):
        if at == first or word[at - 1] == 46:
            term = _term(terms, mark_of(word, at, size, DOMAIN), word, at, size, DOMAIN)
            if term >= 0:
                _see(terms, memory, term, _NOWHERE)
    return bool(size > first)
