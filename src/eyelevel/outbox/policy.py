"""Who may look into the outbox and try again."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.outbox.models import Sending


@answers("sending.retry")
@answers("outbox.read")
def _staff(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@filters(Sending)
def _sendings(actor: Actor, rows: QuerySet[Sending]) -> QuerySet[Sending]:
    return rows if actor.is_staff else rows.none()
