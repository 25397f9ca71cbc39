"""Questions about decisions: what was granted, who may, what is to be done, how often somebody else was needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from eyelevel.cases import reads
from eyelevel.cases.deciding_models import Decision, WidenNote, Wish
from eyelevel.cases.models import Case, Hand
from eyelevel.kernel.policy import Actor, visible
from eyelevel.outbox.models import Sending
from eyelevel.people import mandates
from eyelevel.people.models import Mandate, SeatSession, Staff
from eyelevel.people.reach import Lack, Wanted, lack
from eyelevel.posts.models import Post

HERE_SINCE = timedelta(minutes=10)  # whoever used the desk in this time counts as present
SHOWN = 200
COUNTS = ~Q(state=Decision.State.TAKEN_BACK)
TO_DO = Q(state__in=[Decision.State.DECIDED, Decision.State.FAILED])


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """The calendar month of the house in which `now` lies: its first moment, and the first of the next."""
    local = timezone.localtime(now)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    following = (first + timedelta(days=32)).replace(day=1)
    zone = timezone.get_current_timezone()
    return first.replace(tzinfo=zone), following.replace(tzinfo=zone)


def _sum(rows: QuerySet[Decision]) -> int:
    return int(rows.filter(COUNTS, kind="goodwill").aggregate(sum=Sum("cents"))["sum"] or 0)


def granted_in(case: Case) -> int:
    """Goodwill in this case and in those that were merged into it, by everybody, in cents."""
    return _sum(Decision.objects.filter(case_id__in=reads.family(case)))


def granted_by(staff_id: int, *, now: datetime) -> int:
    """Goodwill that this colleague granted in the calendar month, in cents."""
    start, end = month_of(now)
    return _sum(Decision.objects.filter(by_id=staff_id, at__gte=start, at__lt=end))


def at_first_contact(case: Case, *, by: Staff) -> bool:
    """Has nobody else of us spoken or been needed in this case so far?"""
    numbers = reads.family(case)
    ours = Post.objects.filter(case_id__in=numbers, kind__in=[Post.Kind.ANSWER, Post.Kind.CALL])
    if ours.exclude(staff=by).exclude(staff=None).exists():
        return False
    if Wish.objects.filter(case_id__in=numbers).exists():
        return False
    return not Hand.objects.filter(case_id__in=numbers).exclude(reason="").exists()


def of_case(actor: Actor, case: Case, family: Sequence[int]) -> Sequence[Decision]:
    """Everything decided in this case, oldest first, also what was taken back."""
    rows = visible(actor, Decision.objects.filter(Q(case_id__in=family) | Q(post__case_id=case.pk)))
    return list(rows.select_related("by", "owner", "mandate", "settled_by", "wish__by").order_by("id"))


def wishes_of(actor: Actor, family: Sequence[int]) -> Sequence[Wish]:
    rows = visible(actor, Wish.objects.filter(case_id__in=family))
    return list(rows.select_related("by", "to", "answered_by").order_by("id"))


def told_outside(actor: Actor) -> Sequence[Decision]:
    """What the person of a case reads of decisions: those that an answer says."""
    rows = visible(actor, Decision.objects.exclude(state=Decision.State.TAKEN_BACK))
    return list(rows.select_related("by", "post").order_by("id"))


def sending_of(row: Decision, *, held: bool = False) -> Sending | None:
    """The webhook's sending; `held` until the commit, so that nobody begins a try meanwhile."""
    rows = Sending.objects.select_for_update(no_key=True) if held else Sending.objects.all()
    return rows.filter(message_id=row.message_id).first() if row.message_id else None


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who may decide it: present ones first, then whoever has the fewest open cases, then by name."""

    staff: Staff
    present: bool
    holds: int


def who_may(
    case: Case, wanted: Wanted, *, besides: int, now: datetime, real_now: datetime
) -> Sequence[Colleague]:
    """The colleagues with a seat whose frame reaches for this, as it stands now."""
    held = mandates.of_all(now=now)
    in_case, months = granted_in(case), _months(now)
    able = [
        staff_id for staff_id, row in held.items()
        if staff_id != besides and row.staff.left_at is None and _reaches(row, wanted, in_case, months.get(staff_id, 0))
    ]  # fmt: skip
    loads = dict(
        Case.objects.filter(holder_id__in=able, closure=None, merged_into=None)
        .order_by().values_list("holder_id").annotate(Count("pk"))
    )  # fmt: skip
    here = set(
        SeatSession.objects.filter(login__staff__in=able, seen_at__gt=real_now - HERE_SINCE).values_list(
            "login__staff", flat=True
        )
    )
    found = [
        Colleague(staff=held[number].staff, present=number in here, holds=loads.get(number, 0))
        for number in able
    ]
    return sorted(found, key=lambda one: (not one.present, one.holds, one.staff.name, one.staff.pk))


def _reaches(row: Mandate, wanted: Wanted, in_case: int, in_month: int) -> bool:
    return lack(mandates.frame_of(row), wanted, in_case=in_case, in_month=in_month) is None


def _months(now: datetime) -> Mapping[int, int]:
    start, end = month_of(now)
    rows = Decision.objects.filter(COUNTS, kind="goodwill", at__gte=start, at__lt=end)
    return dict(rows.order_by().values_list("by_id").annotate(Sum("cents")))


def lacking(case: Case, wanted: Wanted, *, staff: Staff, now: datetime) -> Lack | None:
    """What this colleague's frame lacks for it now; asked again, with the rows held, when it is decided."""
    return lack(
        mandates.frame_of(mandates.of(staff.pk, now=now)), wanted, in_case=granted_in(case),
        in_month=granted_by(staff.pk, now=now),
    )  # fmt: skip


def to_do(actor: Actor) -> Sequence[Decision]:
    """What is to be carried out: mine first, the failed on top."""
    rows = visible(actor, Decision.objects.filter(TO_DO).select_related("by", "owner", "case"))
    found = list(rows.order_by("id")[:SHOWN])
    return sorted(
        found, key=lambda one: (one.owner_id != actor.staff_id, one.state != Decision.State.FAILED, one.pk)
    )


def asked_of(actor: Actor) -> Sequence[Wish]:
    """The open wishes that this colleague may answer: those asked of them, and for supervisors those asked of nobody."""
    rows = visible(actor, Wish.objects.filter(state=Wish.State.OPEN))
    mine = Q(to_id=actor.staff_id)
    if actor.kind in {"supervisor", "operator"}:
        mine |= Q(to=None) | Q(to__left_at__isnull=False)
    return list(rows.filter(mine).select_related("by", "to", "case").order_by("id")[:SHOWN])


def waiting_for(staff_id: int, *, supervises: bool = False) -> int:
    """How much waits for this colleague: decisions to carry out that no webhook does, wishes, and for supervisors those asked
    of all of them and the notes about frames. One query.
    """
    tasks = Decision.objects.filter(TO_DO, owner_id=staff_id).exclude(state="decided", way="webhook")
    asked = Q(to_id=staff_id) | Q(to=None) if supervises else Q(to_id=staff_id)
    wishes = Wish.objects.filter(asked, state=Wish.State.OPEN)
    parts = [wishes, *([WidenNote.objects.filter(dismissed_at=None)] if supervises else [])]
    return (
        tasks.order_by().values("pk").union(*(one.order_by().values("pk") for one in parts), all=True).count()
    )


def notes(actor: Actor) -> Sequence[WidenNote]:
    return list(visible(actor, WidenNote.objects.filter(dismissed_at=None)).order_by("id"))
