"""The form: kept raw before the page says "arrived"; the same filling sent twice is one case with the same code."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.form.read import CHANNEL, Filled, pack
from eyelevel.kernel import clock
from eyelevel.kernel.policy import STRANGER
from eyelevel.kernel.writer import write_together
from eyelevel.knowledge.reads import suggestions
from eyelevel.knowledge.rules import blocks
from eyelevel.public import forms
from eyelevel.public.pages import page

SOURCE = "contact"
MOST_LOOKED = 4_000  # signs that look for articles


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request)
    if "look" in request.POST:
        return _form(request, looked=True)
    try:
        nonce = forms.nonce_of(request)
        filled = forms.filled(request)
    except forms.Wrong as wrong:
        return _form(request, problem=str(wrong), status=400)
    if request.POST.get(
        "website"
    ):  # only a machine fills what nobody sees; it is kept, and marked for a person
        filled = Filled(
            text=filled.text,
            subject=filled.subject,
            name=filled.name,
            parts=filled.parts,
            language=filled.language,
        )
    event = forms.event_of(nonce, pack(filled))
    code = settings.KEYS.code_for(event)
    keep(filled, event=event, source=SOURCE, envelope={"code_hash": settings.KEYS.code_hash(code)})
    return page(request, "sent", code=code)


def keep(filled: Filled, *, event: str, source: str, envelope: dict[str, str]) -> None:
    """Commit the filled form as a raw arrival."""
    arrival = RawArrival(
        channel=CHANNEL,
        source=source,
        external_id=event,
        raw=pack(filled),
        received_at=clock.now(),
        envelope=envelope,
    )
    shelved = channels.shelve(arrival)
    write_together(channels.keep_all, (arrival, shelved))


def _form(
    request: HttpRequest, *, problem: str = "", status: int = 200, looked: bool = False
) -> HttpResponse:
    """The form with all that was typed; `looked`: with the articles that may answer it already. They never stand in its way."""
    filled = forms.draft_of(request)
    words = f"{filled.subject}\n{filled.text[:MOST_LOOKED]}"
    answers = (
        [(one, blocks(one.version.text)) for one in suggestions(words, actor=STRANGER)] if looked else []
    )
    return page(
        request, "contact", status=status, token=forms.new_token(), filled=filled, problem=problem,
        max_upload=settings.ENV.max_upload, looked=looked, answers=answers, file_lost=looked and bool(request.FILES.get("file")),
    )  # fmt: skip
