"""Who may let other systems know what happens here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.hooks.models import Subscription
from eyelevel.kernel.policy import Actor, answers, filters


@answers("hook.read")
@answers("hook.change")
def _operator(actor: Actor, _hook: Any) -> bool:
    return actor.kind == "operator"


@filters(Subscription)
def _subscriptions(actor: Actor, rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    return rows if actor.kind == "operator" else rows.none()
