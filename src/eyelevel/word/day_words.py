"""The words for days, months, numbers and units, in German and English."""

from __future__ import annotations

_WORDS = {
    "einem": 1, "einen": 1, "einer": 1, "eines": 1, "eine": 1, "ein": 1, "one": 1, "an": 1, "a": 1, "zwei": 2, "zweier": 2, "dreier": 3, "two": 2,
    "beiden": 2, "drei": 3, "three": 3, "vier": 4, "four": 4, "fünf": 5, "five": 5, "sechs": 6, "six": 6, "sieben": 7,
    "seven": 7, "acht": 8, "eight": 8, "neun": 9, "nine": 9, "zehn": 10, "ten": 10, "elf": 11, "eleven": 11, "zwölf": 12,
    "twelve": 12, "vierzehn": 14, "fourteen": 14, "fünfzehn": 15, "fifteen": 15, "zwanzig": 20, "twenty": 20,
    "vierundzwanzig": 24, "dreißig": 30, "thirty": 30, "vierzig": 40, "forty": 40, "sechzig": 60, "sixty": 60, "ninety": 90,
    "neunzig": 90, "a couple of": 2,
}  # fmt: skip
_ORDINALS = {
    "ersten": 1, "first": 1, "zweiten": 2, "second": 2, "dritten": 3, "third": 3, "fünften": 5, "fifth": 5, "zehnten": 10,
    "tenth": 10, "fünfzehnten": 15, "fifteenth": 15,
}  # fmt: skip
ORDINAL = "|".join(_ORDINALS)
NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
WEEKDAYS = ("montag|monday|mon", "dienstag|tuesday|tues|tue", "mittwoch|wednesday|weds|wed", "donnerstag|thursday|thurs|thur|thu",
             "freitag|friday|fri", "samstag|sonnabend|saturday|sat", "sonntag|sunday|sun")  # fmt: skip
SHORT_GERMAN = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}
MONTHS = (
    "januar|jänner|january|jan", "februar|february|feb", "märz|maerz|march|mrz|mar", "april|apr", "mai|may", "juni|june|jun",
    "juli|july|jul", "august|aug", "september|sept|sep", "oktober|october|okt|oct", "november|nov", "dezember|december|dez|dec",
)  # fmt: skip
DAY_OF = {word: index for index, words in enumerate(WEEKDAYS) for word in words.split("|")} | SHORT_GERMAN
MONTH_OF = {word: index for index, words in enumerate(MONTHS, start=1) for word in words.split("|")}
LONG = "|".join(sorted((w for w in DAY_OF if len(w) > 4), key=len, reverse=True))
# Short names only with a capital; "Do", "So" and "Fr." also mean other things ("Do not", "So geht", "Fr. Brandt").
_MEANS_A_DAY = (
    r"(?=\.?,?\s?(?:\d|um|bis|vor|nach|ab|zw|früh|vorm|nachm|mittag|abend|gegen|$|[,;)/]|den|u\b|und|oder))"
)
BRIEF = (
    r"(?-i:(?:Mo|Di|Mi|Sa|Mon|Tues?|Weds?|Thurs?|Thur?|Fri|Sat|Sun)\b\.?(?=[\s,.;:)/–-]|$)"
    rf"|(?:Do|So|Fr)\b{_MEANS_A_DAY}\.?|(?<=bis\s)(?:Do|So|Fr)\b|(?<=am\s)(?:Do|So|Fr)\b)"
)
DAY = rf"(?:{LONG})|{BRIEF}"
MONTH = "|".join(sorted(MONTH_OF, key=len, reverse=True))
WORKING = r"(?:werktage?n?|arbeitstage?n?|bankarbeitstage?n?|(?:business|working|work|bank)[\s-]?days?)"
# of a period that is counted
UNIT = rf"(?P<unit>{WORKING}|kalendertage?n?|(?:calendar\s)?days?['’]?|tage?n?|wochen?|weeks?['’]?|monate?n?s?|months?['’]?|fortnight)"


def number(word: str) -> int:
    """The number that a figure, a number word or an ordinal names."""
    return int(word) if word.isdigit() else (_WORDS | _ORDINALS)[" ".join(word.lower().split())]
