"""Canned text by month: for those who lead, without a name of anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel.policy import insist
from eyelevel.people.asking import asked
from eyelevel.word import mirror


@staff_only
@require_safe
def canned(request: HttpRequest) -> HttpResponse:
    """The months in which answers were sent, the newest first."""
    insist(asked(request).actor, "canned.read")
    return page(request, "canned", months=mirror.share_by_month())
