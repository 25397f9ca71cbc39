"""When something is due, as people say it in German and English. Plain Python; docs/dates.md lists the rules.

A phrase is read in two layers: a day or a period ("Dienstag", "Ende nächster Woche", "in 3 bis 5 Werktagen"), and a clock
time that belongs to it ("bis 12 Uhr", "zwischen 10 and 12"). What stands before it decides whether it is a deadline
("bis", "by") or a window that begins later ("am Dienstag": from midnight).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eyelevel.word import days

BERLIN = "Europe/Berlin"
DAY_END = time(23, 59, 59)
LATE_HOUR = 18  # sent at or after this hour, a weekday of today means the one in a week


@dataclass(frozen=True, kw_only=True)
class When:
    """One moment or period as said: text[start:end]. `due_from` None: a deadline, or a period that runs already.

    `due_to` None: a word of haste without a date ("umgehend"), or one that cannot be read for sure ("3/4").
    """

    start: int
    end: int
    text: str
    due_from: datetime | None
    due_to: datetime | None
    first: date | None = None  # the day that later words count from ("two days later")


@dataclass(frozen=True, kw_only=True)
class _Clock:
    """A time of day: `to` None for "ab 14 Uhr"."""

    start: int
    end: int
    begins: time | None
    to: time | None
    open_end: bool = False


def find(
    text: str, *, said_at: datetime, zone: str = BERLIN, after: date | None = None, state: bool = False
) -> tuple[When, ...]:
    """All due times of a text in order. `said_at` is an aware moment, results are in `zone`.

    `after` is the day of an earlier dated promise, for "am selben Tag"; `state` reads "ab 11 Uhr" as "from then on it is
    so" instead of "somebody is there from then on".
    """
    local = said_at.astimezone(ZoneInfo(zone))
    clocks = list(_clocks(text))
    found: list[When] = []
    used: set[int] = set()
    for phrase in days.phrases(text, today=local.date(), late=local.hour >= LATE_HOUR, after=after):
        clock = _belonging(phrase, clocks, used, text)
        found.append(_due(phrase, clock, text, local, state=state))
    found += [_today(clock, text, local, state=state) for clock in clocks if clock.start not in used]
    found += list(_elapsed(text, local))
    found += [
        When(start=one.start(), end=one.end(), text=one[0], due_from=None, due_to=None)
        for one in _HASTE.finditer(text)
    ]
    return tuple(sorted(_apart(found), key=lambda one: one.start))


def _apart(found: Sequence[When]) -> Iterator[When]:
    """Of phrases that overlap, the longest."""
    for one in found:
        if not any(
            other is not one
            and other.start <= one.start
            and one.end <= other.end
            and len(other.text) > len(one.text)
            for other in found
        ):
            yield one


_NUMBER = days.NUMBER
_ELAPSED = re.compile(
    rf"\b(?:in|innerhalb|binnen|within|innert)\s(?:von\s|der\snächsten\s|den\snächsten\s|the\snext\s|about\s|circa\s|ca\.\s|etwa\s|rund\s)*"
    rf"(?:(?P<low>{_NUMBER})\s?(?:bis|to|-|–|oder|or)\s)?(?P<n>{_NUMBER})\s?(?P<unit>stunden?|std\.?|hours?|hrs?|minuten?|min\.?|minutes?|mins?)\b"
    rf"|\b(?:within|in)\s(?:the|an|half\san)\s(?P<hour>hour)\b|\bin\seiner\s(?P<halb>halben|dreiviertel)\sstunde\b",
    re.IGNORECASE,
)
_HASTE = re.compile(
    r"\b(?:umgehend|schnellst\s?möglich|so\sschnell\swie\smöglich|zeitnah|unverzüglich|in\s(?:aller\s)?kürze|kurzfristig|baldmöglichst|"
    r"alsbald|demnächst|sofort|gleich(?!\s(?:hoch|groß|viel|lautend))|unmittelbar(?:\sdanach)?|in\sden\snächsten\s(?:tagen|minuten|stunden|wochen)|"
    r"shortly|asap|a\.s\.a\.p|as\s(?:soon|quickly)\sas\spossible|right\saway|straight\saway|immediately|promptly|without\sdelay|"
    r"in\sthe\snext\sfew\s(?:days|hours|minutes|weeks)|in\sthe\scoming\sdays|soon)\b",
    re.IGNORECASE,
)
_H = r"(?:[01]?\d|2[0-4])"
_M = r"[:.]?(?:[0-5]\d)"
_AMPM = r"(?:\s?(?:am|pm|a\.m\.|p\.m\.))"
_CLOCK = re.compile(
    rf"""\b(?:
    (?:zwischen|between|von|from)\s(?P<b1>{_H})(?:[:.](?P<bm1>[0-5]\d))?(?P<bx>{_AMPM})?(?:\suhr)?\s?(?:und|and|bis|to|-|–|until)\s?(?P<b2>{_H})(?:[:.](?P<bm2>[0-5]\d))?(?:(?P<by>{_AMPM})|\s?uhr\b|\s?h\b|(?=[.,;\s]|$))
    |(?P<r1>{_H})(?:[:.](?P<rm1>[0-5]\d))?(?P<rx>{_AMPM})?\s?(?:-|–|bis|to)\s?(?P<r2>{_H})(?:[:.](?P<rm2>[0-5]\d))?(?:(?P<ry>{_AMPM})|\s?uhr\b)
    |(?P<h>{_H})(?:[:.](?P<m>[0-5]\d))(?:(?P<x>{_AMPM})|\s?uhr\b|\s?h\b)?(?![.\d]|\s?(?:€|eur|euro|£|\$|%|kg|gb))
    |(?P<hu>{_H})\s?uhr(?:\s(?P<hum>[0-5]\d)\b)?
    |(?P<hx>1[0-2]|[1-9]){_AMPM}(?P<hxx>)
    |(?P<word>geschäftsschluss|feierabend|close\sof\sbusiness|end\sof\sbusiness|cob|mittags?|midday|noon|mitternacht|midnight|vormittags?|frühmorgens|früh|(?:in\sthe\s)?mornings?|nachmittags?|(?:in\sthe\s)?afternoons?|abends?|(?:in\sthe\s)?evenings?|tonight|heute\sabend)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS: dict[str, tuple[time | None, time]] = {
    "vormittag": (None, time(12)), "nachmittag": (time(12), time(18)), "afternoon": (time(12), time(18)),
    "geschäftsschluss": (None, time(18)), "feierabend": (None, time(18)), "close": (None, time(18)), "cob": (None, time(18)),
    "end": (None, time(18)), "mittag": (None, time(12)), "midday": (None, time(12)), "noon": (None, time(12)),
    "mitternacht": (None, DAY_END), "midnight": (None, DAY_END), "früh": (None, time(12)), "morning": (None, time(12)),
    "morgen": (None, time(12)), "abend": (time(18), DAY_END), "evening": (time(18), DAY_END), "tonight": (time(18), DAY_END),
}  # fmt: skip


def _clocks(text: str) -> Iterator[_Clock]:
    for match in _CLOCK.finditer(text):
        clock = _clock(match, text)
        if clock is not None:
            yield clock


def _clock(match: re.Match[str], text: str) -> _Clock | None:
    start, end = match.span()
    if match["b2"] or match["r2"]:
        return _span_of_clock(match)
    if match["word"]:
        begins, to = _by_word(match["word"].lower())
        return _Clock(start=start, end=end, begins=begins, to=to)
    at = _one_time(match)
    if at is None or _is_day(match, text):
        return None
    lead = text[max(0, match.start() - 16) : match.start()].lower()
    if re.search(r"\b(?:ab|from|after|nach)\s$", lead):
        return _Clock(start=start, end=end, begins=at, to=None, open_end=True)
    if re.search(
        r"\b(?:bis|vor|by|before|until|till|spätestens|latest)\s(?:spätestens\s|at\sthe\slatest\s|um\s)?$",
        lead,
    ):
        return _Clock(start=start, end=end, begins=None, to=at)
    return _Clock(start=start, end=end, begins=at, to=at)


def _is_day(match: re.Match[str], text: str) -> bool:
    """Is it rather a day or a number? "10.11." is a day, and so is "10.30" without "Uhr" or a word of time before it."""
    dotted = match["m"] and "." in match[0] and not re.search(r"uhr|m\b", match[0], re.IGNORECASE)
    lead = text[max(0, match.start() - 10) : match.start()].lower()
    return bool(dotted) and not re.search(r"\b(?:um|bis|ab|gegen|vor|at|by|before|until)\s$", lead)


def _span_of_clock(match: re.Match[str]) -> _Clock | None:
    kind = "b" if match["b2"] else "r"
    last_half = match[kind + "y"]
    first = _time(match[kind + "1"], match[kind + "m1"], match[kind + "x"] or last_half)
    last = _time(match[kind + "2"], match[kind + "m2"], last_half)
    if first is None or last is None:
        return None
    if first > last and last_half:  # "11 to 1 pm"
        first = _time(match[kind + "1"], match[kind + "m1"], None) or first
    return _Clock(start=match.start(), end=match.end(), begins=first, to=last)


def _one_time(match: re.Match[str]) -> time | None:
    if match["h"]:
        return _time(match["h"], match["m"], match["x"])
    if match["hu"]:
        return _time(match["hu"], match["hum"], None)
    return _time(match["hx"], None, match[0][len(match["hx"]) :])


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour)
    if half and "p" in half.lower() and number < 12:
        number += 12
    if half and "a" in half.lower() and number == 12:
        number = 0
    if number == 24:
        return DAY_END
    return time(number, int(minute or 0))


