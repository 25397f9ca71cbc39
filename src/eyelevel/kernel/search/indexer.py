"""Keeps the index of one database up to date, off the hot path: it follows the facts, and walks over what is older.

Reading and analysing happen on this thread; only the short write at the end of each batch goes through the pen. A batch
may be done twice (the process can die in between): what reads as before is left as it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import close_old_connections, connection, connections

from eyelevel.kernel import databases, facts, writer
from eyelevel.kernel.models import Fact
from eyelevel.kernel.search import actions, analysis, providers, reads
from eyelevel.kernel.search.models import Again, Position
from eyelevel.kernel.search.providers import DEFAULT, Registered, registered
from eyelevel.kernel.writer import write, write_heard

FACTS_AT_ONCE = 300
TEXTS_AT_ONCE = 100
LONGEST_NAP_SECONDS = 1.0
REST_SECONDS = 0.2  # between two batches where little is to do: many facts, one commit
GIVES_WAY = 8  # while many wait for an ack, it rests so many times as long as a batch took
GAP_SECONDS = 1.0  # far longer than from taking a number to being seen as a running transaction (PostgreSQL)
LOOK_BACK = 1_000  # facts that a new index reads again, because they may have been on their way when it began
PURGE_EVERY_SECONDS = 600.0
ONE_INDEXER = 8461  # the advisory lock that lets one process index (PostgreSQL)

Pen = Callable[..., Any]
log = structlog.get_logger("search")


@dataclass(frozen=True)
class Moment:
    """When something was seen: seconds that only go forward, and between which transactions (PostgreSQL).

    All transactions below `running_from` have ended, all from `not_begun` on begin later.
    """

    seconds: float
    running_from: int = 0
    not_begun: int = 0


class Follower:
    """Reads facts in the order of their numbers and knows up to where nothing can come any more.

    On PostgreSQL a transaction with a lower number may commit later: a gap is passed when every transaction that ran when
    it was seen has ended, and GAP_SECONDS have gone by. With patience 0 gaps are passed at once: one writer leaves none.
    """

    def __init__(self, *, position: int, patience: float) -> None:
        self.position = position
        self._patience = patience
        self._seen: set[int] = set()
        self._horizons: list[tuple[int, Moment]] = []  # the highest number that was seen, and when

    def unread(self, *, most: int = FACTS_AT_ONCE) -> list[Fact]:
        rows = Fact.objects.filter(pk__gt=self.position).order_by("id")[: most + len(self._seen)]
        return [fact for fact in rows if fact.pk not in self._seen]

    def was_read(self, read: Iterable[Fact], *, at: Moment) -> None:
        """Move on past everything that was read and past gaps that nothing can fill any more.

        `at` was taken before `read` was, so whatever had committed by then is in it.
        """
        self._seen.update(fact.pk for fact in read)
        highest = max(self._seen, default=self.position)
        if highest > (self._horizons[-1][0] if self._horizons else self.position):
            self._horizons.append((highest, at))
        while self._horizons and self._all_ended(self._horizons[0][1], at):
            self.position = max(self.position, self._horizons.pop(0)[0])
        while self.position + 1 in self._seen:
            self.position += 1
        self._seen = {number for number in self._seen if number > self.position}
        self._horizons = [one for one in self._horizons if one[0] > self.position]

    def _all_ended(self, then: Moment, now: Moment) -> bool:
        """Has every transaction ended that ran `then`?"""
        return now.seconds - then.seconds >= self._patience and now.running_from >= then.not_begun


class Indexer:
    """Indexes what belongs to one database."""

    def __init__(self, *, using: str = DEFAULT, patience: float = 0.0) -> None:
        self._using, self._pen, self._patience = using, pen_of(using), patience
        self._follower: Follower | None = None
        self._purged_at = -PURGE_EVERY_SECONDS

    def begin_again(self) -> None:
        """Forget what this process knows of the position: another one may have gone on meanwhile."""
        self._follower = None

    def step(self) -> int:
        """One batch of everything that waits; returns how much there was to do (0: up to date)."""
        kinds = registered(self._using)
        followed = self._follow(self._follower or self._begin()) if reads.follows_facts(self._using) else 0
        return followed + self._look_again(kinds) + sum(self._walk(one) for one in kinds) + self._purge()

    def _begin(self) -> Follower:
        row = Position.objects.using(self._using).filter(feed=reads.FACTS).first()
        if (
            row is None
        ):  # an index that nobody has filled: what is there now is walked, what comes is followed
            self._pen(
                actions.came_to,
                reads.FACTS,
                position := max(0, reads.newest_fact() - LOOK_BACK),
                using=self._using,
            )
        else:
            position = row.position
        self._follower = Follower(position=position, patience=self._patience)
        return self._follower

    def _follow(self, follower: Follower) -> int:
        at = _moment() if self._patience else Moment(time.monotonic())
        read = follower.unread()
        for one in registered(self._using) if read else ():
            if not one.tail:
                self._bring(one, sorted(set(one.provider.changed(read))))
        before = follower.position
        follower.was_read(read, at=at)
        if follower.position != before:
            self._pen(actions.came_to, reads.FACTS, follower.position, using=self._using)
        return len(read)

    def _walk(self, one: Registered) -> int:
        """The next stretch of the walk over all things of a kind: once per analysis, or for ever where no facts tell."""
        feed = f"walk:{one.kind}"
        row = Position.objects.using(self._using).filter(feed=feed).first()
        same = row is not None and row.version == analysis.VERSION
        if row is not None and same and row.done and not one.tail:
            return 0
        position = row.position if row is not None and same else 0
        things = one.provider.after(position, most=TEXTS_AT_ONCE)
        if things:
            ready, gone = _as_they_are(one, things)
            self._pen(
                actions.put_and_come_to, ready, gone=gone, feed=feed, position=things[-1], using=self._using
            )
        elif row is None or not same or not (row.done or one.tail):
            self._pen(actions.came_to, feed, position, done=True, using=self._using)
        return len(things)

    def _look_again(self, kinds: Sequence[Registered]) -> int:
        """What an act changed or erased. The rows are read first, so a later act leaves rows of its own."""
        rows = list(Again.objects.using(self._using).order_by("pk")[:TEXTS_AT_ONCE])
        for one in kinds:
            self._bring(one, sorted({row.thing for row in rows if row.kind == one.kind}))
        if rows:
            self._pen(actions.looked_again, [row.pk for row in rows], using=self._using)
        return len(rows)

    def _bring(self, one: Registered, things: Sequence[int]) -> None:
        for start in range(0, len(things), TEXTS_AT_ONCE):
            ready, gone = _as_they_are(one, things[start : start + TEXTS_AT_ONCE])
            self._pen(actions.put, ready, gone=gone, using=self._using)

    def _purge(self) -> int:
        """Merge away what was erased, some pages at a time; begun at most every PURGE_EVERY_SECONDS."""
        wanted = Position.objects.using(self._using).filter(feed=actions.PURGE, position=1).exists()
        if not wanted or time.monotonic() < self._purged_at + PURGE_EVERY_SECONDS:
            return 0
        if not self._pen(actions.merge_a_little, using=self._using):
            self._purged_at = time.monotonic()
            return 0
        return 1


def _rest(*, busy: bool, took: float) -> float:
    """Seconds until the next batch: an ack that somebody waits for comes before the index."""
    pen = writer.installed()
    if pen is not None and pen.crowded:
        return max(REST_SECONDS, GIVES_WAY * took)
    return 0.0 if busy else REST_SECONDS


def _as_they_are(
    one: Registered, things: Sequence[int]
) -> tuple[list[actions.Prepared], list[tuple[str, int]]]:
    """These things, read and analysed now, and those of them that are gone."""
    ready = [actions.prepared(text) for text in one.provider.texts(things)]
    there = {text.document.thing for text in ready}
    return ready, [(one.kind, thing) for thing in things if thing not in there]


def pen_of(using: str) -> Pen:
    """How this database is written."""
    return write_heard if using == databases.HEARD else write


def catch_up(*, using: str = DEFAULT, told: Callable[[int], None] | None = None) -> int:
    """Index everything that waits, on this thread; returns how many things were looked at. For commands and tests."""
    indexer, total = Indexer(using=using), 0
    while count := indexer.step():
        total += count
        if told is not None:
            told(total)
    return total


def rebuild(*, using: str = DEFAULT, told: Callable[[int], None] | None = None) -> int:
    """Throw the index away and make it again."""
    pen_of(using)(actions.clear, using=using)
    return catch_up(using=using, told=told)


def hold(*, using: str) -> bool:
    """Become the one process that indexes this database, as long as this thread's connection lives; False where one does."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [ONE_INDEXER, using])
        return bool(cursor.fetchone()[0])


