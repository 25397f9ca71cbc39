"""Questions to the index. Who may find what is part of the question that the database gets, never a sieve after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max

from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import Actor
from eyelevel.kernel.search import analysis, providers, snippets, words
from eyelevel.kernel.search.models import Again, Document, Position
from eyelevel.kernel.search.providers import Findable
from eyelevel.kernel.search.query import Query, Term
from eyelevel.kernel.search.rules import first_place, moment_of

PAGE = 20
MOST_PAGE = 100
MOST_COUNTED = 2_000
MOST_LAG_COUNTED = 10_000
FACTS = "facts"
EVERYBODY = "everybody"  # the scope of what nobody needs to be asked for
FACETS = ("kind", "channel", "state", "lang", "month")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One result: the thing as it is now, and the words around what was found."""

    place: int
    text: Findable
    title: Sequence[snippets.Piece]
    snippet: Sequence[snippets.Piece]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of results, newest first. `older` is the cursor of the next page, None on the last one.

    `facets` count the newest `counted` hits; `more` says that there are more than that.
    """

    hits: Sequence[Hit]
    older: int | None = None
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    counted: int = 0
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far the index is behind: what it has not read (counted up to MOST_LAG_COUNTED), and for how many seconds.

    `filling`: the walk over everything (first start, new analysis) has not ended, so older things may be missing.
    """

    behind: int
    seconds: float
    filling: bool


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """What an actor may find: colleagues all of the house, everybody what is public, a receipt holder their case too."""
    if actor.is_staff:
        return ("staff",)
    if actor.kind == "receipt" and actor.case_id is not None:
        return (f"case:{actor.case_id}", EVERYBODY)
    return (EVERYBODY,)


def find(
    actor: Actor, query: Query, *, older: int | None = None, most: int = PAGE, facets: bool = True,
    kinds: Iterable[str] | None = None,
) -> Found:  # fmt: skip
    """The newest hits that this actor may find, below the cursor `older`; only of `kinds` where these are given."""
    scopes, among = scopes_of(actor), kinds_of(actor, kinds)
    if not scopes or not among or not query.asks:
        return Found(hits=[])
    most = min(most, MOST_PAGE)
    wanted = _wanted(query, scopes, among, older=older)
    counting = facets and older is None
    rows = _newest(wanted, most=MOST_COUNTED + 1 if counting else most + 1)
    hits = _hits(rows[:most], query, scopes)
    return Found(
        hits=hits,
        older=rows[most - 1][0] if len(rows) > most else None,
        facets=_facets(rows[:MOST_COUNTED]) if counting else {},
        counted=min(len(rows), MOST_COUNTED) if counting else 0,
        more=counting and len(rows) > MOST_COUNTED,
    )


def kinds_of(actor: Actor, kinds: Iterable[str] | None = None) -> frozenset[str]:
    """The kinds that this actor may find, of `kinds` where these are given: a token finds what it may read."""
    may = {one.kind for one in providers.registered() if actor.only is None or one.verb in actor.only}
    return frozenset(may if kinds is None else may.intersection(kinds))


def _wanted(query: Query, scopes: Sequence[str], kinds: frozenset[str], *, older: int | None) -> words.Wanted:
    visible = [frozenset(Term((analysis.marker("scope", scope),)) for scope in scopes)]
    if len(kinds) < len(providers.registered()):
        visible.append(frozenset(Term((analysis.marker("kind", kind),)) for kind in kinds))
    until = [min(bound, words.LAST) for bound in (older, _start_of(query.before)) if bound is not None]
    return words.Wanted(
        all_of=[*query.wanted, *visible], none_of=query.unwanted, since=_start_of(query.after),
        until=min(until) if until else None,
    )  # fmt: skip


def _start_of(day: date | None) -> int | None:
    """The first place of a day as people here count it."""
    if day is None:
        return None
    return first_place(datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE)))


def _newest(wanted: words.Wanted, *, most: int) -> list[tuple[Any, ...]]:
    rows = [row for using in providers.databases() for row in words.newest(using, wanted, most=most)]
    return sorted(rows, key=lambda row: -int(row[0]))[:most]


def _hits(rows: Sequence[tuple[Any, ...]], query: Query, scopes: Sequence[str]) -> list[Hit]:
    """The rows as the things they name. What has meanwhile gone, or out of the actor's sight, is not shown."""
    things: dict[tuple[str, int], Findable] = {}
    for kind in {row[1] for row in rows}:
        provider = providers.provider_of(kind)
        asked = [int(row[2]) for row in rows if row[1] == kind]
        for text in provider.texts(asked) if provider is not None else ():
            if set(scopes) & set(text.scopes):
                things[kind, text.thing] = text
    matcher = snippets.Matcher(query)
    found = [(int(row[0]), things.get((row[1], int(row[2])))) for row in rows]
    return [
        Hit(place=place, text=text, title=matcher.whole(text.title), snippet=matcher.snippet(text.body))
        for place, text in found
        if text is not None
    ]


def _facets(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[tuple[str, int]]]:
    columns: list[Sequence[str]] = [[row[at] for row in rows] for at in (1, 4, 6, 5)]
    counts = {
        name: Counter(value for value in column if value)
        for name, column in zip(FACETS, columns, strict=False)
    }
    counts["month"] = Counter(
        _month(moment_of(int(row[0])).replace(minute=0, second=0, microsecond=0)) for row in rows
    )
    shown = {
        name: sorted(found.items(), key=lambda pair: (-pair[1], pair[0])) for name, found in counts.items()
    }
    shown["month"].sort(reverse=True)
    return shown


@lru_cache(maxsize=4_096)
def _month(hour: datetime) -> str:
    """The month ("2026-11") in which people here count an hour."""
    return f"{hour.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m}"


def standing(
    kind: str, groups: Iterable[str], *, using: str = providers.DEFAULT
) -> dict[int, tuple[str, str]]:
    """What the index holds of these groups ("case:12"): the numbers of its things with group and state."""
    rows = Document.objects.using(using).filter(group__in=list(groups), kind=kind)
    return {thing: (group, state) for thing, group, state in rows.values_list("thing", "group", "state")}


def lag(*, now: datetime, using: str = providers.DEFAULT) -> Lag:
    """How far behind the index of this database is. `now` is house time."""
    positions = {row.feed: row for row in Position.objects.using(using).all()}
    filling, behind, since = False, 0, now
    for one in providers.registered(using):
        walk = positions.get(f"walk:{one.kind}")
        whole = walk is not None and walk.version == analysis.VERSION and (walk.done or one.tail)
        filling = filling or not whole
        if one.tail and walk is not None:
            unread = one.provider.after(walk.position, most=MOST_LAG_COUNTED)
            behind += len(unread)
            since = min(since, (one.came(unread[0]) if unread and one.came is not None else None) or now)
    if follows_facts(using):
        read = positions.get(FACTS)
        rows = Fact.objects.filter(pk__gt=read.position if read is not None else 0).order_by("id")
        first = rows.first()
        since = min(since, first.at if first is not None else now)
        behind += rows[:MOST_LAG_COUNTED].count()
    behind += Again.objects.using(using)[:MOST_LAG_COUNTED].count()
    return Lag(behind=behind, seconds=max(0.0, (now - since) / timedelta(seconds=1)), filling=filling)


def follows_facts(using: str) -> bool:
    """Does anything in this database tell by facts that it changed?"""
    return using == providers.DEFAULT or any(not one.tail for one in providers.registered(using))


def newest_fact() -> int:
    return int(Fact.objects.aggregate(newest=Max("id"))["newest"] or 0)
