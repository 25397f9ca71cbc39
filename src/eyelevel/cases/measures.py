"""How much is decided at first contact, and how often a case had to be handed on; per month and kind of decision.

A kind of case is here what was to be decided in it (goodwill, contract, deadline, other): the house has no tags, and this
is what a frame can be widened for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from eyelevel.cases.deciding_models import Decision, Kind, Wish
from eyelevel.cases.models import Hand
from eyelevel.cases.rules import TOO_OFTEN_WITHIN

LISTED_MONTHS = 6
COUNTED = ~Q(state=Decision.State.TAKEN_BACK)


@dataclass(frozen=True, kw_only=True)
class Month:
    """One calendar month: cases in which something was decided, those of them in which all was decided at first contact, cases
    that were handed on.
    """

    start: datetime
    decided: int = 0
    at_first_contact: int = 0
    handed_on: int = 0
    too_small: int = 0  # cases of a wish: somebody's frame did not reach

    @property
    def share(self) -> int | None:
        """Decided at first contact, in percent of the decided."""
        return round(100 * self.at_first_contact / self.decided) if self.decided else None


@dataclass(frozen=True, kw_only=True)
class OfKind:
    """One kind of decision in the last thirty days."""

    kind: str
    cases: int
    too_small: int

    @property
    def share(self) -> int | None:
        return round(100 * self.too_small / self.cases) if self.cases else None


def months(*, now: datetime, most: int = LISTED_MONTHS) -> Sequence[Month]:
    """The last months, newest first."""
    starts = _starts(now, most)
    decided = _by_month(Decision.objects.filter(COUNTED, at__gte=starts[-1]))
    later = _by_month(Decision.objects.filter(COUNTED, at__gte=starts[-1], first_contact=False))
    handed = _by_month(Hand.objects.filter(at__gte=starts[-1]).exclude(reason=""))
    small = _by_month(Wish.objects.filter(at__gte=starts[-1]))
    return [
        Month(
            start=start, decided=decided.get(start, 0), at_first_contact=decided.get(start, 0) - later.get(start, 0), handed_on=handed.get(start, 0),
            too_small=small.get(start, 0),
        )
        for start in starts
    ]  # fmt: skip


def kinds(*, now: datetime) -> Sequence[OfKind]:
    """Every kind with its cases of the last thirty days."""
    found = []
    for kind in Kind.values:
        small, of = frames_too_small(kind, now=now)
        found.append(OfKind(kind=kind, cases=of, too_small=small))
    return found


def frames_too_small(kind: str, *, now: datetime) -> tuple[int, int]:
    """Of the cases of the last thirty days with a decision or a wish of this kind: for how many was a frame too small?"""
    since = now - TOO_OFTEN_WITHIN
    wished = set(Wish.objects.filter(kind=kind, at__gt=since).values_list("case_id", flat=True).distinct())
    decided = Decision.objects.filter(COUNTED, kind=kind, at__gt=since)
    cases = set(decided.values_list("case_id", flat=True).distinct()) | wished
    return len(wished), len(cases)


def _by_month(rows: object) -> dict[datetime, int]:
    """Distinct cases by the first moment of the month of the house."""
    zone = timezone.get_current_timezone()
    grouped = rows.order_by().annotate(month=TruncMonth("at", tzinfo=zone)).values_list("month")  # type: ignore[attr-defined] # any of three querysets with `at` and `case`
    return dict(grouped.annotate(Count("case_id", distinct=True)))


def _starts(now: datetime, most: int) -> list[datetime]:
    local, zone = timezone.localtime(now), timezone.get_current_timezone()
    numbers = [local.year * 12 + local.month - 1 - back for back in range(most)]
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=zone) for number in numbers]
