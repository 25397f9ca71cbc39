"""Recording what happened, with the steps that must follow, in the same transaction.

Which step follows which fact is written on one page, eyelevel/flow.py, and handed in at start (`lay_road`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from eyelevel.kernel import push
from eyelevel.kernel.models import Fact, Step

Effect = Callable[[], object]
Work = Callable[[Fact], Effect | None]
"""A step: it may take time and ask the world; the Effect that it returns is short and is committed with "done"."""

_road: dict[str, tuple[str, ...]] = {}
_works: dict[str, Work] = {}
_wake: list[Callable[[], None]] = []


def lay_road(road: Mapping[str, Sequence[Work]]) -> None:
    """Install the road: fact kind -> steps in order. Replaces what was there."""
    _road.clear()
    _works.clear()
    for kind, works in road.items():
        _road[kind] = tuple(name_of(work) for work in works)
        _works.update({name_of(work): work for work in works})


def name_of(work: Work) -> str:
    """The name a step has in the table: room.function, so that a moved file does not orphan waiting work."""
    return f"{work.__module__.removeprefix('eyelevel.').removesuffix('.actions')}.{work.__name__}"


def work_named(name: str) -> Work | None:
    return _works.get(name)


def on_new_work(wake: Callable[[], None]) -> None:
    """Call `wake` after each commit that left steps to do."""
    _wake.append(wake)


def record(
    kind: str,
    *,
    at: datetime,
    by: str = "",
    things: Iterable[str] = (),
    not_before: datetime | None = None,
    **data: Any,
) -> Fact:
    """Write the fact and its steps; call it inside the action that makes it true.

    `at` is house time, `not_before` the moment (real time for what guards people, house time for what service clocks
    govern) before which its steps must not run; by default at once.
    """
    touched = sorted(set(things))
    fact = Fact.objects.create(kind=kind, at=at, actor=by, things=touched, data=data)
    names = _road.get(kind, ())
    if names:
        due = not_before or at
        Step.objects.bulk_create([Step(fact=fact, name=name, not_before=due) for name in names])
        transaction.on_commit(_wake_all)
    if touched:
        push.announce_after_commit(fact_id=fact.pk, things=touched)
    return fact


def record_all(kind: str, happened: Sequence[tuple[datetime, Mapping[str, Any]]]) -> None:
    """The same kind of fact many times, each with its moment and data, in three statements. No page watches them."""
    facts = Fact.objects.bulk_create([Fact(kind=kind, at=at, data=dict(data)) for at, data in happened])
    names = _road.get(kind, ())
    steps = [Step(fact=fact, name=name, not_before=fact.at) for fact in facts for name in names]
    if steps:
        Step.objects.bulk_create(steps)
        transaction.on_commit(_wake_all)


def _wake_all() -> None:
    for wake in _wake:
        wake()