def _by_word(word: str) -> tuple[time | None, time]:
    return next((times for known, times in _WORDS.items() if known in word), (None, DAY_END))


_BETWEEN = re.compile(
    r"^[\s,]*(?:\(?(?:um|gegen|bis|vor|ab|at|by|before|around|about|spätestens|dann|etwa|ca\.|circa|on|am|the|of|the\slatest|from|until|after|nach|in)\s?)*[\s,(]*$",
    re.IGNORECASE,
)


def _belonging(phrase: days.Phrase, clocks: Sequence[_Clock], used: set[int], text: str) -> _Clock | None:
    """The clock time right behind or right before a day."""
    for clock in clocks:
        if clock.start in used or phrase.start <= clock.start < phrase.end:
            if phrase.start <= clock.start < phrase.end:
                used.add(clock.start)
                return clock
            continue
        gap = text[phrase.end : clock.start] if clock.start >= phrase.end else text[clock.end : phrase.start]
        if len(gap) <= 24 and _BETWEEN.match(gap):
            used.add(clock.start)
            return clock
    if phrase.part:
        begins, to = _by_word(phrase.part)
        return _Clock(start=phrase.start, end=phrase.end, begins=begins, to=to)
    return None


def _due(phrase: days.Phrase, clock: _Clock | None, text: str, said: datetime, *, state: bool) -> When:
    if phrase.first is None or phrase.last is None:
        return When(start=phrase.start, end=phrase.end, text=phrase.text, due_from=None, due_to=None)
    first, last = phrase.first, phrase.last
    if phrase.before and clock is None:
        first, last = min(said.date(), first), first - timedelta(days=1)
    if phrase.weekday and clock is not None and first == said.date() and phrase.from_today:
        ends = clock.to or clock.begins
        if ends is not None and datetime.combine(first, ends, said.tzinfo) <= said:
            first, last = first + timedelta(days=7), last + timedelta(days=7)
    start, end = phrase.start, phrase.end
    if clock is not None:
        start, end = min(start, clock.start), max(end, clock.end)
        if clock.start < phrase.start and days.is_deadline(text[max(0, clock.start - 34) : clock.start]):
            phrase = replace(phrase, deadline=True)
    due_from, due_to = _window(phrase, clock, first, last, said, state=state)
    if due_from is not None and due_from <= said:
        due_from = None
    return When(start=start, end=end, text=text[start:end], due_from=due_from, due_to=due_to, first=last)


