"""How long a stretch of time is meant: "in the week of 16 February", "Mitte März", "in zwei Wochen", "not before 24 May".

word/days.py reads when a promise is due at the latest; here a stretch has a beginning too. Early, mid and late in a month are
its first, second and last ten days and one day over; "in two weeks" is that day, four days sooner or three later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Period:
    """A period as said: text[start:end], from `first` to `last`. A deadline reaches from the day it was said."""

    start: int
    end: int
    text: str
    first: date
    last: date
    deadline: bool
    weekday: bool
    clock: int | None = None  # minutes of the day
    ends: bool = False  # the last day of something: a deadline, or behind "closes", "endet"


_WEEK_FROM = re.compile(
    r"(?:woche\s(?:ab|vom|von)|week\s(?:of|from|commencing|beginning|starting)|w/c|wk)\s(?:dem\s|the\s|mon(?:tag|day)?\.?,?\s(?:dem\s|den\s)?)?$",
    re.IGNORECASE,
)
_NAMES_A_WEEK = re.compile(r"\s(?:ab|vom|von|of|from|commencing|beginning|starting)\s", re.IGNORECASE)
_THIRD = re.compile(
    r"\b(?:(?P<early>anfang|early)|(?P<mid>mitte|mid(?:dle)?)|(?P<late>ende|late|end))\b", re.IGNORECASE
)
_HALF = re.compile(r"\b(?:second\shalf|zweiten?\shälfte)\b", re.IGNORECASE)
_MONTH = re.compile(
    r"(?:jan|feb|mär|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec|month|monat)", re.IGNORECASE
)
_AT_LATEST = re.compile(
    r"\b(?:bis|by|until|till|vor|before|spätestens|no\slater\sthan|to)\s(?:zum\s|zur\s|the\s|dem\s|at\s)?$",
    re.IGNORECASE,
)
_IN_WEEKS = re.compile(
    r"^(?:in|nach|after)\s(?:etwa\s|ca\.\s|about\s|around\s)?[\w-]+\s(?:wochen?|weeks?|monate?n?|months?)\b",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"\b(?:nicht\svor|not\s(?:\w+\s){0,4}before|n't\s(?:[\w']+\s){0,5}before|n't\s(?:[\w']+\s){0,4}until|not\suntil|frühestens)\s(?:dem\s|der\s|the\s)?$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:vor|before)\s(?:dem\s|der\s)?$", re.IGNORECASE)
_BEFORE_NOT = re.compile(
    r"^\s*vor\s.*\b(?:nicht|kein\w*)\b|\bvor\s[^,.]{3,30}\b(?:nicht|kein\w*)\b", re.IGNORECASE
)
_UP_TO = re.compile(r"\b(?:bis|until|till|by|into|up\sto)\b", re.IGNORECASE)
_END = re.compile(
    r"\b(?:endet|enden|ende\s(?:ist|war)|läuft\s[^,.]{0,40}aus|\w*schluss\b|\w*frist\b|deadline|closes?\b|closing|ends?\b|expires?|finish\w*|lasts?\b|dauert|goes\son|läuft\sbis|last\sday|letzter\stag)",
    re.IGNORECASE,
)
_SINCE_DAY = re.compile(
    r"\b(?:zwischen|between|vom|von|from)\s(?:dem\s|the\s)?([1-9]|[12]\d|3[01])(?:\.|st|nd|rd|th)?\s(?:und|bis|and|to)\s(?:dem\s|zum\s|the\s)?$",
    re.IGNORECASE,
)
_LONG = timedelta(days=60)


def only_names_a_week(one: Period, text: str) -> bool:
    """Do the words "in the week" only lead to the day that names it?"""
    return bool(re.search(r"(?:woche|week)$", one.text, re.IGNORECASE) and _NAMES_A_WEEK.match(text, one.end))


def as_meant(one: Period, text: str, today: date) -> Period:
    """The stretch that these words of the text mean."""
    lead = text[max(0, one.start - 40) : one.start]
    since = _SINCE_DAY.search(lead)
    if since is not None and int(since[1]) <= one.last.day:
        return replace(one, first=one.last.replace(day=int(since[1])), deadline=False)
    if _WEEK_FROM.search(lead):
        return replace(one, last=one.last + timedelta(days=6), deadline=False)
    if _not_before(lead, text):
        return replace(one, first=_beginning(one), last=one.last + _LONG, deadline=False)
    return one if _AT_LATEST.search(lead) else _of_a_month(one, today)


def _not_before(lead: str, text: str) -> bool:
    """Is this the first day on which it may be so?"""
    return bool(_NOT_BEFORE.search(lead) or (_BEFORE.search(lead) and _BEFORE_NOT.search(text)))


def _of_a_month(one: Period, today: date) -> Period:
    """Early, mid or late in a month, or "in two weeks"."""
    third = _THIRD.search(one.text)
    if third is not None and _MONTH.search(one.text):
        return replace(one, first=_beginning(one), last=_ending(one, third), deadline=False)
    if _IN_WEEKS.match(one.text) and one.deadline and (one.last - today).days >= 7:
        return replace(
            one, first=one.last - timedelta(days=4), last=one.last + timedelta(days=3), deadline=False
        )
    return one


def _beginning(one: Period) -> date:
    third = _THIRD.search(one.text)
    if _HALF.search(one.text):
        return one.last.replace(day=15)
    if third is None or not _MONTH.search(one.text):
        return one.last if one.deadline else one.first
    return one.last.replace(day=1 if third["early"] else 10 if third["mid"] else 20)


def _ending(one: Period, third: re.Match[str]) -> date:
    """The last day of early, mid or late in a month."""
    if third["late"]:
        return one.last
    return one.last.replace(day=11 if third["early"] else 21)


def ends(one: Period, text: str) -> bool:
    """Is this the last day of something ("entries close on 15 February", "dauert bis Ende Mai")?"""
    return bool(_END.search(text) or _UP_TO.search(text[max(0, one.start - 14) : one.end]))
