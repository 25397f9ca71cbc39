"""Changing what the house listens for, and keeping what was heard. The only writes of this room.

The first part writes into the main file (`write`), the second into the file of what is overheard (`write_heard`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections
from django.db.models import F, Max

from eyelevel.channels.contract import Overheard
from eyelevel.kernel import databases, facts
from eyelevel.kernel.search import actions as index
from eyelevel.kernel.text import clean, one_line
from eyelevel.listening import people
from eyelevel.listening.asked import rows_of
from eyelevel.listening.language import parse
from eyelevel.listening.models import Heard, Hearing, Match, Tally, Watch
from eyelevel.listening.rules import Count, Name, name_of
from eyelevel.listening.search import KIND as FOUND_AS

RADAR = "radar"
MOST_TALLY_AGE = timedelta(days=400)
PURGED_AT_ONCE = 500
ONE_PEN = 8_461  # advisory lock on PostgreSQL: processes that listen write one after the other


def thing(watch_id: int) -> str:
    return f"watch:{watch_id}"


def make_watch(*, name: str, query: str, opens_cases: bool, by: str, now: datetime) -> Watch:
    """A new column at the end of the radar. Raises NotUnderstood; `by` is the key of an actor."""
    query = clean(query)
    parse(query)
    last = Watch.objects.filter(ended_at=None).aggregate(last=Max("place"))["last"]
    watch = Watch.objects.create(
        name=one_line(name, 120), query=query, opens_cases=opens_cases, place=0 if last is None else last + 1,
        made_at=now, changed_at=now,
    )  # fmt: skip
    facts.record("watch.made", at=now, by=by, things=[RADAR, thing(watch.pk)], watch=watch.pk)
    return watch


def change_watch(watch: Watch, *, name: str, query: str, opens_cases: bool, by: str, now: datetime) -> None:
    """What it asks from now on; what it matched before stays. Raises NotUnderstood."""
    query = clean(query)
    parse(query)
    watch.name, watch.query, watch.opens_cases = one_line(name, 120), query, opens_cases
    watch.changed_at, watch.too_many_at = now, None
    watch.save(update_fields=["name", "query", "opens_cases", "changed_at", "too_many_at"])
    facts.record("watch.changed", at=now, by=by, things=[RADAR, thing(watch.pk)], watch=watch.pk)


def pause_watch(watch: Watch, *, paused: bool, by: str, now: datetime) -> None:
    """A paused watch hears nothing; what passes meanwhile is not heard later."""
    watch.paused_at = now if paused else None
    watch.changed_at = now
    watch.save(update_fields=["paused_at", "changed_at"])
    facts.record(
        "watch.paused", at=now, by=by, things=[RADAR, thing(watch.pk)], watch=watch.pk, paused=paused
    )


def end_watch(watch: Watch, *, by: str, now: datetime) -> None:
    """Its column goes; the row stays, because facts name it."""
    watch.ended_at = watch.changed_at = now
    watch.save(update_fields=["ended_at", "changed_at"])
    facts.record("watch.ended", at=now, by=by, things=[RADAR, thing(watch.pk)], watch=watch.pk)


def want_cases(watch_id: int, words: Sequence[Overheard], *, now: datetime) -> None:
    """A watch that opens cases matched these words. May be repeated after a crash: the step opens each case once.

    Only their names are recorded: a fact lives on when what was heard is forgotten.
    """
    names = [{"network": word.network, "external_id": word.external_id} for word in words]
    facts.record("heard.wanted", at=now, watch=watch_id, words=names)


def note_too_many(watch_id: int, *, held_back: int, now: datetime) -> None:
    """It wanted more cases than a minute may bring; the words stand on the radar, no case was opened."""
    Watch.objects.filter(pk=watch_id).update(too_many_at=now)
    things = [RADAR, thing(watch_id)]
    facts.record("watch.too_many", at=now, things=things, watch=watch_id, held_back=held_back)


# What was heard: written by the ear, in the file of its own.


@dataclass(frozen=True, kw_only=True)
class Found:
    """A judged word: the watches that match it (none: it is an edit), and the number that its author is counted by."""

    word: Overheard
    watches: tuple[int, ...]
    author: int


def keep_matched(
    found: Sequence[Found], *, gone: Sequence[Name], judged: frozenset[int], counts: Mapping[str, Count],
    now: datetime,
) -> frozenset[int]:  # fmt: skip
    """One batch of the ear in one transaction; no name stands twice in it. Returns the watches whose columns changed.

    The same word again is the same row. An edit changes the row and is judged anew by the watches `judged`; a word that
    nothing matches any longer is not kept. Tallies say what was heard in an hour, so nothing is taken off them.
    """
    _one_after_another()
    changed = set(forget(gone))
    known = rows_of(name_of(one.word) for one in found)
    changed |= _edit([one for one in found if one.word.event == "edit"], known, judged=judged, now=now)
    fresh = [one for one in found if one.watches and name_of(one.word) not in known]
    made = Heard.objects.bulk_create([_row(one.word, now=now) for one in fresh])
    rows = known | {(row.network, row.external_id): row for row in made}
    changed |= _match([one for one in found if one.watches], rows, known, now=now)
    add_counts(counts, now=now)
    return frozenset(changed)


def _one_after_another() -> None:
    connection = connections[databases.alias(databases.HEARD)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_PEN])


SAID = ("author_name", "text", "url", "language", "parent", "root", "repeats")


def _row(word: Overheard, *, now: datetime) -> Heard:
    return Heard(
        network=word.network, source=word.source, external_id=word.external_id, author=word.author, at=word.at,
        heard_at=now, marks=list(word.marks), edited_at=now if word.event == "edit" else None,
        **{name: getattr(word, name) for name in SAID},
    )  # fmt: skip


def _edit(
    edits: Sequence[Found], known: Mapping[Name, Heard], *, judged: frozenset[int], now: datetime
) -> set[int]:
    """New words on the rows that are there; matches that no longer hold go. Returns the watches of these rows."""
    pairs = [(one, known[name_of(one.word)]) for one in edits if name_of(one.word) in known]
    for one, row in pairs:
        for name in SAID:
            setattr(row, name, getattr(one.word, name))
        row.marks, row.edited_at = list(one.word.marks), now
    rows = [row for _one, row in pairs]
    Heard.objects.bulk_update(rows, [*SAID, "marks", "edited_at"])
    _out_of_the_index([row.pk for row in rows])
    changed: set[int] = set()
    for one, row in pairs:
        matches = Match.objects.filter(heard=row)
        changed.update(matches.values_list("watch_id", flat=True))
        matches.filter(watch_id__in=judged.difference(one.watches)).delete()
        if not one.watches and not matches.exists():
            row.delete()
    return changed


def _match(
    found: Sequence[Found], rows: Mapping[Name, Heard], known: Mapping[Name, Heard], *, now: datetime
) -> set[int]:
    """The matches that are not there yet, counted in the tally of this hour."""
    before = set(
        Match.objects.filter(heard__in=[row.pk for row in known.values()]).values_list("heard_id", "watch_id")
    )
    new = [
        Match(watch_id=watch, heard=row, at=now, author=one.author)
        for one in found
        for row in [rows[name_of(one.word)]]
        for watch in one.watches
        if (row.pk, watch) not in before
    ]
    Match.objects.bulk_create(new)
    authors: dict[int, list[int]] = defaultdict(list)
    for match in new:
        authors[match.watch_id].append(match.author)
    _tally(authors, hour=now.replace(minute=0, second=0, microsecond=0))
    return set(authors)


def _tally(authors: Mapping[int, Sequence[int]], *, hour: datetime) -> None:
    rows = Tally.objects.filter(hour=hour, watch_id__in=list(authors)).values_list(
        "watch_id", "words", "people"
    )
    there = {watch: (words, bytes(sketch)) for watch, words, sketch in rows}
    added = []
    for watch, their in authors.items():
        words, sketch = there.get(watch, (0, people.EMPTY))
        sketch = people.add(sketch, their)
        added.append(Tally(watch_id=watch, hour=hour, words=words + len(their), people=sketch))
    Tally.objects.bulk_create(
        added, update_conflicts=True, unique_fields=["watch_id", "hour"], update_fields=["words", "people"]
    )


def forget(names: Sequence[Name]) -> frozenset[int]:
    """Delete what was kept of these words, with its matches; names of words that are not there are no trouble.

    Returns the watches in whose columns they stood.
    """
    rows = [row.pk for row in rows_of(names).values()]
    if not rows:
        return frozenset()
    watches = frozenset(Match.objects.filter(heard__in=rows).values_list("watch_id", flat=True))
    Heard.objects.filter(pk__in=rows).delete()
    _out_of_the_index(rows)
    return watches


def _out_of_the_index(rows: Sequence[int]) -> None:
    """What they said is found no more from this commit on; those that are still there are soon found as they read now."""
    if rows:
        index.forget(FOUND_AS, rows, using=databases.alias(databases.HEARD))


def add_counts(counts: Mapping[str, Count], *, now: datetime) -> None:
    """Add to what the ears did with each network."""
    for network, one in counts.items():
        row, _made = Hearing.objects.get_or_create(network=network, defaults={"at": now})
        Hearing.objects.filter(pk=row.pk).update(
            heard=F("heard") + one.heard, matched=F("matched") + one.matched, withheld=F("withheld") + one.withheld,
            refused=F("refused") + one.refused, lost=F("lost") + one.lost, lost_name=one.lost_name or row.lost_name, at=now,
        )  # fmt: skip


def purge(*, before: datetime, most: int = PURGED_AT_ONCE) -> int:
    """Delete up to `most` words heard before that moment, and tallies of more than MOST_TALLY_AGE before it.

    Returns how many words went; posts that were made from them are copies and stay.
    """
    old = list(
        Heard.objects.filter(heard_at__lt=before)
        .order_by("heard_at", "id")
        .values_list("pk", flat=True)[:most]
    )
    Heard.objects.filter(pk__in=old).delete()
    _out_of_the_index(old)
    Tally.objects.filter(hour__lt=before - MOST_TALLY_AGE).delete()
    return len(old)
