"""Who asked not to be heard: the list, setting it for somebody, knowing that a wish is theirs, hearing them again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eyelevel.desk import names
from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import can, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people import left_out as actions
from eyelevel.people.asking import asked
from eyelevel.people.models import LeftOut

MOST_SHOWN = 500


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def left_out(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "left_out.read")
    if request.method != "POST":
        return _page(request)
    insist(actor, "left_out.change")
    did = request.POST.get("do", "")
    if did in {"confirm", "end"}:
        row = _row(request)
        write(actions.confirm if did == "confirm" else actions.end, row, by=actor.key, now=clock.now())
        return HttpResponseRedirect(reverse("left-out"))
    network = text.one_line(request.POST.get("network", ""), actions.MOST_NETWORK).lower()
    name = request.POST.get("name", "")[: actions.MOST_NAME]
    if not network or not actions.folded(name):
        return _page(request, problem=_("Network and name are needed."), status=400)
    write(actions.set_by_hand, network=network, name=name, by=actor.key, now=clock.now())
    return HttpResponseRedirect(reverse("left-out"))


def _row(request: HttpRequest) -> LeftOut:
    number = text.number_in(request.POST.get("row", ""), digits=11)
    row: LeftOut | None = visible(asked(request).actor, LeftOut.objects.filter(pk=number or 0)).first()
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = asked(request).actor
    rows = list(visible(actor, LeftOut.objects.order_by("since", "-pk"))[:MOST_SHOWN])
    return page(
        request, "left_out", status=status, problem=problem, may_change=can(actor, "left_out.change"), channel=names.channel,
        asked_for=[row for row in rows if row.since is None], lines=[row for row in rows if row.since is not None],
        networks=[(one, names.channel(one)) for one in actions.NETWORKS],
    )  # fmt: skip
