"""Questions about what leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from eyelevel.kernel.policy import Actor, visible
from eyelevel.outbox.models import Sending

SHOWN = 200
LEFT = (Sending.State.DELIVERED, Sending.State.UNKNOWN)
STUCK = (Sending.State.DEAD, Sending.State.UNKNOWN, Sending.State.UNDELIVERED)


def of_case(case_id: int) -> Mapping[int, Sending]:
    """The sendings of a case by the post that they carry."""
    rows = Sending.objects.filter(case_id=case_id).exclude(post_id=None)
    return {row.post_id: row for row in rows if row.post_id is not None}


def can_be_undone(sending: Sending, *, real_now: datetime) -> bool:
    """Has it certainly not left, and is its time not over?"""
    untouched = (
        sending.state == Sending.State.WAITING and sending.attempts == 0 and sending.lease_until is None
    )
    return untouched and sending.not_before > real_now


def not_yet_left(case_id: int, *, real_now: datetime) -> set[int]:
    """The posts that may still be taken back: whoever is outside does not see them yet."""
    return {post for post, sending in of_case(case_id).items() if can_be_undone(sending, real_now=real_now)}


def has_left(message_id: str) -> bool:
    """Did it get out of the house, or perhaps?"""
    return Sending.objects.filter(message_id=message_id, state__in=LEFT).exists()


def may_have_been_read(post_id: int) -> bool:
    """Has this post left? What carries no sending (a call, a letter) was said elsewhere."""
    return not Sending.objects.filter(post_id=post_id).exclude(state__in=LEFT).exists()


def by_message_id(message_ids: Sequence[str]) -> Mapping[str, Sending]:
    return {row.message_id: row for row in Sending.objects.filter(message_id__in=message_ids)}


def open_and_stuck(actor: Actor) -> Sequence[Sending]:
    """What waits and what a person must look at, the stuck first."""
    rows = visible(actor, Sending.objects.filter(state__in=[Sending.State.WAITING, *STUCK]))
    newest = list(rows.order_by("-id")[:SHOWN])
    return sorted(newest, key=lambda one: (one.state not in STUCK, -one.pk))


def stuck_of(message_ids: Sequence[str]) -> set[str]:
    """Which of these departures did not arrive, or perhaps not."""
    rows = Sending.objects.filter(message_id__in=message_ids, state__in=STUCK)
    return set(rows.values_list("message_id", flat=True))


def stuck_count(*, most: int = 100) -> int:
    """How many need a person, counted up to `most`."""
    return Sending.objects.filter(state__in=[Sending.State.DEAD, Sending.State.UNKNOWN])[:most].count()
