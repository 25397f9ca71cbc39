"""What the engine answers: which watches matched which word of the batch, with room for what it will judge later."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from eyelevel.listening.engine.batch import packed, unpacked


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """Word n of the batch was matched by watches[offsets[n]:offsets[n + 1]].

    `offsets` are unsigned 32-bit, `watches` signed 64-bit numbers, little endian. An empty column means: not judged.
    """

    offsets: bytes
    watches: bytes
    counts: dict[int, int] = {}  # watch -> how many words of this batch it matched
    languages: bytes = b""  # two letters a word
    scores: bytes = b""  # 32-bit floats, a fixed number a word
    signatures: bytes = b""  # near-duplicates, a fixed number of bytes a word

    def __len__(self) -> int:
        return len(self.offsets) // 4 - 1

    def of_each(self) -> list[tuple[int, ...]]:
        """The watches of each word, in the order of the batch."""
        places, watches = unpacked("I", self.offsets), unpacked("q", self.watches)
        return [tuple(watches[start:end]) for start, end in pairwise(places)]


def hits_of(matched: Sequence[Sequence[int]]) -> Hits:
    """From the watches of each word."""
    offsets, watches = array("I", [0]), array("q")
    counts: dict[int, int] = {}
    for found in matched:
        watches.extend(found)
        offsets.append(len(watches))
        for watch in found:
            counts[watch] = counts.get(watch, 0) + 1
    return Hits(offsets=packed(offsets), watches=packed(watches), counts=counts)
