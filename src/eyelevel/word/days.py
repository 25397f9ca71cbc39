"""Days and periods as people name them, in German and English: which days are meant, and whether they are a deadline.

Each recogniser is one pattern and one function from its match to (first day, last day). The rules stand in docs/dates.md.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A named day or period: text[start:end]. Without `first` and `last` it is named, but cannot be read for sure."""

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    deadline: bool = False  # anything up to `last`
    weekday: bool = False
    from_today: bool = False  # a weekday that may mean today
    opens: bool = False  # "from Tuesday": begins then
    before: bool = False  # "before Friday": the day before, unless an hour is named
    part: str = ""  # the part of the day in one word with it ("Freitagvormittag")


@dataclass(frozen=True, kw_only=True)
class _Now:
    today: date
    late: bool
    after: date | None

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


Days = tuple[date, date] | None
_WORDS = {
    "einem": 1, "einen": 1, "einer": 1, "eines": 1, "eine": 1, "ein": 1, "one": 1, "an": 1, "a": 1, "zwei": 2, "two": 2,
    "beiden": 2, "drei": 3, "three": 3, "vier": 4, "four": 4, "fünf": 5, "five": 5, "sechs": 6, "six": 6, "sieben": 7,
    "seven": 7, "acht": 8, "eight": 8, "neun": 9, "nine": 9, "zehn": 10, "ten": 10, "zwölf": 12, "twelve": 12,
    "vierzehn": 14, "fourteen": 14, "zwanzig": 20, "twenty": 20, "dreißig": 30, "thirty": 30, "a couple of": 2,
}  # fmt: skip
NUMBER = r"(?:\d{1,3}|" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_WEEKDAYS = ("montag|monday|mon", "dienstag|tuesday|tues|tue", "mittwoch|wednesday|wed", "donnerstag|thursday|thurs|thur|thu",
             "freitag|friday|fri", "samstag|sonnabend|saturday|sat", "sonntag|sunday|sun")  # fmt: skip
_SHORT_GERMAN = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}
_MONTHS = (
    "januar|jänner|january|jan", "februar|february|feb", "märz|maerz|march|mrz|mar", "april|apr", "mai|may", "juni|june|jun",
    "juli|july|jul", "august|aug", "september|sept|sep", "oktober|october|okt|oct", "november|nov", "dezember|december|dez|dec",
)  # fmt: skip
_DAY_OF = {word: index for index, words in enumerate(_WEEKDAYS) for word in words.split("|")} | _SHORT_GERMAN
_MONTH_OF = {word: index for index, words in enumerate(_MONTHS, start=1) for word in words.split("|")}
_LONG = "|".join(sorted((w for w in _DAY_OF if len(w) > 4), key=len, reverse=True))
_BRIEF = r"(?-i:(?:Mo|Di|Mi|Do|Fr|Sa|So|Mon|Tues?|Wed|Thurs?|Thur?|Fri|Sat|Sun)\b\.?(?=[\s,.;)]|$))"
_DAY = rf"(?:{_LONG})|{_BRIEF}"
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_ORDINAL_DE = r"\d{1,2}\."
_DEADLINE = re.compile(
    r"\b(?:bis|spätestens|by|until|till|no\slater\sthan|not\slater\sthan|latest|within|innerhalb|binnen|zum|deadline|vor|before|ahead\sof)"
    r"\s(?:spätestens\s|einschließlich\s|zum\s|zu\s|am\s|den\s|dem\s|the\s|on\s|at\sthe\slatest\s|der\s|latest\s)*$",
    re.IGNORECASE,
)
_DEADLINE_WITHIN = re.compile(
    r"^(?:bis|zum|by|until|before|vor|noch\svor|rechtzeitig|in\stime)\b", re.IGNORECASE
)
_BEFORE = re.compile(r"\b(?:vor|before|ahead\sof)\s(?:dem\s|the\s|next\s|kommendem\s)*$", re.IGNORECASE)
_OPENS = re.compile(r"\b(?:ab|von|from|as\sof|starting)\s(?:dem\s|the\s|on\s)*$", re.IGNORECASE)
_WORKING = r"(?:werktage?n?|arbeitstage?n?|bankarbeitstage?n?|(?:business|working|work)\s?days?)"
_UNIT = rf"(?P<unit>{_WORKING}|kalendertage?n?|(?:calendar\s)?days?|tage?n?|wochen?|weeks?|monate?n?s?|months?|fortnight)"


