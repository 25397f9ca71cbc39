"""Promises of a colleague who is away: what is due before they are back goes to whoever stands in.

Not before the absence begins: until then its owner may keep it. Where nobody stands in it stays, and says so on the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.people import absences
from eyelevel.people.models import Absence, Staff
from eyelevel.posts.models import Post
from eyelevel.word import promises
from eyelevel.word.models import Promise
from eyelevel.word.promises import Chosen


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The owner of a promise is away when it is due. `taker`: who gets it when the absence begins, None for nobody."""

    absence: Absence
    taker: Staff | None


def make(post: Post, chosen: Sequence[Chosen], *, owner: Staff, now: datetime) -> Sequence[Promise]:
    """As promises.make; what the owner promises for their own absence goes on at once, if it has begun."""
    made = promises.make(post, chosen, owner=owner, now=now)
    if made:
        among = absences.to_come(now)
        for row in made:
            pass_on(row, now=now, among=among)
    return made


def begin(fact: Fact) -> facts.Effect | None:
    """Step, when an absence begins: what falls into it is handed over, what nobody takes is said."""
    absence = Absence.objects.filter(pk=fact.data["absence"], withdrawn_at=None).first()
    return None if absence is None else lambda: _begin(absence, now=clock.now())


def _begin(absence: Absence, *, now: datetime) -> None:
    rows = Promise.objects.select_related("post", "owner").filter(
        outcome=promises.OPEN, owner_id=absence.staff_id, due_to__lt=absences.is_over(absence)
    )
    among = absences.to_come(now)
    for row in rows.order_by("due_to", "id"):
        pass_on(row, now=now, among=among)


def pass_on(row: Promise, *, now: datetime, among: Sequence[Absence] | None = None) -> None:
    """Hand this promise over if its owner is away now and will be until it is due (or it is late already)."""
    known = absences.to_come(now) if among is None else among
    absence = absences.away_at(row.owner_id, now, known)
    if absence is None or row.due_to >= absences.is_over(absence):
        return
    taker = absences.who_stands_in(absence, now, known)
    if taker is None:
        promises.say_unattended(row, now=now)
    else:
        promises.hand_over(row, to=taker, by=absence.noted_by, now=now, absence=absence)


def gap(owner_id: int, due_to: datetime, *, now: datetime, among: Sequence[Absence]) -> Gap | None:
    """Is this colleague away when it is due, or now, while it is due before they are back?"""
    absence = absences.away_at(owner_id, max(due_to, now), among)
    if absence is None:
        absence = absences.away_at(owner_id, now, among)
        if absence is None or due_to >= absences.is_over(absence):
            return None
    moment = max(absences.begins(absence), now)
    return Gap(absence=absence, taker=absences.who_stands_in(absence, moment, among))


def gaps(rows: Sequence[Promise], *, now: datetime) -> dict[int, Gap]:
    """For each open promise the gap in which it stands, by its number."""
    waiting = [row for row in rows if row.outcome == promises.OPEN]
    among = absences.to_come(now) if waiting else ()
    found = {row.pk: gap(row.owner_id, row.due_to, now=now, among=among) for row in waiting}
    return {number: one for number, one in found.items() if one is not None}
