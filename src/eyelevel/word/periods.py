"""What a phrase of time means: from a match of its pattern to its first and last day. docs/dates.md has the rules."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from eyelevel.word.day_words import DAY_OF, MONTH_OF, number


@dataclass(frozen=True, kw_only=True)
class Now:
    today: date
    late: bool
    after: date | None

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())


Days = tuple[date, date] | None


def weekday(match: re.Match[str], now: Now) -> Days:
    word = match["day"].lower().rstrip(".")
    wanted = DAY_OF[word.removesuffix("s") if word not in DAY_OF else word]
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


def relative(match: re.Match[str], now: Now) -> Days:
    word = " ".join(match[0].lower().split())
    ahead = 0
    if "woche" in word or "week" in word:
        weeks = number(match.groupdict().get("weeks") or ("zwei" if word.startswith("two") else "eine"))
        ahead = 7 * weeks + (1 if "morgen" in word or "tomorrow" in word else 0)
    elif word.startswith(("übermorgen", "uebermorgen", "the day after")):
        ahead = 2
    elif word.endswith("day tomorrow") or word.startswith(("morgen", "tomorrow", "tmrw", "tmw", "tomoz")):
        ahead = 1
    day = now.today + timedelta(days=ahead)
    return day, day


def add_months(day: date, count: int) -> date:
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
        return add_months(day, count)
    if unit == "fortnight":
        return day + timedelta(days=14)
    return day + timedelta(days=count * (7 if unit.startswith(("woch", "week")) else 1))


def span(match: re.Match[str], now: Now) -> Days:
    return now.today, add(now.today, number(match["n"]), match["unit"])


def named_range(match: re.Match[str], now: Now) -> Days:
    unit = match["unit"]
    return add(now.today, number(match["low"]), unit), add(now.today, number(match["n"]), unit)


def this_week(match: re.Match[str], now: Now) -> Days:
    monday = now.monday + timedelta(
        days=0 if (match["which"] or "this").lower().startswith(("dies", "this", "lauf", "the curr")) else 7
    )
    return monday, monday + timedelta(days=6)


def week_edge(match: re.Match[str], now: Now) -> Days:
    monday, _ = this_week(match, now) or (now.monday, now.monday)
    edge = match["edge"].lower().removeprefix("the ")
    begins = edge.startswith(("anf", "ear", "beg", "sta"))
    ahead = 1 if begins else 2 if edge.startswith(("mi", "wochenm")) else 4
    if match["which"] is None and monday + timedelta(days=ahead) < now.today:
        monday += timedelta(days=7)  # "Mitte der Woche", said on a Friday
    return monday + timedelta(days=0 if begins else ahead), monday + timedelta(days=ahead)


def week_number(match: re.Match[str], now: Now) -> Days:
    for year in (now.today.isocalendar().year, now.today.isocalendar().year + 1):
        try:
            monday = date.fromisocalendar(year, int(match["kw"]), 1)
        except ValueError:
            continue
        if monday + timedelta(days=6) >= now.today:
            edge = (match["edge"] or "").lower().removeprefix("the ")
            if edge.startswith(("mit", "mid")):
                return monday + timedelta(days=2), monday + timedelta(days=2)
            if edge.startswith("end"):
                return monday + timedelta(days=4), monday + timedelta(days=4)
            return monday, monday + timedelta(days=1 if edge else 6)
    return None


def week_end(_match: re.Match[str], now: Now) -> Days:
    friday = now.monday + timedelta(days=4)
    if friday < now.today or (friday == now.today and now.late):
        friday += timedelta(days=7)
    return friday, friday


def weekend(match: re.Match[str], now: Now) -> Days:
    saturday = now.monday + timedelta(days=5)
    if (match["strict"] or "").lower().startswith(("nächst", "next", "übernächst")) or saturday + timedelta(
        days=1
    ) < now.today:
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def month_of(match: re.Match[str], now: Now) -> tuple[int, int]:
    """Year and month that a phrase names; without one, the month of today, or the next where it says so."""
    groups = match.groupdict()
    name, follows = groups.get("month"), groups.get("follows")
    if name:
        month = MONTH_OF[name.lower()]
        year = int(groups["year"]) if groups.get("year") else now.today.year + (month < now.today.month)
        return year, month
    first = add_months(now.today.replace(day=1), 1 if follows else 0)
    return first.year, first.month


def part_of_month(match: re.Match[str], now: Now) -> Days:
    year, month = month_of(match, now)
    last = calendar.monthrange(year, month)[1]
    part = match["part"].lower()
    if part.startswith(("anf", "ear", "beg", "sta")):
        return ahead(date(year, month, 1), date(year, month, 10), now, match)
    if part.startswith(("mit", "mid")):
        return ahead(date(year, month, 15), date(year, month, 15), now, match)
    if part.startswith(("erst", "first")):
        return ahead(date(year, month, 1), date(year, month, 15), now, match)
    if part.startswith(("zweit", "second", "letzt", "latter")):
        return ahead(date(year, month, 16), date(year, month, last), now, match)
    return date(year, month, last), date(year, month, last)


def ahead(first: date, last: date, now: Now, match: re.Match[str]) -> Days:
    """The same part a month later where this one is over and no month was named."""
    if last < now.today and not match.groupdict().get("month"):
        return add_months(first, 1), add_months(last, 1)
    return first, last


def month_end(match: re.Match[str], now: Now) -> Days:
    year, month = month_of(match, now)
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last, last


def whole_month(match: re.Match[str], now: Now) -> Days:
    year, month = month_of(match, now)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


_QUARTERS = {
    "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4, "letzt": 4,
}  # fmt: skip


def quarter(match: re.Match[str], now: Now) -> Days:
    given = match["q"]
    current = (now.today.month - 1) // 3 + 1
    if given:
        quarter = (
            int(given)
            if given.isdigit()
            else next(v for k, v in _QUARTERS.items() if given.lower().startswith(k))
        )
    else:
        quarter = current + (1 if match["follows"] else 0)
    year = now.today.year + (bool(given) and quarter < current)
    if match["year"]:
        year = int(match["year"]) if match["year"].isdigit() else now.today.year + 1
    year, quarter = year + (quarter - 1) // 4, (quarter - 1) % 4 + 1
    first = date(year, quarter * 3 - 2, 1)
    last = add_months(first, 3) - timedelta(days=1)
    if match["part"] or match["atend"]:
        return last, last
    return first, last


def half_year(match: re.Match[str], now: Now) -> Days:
    first_half = match["half"].lower().startswith(("erst", "first"))
    year = int(match["year"]) if match["year"] else now.today.year + (first_half and now.today.month > 6)
    return (date(year, 1, 1), date(year, 6, 30)) if first_half else (date(year, 7, 1), date(year, 12, 31))


def year(match: re.Match[str], now: Now) -> Days:
    ahead = 1 if match["follows"] else 0
    last = date(now.today.year + ahead, 12, 31)
    return (last, last) if match["part"] else (date(last.year, 1, 1), last)


def of_next_month(match: re.Match[str], now: Now) -> Days:
    first = add_months(now.today.replace(day=1), 1)
    return checked(first.year, first.month, number(match["d"]))


def day_of_month(match: re.Match[str], now: Now) -> Days:
    for ahead in range(13):
        first = add_months(now.today.replace(day=1), ahead)
        found = checked(first.year, first.month, number(match["d"]))
        if found and found[0] >= now.today:
            return found
    return None


def checked(year: int, month: int, day: int) -> Days:
    try:
        one = date(year, month, day)
    except ValueError:
        return None
    return one, one


def named_date(match: re.Match[str], now: Now) -> Days:
    groups = match.groupdict()
    if groups.get("iso"):
        year, month, day = (int(part) for part in groups["iso"].split("-"))
        return checked(year, month, day)
    month_word = groups["m"]
    month = int(month_word) if month_word.isdigit() else MONTH_OF[month_word.lower()]
    if groups.get("y"):
        year = int(groups["y"])
        return checked(year + 2000 if year < 100 else year, month, int(groups["d"]))
    for year in range(now.today.year, now.today.year + 5):  # 29 February may be four years away
        found = checked(year, month, int(groups["d"]))
        if found and found[0] >= now.today:
            return found
    return None


def unreadable(_match: re.Match[str], _now: Now) -> Days:
    return None


def later_any(match: re.Match[str], now: Now) -> Days:
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


def span_any(match: re.Match[str], now: Now) -> Days:
    unit = match["unit2"] or match["unit3"]
    if unit:
        return now.today, add(now.today, 1, unit)
    return span(match, now)


def week_after_next(_match: re.Match[str], now: Now) -> Days:
    return now.monday + timedelta(days=14), now.monday + timedelta(days=20)


def month_end_next(_match: re.Match[str], now: Now) -> Days:
    first = add_months(now.today.replace(day=1), 1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return last, last


def year_any(match: re.Match[str], now: Now) -> Days:
    if match["part2"]:
        return date(now.today.year, 12, 31), date(now.today.year, 12, 31)
    return year(match, now)


def range_of_dates(match: re.Match[str], now: Now) -> Days:
    """In "22. bis 24. Juni": the first day the first day may lie in the month before the last."""
    found = named_date(match, now)
    if found is None:
        return None
    last = found[1]
    first = last.replace(day=1)
    for month in (first, add_months(first, -1)):
        begins = checked(month.year, month.month, int(match["d1"]))
        if begins and begins[0] < last:
            return begins[0], last
    return None


def range_of_weekdays(match: re.Match[str], now: Now) -> Days:
    first, last = (DAY_OF[match[name].lower().rstrip(".")] for name in ("day1", "day"))
    ahead = (first - now.today.weekday()) % 7
    if ahead == 0 and now.late:
        ahead = 7
    begins = now.today + timedelta(days=ahead)
    return begins, begins + timedelta(days=(last - first) % 7)
