"""What came in and could not be read: seen, saved as it came, read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from eyelevel.channels import actions, reads
from eyelevel.channels.models import Quarantine
from eyelevel.desk import names
from eyelevel.desk.frame import page, piece, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import Actor, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the page."""

    pk: int
    since: datetime
    channel: str
    size: int
    sender: str
    reason: str
    detail: str
    tries: int


@staff_only
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "quarantine.read")
    if request.GET.get("part") == "rows":
        return piece(request, "_quarantine", entries=_entries(actor))
    return page(request, "quarantine", entries=_entries(actor), live=("quarantine",))


def _entries(actor: Actor) -> Sequence[Entry]:
    return [
        Entry(
            pk=row.pk, since=row.since, channel=names.channel(row.arrival.channel), size=row.arrival.size,
            sender=text.one_line(str(row.arrival.envelope.get("mail_from", "")), 200), reason=names.unreadable(row.reason),
            detail=text.one_line(row.detail, 300), tries=row.tries,
        )
        for row in reads.open_quarantine(actor)
    ]  # fmt: skip


@staff_only
@require_POST
def entry(request: HttpRequest, number: int) -> HttpResponse:
    actor = asked(request).actor
    found = visible(actor, Quarantine.objects.filter(pk=number)).first()
    if found is None:
        raise Http404
    insist(actor, "quarantine.retry", found)
    if request.POST.get("do") == "retry":
        write(actions.retry, found, now=clock.now(), by=actor.key)
    else:
        write(actions.resolve, found, now=clock.now(), by=actor.key, resolution="seen")
    return HttpResponseRedirect(reverse("quarantine"))
