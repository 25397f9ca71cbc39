"""Who is away and who stands in: everybody notes their own, supervisors those of all."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eyelevel.desk.frame import colleague_named, staff_only
from eyelevel.desk.views.house import house_page
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist
from eyelevel.kernel.writer import write
from eyelevel.people import absences
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Absence


@staff_only
@require_POST
def note(request: HttpRequest) -> HttpResponse:
    staff = colleague_named(request.POST.get("staff", "")) or seat_of(request)
    insist(asked(request).actor, "absence.note", staff)
    try:
        first_day, last_day = (date.fromisoformat(request.POST.get(name, "")) for name in ("first", "last"))
        write(
            absences.note, staff, first_day=first_day, last_day=last_day,
            deputy=colleague_named(request.POST.get("deputy", "")), by=seat_of(request), now=clock.now(),
        )  # fmt: skip
    except ValueError:  # no day of the calendar, or NoAbsence
        problem = _("Choose two days in their order, not over yet, and somebody else who stands in.")
        return house_page(request, problem=problem, status=400)
    return HttpResponseRedirect(reverse("house") + "#away")


@staff_only
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    row = Absence.objects.select_related("staff").filter(pk=number, withdrawn_at=None).first()
    if row is None:
        raise Http404
    insist(asked(request).actor, "absence.note", row.staff)
    write(absences.withdraw, row, by=seat_of(request), now=clock.now())
    return HttpResponseRedirect(reverse("house") + "#away")
