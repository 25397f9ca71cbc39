"""What the house listens to and speaks with: how each source is doing, and connecting another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.channels import connecting, reads
from eyelevel.channels import source_actions as actions
from eyelevel.channels.contract import Overheard
from eyelevel.channels.models import Source
from eyelevel.desk import names, troubles
from eyelevel.desk.frame import page, piece, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.keys import KeysRefused
from eyelevel.kernel.policy import Actor, can, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked


@dataclass(frozen=True, kw_only=True)
class Line:
    """One source on the page."""

    pk: int
    kind: str
    name: str
    where: str
    tone: names.Tone
    state: str
    at: datetime | None
    paused: bool
    ended: bool
    hook: bool
    speaks: bool
    heard: int
    malformed: int
    reconnects: int
    bad: str
    remark: str


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def sources(request: HttpRequest) -> HttpResponse:
    """The page; POST tries what was typed, or connects it after the same try."""
    actor = asked(request).actor
    insist(actor, "source.read")
    if request.GET.get("part") == "rows":
        return piece(request, "_sources", **_rows(request, actor))
    if request.method != "POST":
        return _page(request)
    insist(actor, "source.change")
    try:
        one = connecting.wanted(request.POST.get("kind", ""), request.POST.dict())
        one, words = connecting.tried(one)
        if request.POST.get("do") == "try":
            return _page(request, tried=_said(one, words), words=words)
        made = write(_connect, one, by=actor.key, now=clock.now())
    except connecting.Wrong as wrong:
        return _page(request, problem=names.fault(wrong.fault, str(wrong)), status=400)
    except actions.NameTaken:
        return _page(request, problem=_("Another source has this name already."), status=400)
    hook = made.kind == Source.Kind.WEBHOOK
    return _with_new_secret(request, made) if hook else HttpResponseRedirect(reverse("sources"))


def _connect(one: connecting.Wanted, *, by: str, now: datetime) -> Source:
    return actions.connect(
        kind=one.kind, name=one.name, address=one.address, options=one.options, secret=one.secret, by=by, now=now
    )  # fmt: skip


@staff_only
@require_POST
def source(request: HttpRequest, number: int) -> HttpResponse:
    """Pause, go on, end, or give a webhook a new secret."""
    actor = asked(request).actor
    insist(actor, "source.change")
    found = visible(actor, Source.objects.filter(pk=number, ended_at=None)).first()
    if found is None:
        raise Http404
    what = request.POST.get("do", "")
    if what in {"pause", "resume"}:
        write(actions.pause, found, paused=what == "pause", by=actor.key, now=clock.now())
    elif what == "end":
        write(actions.end, found, by=actor.key, now=clock.now())
    elif what == "secret" and found.kind == Source.Kind.WEBHOOK:
        return _with_new_secret(request, found)
    return HttpResponseRedirect(reverse("sources"))


def _with_new_secret(request: HttpRequest, found: Source) -> HttpResponse:
    """The page that shows the address and the new secret, this once."""
    try:
        secret = write(actions.new_hook_secret, found, by=asked(request).actor.key, now=clock.now())
    except KeysRefused as error:
        return _page(request, problem=str(error), status=409)
    return _page(request, hook_address=hook_address(request, found), hook_secret=secret)


def hook_address(request: HttpRequest, found: Source) -> str:
    path = reverse("hook-in", kwargs={"public_id": found.public_id})
    return f"{settings.ENV.public_url}{path}" if settings.ENV.public_url else request.build_absolute_uri(path)


def _said(one: connecting.Wanted, words: Sequence[Overheard]) -> str:
    if one.kind == Source.Kind.ACCOUNT:
        return _("It answers: %(name)s may speak.") % {"name": f"@{one.options['handle']}"}
    if one.kind == Source.Kind.WEBHOOK:
        return _("There is nothing to try: the other program calls us.")
    return _("It answers.") if words else _("It answers; nothing was said in these seconds.")


def _page(
    request: HttpRequest, *, problem: str = "", tried: str = "", words: Sequence[Overheard] = (), hook_address: str = "",
    hook_secret: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = asked(request).actor
    typed = request.POST.dict() if problem or tried else {}
    typed.pop("password", None)
    return page(
        request, "sources", status=status, problem=problem, tried=tried, hook_address=hook_address,
        hook_secret=hook_secret, typed=typed, overheard=words, kind=typed.get("kind", ""), recordings=connecting.recordings(),
        live=("sources",), **_rows(request, actor),
    )  # fmt: skip


def _rows(request: HttpRequest, actor: Actor) -> dict[str, object]:
    return {
        "sources": [_line(one, request) for one in reads.sources(actor)], "may_change": can(actor, "source.change")
    }  # fmt: skip


def _line(one: Source, request: HttpRequest) -> Line:
    tone, state, at = _state(one)
    hook = one.kind == Source.Kind.WEBHOOK
    where = hook_address(request, one) if hook else one.address or str(one.options.get("file", ""))
    bad = ""
    if one.bad_number is not None:
        bad = _("number %(number)s: “%(excerpt)s” (%(why)s)") % {
            "number": one.bad_number, "excerpt": text.one_line(one.bad_excerpt, 120), "why": troubles.said(one.bad_why),
        }  # fmt: skip
    return Line(
        pk=one.pk, kind=names.source(one.kind), name=one.name, where=text.one_line(where, 200), tone=tone, state=state, at=at,
        paused=one.paused_at is not None, ended=one.ended_at is not None, hook=hook, speaks=one.kind == Source.Kind.ACCOUNT,
        heard=one.heard, malformed=one.malformed, reconnects=one.reconnects, bad=bad, remark=names.source_remark(one.remark),
    )  # fmt: skip


def _state(one: Source) -> tuple[names.Tone, str, datetime | None]:
    if one.ended_at is not None:
        return "", names.source_end(one.ended_why), one.ended_at
    if one.paused_at is not None:
        return "warn", _("paused"), one.paused_at
    if one.last_error:
        return "bad", troubles.said(one.last_error), one.last_error_at
    if one.kind == Source.Kind.ACCOUNT:
        return "good", _("speaks for us"), one.made_at
    if one.last_ok_at is None:
        return "warn", _("not heard from yet"), None
    return "good", _("listens"), one.last_ok_at
