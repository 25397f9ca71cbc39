"""Who may read and change a case."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.cases.deciding_models import Decision, WidenNote, Wish
from eyelevel.cases.models import Asking, BulkAct, Case, Link, Merge, Split
from eyelevel.kernel.policy import Actor, answers, filters


@answers("case.read")
@answers("case.transcript")
def _read(actor: Actor, case: Any) -> bool:
    return actor.is_staff or (actor.kind == "receipt" and case is not None and case.pk == actor.case_id)


@answers("case.answer")
@answers("case.note")
@answers("case.hand")
@answers("case.snooze")
@answers("case.close")
@answers("case.rename")
@answers("case.enter")
@answers("case.arrange")
@answers("case.ask")
@answers("asking.withdraw")
@answers("cases.change")
@answers("list.read")
@answers("search.ask")
def _staff(actor: Actor, _case: Any) -> bool:
    return actor.is_staff


@answers("case.reply")
@answers("case.helped")
def _person(actor: Actor, case: Any) -> bool:
    return actor.kind == "receipt" and case.pk == actor.case_id


@answers("asking.read")
@answers("asking.answer")
def _asked(actor: Actor, asking: Any) -> bool:
    return actor.kind == "guest" and asking.pk == actor.asking_id and asking.withdrawn_at is None


@filters(Asking)
def _askings(actor: Actor, rows: QuerySet[Asking]) -> QuerySet[Asking]:
    if actor.is_staff:
        return rows
    if actor.kind == "guest" and actor.asking_id is not None:
        return rows.filter(pk=actor.asking_id)
    return rows.none()


@filters(Merge)
@filters(Split)
@filters(Link)
@filters(BulkAct)
def _arranged(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if actor.is_staff else rows.none()


@filters(Case)
def _cases(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    if actor.is_staff:
        return rows
    if actor.kind == "receipt" and actor.case_id is not None:
        return rows.filter(pk=actor.case_id)
    return rows.none()


@answers("decision.make")
@answers("decision.settle")
@answers("decision.wish")
def _decides(actor: Actor, _case: Any) -> bool:
    """How far: that is the frame's to say, in the action itself."""
    return actor.is_staff


@answers("decision.take_back")
def _own_decision(actor: Actor, decision: Any) -> bool:
    return actor.is_staff and decision.by_id == actor.staff_id


@answers("wish.answer")
def _wished_of(actor: Actor, wish: Any) -> bool:
    """Whoever was asked, and supervisors; nobody answers their own wish."""
    if not actor.is_staff or wish.by_id == actor.staff_id:
        return False
    return wish.to_id == actor.staff_id or actor.kind in {"supervisor", "operator"}


@filters(Decision)
def _decisions(actor: Actor, rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """The person of a case reads what was decided where an answer in it says so."""
    if actor.is_staff:
        return rows
    return rows.filter(post__case_id=actor.case_id) if actor.kind == "receipt" else rows.none()


@filters(Wish)
def _wishes(actor: Actor, rows: QuerySet[Wish]) -> QuerySet[Wish]:
    return rows if actor.is_staff else rows.none()


@filters(WidenNote)
def _notes(actor: Actor, rows: QuerySet[WidenNote]) -> QuerySet[WidenNote]:
    return rows if actor.kind in {"supervisor", "operator"} else rows.none()