def _window(
    phrase: days.Phrase, clock: _Clock | None, first: date, last: date, said: datetime, *, state: bool
) -> tuple[datetime | None, datetime]:
    zone = said.tzinfo
    midnight = None if phrase.deadline else datetime.combine(first, time(0), zone)
    if clock is None:
        ends = datetime.combine(last, DAY_END, zone)
        return (None if state and phrase.opens else midnight), ends
    if clock.open_end and clock.begins is not None:
        at = datetime.combine(last, clock.begins, zone)
        return (None, at) if state else (at, datetime.combine(last, DAY_END, zone))
    ends = datetime.combine(last, clock.to or DAY_END, zone)
    if clock.begins is None:
        return midnight, ends
    return (None if phrase.deadline else datetime.combine(first, clock.begins, zone)), ends


def _today(clock: _Clock, text: str, said: datetime, *, state: bool) -> When:
    """A clock time without a day: today."""
    phrase = days.Phrase(
        start=clock.start,
        end=clock.end,
        text=text[clock.start : clock.end],
        first=said.date(),
        last=said.date(),
        deadline=True,
    )
    due_from, due_to = _window(phrase, clock, said.date(), said.date(), said, state=state)
    if not clock.open_end and clock.begins is not None:
        due_from = datetime.combine(said.date(), clock.begins, said.tzinfo)
    if due_from is not None and due_from <= said:
        due_from = None
    return When(
        start=clock.start,
        end=clock.end,
        text=phrase.text,
        due_from=due_from,
        due_to=due_to,
        first=said.date(),
    )


def _elapsed(text: str, said: datetime) -> Iterator[When]:
    """Hours and minutes are real ones, also across a clock change."""
    for match in _ELAPSED.finditer(text):
        if match["hour"]:
            minutes = 30.0 if "half" in match[0].lower() else 60.0
        elif match["halb"]:
            minutes = 30.0 if match["halb"].lower() == "halben" else 45.0
        else:
            count = days.number(match["n"])
            minutes = count * (1 if match["unit"].lower().startswith("min") else 60)
        ends = (said.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(said.tzinfo)
        yield When(
            start=match.start(), end=match.end(), text=match[0], due_from=None, due_to=ends, first=ends.date()
        )
