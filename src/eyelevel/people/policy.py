"""Who may see and change seats and people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.people.models import Handle, Person, SeatSession


@answers("desk.enter")
def _desk(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("person.read")
@answers("staff.list")
def _list(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("absence.note")
def _absence(actor: Actor, staff: Any) -> bool:
    """Everybody their own; supervisors and operators everybody's, for whoever fell ill."""
    return actor.kind in {"supervisor", "operator"} or (actor.is_staff and actor.staff_id == staff.pk)


@answers("metrics.read")
@answers("staff.change")
def _change(actor: Actor, _thing: Any) -> bool:
    return actor.kind == "operator"


@answers("door.test")
@answers("hours.change")
def _hours(actor: Actor, _thing: Any) -> bool:
    return actor.kind in {"supervisor", "operator"}


@filters(SeatSession)
def _own_sessions(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Everybody sees their own; nobody sees when and where a colleague is logged in, the operator neither."""
    return rows.filter(login__staff=actor.staff_id) if actor.staff_id is not None else rows.none()


@answers("journal.read")
def _journal(actor: Actor, _thing: Any) -> bool:
    """Who did what and when, of everybody: not for colleagues about each other."""
    return actor.kind in {"supervisor", "operator"}


@filters(Person)
def _persons(actor: Actor, rows: QuerySet[Person]) -> QuerySet[Person]:
    return rows if actor.is_staff else rows.none()


@filters(Handle)
def _handles(actor: Actor, rows: QuerySet[Handle]) -> QuerySet[Handle]:
    return rows if actor.is_staff else rows.none()
