"""What every page of the desk has: who sits there, what waits elsewhere, and the one check of who may enter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from eyelevel.cases import decisions
from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.channels import reads as channels
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.text import number_in
from eyelevel.knowledge import reads as knowledge
from eyelevel.outbox import reads as outbox
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Staff

V = TypeVar("V", bound=Callable[..., HttpResponse])


def staff_only(view: V) -> V:
    """Only colleagues come in; a stranger who only looks is shown the login."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = asked(request).actor
        if actor.kind == "stranger" and request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        insist(actor, "desk.enter")
        return view(request, *args, **kwargs)

    return cast("V", wrapped)


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """One page or piece of the desk."""
    seat = seat_of(request)
    common = {
        "company": settings.ENV.company,
        "seat": seat,
        "theme": seat.theme,
        "live": ("list",),
        "waiting_in": {
            "quarantine": channels.quarantine_count(),
            "outbox": outbox.stuck_count(),
            "decisions": decisions.waiting_for(seat.pk, supervises=seat.role != Staff.Role.AGENT),
            "doubts": knowledge.doubted_of(seat.pk),
        },
    }
    return render(request, f"desk/{template}.html", common | context, status=status, using="jinja2")


def piece(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A part of a page, for a page that is open: no frame around it, no counts."""
    return render(request, f"desk/{template}.html", {"seat": seat_of(request)} | context, using="jinja2")


def colleague_named(number: str) -> Staff | None:
    """The colleague whose number a form sent, while they have their seat."""
    return Staff.objects.filter(pk=number_in(number, digits=9) or 0, left_at=None).first()


def back(number: int) -> HttpResponse:
    """To the page of a case, after something was done there."""
    return HttpResponseRedirect(reverse("case", kwargs={"number": number}))


def case_or_404(request: HttpRequest, number: int) -> Case:
    """The case, where this actor may see it; otherwise it is not there. A merged one stands for the case that it is in."""
    rows = Case.objects.select_related("person", "holder", "closure").filter(pk=number)
    case: Case | None = visible(asked(request).actor, rows).first()
    if case is None:
        raise Http404
    return cases.kept(case)
