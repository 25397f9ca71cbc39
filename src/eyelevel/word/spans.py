"""The days that a sentence names, as periods that can be compared. Reads with word/days.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from eyelevel.word import days, stretches
from eyelevel.word.stretches import Period
from eyelevel.word.when import BERLIN, LATE_HOUR

_FAR = 270  # days ahead; a day without a year that is further away is the one that has passed
_YEAR = re.compile(r"\b20\d\d\b")
_HINT = re.compile(
    r"\d|\b(?:heute|morgen|übermorgen|today|tomorrow|week|woche|wochen|weeks|month|monat|monats|months|quarter|quartal|weekend|wochenende|"
    r"fortnight|year|jahr|jahres|ostern|easter|weihnacht|weihnachten|christmas|tage|tagen|days|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|"
    r"januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|january|february|march|may|june|july|october|december)",
    re.IGNORECASE,
)
_RECURRING = re.compile(
    r"\b(?:mon?(?:tags?|days?)?\s?(?:-|–|to|bis)\s?fr\w*|jede[nrsm]?|immer|every|each|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|(?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"|werktags|wochentags|täglich|daily|weekly|wöchentlich|im\sjahr|a\syear|of\sthe\smonth|im\smonat)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?\s?(?P<half>am|pm|a\.m\.|p\.m\.|uhr|h)\b", re.IGNORECASE
)
_WITHIN = re.compile(r"(?:in\sden|innerhalb|binnen|within|over\sthe|in\sthe|innert)\b", re.IGNORECASE)
_ALREADY = re.compile(r"\b(?:vom|seit|since|of|dated|from)\s(?:dem\s|the\s)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Clock:
    """A time of the day: text[start:end], in minutes."""

    start: int
    end: int
    minutes: int


_HOURS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_IN_WORDS = re.compile(
    rf"\b(?P<how>half\spast|quarter\spast|quarter\sto)\s(?P<h>{'|'.join(_HOURS[1:])}|\d\d?)\b", re.IGNORECASE
)
_AWAY = {"quarter past": 15, "quarter to": -15}


def clocks(text: str) -> tuple[Clock, ...]:
    """The times of the day of a sentence: "14.30 Uhr", "9am", "half past two" (in the afternoon, where the hour is below seven)."""
    found = []
    for match in _CLOCK.finditer(text):
        half = match["half"].lower()[:1]
        hour = int(match["h"]) + (12 if half == "p" and int(match["h"]) < 12 else 0)
        found.append(Clock(*match.span(), hour * 60 + int(match["m"] or 0)))
    for match in _IN_WORDS.finditer(text):
        word, how = match["h"].lower(), match["how"].lower()
        hour = int(word) if word.isdigit() else _HOURS.index(word)
        away = 30 if how.startswith("half") else _AWAY[" ".join(how.split())]
        found.append(Clock(*match.span(), (hour + 12 * (hour < 7)) * 60 + away))
    return tuple(found)


def recurring(text: str) -> bool:
    """Does the sentence speak of what happens again and again?"""
    return bool(_RECURRING.search(text))


def find(text: str, *, said_at: datetime, zone: str = BERLIN) -> tuple[Period, ...]:
    """The periods of a sentence in order; "vom 3. bis 21. August" is one."""
    if not _HINT.search(text):
        return ()
    local = said_at.astimezone(ZoneInfo(zone))
    today = local.date()
    late = local.hour >= LATE_HOUR
    found = [*_weeks_of_months(text, today), *_months(text, today)]
    found += [
        _period(phrase, today, text)
        for phrase in days.phrases(text, today=today, late=late)
        if phrase.first and phrase.last
    ]
    found.sort(key=lambda one: (one.start, -len(one.text)))
    found = [
        one
        for number, one in enumerate(found)
        if not any(other.start <= one.start and one.end <= other.end for other in found[:number])
    ]
    found = [
        stretches.as_meant(one, text, today) for one in found if not stretches.only_names_a_week(one, text)
    ]
    joined = _with_clock(_joined(found, text), text)
    return tuple(replace(one, ends=one.deadline or stretches.ends(one, text)) for one in joined)


_MONTHS = ("jan", "feb", "mär|mar", "apr", "mai|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dez|dec")
_WEEK_OF = re.compile(
    r"\b(?:(?:der|die|the)\s)?(?P<n>erste|zweite|dritte|vierte|letzte|first|second|third|fourth|last)[nr]?\s(?:(?P<de>januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)woche"
    r"|(?:week|woche)\s(?:of|in|im|des)\s(?P<en>[a-zä]{3,9}))\b",
    re.IGNORECASE,
)
_FROM_MONTH = re.compile(
    r"\b(?P<lead>ab|from|as\sof|starting|starting\sin|bis|until|till|by|not\sbefore|vor|im|into|it'll\sbe|it\swill\sbe|erst|not\suntil|in)\s(?P<month>januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|"
    r"january|february|march|may|june|july|october|december)\b(?!\s?\d)",
    re.IGNORECASE,
)
_WHICH = {"ers": 0, "fir": 0, "zwe": 1, "sec": 1, "dri": 2, "thi": 2, "vie": 3, "fou": 3}


def _weeks_of_months(text: str, today: date) -> Iterator[Period]:
    """The weeks of months: "in der ersten Märzwoche", "in the second week of June": seven days of the month each, the last one its last seven."""
    for match in _WEEK_OF.finditer(text):
        name = (match["de"] or match["en"]).lower()[:3]
        month = next((number for number, names in enumerate(_MONTHS, start=1) if name in names.split("|")), 0)
        if not month:
            continue
        year = today.year + (month < today.month - 3)
        week = _WHICH.get(match["n"].lower()[:3])
        first = date(year, month, 1 + 7 * week) if week is not None else _last_week(year, month)
        yield Period(
            start=match.start(), end=match.end(), text=match[0], first=first, last=first + timedelta(days=6), deadline=False,
            weekday=False,
        )  # fmt: skip


def _months(text: str, today: date) -> Iterator[Period]:
    """Months alone: "ab Oktober", "until March": the whole month."""
    for match in _FROM_MONTH.finditer(text):
        month = next(
            number
            for number, names in enumerate(_MONTHS, start=1)
            if match["month"].lower()[:3] in names.split("|")
        )
        first = date(today.year + (month < today.month - 3), month, 1)
        last = _last_week(first.year, month) + timedelta(days=6)
        yield Period(
            start=match.start(),
            end=match.end(),
            text=match[0],
            first=first,
            last=last,
            deadline=False,
            weekday=False,
        )


def _last_week(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=7)


def _period(phrase: days.Phrase, today: date, text: str) -> Period:
    first, last = phrase.first or today, phrase.last or today
    if (first - today).days > _FAR and not _YEAR.search(phrase.text):
        first, last = _year_before(first), _year_before(last)
    if phrase.before:
        last = last - timedelta(days=1)
    soft = bool(_WITHIN.match(phrase.text))
    deadline = (
        (phrase.deadline or phrase.before)
        and not soft
        and not _ALREADY.search(text[max(0, phrase.start - 12) : phrase.start])
    )
    if deadline or soft:
        first = min(today, last)
    return Period(
        start=phrase.start,
        end=phrase.end,
        text=phrase.text,
        first=first,
        last=last,
        deadline=deadline,
        weekday=phrase.weekday,
    )


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else day - timedelta(days=366)


_TO = re.compile(r"\s?(?:bis|to|until|–|-)\s?(?:zum\s|the\s)?")
_AND = re.compile(r"\s(?:und|and)\s(?:dem\s|the\s)?")
_BETWEEN = re.compile(r"\b(?:zwischen|between)\s(?:dem\s|the\s)?$", re.IGNORECASE)


def _joined(found: Sequence[Period], text: str) -> list[Period]:
    joined: list[Period] = []
    for one in found:
        between = text[joined[-1].end : one.start] if joined else ""
        pair = joined and _BETWEEN.search(text[max(0, joined[-1].start - 20) : joined[-1].start])
        if (
            joined
            and (_TO.fullmatch(between) or (pair and _AND.fullmatch(between)))
            and joined[-1].first <= one.last
        ):
            held = joined.pop()
            joined.append(
                replace(held, end=one.end, text=text[held.start : one.end], last=one.last, deadline=False)
            )
        else:
            joined.append(one)
    return joined


def _with_clock(found: Sequence[Period], text: str) -> tuple[Period, ...]:
    clocks = list(_CLOCK.finditer(text))
    if len(clocks) != 1 or len(found) != 1:
        return tuple(found)
    hour, half = int(clocks[0]["h"]), clocks[0]["half"].lower()[:1]
    hour = hour + 12 if half == "p" and hour < 12 else hour
    return (replace(found[0], clock=hour * 60 + int(clocks[0]["m"] or 0)),)
