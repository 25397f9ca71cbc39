"""The inner loop of listening, compiled: fold, cut into words, look up, ask the watches that hang on what was found.

Import it only where numba is (see choose.py). Everything is bytes and flat arrays; `arrange.py` makes them. A word here is a
folded run of letters and digits in UTF-8.
"""

from __future__ import annotations

import numpy as np

from eyelevel.listening.engine.jit import compiled
from eyelevel.listening.engine.lookup import hosts, look_up, may_hold, names
from eyelevel.listening.engine.marks import PRIME, START, sort
from eyelevel.listening.engine.shapes import (
    LANGUAGE,
    LINKS,
    NEAR,
    NETWORK,
    PHRASE,
    SEEN,
    YES,
    Bytes,
    Ints,
    Longs,
    Memory,
    Number,
    Programs,
    Terms,
    Texts,
)
from eyelevel.listening.engine.signs import HARD, SEPARATES, SIGNS, SPACE, SPELLED, STAYS, Signs


@compiled
def sign_at(raw: Bytes, at: Number, end: Number) -> tuple[Number, Number]:
    """(number, bytes) of the sign at a place; number -1 where it is no UTF-8."""
    lead = np.int64(raw[at])
    if lead < 0x80:
        return lead, 1
    size = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if lead < 0xC2 or lead > 0xF4 or at + size > end:
        return -1, 1
    number = lead & (0x7F >> size)
    for step in range(1, size):
        byte = np.int64(raw[at + step])
        if byte & 0xC0 != 0x80:
            return -1, 1
        number = number << 6 | (byte & 0x3F)
    if (size == 3 and (number < 0x800 or 0xD800 <= number < 0xE000)) or (
        size == 4 and not 0x10000 <= number < 0x110000
    ):
        return -1, 1
    return number, size


@compiled
def _read(  # noqa: C901, PLR0912 -- the loop over every byte: a call would cost more than the byte
    sign_table: Signs, terms: Terms, memory: Memory, raw: Bytes, start: Number, end: Number
) -> bool:
    """Look up every word of a text; False where a sign is HARD."""
    word, ascii_signs, size, place, at, mark = memory.word, sign_table.ascii, 0, 0, start, START
    while at < end:
        byte = raw[at]
        plain = ascii_signs[byte]
        if plain > 1:
            word[size] = plain
            mark = (mark ^ np.uint64(plain)) * PRIME
            size += 1
            at += 1
            continue
        if plain == 0:
            at += 1
            if size > 0:
                if may_hold(terms, word, size, mark):
                    look_up(terms, memory, size, mark, place)
                size, place, mark = 0, place + 1, START
            continue
        number, wide = sign_at(raw, at, end)
        if number < 0 or number >= SIGNS:
            return False
        kind = sign_table.kinds[number]
        if kind == HARD:
            return False
        at += wide
        if kind == STAYS:
            for step in range(wide):
                byte = raw[at - wide + step]
                word[size + step] = byte
                mark = (mark ^ np.uint64(byte)) * PRIME
            size += wide
        elif kind == SPELLED:
            first = sign_table.starts[number]
            for step in range(sign_table.lengths[number]):
                byte = sign_table.spelling[first + step]
                if byte != SPACE:
                    word[size] = byte
                    mark = (mark ^ np.uint64(byte)) * PRIME
                    size += 1
                elif size > 0:
                    look_up(terms, memory, size, mark, place)
                    size, place, mark = 0, place + 1, START
        elif kind == SEPARATES and size > 0:
            look_up(terms, memory, size, mark, place)
            size, place, mark = 0, place + 1, START
    if size > 0:
        look_up(terms, memory, size, mark, place)
    return True


@compiled
def _read_ready(terms: Terms, memory: Memory, raw: Bytes, start: Number, end: Number) -> None:
    """Look up every word of a text that was folded before."""
    size, place, mark = 0, 0, START
    for at in range(start, end + 1):
        if at < end and raw[at] != SPACE:
            memory.word[size] = raw[at]
            mark = (mark ^ np.uint64(raw[at])) * PRIME
            size += 1
        elif size > 0:
            look_up(terms, memory, size, mark, place)
            size, place, mark = 0, place + 1, START


@compiled
def _phrase(programs: Programs, memory: Memory, phrase: Number) -> bool:
    """Do its words stand side by side? Each occurrence of the first is followed through."""
    first, behind = programs.phrase_starts[phrase], programs.phrase_starts[phrase + 1]
    for number in range(first, behind):
        if memory.seen[programs.phrase_terms[number]] != memory.counts[0]:
            return False
    at = memory.last[programs.phrase_terms[first]]
    while at >= 0:
        step, follows = 1, at + 1
        while step < behind - first:
            place = memory.occurrence[at, 1] + step
            term = programs.phrase_terms[first + step]
            while follows < memory.counts[2] and (
                memory.occurrence[follows, 1] < place
                or (memory.occurrence[follows, 1] == place and memory.occurrence[follows, 0] != term)
            ):
                follows += 1
            if follows == memory.counts[2] or memory.occurrence[follows, 1] != place:
                break
            step += 1
        if step == behind - first:
            return True
        at = memory.occurrence[at, 2]
    return False


