"""Work of the house that failed until it was given up: what it was, why, and trying it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eyelevel.desk import names
from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import clock, steps, text
from eyelevel.kernel.models import Step
from eyelevel.kernel.policy import insist
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked

MOST_SHOWN = 200
CASE = re.compile(r"case:(\d+)")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the page."""

    pk: int
    name: str
    code: str
    happened: str
    at: datetime
    attempts: int
    why: str
    held: bool
    case: int | None


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def stuck(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "step.revive")
    if request.method != "POST":
        rows = [_line(one) for one in steps.dead()[:MOST_SHOWN]]
        return page(request, "stuck", lines=rows, count=steps.dead().count())
    number = text.number_in(request.POST.get("step", ""), digits=18)
    if number is not None:
        write(steps.revive, number, by=actor.key, now=clock.now())
    return HttpResponseRedirect(reverse("stuck"))


def _line(row: Step) -> Line:
    found = next((seen for thing in row.fact.things if (seen := CASE.fullmatch(thing))), None)
    held = names.is_held(row.error)
    why = _("held by a move: the former house may have done it") if held else row.error
    return Line(
        pk=row.pk, name=names.step(row.name), code=row.name, happened=row.fact.kind, at=row.fact.at, attempts=row.attempts,
        why=text.one_line(why, 300), held=held, case=int(found[1]) if found else None,
    )  # fmt: skip
