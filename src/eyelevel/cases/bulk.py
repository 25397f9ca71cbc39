"""One act on many cases, and taking it back: one row, one fact, at most MOST cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from eyelevel.cases import actions, rules, states
from eyelevel.cases.models import BulkAct, BulkPart, Case, Closure, Hand
from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.people.models import Staff

MOST = 200
Change = Callable[[Case, BulkAct], bool]
"""Does the act to one case; False where it stood so already."""


class TooMany(ValueError):
    """More cases than one act may change."""


class NothingToDo(ValueError):
    """All of them stand so already: nothing happened, and nothing is recorded."""


class UndoneAlready(ValueError):
    """Somebody was faster."""


def act(
    case_ids: Sequence[int], *, verb: str, by: Staff, now: datetime, taker: Staff | None = None,
    until: datetime | None = None,
) -> BulkAct:  # fmt: skip
    """Do `verb` to all of them that stand otherwise now. Raises TooMany, NothingToDo; Case.DoesNotExist for a number that is none."""
    numbers = list(dict.fromkeys(case_ids))
    if len(numbers) > MOST:
        raise TooMany(f"at most {MOST} cases at once")
    row = BulkAct.objects.create(verb=verb, taker=taker, until=until, by=by, at=now)
    parts: list[BulkPart] = []
    for case in states.held(*numbers):
        before = states.state_of(case)
        if case.merged_into_id is None and CHANGES[verb](case, row):
            parts.append(BulkPart(act=row, case=case, before=before, after=states.state_of(case)))
    if not parts:
        row.delete()
        raise NothingToDo("nothing would change")
    BulkPart.objects.bulk_create(parts)
    changed = [part.case_id for part in parts]
    facts.record(
        "cases.changed_together", at=now, by=f"staff:{by.pk}", things=_things(changed), not_before=until, act=row.pk,
        verb=verb, cases=changed,
    )  # fmt: skip
    return row


def _hand(case: Case, row: BulkAct) -> bool:
    taker = row.taker_id
    if case.holder_id == taker:
        return False
    on = rules.handed_on(holder=case.holder_id, giver=row.by_id, taker=taker, reason="given")
    Hand.objects.create(case=case, giver=row.by, taker=row.taker, at=row.at, reason=on)
    if on:
        facts.record("case.handed_on", at=row.at, by=f"staff:{row.by_id}", case=case.pk, reason=on)
    Case.objects.filter(pk=case.pk).update(holder=row.taker)
    return True


def _snooze(case: Case, row: BulkAct) -> bool:
    if case.closure_id is not None or case.snoozed_until == row.until:
        return False
    Case.objects.filter(pk=case.pk).update(snoozed_until=row.until)
    return True


def _close(case: Case, row: BulkAct) -> bool:
    if case.closure_id is not None:
        return False
    states.rest(case)
    closure = Closure.objects.create(case=case, by=row.by, at=row.at)
    Case.objects.filter(pk=case.pk).update(closure=closure)
    return True


def _reopen(case: Case, row: BulkAct) -> bool:
    if case.closure_id is None:
        return False
    Closure.objects.filter(pk=case.closure_id).update(reopened_at=row.at)
    Case.objects.filter(pk=case.pk).update(closure=None)
    return True


CHANGES: dict[str, Change] = {
    BulkAct.Verb.HAND: _hand,
    BulkAct.Verb.SNOOZE: _snooze,
    BulkAct.Verb.CLOSE: _close,
    BulkAct.Verb.REOPEN: _reopen,
}


def wake_together(fact: Fact) -> facts.Effect | None:
    """Step, due when the put-off ends: those that still sleep until then stand on the list again."""
    row = BulkAct.objects.filter(pk=fact.data["act"], verb=BulkAct.Verb.SNOOZE).first()
    if row is None:
        return None
    rows = Case.objects.filter(bulk_parts__act=row, snoozed_until=row.until)
    asleep = list(rows.values_list("pk", flat=True))
    return (lambda: _wake(asleep, row, now=clock.now())) if asleep else None


def _wake(case_ids: Sequence[int], row: BulkAct, *, now: datetime) -> None:
    Case.objects.filter(pk__in=case_ids, snoozed_until=row.until).update(snoozed_until=None)
    facts.record("cases.woke_together", at=now, things=_things(case_ids), cases=list(case_ids))


def undo(row: BulkAct, *, by: Staff, now: datetime) -> None:
    """Put every case back that nobody has changed since; each part says whether it was. Raises UndoneAlready."""
    if BulkAct.objects.filter(pk=row.pk, undone_at=None).update(undone_at=now, undone_by=by) != 1:
        raise UndoneAlready("this was taken back already")
    parts = list(row.parts.order_by("case_id"))
    cases = states.held(*[part.case_id for part in parts])
    for part, case in zip(parts, cases, strict=True):
        part.put_back = _same(states.state_of(case), part)
        if part.put_back:
            states.put(case, part.before, names=_changed(part), now=now)
            _forget(case, part, row, by=by, now=now)
    BulkPart.objects.bulk_update(parts, ["put_back"])
    changed = [part.case_id for part in parts if part.put_back]
    facts.record(
        "cases.put_back_together", at=now, by=f"staff:{by.pk}", things=_things(changed), act=row.pk, cases=changed,
        left=[part.case_id for part in parts if not part.put_back],
    )  # fmt: skip


def _changed(part: BulkPart) -> list[str]:
    return [name for name in part.before if part.before[name] != part.after[name]]


def _same(today: states.State, part: BulkPart) -> bool:
    """Does what the act changed still stand as the act left it, and has nobody spoken since?"""
    told = {*_changed(part), "last_word_at", "merged_into_id", "closure_id", "waiting_since"}
    return all(today[name] == part.after[name] for name in told)


def _forget(case: Case, part: BulkPart, row: BulkAct, *, by: Staff, now: datetime) -> None:
    """A closing that was taken back settles nothing, so its row goes (the act keeps the memory); a hand goes back by hand."""
    if row.verb == BulkAct.Verb.CLOSE:
        Closure.objects.filter(pk=part.after["closure_id"]).delete()
    elif row.verb == BulkAct.Verb.HAND:
        Hand.objects.create(case=case, giver=by, taker_id=part.before["holder_id"], at=now)


def _things(case_ids: Sequence[int]) -> list[str]:
    return [*(f"case:{number}" for number in case_ids), actions.LIST]
