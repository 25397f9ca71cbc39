"""Hashes of words and the open table over them, compiled. A hash only proposes: lookup.py compares the bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyelevel.listening.engine.jit import compiled
from eyelevel.listening.engine.shapes import ENDS, WORD, Bytes, Ints, Marks

START, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_MIX, _KIND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
HALF, _SOME, ONE, BITS = np.uint64(32), np.uint64(29), np.uint64(1), np.uint64(63)


@compiled
def mark_of(raw: Bytes, start: int, end: int, kind: int) -> np.uint64:
    """A hash of raw[start:end] as a term of a kind; of ends, read from behind."""
    mark = START
    for at in range(start, end):
        byte = raw[at] if kind != ENDS else raw[end - 1 - (at - start)]
        mark = (mark ^ np.uint64(byte)) * PRIME
    return finished(mark, kind)


@compiled
def finished(mark: np.uint64, kind: int) -> np.uint64:
    mark = (mark ^ (mark >> HALF)) * _MIX + np.uint64(kind) * _KIND
    return mark ^ (mark >> _SOME)


@compiled
def marks_of(blob: Bytes, starts: Ints, kinds: Bytes) -> Marks:
    """The marks of all terms."""
    marks = np.empty(len(kinds), np.uint64)
    for term in range(len(kinds)):
        marks[term] = mark_of(blob, starts[term], starts[term + 1], kinds[term])
    return marks


@compiled
def lay_out(marks: Marks, slots: Ints, slot_marks: Marks, bloom: Marks) -> None:
    """Put the terms into the open table and its sieve."""
    mask, sieve = np.uint64(len(slots) - 1), np.uint64(len(bloom) * 64 - 1)
    for term in range(len(marks)):
        mark = marks[term]
        at = mark & mask
        while slots[at] != 0:
            at = (at + ONE) & mask
        slots[at], slot_marks[at] = term + 1, mark
        bit = (mark >> HALF) & sieve
        bloom[bit >> np.uint64(6)] |= ONE << (bit & BITS)


@compiled
def same_values(buffer: Bytes, offsets: npt.NDArray[np.uint32], table: Ints, groups: Ints) -> None:
    """groups[n] becomes the first text that is the same as text n. `table` is filled with -1, its size a power of two."""
    mask = np.uint64(len(table) - 1)
    for text in range(len(offsets) - 1):
        start, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        at = mark_of(buffer, start, end, WORD) & mask
        groups[text] = -1
        while table[at] >= 0:
            other = table[at]
            begin = np.int64(offsets[other])
            if np.int64(offsets[other + 1]) - begin == end - start:
                step = 0
                while step < end - start and buffer[begin + step] == buffer[start + step]:
                    step += 1
                if step == end - start:
                    groups[text] = other
                    break
            at = (at + ONE) & mask
        if groups[text] < 0:
            table[at] = text
            groups[text] = text
