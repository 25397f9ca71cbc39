"""Questions about people and hours."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.conf import settings

from eyelevel.kernel.policy import STRANGER, Actor
from eyelevel.people.models import Login, ServiceHours, Staff
from eyelevel.people.rules import Span


def service_spans() -> Sequence[Span]:
    return [
        Span(weekday=row.weekday, opens=row.opens, closes=row.closes)
        for row in ServiceHours.objects.order_by("id")
    ]


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def seat_of(login: Login) -> Staff | None:
    """The seat of this login while it is theirs."""
    return Staff.objects.filter(login=login, login__is_active=True, left_at=None).first()


def actor_of(staff: Staff | None) -> Actor:
    """Who a seat is for the policy; no seat, no rights."""
    if staff is None or staff.left_at is not None:
        return STRANGER
    return Actor(kind=staff.role, staff_id=staff.pk, name=staff.name)  # type: ignore[arg-type] # choices are its kinds


def colleagues() -> Sequence[Staff]:
    """Everybody with a seat, by name."""
    return list(Staff.objects.filter(left_at=None).order_by("name", "id"))


def has_owner() -> bool:
    return Staff.objects.filter(role=Staff.Role.OPERATOR, left_at=None).exists()