def number(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[word.lower()]


def phrases(text: str, *, today: date, late: bool = False, after: date | None = None) -> Iterator[Phrase]:
    """All named days of a text in the order of their places; of two that overlap, the longer one.

    `late`: sent so late in the day that a weekday of today means the next; `after`: the day of an earlier promise.
    """
    now = _Now(today=today, late=late, after=after)
    raw = [(match, read, kind) for kind, pattern, read in _RECOGNISERS for match in pattern.finditer(text)]
    raw.sort(key=lambda one: (one[0].start(), -len(one[0][0])))
    held: Phrase | None = None
    for match, read, kind in raw:
        if held is not None and match.start() < held.end:
            continue
        phrase = _phrase(match, read, kind, now, text)
        if phrase is None:
            continue
        if (
            held is not None
            and held.weekday
            and kind == "date"
            and _NAMED_TWICE.match(text[held.end : phrase.start])
        ):
            phrase = replace(phrase, start=held.start, text=text[held.start : phrase.end], deadline=held.deadline or phrase.deadline,
                             before=held.before, part=held.part)  # fmt: skip
        elif held is not None:
            yield held
        held = phrase
    if held is not None:
        yield held


_NAMED_TWICE = re.compile(
    r"^\.?,?\s?(?:(?:den|dem|der|the)\s)?$", re.IGNORECASE
)  # "Freitag, den 27. November"


def _phrase(
    match: re.Match[str], read: Callable[[re.Match[str], _Now], Days], kind: str, now: _Now, text: str
) -> Phrase | None:
    found = read(match, now)
    place = {"start": match.start(), "end": match.end(), "text": match[0]}
    if found is None:
        return Phrase(**place, first=None, last=None) if kind in {"date", "odd"} else None  # type: ignore[arg-type] # a place has two numbers and a text
    first, last = found
    lead = text[max(0, match.start() - 34) : match.start()]
    before = bool(_BEFORE.search(lead)) and kind in {"weekday", "date", "period", "relative"}
    deadline = (
        bool(_DEADLINE.search(lead)) or bool(_DEADLINE_WITHIN.match(match[0])) or kind in {"span", "edge"}
    )
    return Phrase(
        **place, first=first, last=last, deadline=deadline or before or _is_edge(match), weekday=kind == "weekday",  # type: ignore[arg-type] # as above
        from_today=kind == "weekday" and not _strict(match), opens=bool(_OPENS.search(lead)), before=before,
        part=(match.groupdict().get("partofday") or "").lower(),
    )  # fmt: skip


def is_deadline(lead: str) -> bool:
    """Do the words before a time make it a deadline ("bis", "by")?"""
    return bool(_DEADLINE.search(lead))


def _is_edge(match: re.Match[str]) -> bool:
    """The middle or the end of something is a deadline, its beginning a window."""
    part = (
        match.groupdict().get("part") or match.groupdict().get("part2") or match.groupdict().get("edge") or ""
    )
    return part.lower().startswith(("mit", "mid", "end", "the mid", "the end", "jahresende"))


def _strict(match: re.Match[str]) -> bool:
    return bool(match.groupdict().get("strict") or match.groupdict().get("later"))


def _weekday(match: re.Match[str], now: _Now) -> Days:
    word = match["day"].lower().rstrip(".")
    wanted = _DAY_OF[word.removesuffix("s") if word not in _DAY_OF else word]
    if match["later"] or match["before"]:
        day = now.monday + timedelta(days=7 + wanted)
        return day, day
    if match["inweek"]:
        day = now.today + timedelta(days=(wanted - now.today.weekday()) % 7 + 7)
        return day, day
    ahead = (wanted - now.today.weekday()) % 7
    if ahead == 0 and (match["strict"] or now.late):
        ahead = 7
    day = now.today + timedelta(days=ahead)
    return day, day


def _relative(match: re.Match[str], now: _Now) -> Days:
    word = " ".join(match[0].lower().split())
    ahead = 0
    if "woche" in word or "week" in word:
        ahead = 7 + (1 if "morgen" in word or "tomorrow" in word else 0)
    elif word.startswith(("übermorgen", "uebermorgen", "the day after")):
        ahead = 2
    elif word.startswith(("morgen", "tomorrow")):
        ahead = 1
    day = now.today + timedelta(days=ahead)
    return day, day


def _add_months(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add(day: date, count: int, unit: str) -> date:
    """The day that is `count` units later; working days are Monday to Friday, holidays count as days."""
    unit = unit.lower()
    if unit.startswith(("werk", "arbeit", "bank", "business", "work")):
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day
    if unit.startswith("mon"):
        return _add_months(day, count)
    if unit == "fortnight":
        return day + timedelta(days=14)
    return day + timedelta(days=count * (7 if unit.startswith(("woch", "week")) else 1))


def _span(match: re.Match[str], now: _Now) -> Days:
    return now.today, add(now.today, number(match["n"]), match["unit"])


def _range(match: re.Match[str], now: _Now) -> Days:
    unit = match["unit"]
    return add(now.today, number(match["low"]), unit), add(now.today, number(match["n"]), unit)


def _this_week(match: re.Match[str], now: _Now) -> Days:
    monday = now.monday + timedelta(
        days=0 if match["which"].lower().startswith(("dies", "this", "lauf")) else 7
    )
    if match["over"]:
        monday = now.monday + timedelta(days=14)
    return monday, monday + timedelta(days=6)


def _week_edge(match: re.Match[str], now: _Now) -> Days:
    monday, _ = _this_week(match, now) or (now.monday, now.monday)
    edge = match["edge"].lower()
    if edge.startswith(("anf", "ear", "beg", "sta")):
        return monday, monday + timedelta(days=1)
    ahead = 2 if edge.startswith(("mit", "mid")) else 4
    return monday + timedelta(days=ahead), monday + timedelta(days=ahead)


def _week_number(match: re.Match[str], now: _Now) -> Days:
    for year in (now.today.isocalendar().year, now.today.isocalendar().year + 1):
        try:
            monday = date.fromisocalendar(year, int(match["kw"]), 1)
        except ValueError:
            continue
        if monday + timedelta(days=6) >= now.today:
            edge = (match["edge"] or "").lower()
            if edge.startswith(("mit", "mid")):
                return monday + timedelta(days=2), monday + timedelta(days=2)
            if edge.startswith("end"):
                return monday + timedelta(days=4), monday + timedelta(days=4)
            return monday, monday + timedelta(days=1 if edge else 6)
    return None


def _week_end(_match: re.Match[str], now: _Now) -> Days:
    friday = now.monday + timedelta(days=4)
    if friday < now.today or (friday == now.today and now.late):
        friday += timedelta(days=7)
    return friday, friday


def _weekend(match: re.Match[str], now: _Now) -> Days:
    saturday = now.monday + timedelta(days=5)
    if (match["strict"] or "").lower().startswith(("nächst", "next", "übernächst")) or saturday + timedelta(
        days=1
    ) < now.today:
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def _month_of(match: re.Match[str], now: _Now) -> tuple[int, int]:
    """Year and month that a phrase names; without one, the month of today, or the next where it says so."""
    groups = match.groupdict()
    name, follows = groups.get("month"), groups.get("follows")
    if name:
        month = _MONTH_OF[name.lower()]
        year = int(groups["year"]) if groups.get("year") else now.today.year + (month < now.today.month)
        return year, month
    first = _add_months(now.today.replace(day=1), 1 if follows else 0)
    return first.year, first.month


def _part_of_month(match: re.Match[str], now: _Now) -> Days:
    year, month = _month_of(match, now)
    last = calendar.monthrange(year, month)[1]
    part = match["part"].lower()
    if part.startswith(("anf", "ear", "beg", "sta")):
        return _ahead(date(year, month, 1), date(year, month, 10), now, match)
    if part.startswith(("mit", "mid")):
        return _ahead(date(year, month, 15), date(year, month, 15), now, match)
    if part.startswith(("erst", "first")):
        return _ahead(date(year, month, 1), date(year, month, 15), now, match)
    if part.startswith(("zweit", "second", "letzt", "latter")):
        return _ahead(date(year, month, 16), date(year, month, last), now, match)
    return date(year, month, last), date(year, month, last)


def _ahead(first: date, last: date, now: _Now, match: re.Match[str]) -> Days:
    """The same part a month later where this one is over and no month was named."""
    if last < now.today and not match.groupdict().get("month"):
        return _add_months(first, 1), _add_months(last, 1)
    return first, last


def _month_end(match: re.Match[str], now: _Now) -> Days:
    year, month = _month_of(match, now)
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last, last


def _whole_month(match: re.Match[str], now: _Now) -> Days:
    year, month = _month_of(match, now)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _quarter(match: re.Match[str], now: _Now) -> Days:
    given = match["q"]
    current = (now.today.month - 1) // 3 + 1
    named = {"erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
    if given:
        quarter = (
            int(given)
            if given.isdigit()
            else next(v for k, v in named.items() if given.lower().startswith(k))
        )
    else:
        quarter = current + (1 if match["follows"] else 0)
    year = int(match["year"]) if match["year"] else now.today.year + (bool(given) and quarter < current)
    year, quarter = year + (quarter - 1) // 4, (quarter - 1) % 4 + 1
    first = date(year, quarter * 3 - 2, 1)
    last = _add_months(first, 3) - timedelta(days=1)
    if match["part"]:
        return last, last
    return first, last


def _year(match: re.Match[str], now: _Now) -> Days:
    ahead = 1 if match["follows"] else 0
    last = date(now.today.year + ahead, 12, 31)
    return (last, last) if match["part"] else (date(last.year, 1, 1), last)


def _of_next_month(match: re.Match[str], now: _Now) -> Days:
    first = _add_months(now.today.replace(day=1), 1)
    return _checked(first.year, first.month, int(match["d"]))


def _day_of_month(match: re.Match[str], now: _Now) -> Days:
    for ahead in range(13):
        first = _add_months(now.today.replace(day=1), ahead)
        found = _checked(first.year, first.month, int(match["d"]))
        if found and found[0] >= now.today:
            return found
    return None


def _checked(year: int, month: int, day: int) -> Days:
    try:
        one = date(year, month, day)
    except ValueError:
        return None
    return one, one


def _calendar(match: re.Match[str], now: _Now) -> Days:
    groups = match.groupdict()
    if groups.get("iso"):
        year, month, day = (int(part) for part in groups["iso"].split("-"))
        return _checked(year, month, day)
    month_word = groups["m"]
    month = int(month_word) if month_word.isdigit() else _MONTH_OF[month_word.lower()]
    if groups.get("y"):
        year = int(groups["y"])
        return _checked(year + 2000 if year < 100 else year, month, int(groups["d"]))
    for year in range(now.today.year, now.today.year + 5):  # 29 February may be four years away
        found = _checked(year, month, int(groups["d"]))
        if found and found[0] >= now.today:
            return found
    return None


def easter(year: int) -> date:
    """Easter Sunday (Gregorian), by the anonymous algorithm of Nature, 20 April 1876 (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    step = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * step) // 451
    month, day = divmod(h + step - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _feast(match: re.Match[str], now: _Now) -> Days:
    word = match["feast"].lower()
    for year in (now.today.year, now.today.year + 1):
        if word.startswith(("oster", "easter")):
            last = easter(year) - timedelta(days=3)
        elif word.startswith(("pfingst", "whit", "pentecost")):
            last = easter(year) + timedelta(days=48)
        elif word.startswith(("weihnacht", "christmas", "heilig", "dem fest", "xmas")):
            last = date(year, 12, 23)
        else:
            last = date(year, 12, 31)
        if last >= now.today:
            return now.today, last
    return None


def _between_the_years(_match: re.Match[str], now: _Now) -> Days:
    return date(now.today.year, 12, 27), date(now.today.year, 12, 31)


def _unreadable(_match: re.Match[str], _now: _Now) -> Days:
    return None


def _later_any(match: re.Match[str], now: _Now) -> Days:
    if now.after is None:
        return None
    if match["same2"]:
        if match["same2"].lower() in {"woche", "week"}:
            monday = now.after - timedelta(days=now.after.weekday())
            return monday, monday + timedelta(days=6)
        return now.after, now.after
    if match["next2"]:
        day = now.after + timedelta(days=1)
    else:
        day = add(now.after, number(match["n"]), match["unit"])
    return day, day


def _span_any(match: re.Match[str], now: _Now) -> Days:
    if match["unit2"]:
        return now.today, add(now.today, 1, match["unit2"])
    return _span(match, now)


def _week_after_next(_match: re.Match[str], now: _Now) -> Days:
    return now.monday + timedelta(days=14), now.monday + timedelta(days=20)


def _month_end_next(_match: re.Match[str], now: _Now) -> Days:
    first = _add_months(now.today.replace(day=1), 1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return last, last


def _year_any(match: re.Match[str], now: _Now) -> Days:
    if match["part2"]:
        return date(now.today.year, 12, 31), date(now.today.year, 12, 31)
    return _year(match, now)


_FOLLOWS = r"(?P<follows>nächsten|kommenden|folgenden|next|following|coming)"
_THIS = r"(?:diesen|dieses|diesem|laufenden|this|the|des|den|dem|der|current|of|im)"
_EDGE = r"(?P<edge>anfang|mitte|ende|early|mid|middle\sof|late|beginning\sof|start\sof|end\sof|the\sbeginning\sof|the\send\sof|the\smiddle\sof)"
_PART = r"(?P<part>anfang|mitte|ende|early|mid(?:dle)?|late|beginning|start|end|(?:in\sder\s)?ersten?\shälfte|(?:in\sder\s)?zweiten?\shälfte|first\shalf|second\shalf|letzte\shälfte)"
_RECOGNISERS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], _Now], Days]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE), read)
    for kind, pattern, read in (
        ("date", r"\b(?P<iso>\d{4}-\d{2}-\d{2})\b", _calendar),
        ("date", r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>\d{4}|\d{2})(?![\d:]))?", _calendar),
        ("date", rf"\b(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)?\s?(?:of\s)?(?P<m>{_MONTH})\b\.?(?:,?\s(?P<y>20\d\d))?", _calendar),
        ("date", rf"\b(?P<m>{_MONTH})\.?\s(?:the\s)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?(?:%|€|euro|am\b|pm\b|:))(?:,?\s(?P<y>20\d\d))?", _calendar),
        ("odd", r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])", _unreadable),
        ("relative", r"\b(?:heute|today|morgen|tomorrow)\s(?:in\seiner\swoche|in\sa\sweek|week)\b|\ba\sweek\s(?:from\s)?(?:today|tomorrow)\b", _relative),
        ("relative", (r"\b(?:heute(?:\snoch)?|noch\sheute|today|tonight|(?:by\s)?(?:the\s)?end\sof\s(?:the\s|this\s)?day|this\s(?:morning|afternoon|evening)|übermorgen|uebermorgen|"
            r"the\sday\safter\stomorrow|tomorrow|(?<!guten\s)(?<!am\s)(?<!gute\s)(?-i:morgen)(?!s\b))\b"), _relative),
        ("weekday", (rf"(?:\b(?P<before>(?:nächste|kommende|next)\s?(?:woche|week),?\s(?:am\s|on\s)?))?(?:\b(?P<strict>kommende[nrm]?|nächste[nrm]?|next|coming|this\scoming)\s)?\b(?P<day>{_DAY})"
            r"(?P<partofday>vormittag|nachmittag|abend|mittag|morgen|früh)?\b(?P<later>\s(?:(?:in\s)?(?:der\s)?(?:nächste[rn]?|kommende[rn]?|folgende[rn]?)\swoche|next\sweek|of\snext\sweek))?(?P<inweek>\s(?:in\seiner\swoche|week)\b)?"), _weekday),
        ("range", rf"\b(?:in|innerhalb\svon|innerhalb|within|nach)?\s?(?P<low>{NUMBER})\s?(?:bis|to|-|–|oder|or)\s?(?P<n>{NUMBER})\s{_UNIT}\b", _range),
        ("later", (rf"\b(?P<n>{NUMBER})\s{_UNIT}\s(?:später|danach|darauf|later|after\sthat|afterwards)\b"
            rf"|\b(?:am\s(?:selben|gleichen)\s|the\ssame\s|on\sthe\ssame\s|in\sder\s(?:selben|gleichen)\s|derselben\s|in\sthe\ssame\s)(?P<same2>tag|day|woche|week)\b|\b(?P<next2>am\stag\sdarauf|am\sfolgetag|the\s(?:following|next)\sday|the\sday\safter)\b"), _later_any),
        ("span", (rf"\b(?:in|innerhalb\svon|innerhalb|binnen|within|innert|in\sden\snächsten|in\sthe\snext|over\sthe\snext|nach)\s(?:der\snächsten\s|den\snächsten\s|von\s|the\snext\s|spätestens\s|about\s|around\s|circa\s|ca\.\s|etwa\s|rund\s|maximal\s|längstens\s)*(?P<n>{NUMBER})\s{_UNIT}\b"
            rf"|\b(?:within|in)\s(?:the|a)\s(?P<unit2>week|month|fortnight)\b"), _span_any),
        ("edge", rf"\b{_EDGE}\s?-?\s?(?:der\s)?(?P<which>diese[rn]?|nächste[rn]?|kommende[rn]?|laufende[rn]?|this|next|the\scoming)\s(?P<over>(?!))?(?:woche|week)\b", _week_edge),
        ("period", r"\b(?:im\slaufe\s(?:der\s)?|during\s|in\sder\s)?(?P<which>diese[rn]?|nächste[rn]?|kommende[rn]?|laufende[rn]?|this|next|the\scoming)\s(?P<over>(?!))?(?:woche|week)\b", _this_week),
        ("period", r"\b(?P<which>übernächste[rn]?)(?P<over>)\swoche\b|\b(?P<which2>the\sweek\safter\snext)\b", _week_after_next),
        ("period", rf"\b(?:{_EDGE}\s)?(?:kw|kalenderwoche|calendar\sweek|week)\s?(?P<kw>\d{{1,2}})\b", _week_number),
        ("edge", r"\b(?:bis\s)?(?:zum\s)?ende\s(?:der|dieser)\swoche\b|\b(?:by\s)?(?:the\s)?end\sof\s(?:the|this)\sweek\b|\bwochenende\s(?:der|dieser)\swoche\b", _week_end),
        ("period", r"\b(?:(?P<strict>nächstes|kommendes|dieses|this|next)\s)?(?:wochenende|weekend)\b", _weekend),
        ("edge", r"\b(?:bis\s)?monatsende\b|\b(?:by\s)?(?:the\s)?end\sof\s(?:the|this)\smonth\b|\b(?:the\s)?month\s?end\b|\b(?:zum\s)?ultimo\b", _month_end),
        ("edge", rf"\b(?:ende|end\sof|the\send\sof)\s(?:(?:des\s)?{_FOLLOWS})\s(?:monats|month)\b|\bende\s(?:des\s)?(?P<follows2>folgemonats)\b", _month_end_next),
        ("half", rf"\b{_PART}\s?-?\s?(?:of\s|des\s|im\s|in\s)?(?P<month>{_MONTH})\b(?:\s(?P<year>20\d\d))?(?P<follows>(?!))?", _part_of_month),
        ("half", rf"\b{_PART}\s(?:{_THIS}\s)*(?:{_FOLLOWS}\s)?(?:monats|month)\b", _part_of_month),
        ("date", r"\b(?P<d>\d{1,2})\.?\s(?:des\s|of\s)?(?:folgemonats|nächsten\smonats|kommenden\smonats|next\smonth|the\sfollowing\smonth)\b", _of_next_month),
        ("period", rf"\b(?:im|in|während|during)\s(?:laufe\s(?:des\s)?)?(?P<month>{_MONTH})\b(?:\s(?P<year>20\d\d))?(?P<follows>(?!))?", _whole_month),
        ("period", rf"\b(?:(?:noch\s)?(?:im\slaufe\s)?(?:diesen|dieses|diesem|laufenden|this)\s(?:laufenden\s)?|{_FOLLOWS}\s)(?:monats?|month)\b", _whole_month),
        ("quarter", rf"\b(?:(?P<part>ende|end\sof)\s)?(?:des\s|the\s|im\s|in\s|dieses\s|this\s)*(?:(?P<q>[1-4]|erste[ns]?|zweite[ns]?|dritte[ns]?|vierte[ns]?|first|second|third|fourth)\.?\s|{_FOLLOWS}\s)?(?:quartals?|quarter)(?:sende)?\b(?:\s(?P<year>20\d\d))?", _quarter),
        ("period", rf"\b(?:(?P<part>ende|end\sof)\s)?(?:in\s|noch\sin\s|des\s|the\s)*(?:diese[sm]|laufenden|this|{_FOLLOWS})\s(?:jahre?s?|year)\b|\b(?P<part2>jahresende)\b", _year_any),
        ("feast", r"\b(?:noch\s)?(?:vor|before|rechtzeitig\szu|by|bis|in\stime\sfor|pünktlich\szu)\s(?:den\s|dem\s)?(?P<feast>ostern|easter|pfingsten|whitsun|pentecost|weihnachten|christmas|xmas|heiligabend|silvester|jahreswechsel|new\syear)\b", _feast),
        ("period", r"\bzwischen\sden\sjahren\b|\bbetween\schristmas\sand\snew\syear\b", _between_the_years),
        ("date", r"\b(?:zum|am|bis\szum|bis|ab\sdem|vom|on\sthe|by\sthe|from\sthe|until\sthe)\s(?P<d>\d{1,2})(?:\.(?!\d|\s?(?:[a-zäöü]))|st\b|nd\b|rd\b|th\b)(?!\s?(?:floor|stock|etage|mahnung|rate|uhr))", _day_of_month),
    )
)  # fmt: skip