@compiled
def _near(programs: Programs, memory: Memory, number: Number) -> bool:
    """Do two terms stand at most so far apart, at different places? From the last occurrence of both to the first."""
    one, other, distance = programs.nears[number, 0], programs.nears[number, 1], programs.nears[number, 2]
    if memory.seen[one] != memory.counts[0] or memory.seen[other] != memory.counts[0]:
        return False
    at, there = memory.last[one], memory.last[other]
    while at >= 0 and there >= 0:
        apart = memory.occurrence[at, 1] - memory.occurrence[there, 1]
        if apart != 0 and -distance <= apart <= distance:
            return True
        if apart == 0 and _near_before(memory, at, there, distance):
            return True
        if apart >= 0:
            at = memory.occurrence[at, 2]
        else:
            there = memory.occurrence[there, 2]
    return False


@compiled
def _near_before(memory: Memory, at: Number, there: Number, distance: Number) -> bool:
    """Both stand in one word: does either stand a little before as well?"""
    place = memory.occurrence[at, 1]
    before, before_there = memory.occurrence[at, 2], memory.occurrence[there, 2]
    return bool(
        (before >= 0 and place - memory.occurrence[before, 1] <= distance)
        or (before_there >= 0 and place - memory.occurrence[before_there, 1] <= distance)
    )


@compiled
def _holds(
    programs: Programs, memory: Memory, watch: Number, texts: Texts, text: Number, kinds: Number
) -> bool:
    at = programs.entries[watch]
    while at >= 0:
        question, argument = programs.code[at, 0], programs.code[at, 1]
        if question == SEEN:
            yes = memory.seen[argument] == memory.counts[0]
        elif question == PHRASE:
            yes = _phrase(programs, memory, argument)
        elif question == LANGUAGE:
            yes = texts.languages[text] == argument
        elif question == NEAR:
            yes = _near(programs, memory, argument)
        elif question == NETWORK:
            yes = texts.networks[text] == argument
        else:
            yes = kinds & argument != 0
        at = programs.code[at, 2] if yes else programs.code[at, 3]
    return bool(at == YES)


@compiled
def _take_in(sign_table: Signs, terms: Terms, texts: Texts, memory: Memory, text: Number) -> bool:
    """See every term that a text and its author hold; False where the text has a sign that is HARD."""
    start, end = np.int64(texts.offsets[text]), np.int64(texts.offsets[text + 1])
    if texts.ready:
        _read_ready(terms, memory, texts.buffer, start, end)
    elif not _read(sign_table, terms, memory, texts.buffer, start, end):
        return False
    if len(texts.author_offsets) > 1:
        start, end = np.int64(texts.author_offsets[text]), np.int64(texts.author_offsets[text + 1])
        names(terms, memory, texts.authors, start, end)
    return True


@compiled
def _kinds(terms: Terms, texts: Texts, memory: Memory, text: Number) -> Number:
    """What a text is, added up; its links are looked up."""
    kinds = np.int64(texts.kinds[text])
    if len(texts.linking_offsets) > 1:
        start, end = np.int64(texts.linking_offsets[text]), np.int64(texts.linking_offsets[text + 1])
        if hosts(terms, memory, texts.linking, start, end):
            kinds |= LINKS
    return kinds


@compiled
def _ask(
    programs: Programs, texts: Texts, memory: Memory, text: Number, kinds: Number, hits: Ints, filled: Number
) -> Number:
    """Ask each watch that hangs on a term of this text, once; those that match go into `hits`, in ascending order."""
    begin = filled
    for number in range(memory.counts[1]):
        term = memory.found[number]
        for place in range(programs.anchor_starts[term], programs.anchor_starts[term + 1]):
            watch = programs.anchors[place]
            if memory.asked[watch] != memory.counts[0]:
                memory.asked[watch] = memory.counts[0]
                if _holds(programs, memory, watch, texts, text, kinds):
                    hits[filled] = watch
                    filled += 1
    sort(hits, begin, filled)
    return filled


@compiled
def scan(
    sign_table: Signs, terms: Terms, programs: Programs, texts: Texts, memory: Memory, first: Number,
    hard: Bytes, ends: Longs, hits: Ints,
) -> Number:  # fmt: skip
    """Match from text `first` on, until all are done or there is no more room (in `hits` or memory.occurrence); how far it came.

    Writes the watches of each text into `hits`, in ascending order, where they end into `ends`, and 1 into `hard` for a text
    that is to be folded in Python: that one has no hits here.
    """
    filled, total = np.int64(0), len(texts.offsets) - 1
    for text in range(first, total):
        if len(hits) - filled < len(programs.entries):
            return text
        memory.counts[0] += 1
        memory.counts[1] = 0
        memory.counts[2] = 0
        if _take_in(sign_table, terms, texts, memory, text):
            if memory.counts[2] > len(memory.occurrence):
                return text
            kinds = _kinds(terms, texts, memory, text)
            filled = _ask(programs, texts, memory, text, kinds, hits, filled)
        else:
            hard[text] = 1
        ends[text] = filled
    return total
