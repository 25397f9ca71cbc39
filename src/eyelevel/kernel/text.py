"""Cleaning, folding and splitting text, for German and English. Plain Python; every function is linear in its input."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")
ZERO_WIDTH = frozenset(
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u115f\u1160\u3164\u2061\u2062\u2063\u2064"
)
_UNSEEN = re.compile("[" + "".join(sorted(BIDI | ZERO_WIDTH)) + "]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MOST_ADDRESS = 1_000
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Signs of other scripts that a reader takes for Latin letters (Unicode confusables, the common ones).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝвмнткАВЕКМНОРСТХІЈЅαονρτυικ",
    "aeopcyxijsdhlqwbmhtkABEKMHOPCTXIJSaovptuik",
)

_LOOKALIKE = re.compile("[" + "".join(map(chr, _LOOKALIKES)) + "]")


def clean(text: str) -> str:
    r"""Text without NUL, lone surrogates and control signs (newline and tab stay), line ends as \\n, composed (NFC)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text))


def one_line(text: str, limit: int) -> str:
    """One line of at most `limit` signs for names and subjects: no line breaks, no reversed writing, cut with …"""
    flat = " ".join("".join(sign for sign in clean(text) if sign not in BIDI).split())
    return flat if len(flat) <= limit else flat[: max(0, limit - 1)].rstrip() + "…"


def number_in(text: str, *, digits: int) -> int | None:
    """The whole number that a text writes in at most so many digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def web_address(text: str) -> str:
    """The text where it is an address of the web, cut to MOST_ADDRESS; else nothing: no other scheme becomes a link."""
    return text[:MOST_ADDRESS] if text.startswith(("https://", "http://")) else ""


def visible(text: str) -> str:
    """What a reader sees: nothing of zero width, no direction marks, look-alike letters as the letters they pass for.

    Look-alikes are read as Latin only inside words that mix scripts; a Russian word stays Russian.
    """
    shown = _UNSEEN.sub("", text)
    if not _LOOKALIKE.search(shown):
        return shown
    return re.sub(r"\w+", lambda match: _unmixed(match[0]), shown)


def _unmixed(word: str) -> str:
    if word.isascii() or not any("a" <= sign.lower() <= "z" for sign in word):
        return word
    return word.translate(_LOOKALIKES)


def folded(text: str) -> str:
    """For comparing: case, umlauts (ä = ae), ß and accents folded away."""
    if text.isascii():
        return text.lower()
    spelled = unicodedata.normalize("NFC", text.casefold()).translate(_UMLAUTS)
    apart = unicodedata.normalize("NFKD", spelled)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


@dataclass(frozen=True)
class Span:
    """A piece of a text: text[start:end]."""

    start: int
    end: int
    text: str


_ABBREVIATIONS = frozenset(
    "z b d h u zw spät a o ä ca nr str dr prof hr fr bzw ggf inkl exkl usw evtl vgl tel abs art s st max min mo di mi do fr sa so"
    " jan feb mär mrz apr jun jul aug sep sept okt nov dez e g i mr mrs ms no approx incl vs etc inc ltd mon tue wed thu"
    " fri sat sun oct dec mar".split()
)
_ALSO_WORDS = frozenset(
    "mo di mi do fr sa so no sun sat mar jan art".split()
)  # abbreviations only with a capital
_END = re.compile(r"[.!?…]+[\"'”’»)]*(?=\s|$)|\n\s*\n|\n(?=\s*[-*•>])|\n(?=[A-ZÄÖÜ])")
_MOST_SENTENCE = 2_000


def sentences(text: str, limit: int) -> list[Span]:
    """The sentences of German or English text with their places, at most `limit`.

    A full stop after an abbreviation, an ordinal ("12. Mai") or between digits ends nothing.
    """
    found: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if len(found) >= limit:
            return found
        if (
            match[0].startswith(".")
            and not match[0].startswith("..")
            and _goes_on(text, match.start(), match.end())
        ) and match.start() - start < _MOST_SENTENCE:
            continue
        _add(found, text, start, match.end())
        start = match.end()
    if len(found) < limit:
        _add(found, text, start, len(text))
    return found


def _goes_on(text: str, stop: int, after: int) -> bool:
    """Is the full stop at `stop` part of an abbreviation or an ordinal?"""
    begin = stop
    while begin > 0 and stop - begin < 12 and text[begin - 1].isalnum():
        begin -= 1
    word = text[begin:stop].lower()
    following = text[after : after + 12].lstrip()
    if word.isdigit():
        return len(word) <= 2 and bool(following) and (following[0].islower() or _is_month(following))
    if word in _ALSO_WORDS and not text[begin].isupper():
        return False
    return word in _ABBREVIATIONS and bool(following)


_MONTHS = (
    "jan",
    "feb",
    "mär",
    "mar",
    "apr",
    "mai",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "oct",
    "nov",
    "dez",
    "dec",
)


def _is_month(text: str) -> bool:
    return text[:3].lower() in _MONTHS


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        offset = start + len(piece) - len(piece.lstrip())
        found.append(Span(offset, offset + len(stripped), stripped))
