"""Who may make, see and revoke tokens, and what only programs do."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.tokens.models import Token


@answers("token.make")
@answers("token.list")
def _own_desk(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("token.revoke")
def _revoke(actor: Actor, token: Any) -> bool:
    return actor.kind == "operator" or (actor.is_staff and token.owner_id == actor.staff_id)


@answers("arrival.hand_in")
def _hand_in(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@filters(Token)
def _tokens(actor: Actor, rows: QuerySet[Token]) -> QuerySet[Token]:
    if actor.kind == "operator":
        return rows
    return rows.filter(owner_id=actor.staff_id) if actor.is_staff else rows.none()
