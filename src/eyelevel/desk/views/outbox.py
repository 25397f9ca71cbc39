"""What is leaving and what is stuck, with whose word it leaves on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eyelevel.desk import names
from eyelevel.desk.frame import page, piece, staff_only
from eyelevel.hooks.models import Subscription
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import Actor, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.outbox import actions, reads
from eyelevel.outbox.models import Sending
from eyelevel.people.asking import asked
from eyelevel.people.models import Staff


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the page."""

    pk: int
    tone: names.Tone
    state: str
    at: datetime
    attempts: int
    recipient: str
    case_id: int | None
    word_of: str
    last_word: str
    stuck: bool


@staff_only
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "outbox.read")
    if request.GET.get("part") == "rows":
        return piece(request, "_outbox", sendings=_lines(actor))
    return page(request, "outbox", sendings=_lines(actor), live=("outbox",))


def _lines(actor: Actor) -> Sequence[Line]:
    rows = reads.open_and_stuck(actor)
    seats = {f"staff:{seat.pk}": seat.name for seat in Staff.objects.all()}
    places = {"hook:" + one.public_id: one.url for one in Subscription.objects.all()}
    return [_line(row, seats, places) for row in rows]


def _line(row: Sending, seats: dict[str, str], places: dict[str, str]) -> Line:
    tone, state = names.state(row.state)
    notice = _("a notice of fixed text: “%(name)s”") % {"name": row.notice}
    return Line(
        pk=row.pk, tone=tone, state=state, at=row.settled_at or row.not_before, attempts=row.attempts,
        recipient=_("receipt page") if row.channel == "receipt" else places.get(row.recipient, row.recipient), case_id=row.case_id,
        word_of=notice if row.notice else seats.get(row.approved_by, row.approved_by),
        last_word=text.one_line(names.last_word(row.last_word), 300), stuck=row.state in reads.STUCK,
    )  # fmt: skip


@staff_only
@require_POST
def sending(request: HttpRequest, number: int) -> HttpResponse:
    """Try a stuck one again, on a colleague's word; its Message-ID stays."""
    actor = asked(request).actor
    found = visible(actor, Sending.objects.filter(pk=number)).first()
    if found is None:
        raise Http404
    insist(actor, "sending.retry", found)
    write(actions.try_again, found, now=clock.real_now(), by=actor.key)
    return HttpResponseRedirect(reverse("outbox"))
