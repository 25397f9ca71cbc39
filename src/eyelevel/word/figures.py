"""Numbers with what they count: "drei Parzellen", "up to 12 books", "20 GB", "two years" (in days)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from eyelevel.kernel.text import folded
from eyelevel.word import amounts, vocabulary

_WORDS = {
    "zwei": 2, "drei": 3, "vier": 4, "fuenf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
    "zwoelf": 12, "dreizehn": 13, "vierzehn": 14, "fuenfzehn": 15, "sechzehn": 16, "zwanzig": 20, "dreissig": 30,
    "vierzig": 40, "fuenfzig": 50, "sechzig": 60, "hundert": 100, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "hundred": 100,
}  # fmt: skip
_ONE = {"ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "one": 1, "single": 1}
_DAYS = (
    (r"\w{0,9}tage?n?|days?|nights?|naechten?", 1), (r"wochen?|weeks?", 7), (r"fortnights?", 14),
    (r"monate?n?s?|months?", 30), (r"jahre?n?|years?", 365),
)  # fmt: skip
_MINUTES = (
    (r"minuten?|min|minutes?|mins", 1),
    (r"(?:unterrichts|schul|arbeits|betriebs|kurs)?stunden?|std|hours?|hrs?", 60),
)
_MEASURES = (
    ("bytes:gb", r"gb|gigabytes?|gigs?"), ("bytes:mb", r"mb|megabytes?"), ("bytes:tb", r"tb"),
    ("length:cm", r"cm|zentimetern?|centimetres?"), ("length:mm", r"mm"), ("length:m", r"metern?|metres?|m"), ("length:km", r"km|kilometern?|kilometres?"),
    ("length:miles", r"miles?|meilen?"), ("weight:kg", r"kg|kilos?|kilogramm|kilograms?"), ("weight:g", r"gramm|g|grams?"), ("weight:t", r"tonne[ns]?|t"),
    ("volume:l", r"litern?|litres?|l"), ("volume:ml", r"ml"),
    ("share", r"%|prozent|percent|per\scent"), ("area", r"qm|m2|m²|quadratmetern?|sqm"), ("area:ha", r"hektar|acres?"),
)  # fmt: skip
_BUNDLES = (
    ("people", (r"person(?:en)?|pers|gaeste|gaesten|teilnehmern?|teilnehmerinnen|leute|erwachsene|plaetze|sitze|sitzplaetze|"
        r"people|adults|guests|participants|seats|places|singers|persons")),
    ("issues", r"hefte|ausgaben|issues|nummern"),
    ("pieces", r"stueck|pieces|teile"),
)  # fmt: skip
_HALF_YEAR = re.compile(r"\b(?:ein\shalbes\sjahr|half\sa\syear|halbes\sjahr)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,:/])(?:\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?)(?![\d:]|[.,]\d)|[a-zäöüß]+", re.IGNORECASE
)
_HOLDS = re.compile(r"\b(?:sleeps|takes|seats|holds|fits|carries|fasst|covers|limit is)\s$", re.IGNORECASE)
_NEXT = re.compile(r"[\s-]?(%|[a-zäöüß²]+\d?)(?!['’])", re.IGNORECASE)
_ALSO = frozenset(
    "new neue neuen neuer alte alten old weitere weiteren more full volle vollen kleine grosse of an von".split()
)
_NO_COUNT = re.compile(
    r"^(?:euro?s?|eur|cent|pfund|pounds?|gbp|dollars?|uhr|am|pm|st|nd|rd|th|mal|mwst|januar|februar|maerz|april|mai|juni|juli|august|september|"
    r"oktober|november|dezember|january|february|march|may|june|july|october|december|p|netto|und|and|or|oder|to|bis|times|floor|stock|etage)$"
)
_PASSED = re.compile(
    r"\b(?:vor|seit|since|zimmer|raum|room|bay|no|nr|nummer|terminal|gleis|platform|number|halle|saal|regal|in|alter|aged|age|under|unter|ueber|over)\.?\s(?:ueber\s|etwa\s|ca\.?\s)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\s(?:vor|vorher|zuvor|before|beforehand|ago|später|later|danach|spaeter|in\sadvance|im\svoraus)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?:bis\szu|hoechstens|höchstens|maximal|at\smost|up\sto|no\smore\sthan|mehr\sals)\s(?:the\sfirst\s)?$",
    re.IGNORECASE,
)
_MOST_BEHIND = re.compile(
    r"\s(?:at\smost|at\sthe\smost|maximum|max\b|tops|höchstens|maximal|is\sthe\slimit)", re.IGNORECASE
)
_LEAST = re.compile(r"\b(?:mindestens|wenigstens|at\sleast|a\sminimum\sof|minimum)\s$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number as said: text[start:end], counted in `unit` (a measure, or the word behind it, folded)."""

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    most: bool = False
    least: bool = False
    one: bool = False


