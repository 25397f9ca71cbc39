"""Times of the day, as people write them in German and English: "bis 12 Uhr", "halb neun", "2 to 4 pm", "first thing"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time

DAY_END = time(23, 59, 59)
CLOSING = time(18)  # "Geschäftsschluss", "close of business"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """text[start:end] names a time of day. `begins` None: anything up to `to`. `open_end`: "ab 14 Uhr", `to` is None then."""

    start: int
    end: int
    begins: time | None
    to: time | None
    open_end: bool = False
    exact: bool = True  # an hour, not a part of the day


# "until" and "at": what may stand before an hour without "Uhr" or "pm".
_LEADS = r"(?:um|gegen|bis|vor|ab|zw\.|kurz\s+nach|at|by|before|around|about|from|after|until|till|til)"
_H = r"(?:[01]?\d|2[0-4])"
_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"
).split()
_HOUR_OF = {word: index % 12 + 1 for index, word in enumerate(_NUMBERS)}
_WORD = "(?:" + "|".join(_NUMBERS) + ")"
_HALF_OF_DAY = r"(?:\s?(?:am|pm|a\.m\.|p\.m\.))(?!\w)"
_TO = r"(?:und|u\.|and|bis|to|-|–|until|till|til)"
# After a bare hour comes no thing that is counted: "um 7" but not "um 7 Euro".
_BARE_END = r"(?=\s*(?:[,;!?)(]|\.\s*$|$)|\s+(?:ist|is|sind|are|on|am\s+(?:\w+tag|mittwoch|\d|mo|di|mi|do|fr|sa|so)|heute|morgen|today|tomorrow|tonight|tmrw|in|at|with|mit|kommt|wird|will|bei|an|the|to|for|from|für|haben|rufe|ruft|rufen|wir|ich|sharp|next|this)\b|\s+(?:(?:mo|di|mi|do|fr|sa|so)\b|\w+day\b|\w+tag\b|mittwoch))"
_CLOCK = re.compile(
    rf"""(?<![\w.,/])(?:
    (?:zwischen|zw\.|between|von|from)\s+(?P<b1>{_H})(?:[:.](?P<bm1>[0-5]\d))?(?P<bx>{_HALF_OF_DAY})?(?:\s?uhr)?\s?{_TO}\s?(?P<b2>{_H})(?:[:.](?P<bm2>[0-5]\d))?(?:(?P<by>{_HALF_OF_DAY})|\s?uhr\b|\s?h\b|(?=[.,;\s]|$))(?!\.?\s?(?:{_H}\.|tage|werktage|days|wochen|weeks|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|january|february|march|may|june|july|october|december))
    |(?P<r1>{_H})(?:[:.](?P<rm1>[0-5]\d))?(?P<rx>{_HALF_OF_DAY})?(?:\s?uhr)?\s?(?:-|–|bis|to|u\.|und|till|til|until)\s?(?P<r2>{_H})(?:[:.](?P<rm2>[0-5]\d))?(?:(?P<ry>{_HALF_OF_DAY})|\s?uhr\b|\s?h\b)
    |(?<=(?-i:Mo|Di|Mi|Do|Fr|Sa)\s)(?P<w1>{_H})\s?[-–]\s?(?P<w2>{_H})(?!\d|[.:]\d|\s?(?:tage|werktage|stück))
    |(?P<t1>1?\d)\s(?:till|til|until)\s(?P<t2>1?\d)\b(?!\s?\w)
    |(?P<h>{_H})(?:[:.](?P<m>[0-5]\d))(?:(?P<x>{_HALF_OF_DAY})|\s?uhr\b|\s?h\b)?(?!\d|\.\d|\s?(?:€|eur|euro|£|\$|%|kg|gb|percent|prozent))
    |(?P<hu>{_H})\s?(?:uhr|h\b|o['’]clock)(?:\s(?P<hum>[0-5]\d)\b)?
    |(?P<hx>1[0-2]|0?[1-9])(?P<hxx>{_HALF_OF_DAY})
    |(?P<half>half\s+past|half|halb|viertel\s+nach|viertel\s+vor|dreiviertel|quarter\s+past|quarter\s+to)\s+(?P<halfof>{_WORD}|1[0-2]|[1-9])(?P<halfx>{_HALF_OF_DAY})?\b(?!\s+(?:hour|stunde|day|of|price|the))
    |(?:um|gegen)\s+(?P<at>{_H})(?=\s+[a-zäöü])(?!\s+(?:uhr|euro|eur|prozent|tage|wochen|stunden|grad|personen|monate|jahre|punkte|km)\b)
    |{_LEADS}\s+(?P<bare>{_H}|{_WORD}){_BARE_END}
    |(?P<word>geschäftsschluss|büroschluss|dienstschluss|feierabend|close\sof\s(?:business|play)|end\sof\s(?:business|play)|cob|mittags?|midday|noon|lunch(?:time)?|mitternacht|midnight
        |vormittags?|vorm\.|frühmorgens|morgens|in\sd(?:er|a)\sfrühe?|früh|first\sthing(?:\sin\sthe\smorning)?|(?:in\sthe\s)?mornings?|nachmittags?|nachm\.|(?:in\sthe\s)?afternoons?|abends|(?<!guten\s)(?<!herr\s)(?<!frau\s)abend(?!\szusammen)|(?:in\sthe\s)?evenings?|tonight|nights?)(?!\w)
    |(?<=(?:mon|tue|wed|thu|fri|sat|day|row|mrw|urs|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\s)(?P<brief>am|pm)(?!\w)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_MORNING, _AFTERNOON, _EVENING = (None, time(12)), (time(12), CLOSING), (CLOSING, DAY_END)
# By the first letters of the word; the order matters ("mittern…" before "mittag").
_WORDS: tuple[tuple[str, tuple[time | None, time]], ...] = (
    ("vorm", _MORNING), ("früh", _MORNING), ("morgen", _MORNING), ("morning", _MORNING), ("first", _MORNING),
    ("nachm", _AFTERNOON), ("afternoon", _AFTERNOON), ("abend", _EVENING), ("evening", _EVENING), ("tonight", _EVENING), ("night", _EVENING),
    ("mittern", (None, DAY_END)), ("midnight", (None, DAY_END)), ("mittag", (None, time(12))), ("midday", (None, time(12))), ("noon", (None, time(12))),
    ("lunch", (None, time(12))),
    ("geschäft", (None, CLOSING)), ("büro", (None, CLOSING)), ("dienst", (None, CLOSING)), ("feier", (None, CLOSING)), ("close", (None, CLOSING)), ("end", (None, CLOSING)), ("cob", (None, CLOSING)),
)  # fmt: skip


def clocks(text: str) -> Iterator[Clock]:
    """The times of day of a text, in order."""
    for match in _CLOCK.finditer(text):
        clock = _clock(match, text)
        if clock is not None:
            yield _in_its_half(clock, text)


_HALF_NAMED = re.compile(
    r"^\s*(?:(?:on\s+)?\w+day\s+|tomorrow\s+)?(?:this\s+|in\s+the\s+|at\s+)?(?P<part>afternoon|evening|tonight|night|nachmittags?|abends?)\b",
    re.IGNORECASE,
)


def _in_its_half(clock: Clock, text: str) -> Clock:
    """In "by 8 tonight", "between 4 and 5 this afternoon": the part of the day behind it says which half is meant."""
    named = _HALF_NAMED.match(text[clock.end : clock.end + 40]) if clock.exact else None
    if named is None:
        return clock
    latest = 8 if named["part"].lower().startswith(("afternoon", "nachm")) else 12
    return replace(clock, begins=_later(clock.begins, latest), to=_later(clock.to, latest))


def _later(at: time | None, latest: int) -> time | None:
    return at.replace(hour=at.hour + 12) if at is not None and 0 < at.hour < latest else at


def by_word(word: str) -> tuple[time | None, time]:
    """The window of a part of the day: "nachmittags", "evening"."""
    bare = re.sub(r"^in\s+(?:the|der|da)\s+", "", word.lower())
    return next((window for known, window in _WORDS if bare.startswith(known)), (None, DAY_END))


def _clock(match: re.Match[str], text: str) -> Clock | None:
    start, end = match.span()
    if match["b2"] or match["r2"] or match["t2"] or match["w2"]:
        return _window(match)
    if match["word"] or match["brief"]:
        word = match["word"] or ("morning" if match["brief"].lower() == "am" else "afternoon")
        begins, to = by_word(word)
        return Clock(start=start, end=end, begins=begins, to=to, exact=False)
    at = _one_time(match)
    if at is None or _is_day(match, text):
        return None
    named = match.start("bare") if match["bare"] else start
    lead = text[max(0, named - 24) : named].lower()
    if re.search(r"\b(?:ab|from|after|nach)\s+$", lead):
        return Clock(start=start, end=end, begins=at, to=None, open_end=True)
    if _DEADLINE.search(lead):
        return Clock(start=start, end=end, begins=None, to=at)
    return Clock(start=start, end=end, begins=at, to=at)


_DEADLINE = re.compile(
    r"\b(?:bis|vor|by|before|until|till|til|spätestens|latest|no\s+later\s+than|bis\s+spät\.)\s+(?:spätestens\s+|at\s+the\s+latest\s+|um\s+|zu\s+)?$"
)


def _is_day(match: re.Match[str], text: str) -> bool:
    """Is it rather a day or a number? "10.11." is a day, and so is "10.30" without "Uhr" or a word of time before it."""
    dotted = match["m"] and "." in match[0] and not re.search(r"uhr|m\b|h\b", match[0], re.IGNORECASE)
    lead = text[max(0, match.start() - 10) : match.start()].lower()
    return bool(dotted) and not re.search(rf"\b{_LEADS}\s+$", lead)


def _window(match: re.Match[str]) -> Clock | None:
    if match["t2"] or match["w2"]:
        first, last = (
            _time(match["t1"] or match["w1"], None, None),
            _time(match["t2"] or match["w2"], None, None),
        )
    else:
        kind = "b" if match["b2"] else "r"
        last_half = match[kind + "y"]
        last = _time(match[kind + "2"], match[kind + "m2"], last_half)
        first = _time(match[kind + "1"], match[kind + "m1"], match[kind + "x"] or last_half)
        if first and last and first > last and last_half:  # "11 to 1 pm"
            first = _time(match[kind + "1"], match[kind + "m1"], None)
    if first is None or last is None:
        return None
    if (
        match[0].lower().startswith("between")
        and not match["bx"]
        and not match["by"]
        and first < last < time(7)
    ):
        return Clock(start=match.start(), end=match.end(), begins=_later(first, 12), to=_later(last, 12))
    if last < first and last.hour < 12:  # "between 12 and 1", "8 till 4"
        last = last.replace(hour=last.hour + 12)
    return Clock(start=match.start(), end=match.end(), begins=first, to=last)


def _one_time(match: re.Match[str]) -> time | None:
    if match["h"]:
        return _time(match["h"], match["m"], match["x"])
    if match["hu"]:
        return _time(match["hu"], match["hum"], None)
    if match["half"]:
        return _part_hour(match["half"].lower(), match["halfof"].lower(), match["halfx"])
    if match["at"]:
        return _time(match["at"], None, None)
    if match["bare"]:
        return _bare(match)
    return _time(match["hx"], None, match["hxx"])


def _bare(match: re.Match[str]) -> time | None:
    """An English "at three" is in the afternoon; in German the hours of the afternoon are 13 to 23."""
    word = match["bare"].lower()
    hour = int(word) if word.isdigit() else _HOUR_OF[word]
    english = not re.match(r"um|gegen|bis|vor|ab|zw|kurz", match[0], re.IGNORECASE)
    return _time(str(hour + 12 if english and hour < 7 else hour), None, None)


def _part_hour(part: str, word: str, half: str | None) -> time | None:
    """The German "halb neun" is 8:30, "half nine" is 9:30."""
    hour = int(word) if word.isdigit() else _HOUR_OF[word]
    german = part.startswith(("halb", "viertel", "dreiv"))
    at = hour * 60 + {"halb": -30, "dreiviertel": -15}.get(part, 0)
    at += 30 if part.startswith("half") else 0
    at += (
        15
        if part.endswith(("nach", "past")) and part[0] in "vq"
        else -15
        if part.endswith(("vor", "to"))
        else 0
    )
    if (half is not None and "p" in half.lower() and hour < 12) or (
        half is None and not german and at < 7 * 60 + 30
    ):
        at += 12 * 60
    return time(at // 60 % 24, at % 60)


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour)
    if half and "p" in half.lower() and number < 12:
        number += 12
    if half and "a" in half.lower() and number == 12:
        number = 0
    return DAY_END if number == 24 else time(number, int(minute or 0))
