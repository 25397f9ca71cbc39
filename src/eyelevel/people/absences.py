"""Who is away and who stands in: noted by the colleague or a supervisor, in whole days of the house's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from eyelevel.kernel import facts
from eyelevel.people.models import Absence, Staff
from eyelevel.people.reads import zone

MOST_DAYS = 730
MOST_STANDING_IN = 5  # a deputy who is away has a deputy too, so many times


class NoAbsence(ValueError):
    """The days end before they begin, are over, or are too many; or somebody would stand in for themselves."""


def note(
    staff: Staff, *, first_day: date, last_day: date, deputy: Staff | None, by: Staff, now: datetime
) -> Absence:
    """Raises NoAbsence."""
    days = (last_day - first_day).days + 1
    if not 0 < days <= MOST_DAYS or last_day < today(now) or (deputy is not None and deputy.pk == staff.pk):
        raise NoAbsence("these days do not fit")
    row = Absence.objects.create(
        staff=staff, first_day=first_day, last_day=last_day, deputy=deputy, noted_by=by, noted_at=now
    )
    facts.record(
        "absence.noted", at=now, by=f"staff:{by.pk}", things=["staff"], absence=row.pk, staff=staff.pk,
        not_before=max(begins(row), now),
    )  # fmt: skip
    return row


def withdraw(row: Absence, *, by: Staff, now: datetime) -> None:
    """Back earlier, or not away at all. What was handed over meanwhile stays where it is."""
    if Absence.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=now):
        facts.record(
            "absence.withdrawn", at=now, by=f"staff:{by.pk}", things=["staff"], absence=row.pk, staff=row.staff_id
        )  # fmt: skip


def today(now: datetime) -> date:
    return now.astimezone(zone()).date()


def begins(row: Absence) -> datetime:
    return datetime.combine(row.first_day, time(0), zone())


def is_over(row: Absence) -> datetime:
    """The first moment on which they are back."""
    return datetime.combine(row.last_day + timedelta(days=1), time(0), zone())


def to_come(now: datetime) -> Sequence[Absence]:
    """Who is away now or will be, in order."""
    rows = Absence.objects.filter(withdrawn_at=None, last_day__gte=today(now), staff__left_at=None)
    return list(rows.select_related("staff", "deputy", "noted_by").order_by("first_day", "id"))


def away_at(staff_id: int, moment: datetime, among: Sequence[Absence]) -> Absence | None:
    """The absence of this colleague on that day."""
    day = today(moment)
    return next(
        (one for one in among if one.staff_id == staff_id and one.first_day <= day <= one.last_day), None
    )


def who_stands_in(absence: Absence, moment: datetime, among: Sequence[Absence]) -> Staff | None:
    """The deputy, or theirs where they are away on that day too; None where nobody is named who is there."""
    seen = {absence.staff_id}
    for _ in range(MOST_STANDING_IN):
        deputy = absence.deputy
        if deputy is None or deputy.left_at is not None or deputy.pk in seen:
            return None
        theirs = away_at(deputy.pk, moment, among)
        if theirs is None:
            return deputy
        seen.add(deputy.pk)
        absence = theirs
    return None
