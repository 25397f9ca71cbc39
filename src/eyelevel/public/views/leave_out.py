"""An author asks not to be heard: no account, no cookie; a code that only they can say proves it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eyelevel.kernel import clock
from eyelevel.kernel.writer import write
from eyelevel.people import left_out
from eyelevel.public import forms
from eyelevel.public.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
def leave_out(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    network, name = request.POST.get("network", ""), request.POST.get("name", "")[: left_out.MOST_NAME]
    try:
        forms.nonce_of(request)
    except forms.Wrong as wrong:
        return _form(request, problem=str(wrong), status=400)
    if network not in left_out.NETWORKS or not left_out.folded(name):
        return _form(request, problem=_("Say on which network, and under which name there."), status=400)
    try:
        row = write(left_out.ask, network=network, name=name, now=clock.now())
    except left_out.TooManyAsk:
        said = _(
            "Too many wishes wait for their proof at this moment. Write to us: a colleague can do it for you."
        )
        return _form(request, problem=said, status=503)
    return page(request, "left_out", code=row.code, network=row.network, days=left_out.PROOF_WITHIN.days)


def _form(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    return page(
        request, "leave_out", status=status, token=forms.new_token(), problem=problem,
        name=request.POST.get("name", "")[: left_out.MOST_NAME], network=request.POST.get("network", ""),
        days=left_out.PROOF_WITHIN.days,
    )  # fmt: skip
