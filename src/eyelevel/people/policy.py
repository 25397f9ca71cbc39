"""Who may see and change seats and people."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.people.models import Handle, LeftOut, Mandate, Person, SeatSession


@answers("desk.enter")
def _desk(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("person.read")
@answers("staff.list")
@answers("left_out.read")
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
@answers("left_out.change")
@answers("step.revive")
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


@filters(LeftOut)
def _left_out(actor: Actor, rows: QuerySet[LeftOut]) -> QuerySet[LeftOut]:
    return rows if actor.is_staff else rows.none()


@answers("mandate.write")
def _frame(actor: Actor, staff: Any) -> bool:
    """Nobody writes their own frame, except the operator: a house may have one person alone."""
    own = staff is not None and staff.pk == actor.staff_id
    return actor.kind == "operator" or (actor.kind == "supervisor" and not own)


@answers("mandates.read")
def _frames(actor: Actor, _thing: Any) -> bool:
    """All frames and what came of them; everybody reads their own without this verb."""
    return actor.kind in {"supervisor", "operator"}


@filters(Mandate)
def _mandates(actor: Actor, rows: QuerySet[Mandate]) -> QuerySet[Mandate]:
    if actor.kind in {"supervisor", "operator"}:
        return rows
    return rows.filter(staff=actor.staff_id) if actor.staff_id is not None else rows.none()
