"""Questions about what was heard: the columns of the radar, their newest words, and how many people spoke.

Every question is bounded: it reads a fixed number of rows by an index, however much a watch matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from eyelevel.channels.contract import Overheard
from eyelevel.kernel.policy import Actor, visible
from eyelevel.kernel.text import folded
from eyelevel.listening import people
from eyelevel.listening.models import Heard, Match, Tally, Watch

NEWEST = 30
MOST_SEARCHED = 500
MOST_SAMPLED = 5_000
MOST_COUNTED = 100_000
MOST_EXACT_MATCHES = 1_000
MOST_HOURS = 24 * 31
CALM_ABOVE = 20  # words a minute: faster than that, nobody reads along
SAMPLE_SPAN = timedelta(minutes=1)
SAMPLE_HOLDS = timedelta(seconds=10)
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class People:
    """How many people spoke since a moment; "about" where a sketch counted them."""

    count: int
    exact: bool
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in a column, to go on from towards older words."""

    at: datetime
    match: int


def columns(actor: Actor) -> QuerySet[Watch]:
    """The watches that are not ended, in the order of the radar."""
    return visible(actor, Watch.objects.filter(ended_at=None)).order_by("place", "id")


def newest(
    actor: Actor, watch_id: int, *, words: str = "", before: Place | None = None, most: int = NEWEST
) -> Sequence[Match]:
    """The newest matches with their words; with `words`, those among the newest MOST_SEARCHED that hold all of them."""
    rows = visible(actor, Match.objects.filter(watch_id=watch_id))
    if before is not None:
        rows = rows.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lt=before.match), at__lte=before.at)
    rows = rows.select_related("heard").order_by("-at", "-id")
    wanted = folded(words).split()
    if not wanted:
        return list(rows[:most])
    return [one for one in rows[:MOST_SEARCHED] if _holds(one.heard, wanted)][:most]


def _holds(heard: Heard, wanted: Sequence[str]) -> bool:
    shown = folded(f"{heard.text} {heard.author_name} {heard.author} {heard.network}")
    return all(word in shown for word in wanted)


def sample(actor: Actor, watch_id: int, *, now: datetime, most: int = NEWEST) -> Sequence[Match]:
    """Words spread evenly over the last minute (over its newest MOST_SAMPLED words), newest first.

    It stays the same for SAMPLE_HOLDS, so that people can read. A rush that has only begun shows its newest words.
    """
    held = now - timedelta(seconds=now.timestamp() % SAMPLE_HOLDS.total_seconds())
    rows = visible(actor, Match.objects.filter(watch_id=watch_id)).order_by("-at", "-id")
    minute = rows.filter(at__gt=held - SAMPLE_SPAN, at__lte=held)
    ids = list(minute.values_list("pk", flat=True)[:MOST_SAMPLED])
    if len(ids) < most:
        return newest(actor, watch_id, most=most)
    spread = [ids[number * len(ids) // most] for number in range(most)]
    return list(rows.filter(pk__in=spread).select_related("heard"))


def words_since(watch_id: int, since: datetime) -> int:
    """How many words a watch matched since then, counted up to MOST_COUNTED."""
    return Match.objects.filter(watch_id=watch_id, at__gt=since)[:MOST_COUNTED].count()


def words_per_minute(watch_id: int, *, now: datetime) -> int:
    """How many words a watch matched in the last minute."""
    return words_since(watch_id, now - SAMPLE_SPAN)


def people_in_the_last_hour(watch_id: int, *, now: datetime) -> People:
    """Where many spoke, since the beginning of the clock hour before this one."""
    return _few(watch_id, since=now - AN_HOUR) or people_since(watch_id, hour_of(now) - AN_HOUR)


def people_in_the_last_day(watch_id: int, *, now: datetime) -> People:
    """Where many spoke, in this clock hour and the 23 before it."""
    return _few(watch_id, since=now - A_DAY) or people_since(watch_id, hour_of(now) - A_DAY + AN_HOUR)


def _few(watch_id: int, *, since: datetime) -> People | None:
    """Everybody counted one by one from the matches, or None where these are many."""
    rows = Match.objects.filter(watch_id=watch_id, at__gt=since).values_list("author", flat=True)
    authors = list(rows[: MOST_EXACT_MATCHES + 1])
    if len(authors) > MOST_EXACT_MATCHES:
        return None
    return People(count=len(set(authors)), exact=True, since=since)


def people_since(watch_id: int, hour: datetime) -> People:
    """Everybody who spoke since the beginning of that clock hour; a person who spoke twice counts once."""
    rows = Tally.objects.filter(watch_id=watch_id, hour__gte=hour).order_by("hour")[:MOST_HOURS]
    everybody = people.merge(*(bytes(row.people) for row in rows))
    return People(count=people.count(everybody), exact=people.is_exact(everybody), since=hour)


def hour_of(moment: datetime) -> datetime:
    """The clock hour (UTC) in which this moment lies, as tallies name it."""
    return moment.replace(minute=0, second=0, microsecond=0)


def chosen(actor: Actor, public_ids: Sequence[str]) -> Sequence[Heard]:
    """These heard words, as far as the actor may see them and they are still there; oldest first."""
    return list(visible(actor, Heard.objects.filter(public_id__in=public_ids)).order_by("at", "id"))


def answered_words(actor: Actor, words: Sequence[Heard]) -> dict[tuple[str, str], Heard]:
    """The words that these answer, as far as they were heard, by network and external id."""
    wanted: dict[str, set[str]] = {}
    for word in words:
        if word.parent:
            wanted.setdefault(word.network, set()).add(word.parent)
    found: dict[tuple[str, str], Heard] = {}
    for network, ids in wanted.items():
        rows = visible(actor, Heard.objects.filter(network=network, external_id__in=ids))
        found |= {(network, row.external_id): row for row in rows}
    return found


def as_overheard(row: Heard) -> Overheard:
    """The word as a plain value, for the rooms that know no Heard."""
    return Overheard(
        network=row.network, source=row.source, external_id=row.external_id, author=row.author,
        author_name=row.author_name, text=row.text, url=row.url, at=row.at, language=row.language, parent=row.parent,
        root=row.root, repeats=row.repeats, marks=tuple(row.marks),
    )  # fmt: skip
