"""Who may see what was heard, take a word into dialogue, and say what the house listens for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.listening.models import Heard, Match, Watch


@answers("watch.read")
@answers("watch.change")
@answers("heard.read")
@answers("heard.take")
def _staff(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@filters(Watch)
def _watches(actor: Actor, rows: QuerySet[Watch]) -> QuerySet[Watch]:
    return rows if actor.is_staff else rows.none()


@filters(Heard)
def _heard(actor: Actor, rows: QuerySet[Heard]) -> QuerySet[Heard]:
    return rows if actor.is_staff else rows.none()


@filters(Match)
def _matches(actor: Actor, rows: QuerySet[Match]) -> QuerySet[Match]:
    return rows if actor.is_staff else rows.none()