def find(text: str) -> tuple[Figure, ...]:
    """All counted numbers of a sentence, money and clock times left out."""
    text = re.sub(r"\bper cent\b", "percent ", text, flags=re.IGNORECASE)
    text = re.sub(
        r"\bsquare metres?\b", lambda match: "sqm".ljust(len(match[0]), "\u200b"), text, flags=re.IGNORECASE
    )
    text = _HALF_YEAR.sub(lambda match: f"{'6 months':<{len(match[0])}}"[: len(match[0])], text)
    money = [(one.start, one.end) for one in amounts.find(text)]
    return tuple(figure for figure in _figures(text) if not any(a <= figure.start < b for a, b in money))


def _figures(text: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        plain = folded(match[0])
        known = value(plain)
        lead = text[max(0, match.start() - 24) : match.start()]
        if known is None or _PASSED.search(lead):
            continue
        counted = _unit(text, match.end())
        if counted is None and _HOLDS.search(lead):
            counted = "people", match.end(), 1
        if counted is None:
            continue
        unit, end, times = counted
        if unit == "days" and _BEFORE.match(text, end):
            continue
        yield Figure(
            start=match.start(), end=end, text=text[match.start() : end], value=known * times, unit=unit,
            most=bool(_MOST.search(lead) or _MOST_BEHIND.match(text, end)), least=bool(_LEAST.search(lead)), one=plain in _ONE,
        )  # fmt: skip


def value(plain: str) -> Decimal | None:
    if plain[:1].isdigit():
        return amounts.number(plain)
    known = _WORDS.get(plain, _ONE.get(plain))
    return Decimal(known) if known is not None else None


def _unit(text: str, place: int) -> tuple[str, int, int] | None:
    """What is counted behind a number: (unit, end of its word, how many of the unit one is)."""
    words = list(_following(text, place))
    for word, end in words:
        known = _known(folded(word))
        if known is not None:
            return known[0], end, known[1]
    noun = next((one for one in words if one[0][0].isupper()), None)
    noun = noun or next((one for one in words if one[0].endswith("s")), words[0] if words else None)
    return None if noun is None else (_singular(folded(noun[0])), noun[1], 1)


def _following(text: str, place: int) -> Iterator[tuple[str, int]]:
    """The words that can be counted: at most three, up to the first small word."""
    for _number in range(3):
        match = _NEXT.match(text, place)
        plain = folded(match[1]) if match is not None else ""
        if match is None or _NO_COUNT.match(plain):
            return
        place = match.end()
        if plain in _ALSO:
            continue
        if plain in vocabulary.stop() and _known(plain) is None:
            return
        yield match[1], place


def _singular(plain: str) -> str:
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") else plain


def _known(plain: str) -> tuple[str, int] | None:
    for pattern, days in _DAYS:
        if re.fullmatch(pattern, plain):
            return "days", days
    for pattern, minutes in _MINUTES:
        if re.fullmatch(pattern, plain):
            return "minutes", minutes
    for name, pattern in (*_MEASURES, *_BUNDLES):
        if re.fullmatch(pattern, plain):
            return name, 1
    return None
