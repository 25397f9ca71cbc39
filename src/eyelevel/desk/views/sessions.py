"""My sessions: in which browsers I am logged in, and ending them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import clock
from eyelevel.kernel.policy import visible
from eyelevel.kernel.writer import write
from eyelevel.people import sessions as actions
from eyelevel.people.asking import asked, seat_of, session_hash


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; POST ends one by its number (`one`), or all others."""
    actor, login = asked(request).actor, seat_of(request).login
    if request.method != "POST":
        living = visible(actor, actions.living(clock.real_now())).order_by("-seen_at", "-pk")
        return page(request, "sessions", sessions=living, here=session_hash(request))
    one = request.POST.get("one", "")
    if login is not None and (not one or (one.isascii() and one.isdecimal())):
        write(
            actions.end,
            login,
            now=clock.now(),
            by=actor.key,
            keep=session_hash(request),
            only=min(int(one), 2**62) if one else None,
        )
    return HttpResponseRedirect(reverse("sessions"))
