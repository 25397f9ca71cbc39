"""Sums of money as people type and read them, in German and English; inside the house they are whole cents of a euro."""

from __future__ import annotations

import re

CURRENCY = "EUR"
MOST_CENTS = 100_000_000_000  # a thousand million euro: whoever means more does not decide it in an answer

_EURO = re.compile(r"^(?:€|eur|euros?)\s*|\s*(?:€|eur|euros?)$", re.IGNORECASE)
_OTHER = re.compile(r"[$£¥]|\b(?:usd|gbp|chf|franken|dollars?|pfund|pounds?|cents?|ct)\b", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]{1,2}|-|--|–))?")
_GROUPED = re.compile(
    r"(?P<whole>[0-9]{1,3}(?P<mark>[.,' ’])[0-9]{3}(?:(?P=mark)[0-9]{3})*)(?:(?!(?P=mark))[.,](?P<part>[0-9]{1,2}|-|--|–))?"
)


class NoSum(ValueError):
    """Nothing that can be read as a sum in euro."""


class OtherCurrency(NoSum):
    """It names another currency; frames are written in euro."""


class TwoMeanings(NoSum):
    """It can be read in two ways ("1.200": one euro twenty, or one thousand two hundred); only the writer knows."""

    def __init__(self, typed: str, *, many: int, few: str) -> None:
        super().__init__(f"{typed} has two meanings")
        self.typed, self.many, self.few = typed, many, few


def cents_of(typed: str) -> int:
    """The sum in cents: "50", "50,00", "1.200,50 €", "EUR 1,200.50". Raises NoSum, OtherCurrency, TwoMeanings."""
    bare = _SPACES.sub(" ", typed).strip()
    if _OTHER.search(bare):
        raise OtherCurrency(f"{typed!r} is not in euro")
    bare = _EURO.sub("", bare, count=1).strip()
    plain = _PLAIN.fullmatch(bare)
    grouped = None if plain else _GROUPED.fullmatch(bare)
    found = plain or grouped
    if found is None:
        raise NoSum(f"{typed!r} is no sum")
    if (
        grouped
        and grouped["mark"] in {".", ","}
        and grouped["part"] is None
        and bare.count(grouped["mark"]) == 1
    ):
        left, _mark, right = bare.partition(grouped["mark"])
        raise TwoMeanings(bare, many=int(left + right), few=f"{left},{right}")
    whole, part = re.sub(r"[^0-9]", "", found["whole"]), (found["part"] or "").strip("-–")
    if len(whole) > 12:
        raise NoSum("more than anybody decides here")
    cents = int(whole) * 100 + int(part.ljust(2, "0") or "0")
    if cents > MOST_CENTS:
        raise NoSum("more than anybody decides here")
    return cents


def spoken(cents: int, *, language: str) -> str:
    """The sum as it is read: "1.200,50 €" in German, "€1,200.50" in English; whole euros without cents."""
    whole, part = divmod(cents, 100)
    text = f"{whole:,}" + (f".{part:02}" if part else "")
    if language.startswith("de"):
        return text.translate(str.maketrans(",.", ".,")) + "\u00a0€"
    return f"€{text}"
