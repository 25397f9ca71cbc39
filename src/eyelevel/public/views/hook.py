"""The webhook: the signature first, over the raw bytes; then the form; kept before it is acknowledged.

A repeated id gets the same answer and has no second effect. A wrong signature learns nothing.
"""

from __future__ import annotations

import structlog
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from eyelevel.channels import actions, reads
from eyelevel.channels import source_actions as sources
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.models import Source
from eyelevel.channels.webhook import calls
from eyelevel.kernel import clock, hooks
from eyelevel.kernel.keys import KeysRefused
from eyelevel.kernel.writer import NotKept, Overloaded, write

SECONDS_TO_COME_AGAIN = "10"

log = structlog.get_logger("hook")


@require_POST
def hook(request: HttpRequest, public_id: str) -> JsonResponse:
    source = reads.hook(public_id)
    if source is None:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > calls.MOST_BYTES:
        return _problem(413, "too large")
    body = request.body
    try:
        call = hooks.verify(
            headers={name.lower(): value for name, value in request.headers.items()}, body=body,
            secrets=sources.secrets_of(source), now=clock.real_now().timestamp(),
        )  # fmt: skip
    except KeysRefused as error:
        log.warning("the secret of this webhook cannot be read", source=source.pk, error=str(error))
        return _later()
    except hooks.Unsigned as wrong:
        log.warning("not signed", source=source.pk, reason=str(wrong))
        return _problem(401, "not signed as it must be")
    try:
        understood = calls.understood(body)
    except calls.NotUnderstood as wrong:
        write(sources.note_malformed, source, excerpt=body[:200].decode("utf-8", "replace"), why=str(wrong))
        return _problem(400, str(wrong))
    return _kept(source, call, understood, body)


def _kept(source: Source, call: str, understood: calls.Message | calls.Heard, body: bytes) -> JsonResponse:
    """2xx only after the commit; otherwise the sender is asked to come again."""
    now = clock.now()
    try:
        if isinstance(understood, calls.Heard):
            write(sources.deliver, source, external_id=call, raw=body, now=now)
        else:
            arrival = RawArrival(
                channel=calls.CHANNEL, source=f"webhook:{source.public_id}", external_id=call, raw=body, received_at=now,
                envelope={"prefix": source.public_id},
            )  # fmt: skip
            shelved = actions.shelve(arrival)
            write(actions.keep, arrival, shelved=shelved)
    except (NotKept, Overloaded, sources.TooManyWaiting, OSError) as error:
        log.warning("not kept", source=source.pk, error=str(error))
        return _later()
    return JsonResponse({"kept": call}, status=202)


def _later() -> JsonResponse:
    answer = _problem(503, "cannot keep it now")
    answer.headers["Retry-After"] = SECONDS_TO_COME_AGAIN
    return answer


def _problem(status: int, title: str) -> JsonResponse:
    """RFC 9457."""
    return JsonResponse(
        {"type": "about:blank", "title": title, "status": status}, status=status, content_type="application/problem+json"
    )  # fmt: skip
