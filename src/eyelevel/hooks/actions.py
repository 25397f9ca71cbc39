"""Subscribing an address, telling it what happened, changing its secret, stopping it, and telling it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from eyelevel.cases import deciding
from eyelevel.channels.contract import Departure, Receipt
from eyelevel.channels.webhook import leave as webhook
from eyelevel.hooks import reads, rules
from eyelevel.hooks.models import Subscription
from eyelevel.kernel import clock, facts, http
from eyelevel.kernel.writer import write
from eyelevel.outbox import actions as outbox
from eyelevel.outbox.models import Sending

HOOKS = "hooks"
FORMER_SIGNS_FOR = timedelta(hours=24)
MOST_REPLAYED = 1_000
Telling = tuple[str, str, str]  # webhook-id, kind, body


class NotAnAddress(ValueError):
    """What was given is no http address, or it names a user."""


class LeadsInside(NotAnAddress):
    """The address is one of this machine or of a private network, and the operator's settings do not allow it."""


class TwoHands(ValueError):
    """Another address carries out decisions: two would do it twice."""


def subscribe(
    *, url: str, kinds: Sequence[str], with_content: bool, settled: int, by: str, now: datetime
) -> Subscription:
    """Tell this address from now on (`settled` is the newest fact of today). Raises NotAnAddress, LeadsInside, TwoHands."""
    if not rules.acceptable(url):
        raise NotAnAddress("no http address")
    if http.leads_inside(url, allowed=settings.ENV.allow_addresses):
        raise LeadsInside("an address of this machine or of a private network")
    _insist_one_hand(kinds)
    made = Subscription.objects.create(
        url=url, kinds=[kind for kind in rules.KINDS if kind in set(kinds)], with_content=with_content, approved_by=by,
        created_at=now, told_id=settled,
    )  # fmt: skip
    facts.record(
        "hook.approved", at=now, by=by, things=[HOOKS], hook=made.public_id, with_content=with_content
    )
    return made


def stop(subscription: Subscription, *, why: str, now: datetime, by: str) -> None:
    if Subscription.objects.filter(pk=subscription.pk, stopped_at=None).update(
        stopped_at=now, stopped_why=why
    ):
        facts.record("hook.stopped", at=now, by=by, things=[HOOKS], hook=subscription.public_id, why=why)


def start_again(subscription: Subscription, *, settled: int, now: datetime, by: str) -> None:
    """From now on again, on the word of whoever does it; what happened meanwhile can be told by a replay. Raises TwoHands."""
    if subscription.stopped_at is not None:
        _insist_one_hand(subscription.kinds)
    if (
        Subscription.objects.filter(pk=subscription.pk)
        .exclude(stopped_at=None)
        .update(stopped_at=None, stopped_why="", failing_since=None, told_id=settled, approved_by=by)
    ):
        facts.record("hook.approved", at=now, by=by, things=[HOOKS], hook=subscription.public_id)


def _insist_one_hand(kinds: Sequence[str]) -> None:
    if rules.DECISION in kinds and reads.who_carries_out() is not None:
        raise TwoHands("another address carries out decisions")


def change_secret(subscription: Subscription, *, now: datetime, real_now: datetime, by: str) -> str:
    """A new secret, returned to be shown once; for a day the one before it signs too."""
    subscription.generation += 1
    subscription.former_until = real_now + FORMER_SIGNS_FOR
    subscription.save(update_fields=["generation", "former_until"])
    facts.record("hook.secret_changed", at=now, by=by, things=[HOOKS], hook=subscription.public_id)
    return reads.secret(subscription, generation=subscription.generation)


def tell(subscription: Subscription, tellings: Sequence[Telling], *, told_id: int, now: datetime) -> bool:
    """Queue these and remember how far we came; False where another process was faster."""
    rows = Subscription.objects.filter(pk=subscription.pk, told_id=subscription.told_id, stopped_at=None)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    row = rows.first()
    if row is None:
        return False
    for telling in tellings:
        _queue(row, telling, by=row.approved_by, now=now)
    Subscription.objects.filter(pk=row.pk).update(told_id=told_id)
    return True


