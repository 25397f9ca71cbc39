"""When something is due, as people say it in German and English. Plain Python; docs/dates.md lists the rules.

A phrase is read in two layers: a day or a period ("Dienstag", "Ende nächster Woche", "in 3 bis 5 Werktagen"), and a clock
time that belongs to it ("bis 12 Uhr", "zwischen 10 and 12"). What stands before it decides whether it is a deadline
("bis", "by") or a window that begins later ("am Dienstag": from midnight).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eyelevel.word import clocks, days
from eyelevel.word.clocks import DAY_END, Clock
from eyelevel.word.day_words import NUMBER, number
from eyelevel.word.listed import search

BERLIN = "Europe/Berlin"
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


def find(
    text: str, *, said_at: datetime, zone: str = BERLIN, after: date | None = None, state: bool = False
) -> tuple[When, ...]:
    """All due times of a text in order. `said_at` is an aware moment, results are in `zone`.

    `after` is the day of an earlier dated promise, for "am selben Tag"; `state` reads "ab 11 Uhr" as "from then on it is
    so" instead of "somebody is there from then on".
    """
    local = said_at.astimezone(ZoneInfo(zone))
    hours = list(clocks.clocks(text))
    found: list[When] = []
    used: set[int] = set()
    for phrase in days.phrases(text, today=local.date(), late=local.hour >= LATE_HOUR, after=after):
        clock = _belonging(phrase, hours, used, text)
        found.append(_due(phrase, clock, text, local, state=state))
    found += [_today(clock, text, local, after, state=state) for clock in hours if clock.start not in used]
    found += list(_elapsed(text, local))
    found += [
        When(start=one.start(), end=one.end(), text=one[0], due_from=None, due_to=None)
        for one in _HASTE.finditer(text)
        if not (
            one[0].lower() == "soon" and text[: one.start()].lower().endswith("as ")
        )  # "as soon as it is here"
    ]
    return tuple(_joined(_apart(found), text))


def _apart(found: Sequence[When]) -> Iterator[When]:
    """In order; of phrases that lie in one another, the outer."""
    reach = -1
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.end > reach:
            yield one
            reach = one.end


_RANGE = re.compile(
    r"^\s?(?:bis|to|until|till|–|-|und|and|oder|or)\s?(?:zum\s|am\s|the\s|on\s|den\s)?$", re.IGNORECASE
)


def _joined(found: Iterable[When], text: str) -> Iterator[When]:
    """The words "from 30 June to 2 July" name one period."""
    held: When | None = None
    for one in found:
        if held is not None and held.due_to and one.due_to and _RANGE.match(text[held.end : one.start]):
            words = text[held.start : one.end]
            held = replace(one, start=held.start, text=words, due_from=held.due_from)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


_ELAPSED = re.compile(
    rf"\b(?:in|innerhalb|binnen|within|innert)\s(?:von\s|der\snächsten\s|den\snächsten\s|the\snext\s|about\s|around\s|circa\s|ca\.\s|etwa\s|rund\s|spätestens\s|höchstens\s|maximal\s|less\sthan\s|under\s|at\smost\s|roughly\s)*"
    rf"(?:(?P<low>{NUMBER})\s?(?:bis|to|-|–|oder|or)\s)?(?P<n>{NUMBER})\s?(?P<unit>stunden?|std\.?|hours?|hrs?|minuten?|min\.?|minutes?|mins?)\b"
    rf"|\b(?:within|in)\s(?:about\s)?(?:the|an|half\san|the\snext|the\snext\shalf)\s(?P<hour>hour)\b|\b(?:in|innerhalb|binnen)\s(?:etwa\s|ca\.\s)?(?:der\snächsten\s|einer\s)(?P<halb>halben|dreiviertel|stunde\b|viertel)\s?(?:stunde)?\b"
    rf"|\b(?P<n2>{NUMBER})\s?(?P<unit2>stunden?|std\.?|hours?|minuten?|minutes?|mins?)\s(?:from\snow|ab\sjetzt)",
    re.IGNORECASE,
)
_HASTE = search("""
    umgehend | schnellstmöglich | schnellst möglich | so schnell wie möglich | so rasch wie möglich
    so bald wie möglich | zeitnah | unverzüglich | in kürze | in aller kürze | kurzfristig | baldmöglichst
    ehestmöglich | alsbald | demnächst | bald | sofort | asap | gleich | unmittelbar | unmittelbar danach
    in den nächsten tagen | in den nächsten minuten | in den nächsten stunden | in den nächsten wochen
    in den kommenden tagen | die tage | in wenigen minuten | in wenigen tagen | in ein paar tagen
    in ein paar minuten | auf der nächsten rechnung | mit der nächsten rechnung | mit ihrer nächsten rechnung
    jetzt gleich | auf dem schnellsten weg | schnellstens | im anschluss | shortly | a.s.a.p | as soon as possible
    as quickly as possible | as fast as possible | as quickly as we can | as soon as we can | so schnell es geht | so schnell wir können | right away | straight away | straightaway | right now
    immediately | promptly | without delay | at once | very soon | in a moment | in the next few days
    in the next few hours | in the next few minutes | in the next few weeks | in the coming days
    in the coming weeks | in a few days | in a few minutes | soon | on your next bill | on the next bill
    on your next invoice | off your next bill | momentarily | in due course | in a minute | over the next few days
    in no time
