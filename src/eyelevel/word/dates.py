"""Finding dates in German and English sentences, and what they mean when they were said.

The rules are those of docs/dates.md: a weekday is the next one, a day ends at 23:59:59, "vor Freitag" is the day
before, working days are Monday to Friday. A date that does not exist (30 February) is found and marked impossible.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = "Europe/Berlin"
DAY_END = time(23, 59, 59)
LATE_HOUR = 18

_DAYS = {
    0: "montag|montags|monday|mo|mon", 1: "dienstag|tuesday|di|tue|tues", 2: "mittwoch|wednesday|mi|wed",
    3: "donnerstag|thursday|do|thu|thur|thurs", 4: "freitag|friday|fr|fri",
    5: "samstag|sonnabend|saturday|sa|sat", 6: "sonntag|sunday|so|sun",
}  # fmt: skip
_MONTHS = {
    1: "januar|jänner|january|jan", 2: "februar|february|feb", 3: "märz|maerz|march|mar|mrz", 4: "april|apr",
    5: "mai|may", 6: "juni|june|jun", 7: "juli|july|jul", 8: "august|aug", 9: "september|sept|sep",
    10: "oktober|october|okt|oct", 11: "november|nov", 12: "dezember|december|dez|dec",
}  # fmt: skip
_NUMBERS = {
    "ein": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "one": 1, "a": 1, "zwei": 2, "two": 2, "drei": 3,
    "three": 3, "vier": 4, "four": 4, "fünf": 5, "five": 5, "sechs": 6, "six": 6, "sieben": 7, "seven": 7, "acht": 8,
    "eight": 8, "neun": 9, "nine": 9, "zehn": 10, "ten": 10, "vierzehn": 14, "fourteen": 14,
}  # fmt: skip


def _alternatives(words: dict[int, str]) -> dict[str, int]:
    return {word: number for number, group in words.items() for word in group.split("|")}


_DAY_OF, _MONTH_OF = _alternatives(_DAYS), _alternatives(_MONTHS)
_LONG_DAYS = sorted((word for word in _DAY_OF if len(word) > 4), key=len, reverse=True)
_SHORT_DAYS = sorted((word for word in _DAY_OF if len(word) <= 4), key=len, reverse=True)
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_COUNT = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))

_PATTERN = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)
    |(?P<dotted>\b(?P<d1>\d{{1,2}})\.\s?(?P<m1>\d{{1,2}})\.(?P<y1>\d{{4}}|\d{{2}}(?!\d|:))?)
    |(?P<named>\b(?P<d2>\d{{1,2}})(?:\.|st|nd|rd|th)?\s?(?:of\s)?(?P<m2>{_MONTH})\b\.?(?:\s(?P<y2>\d{{4}}))?)
    |(?P<english>\b(?P<m3>{_MONTH})\.?\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<y3>\d{{4}}))?)
    |(?P<relative>\b(?:heute|übermorgen|uebermorgen|today|tonight|tomorrow|(?<!guten\s)morgen(?!s)
        |the\sday\safter\stomorrow)\b)
    |(?P<span>\b(?:in|innerhalb\svon|innerhalb|binnen|within)\s(?:the\snext\s|den\snächsten\s|von\s)?(?P<n>{_COUNT})\s
        (?P<unit>werktage?n?|arbeitstage?n?|working\sdays?|business\sdays?|tage?n?|days?|wochen?|weeks?|stunden?|hours?
        |minuten?|minutes?|monate?n?s?|months?)\b)
    |(?P<weekend>\b(?:ende\sder\swoche|wochenende|end\sof\s(?:the|this)\sweek|weekend)\b)
    |(?P<monthend>\b(?:ende\sdes\smonats|monatsende|end\sof\s(?:the|this)\smonth)\b)
    |(?P<week>\b(?:(?P<edge>anfang|mitte|ende|early|mid|late)\s)?(?P<which>diese[rn]?|nächste[rn]?|kommende[rn]?|this|next)
        \s(?:woche|week)\b)
    |(?P<kw>\b(?:kw|kalenderwoche|week)\s?(?P<kwn>\d{{1,2}})\b)
    |(?P<day>\b(?:(?P<strict>kommende[nrm]?|nächste[nrm]?|next)\s)?(?:(?P<long>{"|".join(_LONG_DAYS)})
        |(?P<short>(?-i:{"|".join(word.capitalize() for word in _SHORT_DAYS)}))(?=\.|,|\s\d|\s(?:bis|um|ab|vor)\b))\b
        (?P<later>\s(?:nächster|kommender)\swoche|\snext\sweek|\sweek)?)
    |(?P<vague>\b(?:umgehend|schnellstmöglich|zeitnah|unverzüglich|in\skürze|baldmöglichst|shortly|asap|as\ssoon\sas
        \spossible|right\saway)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLOCK = re.compile(
    r"""\b(?:(?P<h1>[01]?\d|2[0-3])[:.](?P<min>[0-5]\d)(?:\s?(?P<half1>am|pm|a\.m\.|p\.m\.))?(?:\s?uhr)?
    |(?P<h2>[01]?\d|2[0-3])\s?uhr|(?P<h3>1[0-2]|[1-9])\s?(?P<half>am|pm|a\.m\.|p\.m\.)
    |(?P<noon>mittags?|noon|midday)|(?P<evening>geschäftsschluss|close\sof\sbusiness)
    |(?P<morning>vormittags?|in\sthe\smorning)|(?P<afternoon>nachmittags?|in\sthe\safternoon))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_MONEY_AFTER = re.compile(r"\s?(?:€|EUR|Euro|£|\$|CHF|%)", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:vor|before)\s(?:dem\s|the\s)?$", re.IGNORECASE)