def _moment() -> Moment:
    """Now, by the clock and by the transactions of PostgreSQL. Taken before facts are read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(now_here)::text, pg_snapshot_xmax(now_here)::text FROM pg_current_snapshot() now_here"
        )
        running_from, not_begun = cursor.fetchone()
    return Moment(time.monotonic(), int(running_from), int(not_begun))


def keepers() -> list[Keeper]:
    """One for each database that holds findable things."""
    return [Keeper(using=using) for using in providers.databases()]


class Keeper:
    """The thread that keeps the index of one database; of several processes one does it."""

    def __init__(self, *, using: str = DEFAULT) -> None:
        self._using = using
        patience = GAP_SECONDS if connection.vendor == "postgresql" else 0.0
        self._indexer = Indexer(using=using, patience=patience)
        self._bell, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"search-{using}", daemon=True)
        self._held_on: object = None

    def start(self) -> None:
        facts.on_new_work(self._bell.set)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._bell.set()
        self._thread.join(10)

    def _run(self) -> None:
        busy = False
        while not self._ended.is_set():
            if not busy:
                self._bell.wait(LONGEST_NAP_SECONDS)
                self._bell.clear()
            began = time.monotonic()
            try:
                busy = self._is_mine() and self._indexer.step() >= TEXTS_AT_ONCE
            except Exception:  # the keeper outlives a database that is away for a while
                log.exception("indexing failed")
                busy = False
            self._ended.wait(_rest(busy=busy, took=time.monotonic() - began))
            close_old_connections()
        connections.close_all()

    def _is_mine(self) -> bool:
        """On PostgreSQL the lock is held by this thread's connection, so it is free again when the process dies."""
        if connection.vendor != "postgresql":
            return True
        if self._held_on is None or self._held_on is not connection.connection:
            mine = hold(using=self._using)
            self._held_on = connection.connection if mine else None
            if mine:
                self._indexer.begin_again()
        return self._held_on is not None
