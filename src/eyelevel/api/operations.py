"""How an operation of the API is declared, answers, and has its effect once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema

from eyelevel.api.frame import by_token, replayed
from eyelevel.api.shapes import ProblemOut
from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.kernel.policy import visible
from eyelevel.kernel.writer import write
from eyelevel.people.models import Staff
from eyelevel.tokens import actions as tokens
from eyelevel.tokens.rules import scopes_for

F = TypeVar("F", bound=Callable[..., Any])
ALWAYS = (400, 401, 403, 405, 422, 429, 500)
WITH_BODY = (409, 413, 415, 503)
EVERY_TOKEN = ""


def operation(
    router: Router, method: str, path: str, *, name: str, verb: str, out: Any, status: int = 200,
    also: Sequence[int] = (), summary: str,
) -> Callable[[F], F]:  # fmt: skip
    """Declare one operation: its verb in the one policy says which scopes open it, `also` what else it may answer."""
    codes = sorted({*ALWAYS, *also, *(WITH_BODY if method != "GET" else ())})
    security = [{"token": [scope]} for scope in scopes_for(verb)] if verb else [{"token": []}]
    return router.api_operation(
        [method], path, response={status: out, **dict.fromkeys(codes, ProblemOut)}, operation_id=name,
        url_name=name, summary=summary, openapi_extra={"security": security, "x-verb": verb},
    )  # fmt: skip


def shown(made: Schema, *, status: int = 200) -> HttpResponse:
    return HttpResponse(made.model_dump_json(), content_type="application/json", status=status)


def listed(made: Schema, *, following: str | None) -> HttpResponse:
    """A page of a list, with the address of the next one also as a Link."""
    response = shown(made)
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def once(request: HttpRequest, effect: Callable[[], Schema], *, status: int = 200) -> HttpResponse:
    """Run the effect in a transaction; with an Idempotency-Key its answer is kept in the same one."""
    asks = by_token(request)
    if not asks.key:
        return shown(write(effect), status=status)
    made: list[str] = []

    def told() -> str:
        made.append(effect().model_dump_json())
        return made[0]

    kept = write(
        tokens.answer_once, asks.token, asks.key, request_hash=asks.request_hash, status=status, effect=told,
        real_now=clock.real_now(),
    )  # fmt: skip
    if made:
        return HttpResponse(kept.body, content_type="application/json", status=kept.status)
    return replayed(kept.status, kept.body)


def seat(request: HttpRequest) -> Staff:
    """The colleague whose token this is."""
    return by_token(request).token.owner


def case_or_404(request: HttpRequest, number: int) -> Case:
    """The case, where this actor may see it; otherwise it is not there. A merged one stands for the case that it is in."""
    rows = Case.objects.select_related("person", "holder", "closure").filter(pk=number)
    case: Case | None = visible(by_token(request).actor, rows).first()
    if case is None:
        raise Http404
    return cases.kept(case)
