"""Making and revoking tokens, and keeping answers so that a repeated request has one effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from eyelevel.kernel import facts
from eyelevel.kernel.keys import token_hash
from eyelevel.people.models import Staff
from eyelevel.tokens import rules
from eyelevel.tokens.models import KeptAnswer, Token

TOKENS = "tokens"
MOST_FORGOTTEN = 200  # old answers that one new one takes along


class TooManyTokens(ValueError):
    """A colleague has so many living tokens that nobody can oversee them."""


class OtherRequest(ValueError):
    """The key was used for another request."""


def make(
    *, owner: Staff, name: str, scopes: Sequence[str], days: int, now: datetime, real_now: datetime
) -> str:
    """A new token for this colleague; the secret is returned once and kept nowhere. Raises TooManyTokens."""
    living = Token.objects.filter(owner=owner, revoked_at=None, expires_at__gt=real_now)
    if living.count() >= rules.MOST_PER_COLLEAGUE:
        raise TooManyTokens(f"{rules.MOST_PER_COLLEAGUE} tokens live already")
    secret = rules.new_token()
    known = [scope for scope in rules.SCOPES if scope in set(scopes)]
    token = Token.objects.create(
        owner=owner, name=name, lookup=rules.lookup_of(secret) or "", token_hash=token_hash(secret), scopes=known,
        created_at=real_now, expires_at=real_now + timedelta(days=days),
    )  # fmt: skip
    facts.record(
        "token.made", at=now, by=f"staff:{owner.pk}", things=[TOKENS], token=token.public_id, scopes=known
    )
    return secret


def revoke(token: Token, *, now: datetime, real_now: datetime, by: str) -> None:
    """The token ends at once; revoking twice is revoking once."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=real_now):
        facts.record("token.revoked", at=now, by=by, things=[TOKENS], token=token.public_id)


def note_use(token_id: int, *, real_now: datetime) -> None:
    """When it was last used, to the minute: so that a forgotten one is noticed."""
    Token.objects.filter(pk=token_id).update(last_used_at=real_now)


def answer_once(
    token: Token, key: str, *, request_hash: str, status: int, effect: Callable[[], str], real_now: datetime
) -> KeptAnswer:
    """Do the effect and keep its answer, in one transaction; the second time give the answer that was kept.

    Raises OtherRequest where the key stands for something else.
    """
    KeptAnswer.objects.filter(token=token, key=key, at__lte=real_now - rules.KEPT_FOR).delete()
    row, new = KeptAnswer.objects.get_or_create(
        token=token, key=key, defaults={"request_hash": request_hash, "status": status, "at": real_now}
    )
    if not new:
        if row.request_hash != request_hash:
            raise OtherRequest("the same Idempotency-Key with another request")
        return row
    row.body = effect()
    row.save(update_fields=["body"])
    _forget(real_now=real_now)
    return row


def _forget(*, real_now: datetime) -> None:
    old = KeptAnswer.objects.filter(at__lte=real_now - rules.KEPT_FOR).order_by("at")
    KeptAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:MOST_FORGOTTEN])).delete()
