"""The readers of the house: one thread per source hears, hands on, and keeps how far it has come once that is committed.

One supervising thread looks every second which sources are open, and starts and stops their threads. On PostgreSQL an
advisory lock per source sees to it that it is heard once, however many processes listen; it needs a session of its
own, so no transaction pooler may stand before this process.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import structlog
from django.db import DatabaseError, close_old_connections, connection

from eyelevel.channels import listening, reads
from eyelevel.channels import source_actions as actions
from eyelevel.channels.contract import (
    MOST_WORDS,
    Caught,
    Malformed,
    Overheard,
    SourceEnded,
    SourceTrouble,
    Stop,
)
from eyelevel.channels.models import Delivery, Source
from eyelevel.channels.webhook import calls
from eyelevel.kernel import clock
from eyelevel.kernel.keys import KeysRefused
from eyelevel.kernel.writer import NotKept, Overloaded, write
from eyelevel.server import replays

LOOK_SECONDS = 1.0
KEEP_CURSOR_SECONDS = 2.0
SIGN_OF_LIFE_SECONDS = 60.0
DELIVERY_NAP_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
SECONDS_TO_STOP = 2.0
LOCK = 0x45_79_65  # the class of our advisory locks: "Eye"
DELIVERIES_AT_ONCE = 20

log = structlog.get_logger("ears")


class Takes(Protocol):
    """The ear: blocks until what matches of these words is committed. Raises NotKept or Overloaded."""

    def __call__(self, words: Sequence[Overheard], /) -> None: ...


@dataclass
class Keeping:
    """What was heard and not yet written down on the row of its source."""

    source_id: int

    def __post_init__(self) -> None:
        self._caught: list[Caught] = []
        self._since = 0.0  # when it was last written down: at first long ago

    def add(self, caught: Caught) -> None:
        """The words are committed; their number and the cursor follow within two seconds, what is strange at once.

        Where nothing comes, that it is alive is noted once a minute.
        """
        waited = time.monotonic() - self._since
        if caught != Caught() or waited >= SIGN_OF_LIFE_SECONDS:
            self._caught.append(caught)
        if caught.malformed or caught.remark or waited >= KEEP_CURSOR_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._caught:
            write(actions.note_caught, self.source_id, self._caught, now=clock.real_now())
            self._caught, self._since = [], time.monotonic()


class Listener:
    """One source in one thread, from `start` to `stop`; trouble is noted on its row and tried again, later and later."""

    def __init__(self, source: Source, take: Takes) -> None:
        self.source_id, self.changed_at = source.pk, source.changed_at
        self._take = take
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"source-{source.pk}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def ask_to_stop(self) -> None:
        self._ended.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._ended.is_set():
            began, after = time.monotonic(), 0.0
            try:
                self._hear()
                break
            except SourceEnded as ended:
                self._note(partial(self._end, str(ended)))
                break
            except SourceTrouble as trouble:
                after = trouble.after
                self._note_trouble(str(trouble))
            except (KeysRefused, NotKept, Overloaded, DatabaseError, OSError) as error:
                self._note_trouble(f"{type(error).__name__}: {error}")
            except (
                Exception
            ) as error:  # the thread runner: a broken adapter stops its own source, not the house
                log.exception("adapter broke", source=self.source_id)
                self._note_trouble(f"{type(error).__name__}: {error}")
            if time.monotonic() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            close_old_connections()
            self._ended.wait(max(after, pause * (0.75 + random.random() / 2)))  # noqa: S311 -- jitter, not a secret
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        connection.close()

    def _hear(self) -> None:
        """Until the source ends or is stopped."""
        source = Source.objects.filter(pk=self.source_id, ended_at=None).first()
        if source is None:
            return
        keeping = Keeping(self.source_id)
        try:
            for caught in caught_by(source, stop=self._ended):
                if caught.words:
                    self._take(caught.words)
                keeping.add(caught)
        finally:
            keeping.flush()

    def _end(self, why: str) -> None:
        source = Source.objects.get(pk=self.source_id)
        write(actions.end, source, why=why, by="system", now=clock.now())

    def _note_trouble(self, error: str) -> None:
        log.warning("source trouble", source=self.source_id, error=error)
        self._note(lambda: write(actions.note_trouble, self.source_id, error=error, now=clock.real_now()))

    def _note(self, action: Callable[[], object]) -> None:
        try:
            action()
        except (NotKept, Overloaded, DatabaseError):
            log.warning("could not note it", source=self.source_id)


def caught_by(source: Source, *, stop: Stop) -> Iterator[Caught]:
    """What this source hears, by its adapter; a webhook's lists wait in our own database."""
    if source.kind == Source.Kind.WEBHOOK:
        return _deliveries(source, stop=stop)
    return listening.ADAPTERS[source.kind](listening.plan_of(source), stop=stop, now=clock.real_now)


