"""Deciding beside a case, asking whoever may, carrying out, and what came of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eyelevel.cases import deciding as acts
from eyelevel.cases import decisions as reads
from eyelevel.cases import measures, wishing
from eyelevel.cases import reads as case_reads
from eyelevel.cases.deciding_models import Decision, WidenNote, Wish
from eyelevel.cases.models import Case
from eyelevel.desk import deciding
from eyelevel.desk.frame import back, case_or_404, colleague_named, page, staff_only
from eyelevel.desk.views.desk import case_page
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import can, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people import reads as people
from eyelevel.people.asking import asked, seat_of

SENT_TWICE = timedelta(minutes=1)
REFUSALS = (acts.FrameTooSmall, acts.NeedsWords, acts.NotWhole, acts.Settled)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """A decision that no answer says, or one that a colleague wished for."""
    one = case_or_404(request, number)
    actor = asked(request).actor
    insist(actor, "decision.make", one)
    wish = deciding.wish_of(request, case_reads.family(one))
    if request.method != "POST":
        return _decide_page(request, one, wish)
    if "wish" in request.POST:
        return ask_for_it(request, one)
    if deciding.hindrance(request.POST, one, request=request):
        return _decide_page(request, one, wish, status=409)
    wanted = deciding.of_form(request.POST)
    if wanted is None:
        return _decide_page(request, one, wish, problem=_("Choose what you decide."), status=409)
    try:
        write(
            acts.decide, one, wanted, by=seat_of(request), now=clock.now(), real_now=clock.real_now(), wish=wish,
            once_within=None if wish is not None else SENT_TWICE,
        )  # fmt: skip
    except REFUSALS as refusal:
        return _decide_page(request, one, wish, problem=refused(refusal), status=409)
    return back(one.pk)


def _decide_page(
    request: HttpRequest, one: Case, wish: Wish | None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    return page(
        request, "decide", status=status, case=one, wish=wish, problem=problem, said=deciding.said,
        deciding=deciding.box(request, one, typed, before=wish),
    )  # fmt: skip


def ask_for_it(request: HttpRequest, one: Case) -> HttpResponse:
    """The frame is too small: ask the colleague who may ("ask:12"), with the case ("hand:12"), or the supervisors ("ask:")."""
    insist(asked(request).actor, "decision.wish", one)
    do, _sep, to = request.POST["wish"].partition(":")
    taker = colleague_named(to)
    if do not in {"hand", "ask"} or (taker is None and (to or do == "hand")):
        return case_page(request, one, problem=_("This colleague has no seat any more."), status=400)
    try:
        wanted = deciding.of_form(request.POST)
    except deciding.Unclear as unclear:
        return case_page(request, one, problem=str(unclear), status=409)
    lacking = None
    if wanted is not None:
        lacking = reads.lacking(one, wanted, staff=seat_of(request), now=clock.now())
    if wanted is None or lacking is None:
        return case_page(
            request, one, problem=_("Your frame reaches for it: you can decide it yourself."), status=409
        )
    write(
        wishing.wish, one, wanted, by=seat_of(request), to=taker, hand=do == "hand", lack=lacking, now=clock.now(),
    )  # fmt: skip
    return back(one.pk)


@staff_only
@require_POST
def wish(request: HttpRequest, number: int) -> HttpResponse:
    """No, and why."""
    actor = asked(request).actor
    row: Wish | None = visible(actor, Wish.objects.select_related("case").filter(pk=number)).first()
    if row is None:
        raise Http404
    insist(actor, "wish.answer", row)
    words = text.one_line(request.POST.get("words", ""), acts.MOST_WORDS)
    try:
        write(wishing.decline, row, words=words, by=seat_of(request), now=clock.now())
    except REFUSALS as refusal:
        return case_page(request, case_or_404(request, row.case_id), problem=refused(refusal), status=409)
    return back(row.case_id)


@staff_only
@require_POST
def decision(request: HttpRequest, number: int) -> HttpResponse:
    """Carried out, with what shows it; sent again; given to a colleague; taken back."""
    actor = asked(request).actor
    row: Decision | None = visible(actor, Decision.objects.filter(pk=number)).first()
    do = request.POST.get("do", "")
    if row is None or do not in VERBS:
        raise Http404
    insist(actor, VERBS[do], row)
    try:
        _do(request, row, do)
    except REFUSALS as refusal:
        return case_page(request, case_or_404(request, row.case_id), problem=refused(refusal), status=409)
    if request.POST.get("from") == "list":
        return HttpResponseRedirect(reverse("decisions"))
    return back(row.case_id)


VERBS = {
    "done": "decision.settle", "again": "decision.settle", "give": "decision.settle", "take_back": "decision.take_back",
}  # fmt: skip


def _do(request: HttpRequest, row: Decision, do: str) -> None:
    """Raises one of REFUSALS, or Http404 for a colleague who has no seat."""
    seat, now = seat_of(request), clock.now()
    if do == "done":
        evidence = text.one_line(request.POST.get("evidence", ""), acts.MOST_WORDS)
        write(acts.carried_out, row, evidence=evidence, by=seat, now=now)
    elif do == "again":
        write(acts.try_again, row, by=seat, now=now, real_now=clock.real_now())
    elif do == "take_back":
        write(acts.take_back, row, by=seat, now=now)
    else:
        owner = colleague_named(request.POST.get("owner", ""))
        if owner is None:
            raise Http404
        write(acts.given_to, row, owner=owner, by=seat, now=now)


def refused(refusal: Exception) -> str:
    """Each refusal in words of its own: what happened and what to do."""
    if isinstance(refusal, acts.FrameTooSmall):
        return deciding.lack(refusal.lack)
    words: dict[type[Exception], str] = {
        acts.NeedsWords: _(
            "Say it in a few words: what is decided, why not, or what shows that it was done."
        ),
        acts.NotWhole: _("Goodwill needs a sum, a later deadline needs days."),
        acts.Settled: _("A colleague was faster, or it is on its way already: look once more."),
    }
    return words[type(refusal)]


@staff_only
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """What is asked of me, what is to be carried out, and for supervisors what came of the frames."""
    actor = asked(request).actor
    insist(actor, "list.read")
    whole = can(actor, "mandates.read")
    now = clock.now()
    return page(
        request, "decisions", wishes=reads.asked_of(actor), colleagues=people.colleagues(), live=("list", acts.DECISIONS),
        lines=deciding.lines(reads.to_do(actor), seat_id=seat_of(request).pk), said=deciding.said, kind_name=deciding.kind,
        widen=reads.notes(actor), months=_told(measures.months(now=now)) if whole else (),
        kinds=[one for one in measures.kinds(now=now) if one.cases] if whole else (), whole=whole,
    )  # fmt: skip


def _told(months: Sequence[measures.Month]) -> Sequence[measures.Month]:
    """The present month, and the former ones in which anything happened."""
    return [
        one for place, one in enumerate(months) if not place or one.decided or one.handed_on or one.too_small
    ]


@staff_only
@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """A supervisor has read that a frame is too small."""
    actor = asked(request).actor
    insist(actor, "mandates.read")
    row: WidenNote | None = visible(actor, WidenNote.objects.filter(pk=number)).first()
    if row is None:
        raise Http404
    write(wishing.dismiss, row, by=seat_of(request), now=clock.now())
    return HttpResponseRedirect(reverse("decisions"))
