"""The flat arrays that the compiled body walks through. `arrange.py` makes them from watches, `fast.py` from batches."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]
Number = Any  # an integer: compiled code has one kind of them, the stubs of numpy have many that do not mix

WORD, BEGINS, ENDS, CONTAINS, AUTHOR, AUTHOR_BEGINS, DOMAIN = range(7)  # kinds of terms
SEEN, PHRASE, NEAR, LANGUAGE, NETWORK, KIND = range(6)  # questions in a program
LINKS = 4  # beside batch.REPLY and batch.REPOST: has a link
YES, NO = -1, -2  # where a program ends
GRAM = 3  # bytes: by so many a piece of a word is looked for first; none is shorter


class Terms(NamedTuple):
    """What is looked for: term t is blob[starts[t]:starts[t + 1]], found by its mark in an open table."""

    blob: Bytes
    starts: Ints
    kinds: Bytes
    slots: Ints  # term + 1, 0 where free
    slot_marks: Marks
    bloom: Marks
    begins: Bytes  # [length]: is there a term of this kind and length?
    ends: Bytes
    begin_grams: Bytes  # by the hash of the first bytes of a word: may a term of this kind fit?
    end_grams: Bytes  # by that of its last bytes
    author_begins: Bytes
    grams: Ints  # head of the list of pieces by the hash of their first bytes, -1 where none
    gram_next: Ints  # [term]
    placed: Bytes  # [term]: do its places matter?


class Programs(NamedTuple):
    """The watches as questions: code[n] is (question, its argument, where to go on yes, where on no)."""

    code: Ints
    entries: Ints  # [watch]
    anchor_starts: (
        Ints  # [term]: the watches that hang on it are anchors[anchor_starts[t]:anchor_starts[t + 1]]
    )
    anchors: Ints
    phrase_starts: Ints
    phrase_terms: Ints
    nears: Ints  # [n, 3] term, term, distance


class Texts(NamedTuple):
    """A batch. Language and network are numbers of values that watches name, -1 for any other."""

    buffer: Bytes
    offsets: npt.NDArray[np.uint32]
    ready: bool  # folded before: words with a space between them
    languages: Ints
    networks: Ints
    authors: Bytes
    author_offsets: npt.NDArray[np.uint32]
    kinds: Bytes  # REPLY, REPOST
    linking: Bytes  # the texts as they came, to look for links in; no offsets where no watch asks
    linking_offsets: npt.NDArray[np.uint32]


class Memory(NamedTuple):
    """Scratch of one thread. A stamp equal to the number of the text means: seen in this one."""

    seen: Longs  # [term]
    asked: Longs  # [watch]
    found: Ints  # [term] the terms seen in this text
    last: Ints  # [term] its last occurrence
    occurrence: Ints  # [n, 3] term, place, occurrence of this term before; in the order of places
    word: Bytes
    counts: (
        Longs  # the number of the text, terms found, occurrences (more than fit: the text must come again)
    )
