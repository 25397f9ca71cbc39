"""One act on many cases of a list, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eyelevel.cases import bulk
from eyelevel.cases.models import BulkAct, Case
from eyelevel.desk.frame import colleague_named, staff_only
from eyelevel.desk.views.arranging import numbers
from eyelevel.desk.views.case import until_of
from eyelevel.desk.views.desk import list_page
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Staff


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the pressed button asks for; `problem` where something is missing."""

    verb: str = ""
    taker: Staff | None = None
    until: datetime | None = None
    problem: str = ""


@staff_only
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "cases.change")
    chosen = numbers(request, "case")
    wanted = _wanted(request)
    if wanted.problem or not chosen:
        return list_page(request, problem=wanted.problem or _("Choose cases first."), status=400)
    if visible(actor, Case.objects.filter(pk__in=chosen)).count() != len(set(chosen)):
        raise Http404
    try:
        row = write(
            bulk.act, chosen, verb=wanted.verb, by=seat_of(request), now=clock.now(), taker=wanted.taker,
            until=wanted.until,
        )  # fmt: skip
    except bulk.TooMany:
        problem = _("At most %(most)s cases at once. Choose fewer.") % {"most": bulk.MOST}
        return list_page(request, problem=problem, status=400)
    except bulk.NothingToDo:
        return list_page(request, problem=_("Nothing changed: all of these stand so already."), status=409)
    return _told(row)


def _wanted(request: HttpRequest) -> Wanted:
    do = request.POST.get("do", "")
    if do in {"close", "reopen"}:
        return Wanted(verb=do)
    if do == "take":
        return Wanted(verb=BulkAct.Verb.HAND, taker=seat_of(request))
    if do == "hand":
        return _hand(request.POST.get("taker", ""))
    until = (
        until_of(do, request.POST.get("date", ""), now=clock.now()) if do in {"tomorrow", "date"} else None
    )
    if until is None:
        return Wanted(problem=_("Choose a day in the future."))
    return Wanted(verb=BulkAct.Verb.SNOOZE, until=until)


def _hand(chosen: str) -> Wanted:
    taker = colleague_named(chosen)
    if chosen and taker is None:
        return Wanted(problem=_("This colleague has no seat any more."))
    return Wanted(verb=BulkAct.Verb.HAND, taker=taker)


@staff_only
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    actor = asked(request).actor
    row = visible(actor, BulkAct.objects.filter(pk=number)).first()
    if row is None:
        raise Http404
    insist(actor, "cases.change")
    try:
        write(bulk.undo, row, by=seat_of(request), now=clock.now())
    except bulk.UndoneAlready:
        return list_page(request, problem=_("This was taken back already."), status=409)
    return _told(row)


def _told(row: BulkAct) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk')}?act={row.pk}")