def _deliveries(source: Source, *, stop: Stop) -> Iterator[Caught]:
    while not stop.is_set():
        waiting = reads.waiting_deliveries(source.pk, most=DELIVERIES_AT_ONCE)
        for delivery in waiting:
            yield from _words_in(source, delivery)
        if waiting:
            write(actions.taken, [one.pk for one in waiting], now=clock.now())
        else:
            yield Caught()
            stop.wait(DELIVERY_NAP_SECONDS)


def _words_in(source: Source, delivery: Delivery) -> Iterator[Caught]:
    raw = bytes(delivery.raw)
    try:
        call = calls.understood(raw)
    except calls.NotUnderstood as error:  # it was understood at the door, by another version of this house
        call = None
        excerpt = raw[:200].decode("utf-8", "replace")
        yield Caught(malformed=(Malformed(number=delivery.pk, excerpt=excerpt, why=str(error)),))
    if isinstance(call, calls.Heard):
        words = calls.words_of(
            call, source=source.name, prefix=source.public_id, received_at=delivery.received_at
        )
        for start in range(0, len(words), MOST_WORDS):
            yield Caught(words=words[start : start + MOST_WORDS])


class Ears:
    """The supervising thread, from `start` to `stop`: every open source has one thread that hears it."""

    def __init__(self, take: Takes) -> None:
        self._take = take
        self._listeners: dict[int, Listener] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ears", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(SECONDS_TO_STOP + 1)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                replays.begin_asked(now=clock.now())
                self._look()
            except (DatabaseError, NotKept, Overloaded):
                log.exception("looking for sources failed")
                self._stop_all()  # with the connection our locks are gone
                connection.close()
            self._ended.wait(LOOK_SECONDS)
        self._stop_all()
        connection.close()

    def _look(self) -> None:
        wanted = {source.pk: source for source in reads.listening()}
        for pk, listener in list(self._listeners.items()):
            source = wanted.get(pk)
            if source is None or source.changed_at != listener.changed_at:
                self._drop(listener)
        for pk, source in wanted.items():
            if pk not in self._listeners and _is_ours(pk):
                self._listeners[pk] = Listener(source, self._take)
                self._listeners[pk].start()

    def _drop(self, listener: Listener) -> None:
        listener.ask_to_stop()
        listener.join(SECONDS_TO_STOP)
        if (
            not listener.alive
        ):  # one that does not end keeps its lock and its place: it is asked again next time
            del self._listeners[listener.source_id]
            _let_go(listener.source_id)

    def _stop_all(self) -> None:
        for listener in self._listeners.values():
            listener.ask_to_stop()
        until = time.monotonic() + SECONDS_TO_STOP
        for listener in self._listeners.values():
            listener.join(max(0.0, until - time.monotonic()))
        self._listeners = {pk: one for pk, one in self._listeners.items() if one.alive}


def _is_ours(source_id: int) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, source_id])
        return bool(cursor.fetchone()[0])


def _let_go(source_id: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, source_id])
