"""Attachments and raw arrivals, handed out as files to save."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from eyelevel.channels import actions as channels
from eyelevel.channels.models import Quarantine
from eyelevel.desk.frame import staff_only
from eyelevel.kernel import store
from eyelevel.kernel.files import download
from eyelevel.kernel.policy import insist, visible
from eyelevel.people.asking import asked
from eyelevel.posts.models import Attachment


@staff_only
@require_safe
def attachment(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = asked(request).actor
    rows = Attachment.objects.select_related("post").filter(public_id=public_id)
    found = visible(actor, rows).first()
    if found is None:
        raise Http404
    insist(actor, "attachment.read", found)
    return download(store.get(found.digest), name=found.name)


@staff_only
@require_safe
def raw(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes of a quarantined arrival, exactly as they came."""
    actor = asked(request).actor
    entry = visible(actor, Quarantine.objects.select_related("arrival").filter(pk=number)).first()
    if entry is None:
        raise Http404
    insist(actor, "quarantine.read", entry)
    ending = "eml" if entry.arrival.channel == "mail" else "bin"
    return download(channels.raw_of(entry.arrival), name=f"arrival-{entry.arrival_id}.{ending}")
