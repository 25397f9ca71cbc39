"""Working the outbox off: one sending at a time per lane, so that a slow peer harms only its own lane."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec
import structlog
from django.db import close_old_connections, connection

from eyelevel.channels.contract import Departure, Leaves, Receipt
from eyelevel.kernel.writer import write
from eyelevel.outbox import actions
from eyelevel.outbox.models import Sending

NAP_SECONDS = 0.5
AT_ONCE = 4

log = structlog.get_logger("outbox")


def send(sending: Sending, *, doors: Mapping[str, Leaves], now: Callable[[], datetime]) -> Receipt:
    """One try through the door of its channel, and its receipt kept. An adapter that breaks means "later"."""
    leave = doors.get(sending.channel)
    try:
        if leave is None:
            receipt = Receipt(state="later", detail=f"no channel named {sending.channel} is set up", at=now())
        else:
            receipt = leave(msgspec.convert(sending.departure, Departure))
    except Exception as error:  # a broken adapter stops its own lane, not the house
        log.exception("adapter broke", channel=sending.channel, sending=sending.pk)
        receipt = Receipt(state="later", detail=f"{type(error).__name__}: {error}", at=now())
    write(actions.settle, sending, receipt, now=now())
    return receipt


def send_due(*, doors: Mapping[str, Leaves], now: Callable[[], datetime]) -> int:
    """Try everything that is due on this thread; returns how many tries were made. For tests and commands."""
    tried = 0
    while taken := write(actions.claim, now=now()):
        for sending in taken:
            send(sending, doors=doors, now=now)
        tried += len(taken)
    return tried


class Lanes:
    """The threads of the outbox, from `start` to `stop`. They work off `only` one channel, or all `besides` one: the
    threads for people must not wait for machines that do not answer.
    """

    def __init__(
        self, *, doors: Mapping[str, Leaves], now: Callable[[], datetime], only: str = "", besides: str = ""
    ) -> None:
        self._doors, self._now = doors, now
        self._only, self._besides = only, besides
        self._busy: set[str] = set()
        self._ended = threading.Event()
        self._bell = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lane")
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._bell.set()
        self._thread.join(10)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._bell.wait(NAP_SECONDS)
            self._bell.clear()
            try:
                self._look()
            except Exception:  # the outbox outlives a database that is away for a while
                log.exception("claiming failed")
            close_old_connections()
        connection.close()

    def _look(self) -> None:
        now = self._now()
        due = Sending.objects.filter(state=Sending.State.WAITING, not_before__lte=now).exclude(
            lane__in=self._busy
        )
        due = due.filter(channel=self._only) if self._only else due.exclude(channel=self._besides)
        for lane in list(
            due.exclude(lease_until__gt=now).values_list("lane", flat=True).distinct()[:AT_ONCE]
        ):
            taken = write(actions.claim, now=now, lane=lane)
            if taken:
                self._busy.add(lane)
                self._pool.submit(self._work, lane, taken)

    def _work(self, lane: str, taken: list[Sending]) -> None:
        try:
            for sending in taken:
                if not self._ended.is_set():
                    send(sending, doors=self._doors, now=self._now)
        finally:
            self._busy.discard(lane)
            self._bell.set()
            connection.close()
