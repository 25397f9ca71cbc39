"""Hashes of words and the open table over them, compiled. A hash only proposes: lookup.py compares the bytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyelevel.listening.engine.jit import compiled
from eyelevel.listening.engine.shapes import ENDS, WORD, Bytes, Ints, Marks, Number

START, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_MIX, _KIND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
HALF, _SOME, ONE, BITS = np.uint64(32), np.uint64(29), np.uint64(1), np.uint64(63)


@compiled
def mark_of(raw: Bytes, start: Number, end: Number, kind: Number) -> np.uint64:
    """A hash of raw[start:end] as a term of a kind; of ends, read from behind."""
    mark = START
    for at in range(start, end):
        byte = raw[at] if kind != ENDS else raw[end - 1 - (at - start)]
        mark = (mark ^ np.uint64(byte)) * PRIME
    return finished(mark, kind)


@compiled
def finished(mark: np.uint64, kind: Number) -> np.uint64:
    mark = (mark ^ (mark >> HALF)) * _MIX + np.uint64(kind) * _KIND
    return mark ^ (mark >> _SOME)


@compiled
def marks_of(blob: Bytes, starts: Ints, kinds: Bytes, marks: Marks) -> None:
    """Fill in the marks of all terms."""
    for term in range(len(kinds)):
        marks[term] = mark_of(blob, starts[term], starts[term + 1], kinds[term])


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


@compiled
def _sift(numbers: Ints, begin: Number, root: Number, many: Number) -> None:
    number = numbers[begin + root]
    child = 2 * root + 1
    while child < many:
        if child + 1 < many and numbers[begin + child + 1] > numbers[begin + child]:
            child += 1
        if numbers[begin + child] <= number:
            break
        numbers[begin + root] = numbers[begin + child]
        root, child = child, 2 * child + 1
    numbers[begin + root] = number


@compiled
def _sort_by_heap(numbers: Ints, begin: Number, end: Number) -> None:
    many = end - begin
    for root in range(many // 2 - 1, -1, -1):
        _sift(numbers, begin, root, many)
    for last in range(many - 1, 0, -1):
        numbers[begin], numbers[begin + last] = numbers[begin + last], numbers[begin]
        _sift(numbers, begin, 0, last)


@compiled
def sort(numbers: Ints, begin: Number, end: Number) -> None:
    """Put numbers[begin:end] into ascending order, in place: a heap from 16 on, by insertion below."""
    if end - begin > 16:
        _sort_by_heap(numbers, begin, end)
        return
    for place in range(begin + 1, end):
        number, at = numbers[place], place
        while at > begin and numbers[at - 1] > number:
            numbers[at] = numbers[at - 1]
            at -= 1
        numbers[at] = number
