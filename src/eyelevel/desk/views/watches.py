"""The watch editor: what the house listens for, with what it would match now."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eyelevel.desk import watching
from eyelevel.desk.frame import page, piece, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.writer import write
from eyelevel.listening import actions, order
from eyelevel.listening.language import MOST_SIGNS, NotUnderstood
from eyelevel.listening.models import Watch
from eyelevel.people.asking import asked


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_watch(request: HttpRequest) -> HttpResponse:
    """The empty editor; the address may carry a query, to show what it matches."""
    insist(asked(request).actor, "watch.change")
    return _save(request, None) if request.method == "POST" else _editor(request, None)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, number: int) -> HttpResponse:
    """One watch: saved, paused, moved on the radar, or ended."""
    actor = asked(request).actor
    rows = visible(actor, Watch.objects.filter(pk=number, ended_at=None))
    found: Watch | None = rows.first()
    if found is None:
        raise Http404
    insist(actor, "watch.read", found)
    if request.method != "POST":
        return _editor(request, found)
    insist(actor, "watch.change", found)
    do = request.POST.get("do", "save")
    if do == "save":
        return _save(request, found)
    if not _change(found, do, by=actor.key, now=clock.now()):
        return _editor(request, found, problem=_("Choose what to do with this watch."), status=400)
    to = reverse("radar") if do == "end" else reverse("watch", kwargs={"number": found.pk})
    return HttpResponseRedirect(to)


def _change(found: Watch, do: str, *, by: str, now: datetime) -> bool:
    """Does what a button of the editor says; False for a button that is none."""
    if do in {"pause", "resume"}:
        write(actions.pause_watch, found, paused=do == "pause", by=by, now=now)
    elif do in {"left", "right"}:
        write(order.move_watch, found, to=order.LEFT if do == "left" else order.RIGHT, by=by, now=now)
    elif do == "end":
        write(actions.end_watch, found, by=by, now=now)
    else:
        return False
    return True


def _save(request: HttpRequest, found: Watch | None) -> HttpResponse:
    name = text.one_line(request.POST.get("name", ""), 120)
    query = _query(request)
    if not name or not query:
        return _editor(request, found, problem=_("A name and a query are needed."), status=400)
    opens, by, now = "opens" in request.POST, asked(request).actor.key, clock.now()
    try:
        if found is None:
            write(actions.make_watch, name=name, query=query, opens_cases=opens, by=by, now=now)
        else:
            write(actions.change_watch, found, name=name, query=query, opens_cases=opens, by=by, now=now)
    except NotUnderstood:
        return _editor(request, found, problem=_("Not saved: the query cannot be read."), status=400)
    return HttpResponseRedirect(reverse("radar"))


def _query(request: HttpRequest) -> str:
    """One sign more than a watch may have stays, so that a longer one is refused and not cut."""
    asked_for = request.POST if request.method == "POST" else request.GET
    return text.clean(asked_for.get("query", ""))[: MOST_SIGNS + 1].strip()


def _editor(
    request: HttpRequest, found: Watch | None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The editor with what was typed, else with what is saved."""
    typed = request.POST if request.method == "POST" else request.GET
    query = _query(request) if "query" in typed or found is None else found.query
    shown = watching.preview(query)
    if request.GET.get("part") == "preview":
        return piece(request, "_tried", query=query, preview=shown)
    opens = "opens" in typed if "query" in typed or found is None else found.opens_cases
    return page(
        request, "watch", status=status, watch=found, problem=problem, query=query, preview=shown, opens=opens,
        name=text.one_line(typed.get("name", found.name if found else ""), 120),
        here=reverse("watch", kwargs={"number": found.pk}) if found else reverse("new-watch"),
    )  # fmt: skip
