"""Looking once a second whether something happened that an address outside has asked for.

It costs the road of a message nothing: facts are read after they were committed, in their order, without a gap.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import close_old_connections, connection

from eyelevel.hooks import actions, reads, rules
from eyelevel.hooks.models import Subscription
from eyelevel.kernel import clock, settled
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import write

NAP_SECONDS = 1.0
NOTED_EVERY = 500  # facts that nobody asked for are passed over without a write each time
AT_ONCE = 50

log = structlog.get_logger("hooks")


def tellings(subscription: Subscription, found: Sequence[Fact]) -> list[actions.Telling]:
    return [
        (
            rules.hook_id(subscription=subscription.public_id, fact_id=fact.pk),
            fact.kind,
            reads.body_of(fact, with_content=subscription.with_content),
        )
        for fact in found
    ]


def tell_all(*, now: datetime) -> int:
    """Queue what each address has not been told; returns how much. `now` is real time: the outbox counts in it."""
    living = list(Subscription.objects.filter(stopped_at=None).order_by("pk"))
    if not living:
        return 0
    told, newest = 0, settled.newest()
    for subscription in living:
        told += _tell_one(subscription, newest=newest, now=now)
    return told


def _tell_one(subscription: Subscription, *, newest: int, now: datetime) -> int:
    told = 0
    while subscription.told_id < newest:
        found = reads.untold(subscription, settled=newest, most=AT_ONCE)
        upto = found[-1].pk if len(found) == AT_ONCE else newest
        if not found and newest - subscription.told_id < NOTED_EVERY:
            break
        if not write(actions.tell, subscription, tellings(subscription, found), told_id=upto, now=now):
            break
        subscription.told_id = upto
        told += len(found)
    return told


def replay(subscription: Subscription, *, start: datetime, end: datetime, by: str, now: datetime) -> int:
    """Tell this address once more what happened between two moments of house time, at most MOST_REPLAYED facts."""
    found = reads.between(
        subscription, start=start, end=end, settled=settled.newest(), most=actions.MOST_REPLAYED
    )
    return write(actions.replay, subscription, tellings(subscription, found), by=by, now=now)


class Teller:
    """The thread that does it, from `start` to `stop`."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._ended.wait(NAP_SECONDS):
            try:
                tell_all(now=clock.real_now())
            except settled.Unsettled:
                continue
            except Exception:  # the runner outlives a database that is away for a while
                log.exception("telling failed")
            close_old_connections()
        connection.close()
