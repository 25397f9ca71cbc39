"""Tokens for programs: made by a colleague for themselves, seen and revoked by an operator too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.desk import names
from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import Actor, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked, seat_of
from eyelevel.tokens import actions, reads, rules, words
from eyelevel.tokens.models import Token


@dataclass(frozen=True, kw_only=True)
class Line:
    """One token as the page shows it."""

    public_id: str
    name: str
    owner: str
    scopes: Sequence[str]
    tone: names.Tone
    state: str
    expires_at: datetime
    last_used_at: datetime | None
    lives: bool


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The page; POST makes a token and shows it once."""
    if request.method != "POST":
        return _page(request)
    insist(asked(request).actor, "token.make")
    name, days = text.one_line(request.POST.get("name", ""), 80), request.POST.get("days", "")
    scopes = [scope for scope in request.POST.getlist("scope") if scope in rules.SCOPES]
    if not name or not scopes or days not in {str(one) for one in rules.DAYS}:
        return _page(request, problem=_("A name, a time and at least one scope are needed."), status=400)
    try:
        secret = write(
            actions.make, owner=seat_of(request), name=name, scopes=scopes, days=int(days), now=clock.now(),
            real_now=clock.real_now(),
        )  # fmt: skip
    except actions.TooManyTokens:
        return _page(
            request, problem=_("You have too many tokens. Revoke those that nobody needs."), status=409
        )
    return _page(request, secret=secret)


def _page(request: HttpRequest, *, problem: str = "", secret: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "tokens", status=status, problem=problem, secret=secret, lines=_lines(asked(request).actor),
        scopes={name: words.scope(name) for name in rules.SCOPES}, days=rules.DAYS,
    )  # fmt: skip


def _lines(actor: Actor) -> Sequence[Line]:
    return [_line(row, real_now=clock.real_now()) for row in reads.shown_to(actor)]


def _line(row: Token, *, real_now: datetime) -> Line:
    lives = reads.lives(row, real_now=real_now)
    ended = _("revoked") if row.revoked_at else _("expired, or the seat has ended")
    return Line(
        public_id=row.public_id, name=row.name, owner=row.owner.name, scopes=row.scopes, tone="good" if lives else "",
        state=_("valid") if lives else ended, expires_at=row.expires_at, last_used_at=row.last_used_at, lives=lives,
    )  # fmt: skip


@staff_only
@require_POST
def token(request: HttpRequest, public_id: str) -> HttpResponse:
    """Revoke it: every program that has it stands outside at once."""
    actor = asked(request).actor
    found = visible(actor, Token.objects.filter(public_id=public_id)).first()
    if found is None:
        raise Http404
    insist(actor, "token.revoke", found)
    write(actions.revoke, found, now=clock.now(), real_now=clock.real_now(), by=actor.key)
    return HttpResponseRedirect(reverse("tokens"))
