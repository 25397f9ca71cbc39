"""What the engine gets: many words as few flat buffers, cheap to send to a child and to walk through."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from eyelevel.channels.contract import Overheard

REPLY, REPOST = 1, 2


class Column(msgspec.Struct, frozen=True):
    """Texts behind one another in UTF-8; text n is buffer[offsets[n]:offsets[n + 1]].

    `offsets` are unsigned 32-bit numbers, little endian, one more than there are texts.
    """

    buffer: bytes
    offsets: bytes

    def __len__(self) -> int:
        return len(self.offsets) // 4 - 1

    def __iter__(self) -> Iterator[str]:
        places = unpacked("I", self.offsets)
        for start, end in pairwise(places):
            yield self.buffer[start:end].decode("utf-8", "replace")


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Words to match: their texts, and beside each its language, network and author (key, then names, a line each).

    `kinds` has a byte for each, REPLY and REPOST added up; empty where none is either.
    """

    texts: Column
    languages: Column
    networks: Column
    authors: Column
    kinds: bytes = b""

    def __len__(self) -> int:
        return len(self.texts)


def column(texts: Sequence[str]) -> Column:
    pieces = [text.encode("utf-8", "replace") for text in texts]
    places = array("I", [0])
    end = 0
    for piece in pieces:
        end += len(piece)
        places.append(end)
    return Column(b"".join(pieces), packed(places))


def batch_of(words: Sequence[Overheard]) -> Batch:
    """Words as they were heard, ready for the engine."""
    return Batch(
        texts=column([word.text for word in words]),
        languages=column([word.language for word in words]),
        networks=column([word.network for word in words]),
        authors=column([f"{word.author}\n{word.author_name}" for word in words]),
        kinds=bytes(REPLY * bool(word.parent) + REPOST * bool(word.repeats) for word in words),
    )


def packed(numbers: array[int]) -> bytes:
    """Little endian, whatever the machine."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def unpacked(kind: str, raw: bytes) -> array[int]:
    """The numbers in `raw`; kind "I" is 32 bits without sign, "q" 64 bits with one."""
    numbers: array[int] = array(kind, raw)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
