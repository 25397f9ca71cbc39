"""Counting what people take for one sign (extended grapheme clusters, UAX #29).

The few rules for prepended marks and Indic conjuncts are left out; there we count more than others do, never less.
"""

from __future__ import annotations

import unicodedata

ZWJ = "\u200d"
_PICTURES = ((0x1F000, 0x1F1E5), (0x1F200, 0x1F3FA), (0x1F400, 0x1FAFF), (0x1FC00, 0x1FFFD))
_SMALL_PICTURES = frozenset("©®‼⁉™ℹ〰〽㊗㊙")
_LEADING, _VOWELS, _TRAILING = (0x1100, 0x115F), (0x1160, 0x11A7), (0x11A8, 0x11FF)  # Hangul jamo
_SYLLABLES = (0xAC00, 0xD7A3)


def count(text: str) -> int:
    """How many signs a reader sees."""
    signs, before, picture, flags = 0, "", False, 0
    for sign in text:
        joins = _joins(before, sign, picture=picture, flags=flags)
        signs += not joins
        picture = _is_picture(sign) or (picture and _extends(sign))
        flags = flags + 1 if _is_flag(sign) else 0
        before = sign
    return signs


def _joins(before: str, sign: str, *, picture: bool, flags: int) -> bool:
    if not before or (_breaks(before) and not (before == "\r" and sign == "\n")):
        return False
    if before == "\r" and sign == "\n":
        return True
    if _extends(sign) or unicodedata.category(sign) == "Mc":
        return True
    if before == ZWJ and picture and _is_picture(sign):
        return True
    if _is_flag(sign) and flags % 2 == 1:
        return True
    return _hangul(before, sign)


def _breaks(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Zl", "Zp"}


def _extends(sign: str) -> bool:
    """Marks above and below, joiners, skin tones, the tags of flags."""
    return (
        unicodedata.category(sign) in {"Mn", "Me"}
        or sign in {ZWJ, "\u200c"}
        or 0x1F3FB <= ord(sign) <= 0x1F3FF
        or 0xE0020 <= ord(sign) <= 0xE007F
    )


def _is_picture(sign: str) -> bool:
    place = ord(sign)
    if 0x2190 <= place <= 0x2BFF:
        return unicodedata.category(sign) == "So"
    return sign in _SMALL_PICTURES or any(start <= place <= end for start, end in _PICTURES)


def _is_flag(sign: str) -> bool:
    return 0x1F1E6 <= ord(sign) <= 0x1F1FF


def _hangul(before: str, sign: str) -> bool:
    first, second = ord(before), ord(sign)
    whole = _within(first, _SYLLABLES)
    open_syllable = whole and (first - _SYLLABLES[0]) % 28 == 0
    if _within(first, _LEADING):
        return any(_within(second, span) for span in (_LEADING, _VOWELS, _SYLLABLES))
    if open_syllable or _within(first, _VOWELS):
        return _within(second, _VOWELS) or _within(second, _TRAILING)
    return (whole or _within(first, _TRAILING)) and _within(second, _TRAILING)


def _within(place: int, span: tuple[int, int]) -> bool:
    return span[0] <= place <= span[1]