_BY = re.compile(
    r"\b(?:bis|spätestens|by|until|till|no\slater\sthan)\s(?:zum\s|zu\s|am\s|spätestens\s|on\s)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class DateMention:
    """A date as said: its place in the text and the period it means. `begins` None: any time up to `ends`."""

    start: int
    end: int
    text: str
    begins: datetime | None
    ends: datetime | None
    weekday: bool = False
    impossible: bool = False

    @property
    def dated(self) -> bool:
        return self.ends is not None


def find(text: str, *, said_at: datetime, zone: str = BERLIN) -> tuple[DateMention, ...]:
    """All dates of a sentence, in order. `said_at` is an aware moment; the results are in `zone`."""
    local = said_at.astimezone(ZoneInfo(zone))
    dated = [match.span() for match in _PATTERN.finditer(text)]
    clocks = [
        clock
        for clock in _CLOCK.finditer(text)
        if not _MONEY_AFTER.match(text, clock.end())
        and not any(start <= clock.start() < end for start, end in dated)  # "10.11." is a day, not an hour
    ]
    used: set[int] = set()
    found: list[DateMention] = []
    for match in _PATTERN.finditer(text):
        mention = _mention(match, text, local, clocks, used)
        if mention is not None:
            found.append(mention)
    found += [
        _bare_clock(clock, text, local)
        for clock in clocks
        if clock.start() not in used and _is_named_time(clock)
    ]
    return tuple(sorted(found, key=lambda mention: mention.start))


def _is_named_time(clock: re.Match[str]) -> bool:
    return not (clock["morning"] or clock["afternoon"])


def _mention(
    match: re.Match[str], text: str, said: datetime, clocks: list[re.Match[str]], used: set[int]
) -> DateMention | None:
    kind = next(name for name in _KINDS if match[name])
    common = {"start": match.start(), "text": match[0]}
    if kind == "vague":
        return DateMention(**common, end=match.end(), begins=None, ends=None)  # type: ignore[arg-type]
    if kind == "span" and match["unit"].lower().startswith(("stund", "hour", "minut")):
        return _elapsed(match, said)
    days = _days(kind, match, said)
    if days is None:
        impossible = kind in {"iso", "dotted", "named", "english"}
        empty = DateMention(**common, end=match.end(), begins=None, ends=None, impossible=True)  # type: ignore[arg-type]
        return empty if impossible else None
    clock = _clock_near(match, text, clocks, used)
    return _period(match, text, said, days, clock, kind)


_KINDS = (
    "iso", "dotted", "named", "english", "relative", "span", "weekend", "monthend", "week", "kw", "day", "vague",
)  # fmt: skip


def _period(
    match: re.Match[str],
    text: str,
    said: datetime,
    days: tuple[date, date],
    clock: re.Match[str] | None,
    kind: str,
) -> DateMention:
    first, last = days
    lead = text[max(0, match.start() - 30) : match.start()]
    if _BEFORE.search(lead) and clock is None:
        last = first - timedelta(days=1)
        first = min(first, last)
    zone = said.tzinfo
    at = time(*_hour(clock)) if clock is not None else None
    if kind == "day" and _is_over(said, first, at) and first == said.date():
        first, last = first + timedelta(days=7), last + timedelta(days=7)
    begins: datetime | None = datetime.combine(first, time(0), zone)
    ends = datetime.combine(last, at or DAY_END, zone)
    up_to = bool(_BY.search(lead)) or bool(_BEFORE.search(lead)) or kind == "span"
    if at is not None and not _until(clock, text):
        begins = ends
    end = max(match.end(), clock.end()) if clock is not None else match.end()
    start = min(match.start(), clock.start()) if clock is not None else match.start()
    return DateMention(
        start=start,
        end=end,
        text=text[start:end],
        begins=None if up_to else begins,
        ends=ends,
        weekday=kind == "day",
    )


def _is_over(said: datetime, day: date, at: time | None) -> bool:
    if at is not None:
        return datetime.combine(day, at, said.tzinfo) <= said
    return said.hour >= LATE_HOUR


def _until(clock: re.Match[str] | None, text: str) -> bool:
    if clock is None:
        return False
    lead = text[max(0, clock.start() - 14) : clock.start()]
    return bool(
        re.search(r"\b(?:bis|vor|by|before|until|spätestens)\s(?:spätestens\s)?$", lead, re.IGNORECASE)
    ) or bool(clock["morning"] or clock["afternoon"])


def _clock_near(
    match: re.Match[str], text: str, clocks: list[re.Match[str]], used: set[int]
) -> re.Match[str] | None:
    """The clock time that belongs to this date: right behind it, or right before it."""
    for clock in clocks:
        if clock.start() in used or (match.start() <= clock.start() < match.end()):
            continue
        after = text[match.end() : clock.start()] if clock.start() >= match.end() else None
        before = text[clock.end() : match.start()] if clock.end() <= match.start() else None
        between = after if after is not None else before
        if between is not None and len(between) <= 22 and not re.search(r"[.;!?]\s|\bund\b|\band\b", between):
            used.add(clock.start())
            return clock
    return None


def _hour(clock: re.Match[str]) -> tuple[int, int]:
    fixed = {"noon": (12, 0), "evening": (18, 0), "morning": (12, 0), "afternoon": (18, 0)}
    for name, value in fixed.items():
        if clock[name]:
            return value
    half = (clock["half"] or clock["half1"] or "").lower()[:1]
    hour = int(clock["h1"] or clock["h2"] or clock["h3"])
    if half == "p" and hour < 12:
        hour += 12
    return (0 if half == "a" and hour == 12 else hour), int(clock["min"] or 0)


def _bare_clock(clock: re.Match[str], text: str, said: datetime) -> DateMention:
    ends = datetime.combine(said.date(), time(*_hour(clock)), said.tzinfo)
    begins = None if _until(clock, text) else ends
    return DateMention(start=clock.start(), end=clock.end(), text=clock[0], begins=begins, ends=ends)


def _elapsed(match: re.Match[str], said: datetime) -> DateMention:
    """Hours and minutes are real ones, also across a clock change."""
    count = _count(match["n"])
    step = (
        timedelta(hours=count)
        if match["unit"].lower().startswith(("stund", "hour"))
        else timedelta(minutes=count)
    )
    ends = (said.astimezone(UTC) + step).astimezone(said.tzinfo)
    return DateMention(start=match.start(), end=match.end(), text=match[0], begins=None, ends=ends)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _days(kind: str, match: re.Match[str], said: datetime) -> tuple[date, date] | None:  # noqa: PLR0911 -- one line per kind
    """The first and last day that is meant, or None for a date that does not exist."""
    today = said.date()
    if kind in {"iso", "dotted", "named", "english"}:
        day = _calendar_day(kind, match, today)
        return (day, day) if day else None
    if kind == "relative":
        return _relative(match["relative"].lower(), today)
    if kind == "span":
        day = _after(today, _count(match["n"]), match["unit"].lower())
        return today, day
    if kind == "weekend":
        return _week_end(match["weekend"].lower(), today, said)
    if kind == "monthend":
        last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
        return last, last
    if kind == "day":
        day = _weekday(match, today)
        return day, day
    return _week(kind, match, today)


def _relative(word: str, today: date) -> tuple[date, date]:
    ahead = {"heute": 0, "today": 0, "tonight": 0, "morgen": 1, "tomorrow": 1}.get(word, 2)
    day = today + timedelta(days=ahead)
    return day, day


def _after(today: date, count: int, unit: str) -> date:
    if unit.startswith(("werk", "arbeit", "working", "business")):
        day = today
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if unit.startswith("mon"):
        month = today.month - 1 + count
        year, month = today.year + month // 12, month % 12 + 1
        return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    return today + timedelta(days=count * (7 if unit.startswith(("woch", "week")) else 1))


def _week_end(word: str, today: date, said: datetime) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if "wochenende" in word or word == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    friday = monday + timedelta(days=4)
    if friday < today or (friday == today and said.hour >= LATE_HOUR):
        friday += timedelta(days=7)
    return friday, friday


def _week(kind: str, match: re.Match[str], today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    if kind == "kw":
        number = int(match["kwn"])
        for year in (today.year, today.year + 1):
            try:
                monday = date.fromisocalendar(year, number, 1)
            except ValueError:
                return None
            if monday + timedelta(days=6) >= today:
                break
        return monday, monday + timedelta(days=6)
    if not match["which"].lower().startswith(("diese", "this")):
        monday += timedelta(days=7)
    edges = {"anfang": 1, "early": 1, "mitte": 2, "mid": 2, "ende": 4, "late": 4}
    if match["edge"]:
        day = monday + timedelta(days=edges[match["edge"].lower()])
        return day, day
    return monday, monday + timedelta(days=6)


def _weekday(match: re.Match[str], today: date) -> date:
    wanted = _DAY_OF[(match["long"] or match["short"]).lower()]
    ahead = (wanted - today.weekday()) % 7
    if match["later"]:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + wanted)
    if match["strict"] and ahead == 0:
        ahead = 7
    return today + timedelta(days=ahead)


def _calendar_day(kind: str, match: re.Match[str], today: date) -> date | None:
    if kind == "iso":
        try:
            return date.fromisoformat(match["iso"])
        except ValueError:
            return None
    number = {"dotted": "1", "named": "2", "english": "3"}[kind]
    day, month_word, year = int(match["d" + number]), match["m" + number], match["y" + number]
    month = int(month_word) if month_word.isdigit() else _MONTH_OF[month_word.lower()]
    if year:
        years = [int(year) + (2000 if len(year) == 2 else 0)]
    else:
        years = [today.year, today.year + 1, today.year - 1]
    candidates = [one for one in (_safe(y, month, day) for y in years) if one]
    return min(candidates, key=lambda one: abs((one - today).days)) if candidates else None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
