"""Written frames: the one that holds now, all versions of it, and writing another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from eyelevel.kernel import facts, money
from eyelevel.kernel.policy import Actor, visible
from eyelevel.people.models import Mandate, Staff
from eyelevel.people.reach import LONGEST_DAYS, UNWRITTEN, Frame


class NotAFrame(ValueError):
    """A sum or a number of days that no frame holds, or less for a month than for one case."""


class HasNoSeat(ValueError):
    """The colleague has left."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """A frame as a supervisor wrote it, before it is kept."""

    frame: Frame
    publishes: bool = True
    shown: str = Mandate.Shown.NOTHING


def write_frame(staff: Staff, written: Written, *, since: datetime, by: Staff, now: datetime) -> Mandate:
    """Keep another version. It holds from `since`; what was decided before stays as it was. Raises NotAFrame, HasNoSeat."""
    frame = written.frame
    sums_fit = 0 <= frame.goodwill_case <= frame.goodwill_month <= money.MOST_CENTS
    if (
        not sums_fit
        or not 0 <= frame.deadline_days <= LONGEST_DAYS
        or written.shown not in Mandate.Shown.values
    ):
        raise NotAFrame("no frame looks like this")
    locked = Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    if locked.left_at is not None:
        raise HasNoSeat("this colleague has left")
    newest = (
        Mandate.objects.filter(staff=staff).order_by("-version").values_list("version", flat=True).first()
    )
    made = Mandate.objects.create(
        staff=staff, version=(newest or 0) + 1, goodwill_case=frame.goodwill_case, publishes=written.publishes,
        goodwill_month=frame.goodwill_month, contracts=frame.contracts, deadline_days=frame.deadline_days,
        shown=written.shown, since=since, written_by=by, written_at=now,
    )  # fmt: skip
    facts.record(
        "mandate.written", at=now, by=f"staff:{by.pk}", things=["staff"], staff=staff.pk, version=made.version
    )
    return made


def _holding(now: datetime) -> QuerySet[Mandate]:
    """Frames that have begun, the one that holds first: of those that begin at once the later version."""
    return Mandate.objects.filter(since__lte=now).order_by("-since", "-version")


def of(staff_id: int, *, now: datetime) -> Mandate | None:
    """The frame that holds now; None where nobody has written one."""
    return _holding(now).filter(staff_id=staff_id).first()


def of_all(*, now: datetime) -> Mapping[int, Mandate]:
    """The frame that holds now for each colleague who has one."""
    return {row.staff_id: row for row in reversed(_holding(now).select_related("staff", "written_by"))}


def versions(actor: Actor, staff: Staff) -> Sequence[Mandate]:
    """Every frame that this colleague had, newest first, as far as the actor may see them."""
    rows = visible(actor, Mandate.objects.filter(staff=staff))
    return list(rows.select_related("written_by").order_by("-version"))


def frame_of(row: Mandate | None) -> Frame:
    if row is None:
        return UNWRITTEN
    return Frame(
        goodwill_case=row.goodwill_case, goodwill_month=row.goodwill_month, contracts=row.contracts,
        deadline_days=row.deadline_days,
    )  # fmt: skip


def may_publish(staff_id: int, *, now: datetime) -> bool:
    """May this colleague answer in public? Without a written frame as it was before frames: yes."""
    row = of(staff_id, now=now)
    return row is None or row.publishes
