"""Telling open pages which thing changed, after the commit that changed it. No content travels here, only names.

In one process the hub is called directly; on PostgreSQL a NOTIFY in the same transaction reaches the hub of every web
process. Streams that were away replay from the facts table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from django.db import connection, transaction

Listener = Callable[[int, Sequence[str]], None]
CHANNEL = "eyelevel_things"
PASSING = 0  # in the place of a fact's id where there is no fact
NAMES_IN_ONE_NOTIFY = 200  # of some 20 bytes each
MOST_NOTIFY_BYTES = 7_900  # PostgreSQL refuses payloads of 8,000 bytes and more

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """`listener(fact_id, things)` is called on the committing thread; it must return at once."""
    _listeners.append(listener)


def forget_listeners() -> None:
    _listeners.clear()


def announce_after_commit(*, fact_id: int, things: Sequence[str]) -> None:
    if connection.vendor == "postgresql":
        payload = json.dumps([fact_id, list(things)])
        if len(payload.encode()) <= MOST_NOTIFY_BYTES:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
        return
    transaction.on_commit(lambda: announce(fact_id, things))


def announce_passing(things: Iterable[str]) -> None:
    """Tell open pages of something that is no fact: it has no id, and a stream that was away does not replay it.

    For what changes many times a second and is read anew anyway; the caller sees to it that this is seldom.
    """
    names = sorted(set(things))
    if not names:
        return
    if connection.vendor != "postgresql":
        announce(PASSING, names)
        return
    with connection.cursor() as cursor:
        for start in range(0, len(names), NAMES_IN_ONE_NOTIFY):
            payload = json.dumps([PASSING, names[start : start + NAMES_IN_ONE_NOTIFY]])
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def told_in(payload: str) -> tuple[int, Sequence[str]]:
    """What another process said on CHANNEL: the number of the fact, and the names of what changed."""
    fact_id, things = json.loads(payload)
    return fact_id, things


def announce(fact_id: int, things: Sequence[str]) -> None:
    for listener in _listeners:
        listener(fact_id, things)
