"""How every sign folds, as flat tables for the compiled body; made from words.fold itself, so both mean the same.

A sign stands in the table only where it folds by itself, whatever stands beside it. Accents that join the letter before
them, a few vowel signs of Indic scripts and everything rare are HARD: texts with those are folded by words.fold.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eyelevel.kernel.text import BIDI, ZERO_WIDTH
from eyelevel.listening.words import fold, stands_alone

SEPARATES, STAYS, VANISHES, SPELLED, HARD = range(5)
SPACE = 32
SIGNS = 0x1FC00  # up to the end of the emoji; what lies beyond is rare, thus HARD
_DECOMPOSED = 0x30000  # nothing beyond has a decomposition
_SURROGATES = range(0xD800, 0xE000)
_JAMO = frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))


class Signs(NamedTuple):
    """Of each sign its kind, and for SPELLED where in `spelling` it stands (UTF-8, a space between words)."""

    ascii: npt.NDArray[np.uint8]  # by byte: small letter or digit; 0 separates; 1 begins a sign beyond ASCII
    kinds: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.uint32]
    lengths: npt.NDArray[np.uint8]
    spelling: npt.NDArray[np.uint8]


@cache
def signs() -> Signs:
    """The table of all signs; a fifth of a second, once in a process."""
    kinds = np.full(SIGNS, HARD, np.uint8)
    starts, lengths = np.zeros(SIGNS, np.uint32), np.zeros(SIGNS, np.uint8)
    joining = _joining()
    places: dict[str, int] = {}
    spelling = bytearray()
    for number in range(SIGNS):
        if number in _SURROGATES:
            continue
        kinds[number], spelled = _how(chr(number), joining)
        if spelled:
            raw = spelled.encode()
            if spelled not in places:
                places[spelled] = len(spelling)
                spelling += raw
            starts[number], lengths[number] = places[spelled], len(raw)
    return Signs(_ascii(), kinds, starts, lengths, np.frombuffer(bytes(spelling), np.uint8))


def _ascii() -> npt.NDArray[np.uint8]:
    table = np.ones(256, np.uint8)
    for byte in range(128):
        table[byte] = ord(chr(byte).lower()) if chr(byte).isalnum() else 0
    return table


def most_growth() -> int:
    """So many times longer a text can become by folding, at most."""
    table = signs()
    size = np.ones(SIGNS, np.int64)
    size[0x80:], size[0x800:], size[0x10000:] = 2, 3, 4
    return int(np.max(-(-table.lengths.astype(np.int64) // size))) + 1


def _how(sign: str, joining: frozenset[str]) -> tuple[int, str]:
    if sign in ZERO_WIDTH or sign in BIDI:
        return VANISHES, ""
    stays = sign.lower() == sign == sign.casefold() and unicodedata.is_normalized("NFKD", sign)  # most do
    if (unicodedata.combining(sign) or sign in joining) if stays else _joins(sign, joining):
        return HARD, ""
    spelled = sign if stays else fold(sign)
    spelled = "".join(f" {one} " if stands_alone(one) else one if one.isalnum() else " " for one in spelled)
    if spelled == sign != " ":
        return STAYS, ""
    return (SPELLED, spelled) if spelled.strip() else (SEPARATES if spelled else VANISHES, "")


def _joins(sign: str, joining: frozenset[str]) -> bool:
    """Can it, in any step of folding, grow together with what stands before it?"""
    low = sign.lower()
    plain = unicodedata.normalize("NFKC", low)
    same_case = plain.casefold()
    steps = (
        low,
        plain,
        same_case,
        unicodedata.normalize("NFC", same_case),
        unicodedata.normalize("NFKD", same_case),
    )
    return any(step and (unicodedata.combining(step[0]) or step[0] in joining) for step in steps)


def _joining() -> frozenset[str]:
    """Signs that compose with the one before them."""
    second = set(_JAMO)
    for number in range(_DECOMPOSED):
        apart = unicodedata.decomposition(chr(number)).split()
        if len(apart) == 2 and not apart[0].startswith("<"):
            second.add(chr(int(apart[1], 16)))
    return frozenset(second)