def queue_decision(
    subscription: Subscription, telling: Telling, *, case_id: int, now: datetime, not_before: datetime
) -> None:
    """A decision on its way to whoever carries it out, once it can no longer be taken back."""
    _queue(
        subscription, telling, by=subscription.approved_by, now=now, not_before=not_before, case_id=case_id
    )


def _queue(
    subscription: Subscription, telling: Telling, *, by: str, now: datetime, not_before: datetime | None = None,
    case_id: int | None = None,
) -> None:  # fmt: skip
    message_id, kind, body = telling
    lane = reads.lane_of(subscription)
    departure = Departure(
        message_id=message_id, to=(lane,), sender="", subject=kind, text=body, automatic=True
    )
    outbox.queue(
        departure, lane=lane, channel=webhook.CHANNEL, approved_by=by, now=now, not_before=not_before or now, case_id=case_id,
    )  # fmt: skip


def test(subscription: Subscription, *, by: str, now: datetime, real_now: datetime) -> None:
    """An event about nothing, to see whether the other side takes it."""
    stamp = f"{real_now.timestamp():.6f}".replace(".", "")
    body = rules.payload(kind=rules.TEST, at=now, fact_id=0, things=(), data={}, content=None)
    message_id = f"msg_{subscription.public_id}_test{stamp}"
    _queue(subscription, (message_id, rules.TEST, body), by=by, now=real_now)


def replay_one(sending: Sending, *, by: str, now: datetime) -> None:
    """Send one again under the same webhook-id, whatever came of it before; but a decision is not carried out twice."""
    if sending.departure.get("subject") == rules.DECISION and not deciding.may_leave(sending.message_id):
        return
    outbox.send_again([sending.pk], now=now, by=by)


def replay(subscription: Subscription, tellings: Sequence[Telling], *, by: str, now: datetime) -> int:
    """Tell these (again): known ones keep their webhook-id and get a new try, the others are queued."""
    known = dict(
        Sending.objects.filter(message_id__in=[one[0] for one in tellings]).values_list("message_id", "pk")
    )
    for telling in tellings:
        if telling[0] not in known:
            _queue(subscription, telling, by=by, now=now)
    outbox.send_again(list(known.values()), now=now, by=by)
    return len(tellings)


def leave_by_hook(departure: Departure, *, now: Callable[[], datetime]) -> Receipt:
    """The way out of a webhook, for the outbox: where to and with which secrets is asked at each try."""
    subscription = reads.by_lane(departure.to[0])
    if subscription is None or subscription.stopped_at is not None:
        return _told_of(departure, Receipt(state="refused", detail="this webhook is switched off", at=now()))
    if departure.subject == rules.DECISION and not deciding.may_leave(departure.message_id):
        return Receipt(state="refused", detail="it is carried out or taken back already", at=now())
    receipt = webhook.leave(
        departure, url=subscription.url, secrets=reads.live_secrets(subscription, real_now=now()),
        allowed=settings.ENV.allow_addresses, now=now,
    )  # fmt: skip
    if receipt.detail == webhook.GONE:
        write(stop, subscription, why=webhook.GONE, now=now(), by="system")
    elif (receipt.state == "delivered") != (subscription.failing_since is None):
        write(_note_health, subscription.pk, failing_since=None if receipt.state == "delivered" else now())
    return _told_of(departure, receipt)


def _told_of(departure: Departure, receipt: Receipt) -> Receipt:
    """What came of a try stands with the decision too."""
    if departure.subject == rules.DECISION:
        write(
            deciding.webhook_said, departure.message_id, took_it=receipt.state == "delivered",
            word=f"webhook: {receipt.detail}"[:500], now=clock.now(),
        )  # fmt: skip
    return receipt


def _note_health(subscription_id: int, *, failing_since: datetime | None) -> None:
    Subscription.objects.filter(pk=subscription_id).update(failing_since=failing_since)