""")


_NEAR = 60  # signs between a day and its hour, at most
_BETWEEN = re.compile(
    r"^[\s,]*(?:\(?(?:um|gegen|bis|vor|ab|at|by|before|around|about|spätestens|dann|etwa|ca\.|circa|on|am|the|of|the\s+latest|from|until|after|nach|in|in\s+d(?:er|a)|noch|schon|late|early|first|zw\.|zwischen|between|den|jeweils|in\s+the)\s?)*[\s,(]*$",
    re.IGNORECASE,
)


def _belonging(phrase: days.Phrase, hours: Sequence[Clock], used: set[int], text: str) -> Clock | None:
    """The clock time inside, right behind or right before a day; of "morgen früh um 7" the hour."""
    part: Clock | None = None
    end = phrase.end
    first = bisect_left(hours, phrase.start - _NEAR, key=lambda clock: clock.start)
    for clock in hours[first:]:
        if clock.start > end + _NEAR or (part is not None and clock.start in used):
            break
        if not (phrase.start <= clock.start < phrase.end or _touches(clock, phrase.start, end, used, text)):
            continue
        used.add(clock.start)
        if clock.exact or phrase.start <= clock.start < phrase.end:
            return clock
        part, end = clock, max(end, clock.end)
    if part is None and phrase.part:
        begins, to = clocks.by_word(phrase.part)
        return Clock(start=phrase.start, end=phrase.end, begins=begins, to=to)
    return part


def _touches(clock: Clock, start: int, end: int, used: set[int], text: str) -> bool:
    gap = text[end : clock.start] if clock.start >= end else text[clock.end : start]
    return clock.start not in used and len(gap) <= 24 and bool(_BETWEEN.match(gap))


def _due(phrase: days.Phrase, clock: Clock | None, text: str, said: datetime, *, state: bool) -> When:
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
    phrase: days.Phrase, clock: Clock | None, first: date, last: date, said: datetime, *, state: bool
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


def _today(clock: Clock, text: str, said: datetime, after: date | None, *, state: bool) -> When:
    """A clock time without a day: today; one that is over, on the day of the promise before it."""
    ends = clock.to or DAY_END
    over = datetime.combine(said.date(), ends, said.tzinfo) < said
    day = after if over and after is not None and after > said.date() else said.date()
    words = text[clock.start : clock.end]
    phrase = days.Phrase(start=clock.start, end=clock.end, text=words, first=day, last=day, deadline=True)
    due_from, due_to = _window(phrase, clock, day, day, said, state=state)
    if not clock.open_end and clock.begins is not None:
        due_from = datetime.combine(day, clock.begins, said.tzinfo)
    if due_from is not None and due_from <= said:
        due_from = None
    return When(start=clock.start, end=clock.end, text=words, due_from=due_from, due_to=due_to, first=day)


_SHARES = {"viertel": 15, "halben": 30, "dreiviertel": 45}  # minutes of an hour


def _elapsed(text: str, said: datetime) -> Iterator[When]:
    """Hours and minutes are real ones, also across a clock change."""
    for match in _ELAPSED.finditer(text):
        if match["hour"]:
            minutes = 30 if "half" in match[0].lower() else 60
        elif match["halb"]:
            minutes = _SHARES.get(match["halb"].lower(), 60)
        else:
            unit = match["unit"] or match["unit2"]
            minutes = number(match["n"] or match["n2"]) * (1 if unit.lower().startswith("min") else 60)
        ends = (said.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(said.tzinfo)
        yield When(
            start=match.start(), end=match.end(), text=match[0], due_from=None, due_to=ends, first=ends.date()
        )
