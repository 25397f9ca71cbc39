"""Who may see and change what the house listens to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.channels.models import Source
from eyelevel.kernel.policy import Actor, answers, filters


@answers("source.read")
def _read(actor: Actor, _source: Any) -> bool:
    return actor.is_staff


@answers("source.change")
def _change(actor: Actor, _source: Any) -> bool:
    return actor.kind in {"supervisor", "operator"}


@filters(Source)
def _sources(actor: Actor, rows: QuerySet[Source]) -> QuerySet[Source]:
    return rows if actor.is_staff else rows.none()
