"""Whose token this is, and which ones there are."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Sequence
from datetime import datetime

from eyelevel.kernel.keys import token_hash
from eyelevel.kernel.policy import Actor, visible
from eyelevel.people.reads import actor_of
from eyelevel.tokens import rules
from eyelevel.tokens.models import KeptAnswer, Token

SHOWN = 200


def of_secret(secret: str, *, real_now: datetime) -> Token | None:
    """The living token with this secret: not expired, not revoked, its colleague's seat and login still theirs."""
    lookup = rules.lookup_of(secret)
    if lookup is None:
        return None
    token = Token.objects.select_related("owner__login").filter(lookup=lookup).first()
    if token is None or not hmac.compare_digest(token.token_hash, token_hash(secret)):
        return None
    return token if lives(token, real_now=real_now) else None


def lives(token: Token, *, real_now: datetime) -> bool:
    login = token.owner.login
    seated = token.owner.left_at is None and login is not None and login.is_active
    return seated and token.revoked_at is None and token.expires_at > real_now


def actor_behind(token: Token) -> Actor:
    """The colleague's actor as their role is now, narrowed to the verbs of the token."""
    return dataclasses.replace(actor_of(token.owner), only=rules.verbs_of(token.scopes))


def shown_to(actor: Actor) -> Sequence[Token]:
    """The tokens that this actor may see, the living first."""
    rows = visible(actor, Token.objects.select_related("owner__login"))
    return list(rows.order_by("revoked_at", "-id")[:SHOWN])


def kept_answer(token: Token, key: str, *, real_now: datetime) -> KeptAnswer | None:
    """What was answered under this key within the last day."""
    return KeptAnswer.objects.filter(token=token, key=key, at__gt=real_now - rules.KEPT_FOR).first()
