"""Putting departures into the outbox, trying them, and keeping what the other side said."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from eyelevel.channels.contract import Departure, Receipt
from eyelevel.kernel import facts
from eyelevel.outbox import rules
from eyelevel.outbox.models import Attempt, Sending

LEASE = timedelta(minutes=5)
ONE_NOTICE_PER = timedelta(hours=24)
MOST_NOTICES_PER_HOUR = 500  # global brake: somebody uses our notices as a weapon long before that
MOST_ASKED_PAUSE = timedelta(hours=6)  # however long the other side asks us to wait
OUTBOX = "outbox"
RECEIVED = "received"  # the notice that answers whoever writes to us
REPEATABLE = frozenset({"webhook"})  # whoever gets it knows a repeat by its id


class NoLongerWaiting(ValueError):
    """Too late: it has left, or somebody else has just taken it."""


def queue(
    departure: Departure,
    *,
    lane: str,
    channel: str,
    approved_by: str,
    now: datetime,
    not_before: datetime,
    notice: str = "",
    post_id: int | None = None,
    case_id: int | None = None,
) -> Sending:
    """Queue one departure on the word of `approved_by` (an actor's key, or "notice:NAME" for a fixed text)."""
    sending = Sending.objects.create(
        lane=lane,
        channel=channel,
        approved_by=approved_by,
        notice=notice,
        recipient=departure.to[0],
        message_id=departure.message_id,
        departure=msgspec.to_builtins(departure),
        post_id=post_id,
        case_id=case_id,
        created_at=now,
        not_before=not_before,
    )
    facts.record(
        "sending.queued", at=now, by=approved_by, things=[OUTBOX, *_case(case_id)], sending=sending.pk
    )
    return sending


def may_notify(address: str, *, now: datetime) -> bool:
    """One automatic answer per address and day, and a brake for all notices together."""
    answers = Sending.objects.filter(notice=RECEIVED, recipient=address)
    return not answers.filter(created_at__gt=now - ONE_NOTICE_PER).exists() and brake_is_off(now=now)


def brake_is_off(*, now: datetime) -> bool:
    """May one more fixed text leave this hour?"""
    notices = Sending.objects.exclude(notice="").filter(created_at__gt=now - timedelta(hours=1))
    return notices.count() < MOST_NOTICES_PER_HOUR


def claim(*, now: datetime, lane: str | None = None, most: int = 8) -> list[Sending]:
    """Take due sendings (of one lane); a lease that ran out means that its process died on the way."""
    due = Sending.objects.filter(state=Sending.State.WAITING, not_before__lte=now).exclude(
        lease_until__gt=now
    )
    if lane is not None:
        due = due.filter(lane=lane)
    taken: list[Sending] = []
    for sending in due.order_by("not_before", "id")[:most]:
        if sending.lease_until is not None:
            _settle_interrupted(sending, now=now)
        elif _lease(sending, now=now):
            taken.append(sending)
    return taken


def _lease(sending: Sending, *, now: datetime) -> bool:
    free = Sending.objects.filter(pk=sending.pk, state=Sending.State.WAITING, lease_until=None)
    sending.attempts += 1
    return free.update(lease_until=now + LEASE, attempts=sending.attempts) == 1


def _settle_interrupted(sending: Sending, *, now: datetime) -> None:
    """The process died while this was on its way: it may have arrived, so nobody repeats it but a person."""
    state: Literal["later", "unknown"] = "later" if sending.channel in REPEATABLE else "unknown"
    settle(sending, Receipt(state=state, detail="interrupted while sending", at=now), now=now)


def settle(sending: Sending, receipt: Receipt, *, now: datetime, chance: float | None = None) -> None:
    """Keep what came of a try: delivered, refused for good, later, or unknown."""
    Attempt.objects.create(sending=sending, at=now, state=receipt.state, detail=receipt.detail[:2_000])
    values: dict[str, object] = {"lease_until": None, "last_word": receipt.detail[:2_000]}
    if receipt.state == "later":
        again = rules.next_try(
            attempts=max(sending.attempts, 1),
            now=now,
            first_due=sending.created_at,
            chance=random.random() if chance is None else chance,  # noqa: S311 -- jitter, not a secret
        )
        if again and receipt.again_at:
            again = max(again, min(receipt.again_at, now + MOST_ASKED_PAUSE))
        values |= {"not_before": again} if again else {"state": Sending.State.DEAD, "settled_at": now}
    else:
        ends = {
            "delivered": Sending.State.DELIVERED,
            "refused": Sending.State.DEAD,
            "unknown": Sending.State.UNKNOWN,
        }
        values |= {"state": ends[receipt.state], "settled_at": now}
    Sending.objects.filter(pk=sending.pk, state=Sending.State.WAITING).update(**values)
    things = [OUTBOX, *_case(sending.case_id)]
    facts.record("sending.tried", at=now, things=things, sending=sending.pk, state=receipt.state)


def withdraw(*, post_id: int, now: datetime, by: str) -> None:
    """Undo: take back what has not left. Raises NoLongerWaiting."""
    waiting = Sending.objects.filter(
        post_id=post_id, state=Sending.State.WAITING, lease_until=None, attempts=0
    )
    sending = waiting.first()
    if sending is None or waiting.update(state=Sending.State.WITHDRAWN, settled_at=now, post_id=None) != 1:
        raise NoLongerWaiting("it has left already")
    facts.record(
        "sending.withdrawn", at=now, by=by, things=[OUTBOX, *_case(sending.case_id)], sending=sending.pk
    )


def withdraw_unsent(*, message_id: str, now: datetime, by: str) -> bool:
    """Take back a departure that carries no post, if it has not left; says whether it was in time."""
    waiting = Sending.objects.filter(
        message_id=message_id, state=Sending.State.WAITING, lease_until=None, attempts=0
    )
    sending = waiting.first()
    if sending is None or waiting.update(state=Sending.State.WITHDRAWN, settled_at=now) != 1:
        return False
    facts.record(
        "sending.withdrawn", at=now, by=by, things=[OUTBOX, *_case(sending.case_id)], sending=sending.pk
    )
    return True


def withdraw_notice(*, message_id: str, now: datetime, by: str) -> bool:
    """Take back a fixed text that is no longer wanted: also one whose tries were put off, because none of them was taken."""
    waiting = Sending.objects.filter(message_id=message_id, state=Sending.State.WAITING, lease_until=None)
    sending = waiting.exclude(notice="").first()
    if sending is None or waiting.update(state=Sending.State.WITHDRAWN, settled_at=now) != 1:
        return False
    facts.record(
        "sending.withdrawn", at=now, by=by, things=[OUTBOX, *_case(sending.case_id)], sending=sending.pk
    )
    return True


def belongs(post_ids: Sequence[int], *, case_id: int) -> None:
    """The posts moved to another case, and their sendings with them."""
    Sending.objects.filter(post_id__in=post_ids).update(case_id=case_id)


def try_again(sending: Sending, *, now: datetime, by: str) -> None:
    """A person asks to send a dead or unknown one once more; the 72 hours begin anew, the Message-ID stays."""
    stuck = [Sending.State.DEAD, Sending.State.UNKNOWN, Sending.State.UNDELIVERED]
    again = Sending.objects.filter(pk=sending.pk, state__in=stuck)
    if again.update(
        state=Sending.State.WAITING, not_before=now, created_at=now, lease_until=None, settled_at=None
    ):
        facts.record(
            "sending.retried", at=now, by=by, things=[OUTBOX, *_case(sending.case_id)], sending=sending.pk
        )


def send_again(sending_ids: Sequence[int], *, now: datetime, by: str) -> None:
    """Replay: what can be repeated without harm is tried once more under its old id, even where it was delivered."""
    again = Sending.objects.filter(pk__in=sending_ids, channel__in=REPEATABLE, lease_until=None)
    count = again.update(
        state=Sending.State.WAITING, not_before=now, created_at=now, settled_at=None, attempts=0
    )
    if count:
        facts.record("sending.replayed", at=now, by=by, things=[OUTBOX], count=count)


def came_back(*, message_id: str, status: str, now: datetime) -> Sending | None:
    """A delivery report names one of our messages: mark it undelivered. Unknown or permanent-only: None.

    Our Message-IDs carry 130 random bits, so only the path of that very mail can name one.
    """
    sending = Sending.objects.filter(message_id=message_id).first()
    if sending is None or not status.startswith("5"):
        return None
    late = Sending.objects.filter(pk=sending.pk, state__in=[Sending.State.DELIVERED, Sending.State.UNKNOWN])
    late.update(state=Sending.State.UNDELIVERED, settled_at=now, last_word=f"came back: {status}")
    Attempt.objects.create(sending=sending, at=now, state="came back", detail=status)
    facts.record("sending.came_back", at=now, things=[OUTBOX, *_case(sending.case_id)], sending=sending.pk)
    return sending


def _case(case_id: int | None) -> list[str]:
    return [] if case_id is None else [f"case:{case_id}"]
