"""Webhooks: which address outside is told what, how that goes, and telling it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.desk import names, troubles
from eyelevel.desk.frame import page, staff_only
from eyelevel.hooks import actions, reads, rules, teller
from eyelevel.hooks.models import Subscription
from eyelevel.kernel import clock, settled
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.writer import write
from eyelevel.outbox.models import Sending
from eyelevel.people.asking import asked

OFF = "switched off at the desk"
LONGEST_REPLAY = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One delivery as the page shows it."""

    public_id: str
    hook_id: str
    kind: str
    tone: names.Tone
    state: str
    at: datetime
    attempts: int
    last_word: str


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def hooks(request: HttpRequest) -> HttpResponse:
    """The list; POST adds an address on this operator's word and shows its secret once."""
    actor = asked(request).actor
    insist(actor, "hook.read")
    if request.method != "POST":
        return _list(request)
    insist(actor, "hook.change")
    kinds = [kind for kind in request.POST.getlist("kind") if kind in rules.KINDS]
    if not kinds:
        return _list(request, problem=_("Choose at least one kind of event."), status=400)
    try:
        made = write(
            actions.subscribe, url=request.POST.get("url", "").strip(), kinds=kinds,
            with_content="content" in request.POST, settled=settled.newest(), by=actor.key, now=clock.now(),
        )  # fmt: skip
    except (actions.NotAnAddress, actions.TwoHands, settled.Unsettled) as refusal:
        said, status = _refused(refusal)
        return _list(request, problem=said, status=status)
    return _one(request, made, secret=reads.secret(made, generation=made.generation))


def _refused(refusal: Exception) -> tuple[str, int]:
    """Why an address is not told, in words, and the status of the answer."""
    if isinstance(refusal, actions.LeadsInside):
        return _(
            "This address leads to this machine or into a private network. Settings can allow it: EYELEVEL_ALLOW_ADDRESSES."
        ), 400
    if isinstance(refusal, actions.NotAnAddress):
        return _("This is no web address that can be told anything."), 400
    if isinstance(refusal, actions.TwoHands):
        return _two_hands(), 409
    return _("Not now: much is being written. Try again in a moment."), 503


def _two_hands() -> str:
    return _(
        "Another webhook carries out decisions (decision.made): two would do it twice. Switch that one off first."
    )


def _list(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    found = reads.shown_to(asked(request).actor)
    return page(
        request,
        "hooks",
        status=status,
        problem=problem,
        hooks=found,
        kinds=rules.KINDS,
        why_off=names.last_word,
    )


def _hook(request: HttpRequest, public_id: str, verb: str) -> Subscription:
    actor = asked(request).actor
    insist(actor, verb)
    found: Subscription | None = visible(actor, Subscription.objects.filter(public_id=public_id)).first()
    if found is None:
        raise Http404
    return found


def _one(
    request: HttpRequest, found: Subscription, *, secret: str = "", problem: str = "", told: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    lines = [_line(row) for row in reads.deliveries(found)]
    return page(
        request, "hook", status=status, hook=found, secret=secret, problem=problem, told=told, lines=lines, why_off=names.last_word,
        former_signs=found.former_until is not None and found.former_until > clock.real_now(),
    )  # fmt: skip


def _line(row: Sending) -> Line:
    tone, state = names.state(row.state)
    return Line(
        public_id=row.public_id, hook_id=row.message_id, kind=str(row.departure.get("subject", "")), tone=tone, state=state,
        at=row.settled_at or row.not_before, attempts=row.attempts, last_word=troubles.said(row.last_word),
    )  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: HttpRequest, public_id: str) -> HttpResponse:
    """One webhook with its deliveries; POST tests it, stops it, starts it again, changes its secret, or replays."""
    if request.method != "POST":
        return _one(request, _hook(request, public_id, "hook.read"))
    found = _hook(request, public_id, "hook.change")
    by, do = asked(request).actor.key, request.POST.get("do", "")
    if do == "replay":
        return _replay(request, found)
    if do == "secret":
        made = write(actions.change_secret, found, now=clock.now(), real_now=clock.real_now(), by=by)
        return _one(request, found, secret=made)
    if do == "test":
        write(actions.test, found, by=by, now=clock.now(), real_now=clock.real_now())
    elif do == "stop":
        write(actions.stop, found, why=OFF, now=clock.real_now(), by=by)
    elif do == "start":
        try:
            write(actions.start_again, found, settled=settled.newest(), now=clock.now(), by=by)
        except actions.TwoHands:
            return _one(request, found, problem=_two_hands(), status=409)
    return HttpResponseRedirect(reverse("hook", kwargs={"public_id": public_id}))


def _replay(request: HttpRequest, found: Subscription) -> HttpResponse:
    """Tell again what happened between two moments, as typed in the zone of the house."""
    try:
        start, end = (_moment(request.POST.get(name, "")) for name in ("start", "end"))
    except (ValueError, OverflowError):
        return _one(request, found, problem=_("Two moments are needed, like 2026-11-02T09:00."), status=400)
    if not timedelta(0) < end - start <= LONGEST_REPLAY:
        return _one(
            request, found, problem=_("The end lies after the beginning, at most 31 days."), status=400
        )
    try:
        count = teller.replay(found, start=start, end=end, by=asked(request).actor.key, now=clock.real_now())
    except settled.Unsettled:
        problem = _("Not now: much is being written. Try again in a moment.")
        return _one(request, found, problem=problem, status=503)
    return _one(request, found, told=_("%(count)s events are sent again.") % {"count": count})


def _moment(typed: str) -> datetime:
    """In UTC. Raises ValueError or OverflowError where it is no moment that a calendar of ours holds."""
    moment = datetime.fromisoformat(typed.strip())
    return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)


@staff_only
@require_POST
def delivery(request: HttpRequest, public_id: str, delivery: str) -> HttpResponse:
    """Send one again, under the same webhook-id."""
    found = _hook(request, public_id, "hook.change")
    sending = reads.delivery(found, delivery)
    if sending is None:
        raise Http404
    write(actions.replay_one, sending, by=asked(request).actor.key, now=clock.real_now())
    return HttpResponseRedirect(reverse("hook", kwargs={"public_id": public_id}))
