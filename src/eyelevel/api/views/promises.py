"""The promises of a case: read, kept, moved, handed on; the same actions as at the desk."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from eyelevel.answers import foretelling, telling
from eyelevel.api import made, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import case_or_404, once, operation, seat, shown
from eyelevel.api.problems import Problem
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.people.models import Staff
from eyelevel.word import promises, reads
from eyelevel.word.models import Promise

router = Router(tags=["promises"])


@operation(
    router, "GET", "/cases/{number}/promises", name="list-promises", verb="case.read", out=shapes.PromisesOut,
    also=(404,), summary="Everything promised in a case, the one due first on top",
)  # fmt: skip
def list_promises(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    case = case_or_404(request, number)
    actor = by_token(request).actor
    insist(actor, "case.read", case)
    items = [made.promise(row, now=clock.now()) for row in reads.promises_in(case.pk, actor)]
    return shown(shapes.PromisesOut(items=items))


@operation(
    router, "GET", "/promises/{promise}", name="read-promise", verb="case.read", out=shapes.PromiseOut, also=(404,),
    summary="One promise",
)  # fmt: skip
def read_promise(request: HttpRequest, promise: shapes.PublicId) -> HttpResponse:
    row, case = _promise(request, promise)
    insist(by_token(request).actor, "case.read", case)
    return shown(made.promise(row, now=clock.now()))


@operation(
    router, "POST", "/promises/{promise}/outcome", name="settle-promise", verb="promise.settle", out=shapes.PromiseOut,
    also=(404,), summary="What became of it: kept, not kept, or no longer wanted. It cannot be changed",
)  # fmt: skip
def settle_promise(request: HttpRequest, promise: shapes.PublicId, body: shapes.OutcomeIn) -> HttpResponse:
    row, _case = _promise(request, promise)
    insist(by_token(request).actor, "promise.settle", row)
    evidence = text.one_line(body.evidence, promises.MOST_WORDS)
    return _change(
        request, row,
        lambda: promises.settle(
            row, outcome=Promise.Outcome(body.outcome), evidence=evidence, by=seat(request), now=clock.now()
        ),
    )  # fmt: skip


@operation(
    router, "POST", "/promises/{promise}/move", name="move-promise", verb="promise.postpone", out=shapes.PromiseOut,
    also=(404,), summary="Another day. The sentence that says so stands at the end of my draft; nothing leaves by this",
)  # fmt: skip
def move_promise(request: HttpRequest, promise: shapes.PublicId, body: shapes.MoveIn) -> HttpResponse:
    row, case = _promise(request, promise)
    insist(by_token(request).actor, "promise.postpone", row)
    reason = text.one_line(body.reason, 500)
    return _change(
        request, row, lambda: telling.move(row, case, due_to=body.due, reason=reason, by=seat(request), now=clock.now())
    )  # fmt: skip


@operation(
    router, "POST", "/promises/{promise}/hand", name="hand-promise", verb="promise.hand", out=shapes.PromiseOut,
    also=(404,), summary="Another colleague keeps it",
)  # fmt: skip
def hand_promise(request: HttpRequest, promise: shapes.PublicId, body: shapes.KeeperIn) -> HttpResponse:
    row, _case = _promise(request, promise)
    insist(by_token(request).actor, "promise.hand", row)
    taker = Staff.objects.filter(pk=body.to, left_at=None).first()
    if taker is None:
        raise Problem("not-valid", "`to` is no colleague with a seat")
    return _change(request, row, lambda: promises.hand_over(row, to=taker, by=seat(request), now=clock.now()))


@operation(
    router, "POST", "/promises/{promise}/late", name="tell-late", verb="promise.foretell", out=shapes.PromiseOut,
    also=(404,), summary="Tell the person now, by mail and in fixed words, that it will be late",
)  # fmt: skip
def tell_late(request: HttpRequest, promise: shapes.PublicId) -> HttpResponse:
    row, _case = _promise(request, promise)
    insist(by_token(request).actor, "promise.foretell", row)
    return _change(
        request, row,
        lambda: foretelling.say_late(row, by=seat(request), now=clock.now(), real_now=clock.real_now()),
    )  # fmt: skip


def _promise(request: HttpRequest, public_id: str) -> tuple[Promise, Case]:
    """The promise and the case that its words stand in, where this actor may see both."""
    rows = Promise.objects.select_related("post", "owner").filter(public_id=public_id)
    row: Promise | None = visible(by_token(request).actor, rows).first()
    if row is None or row.post.case_id is None:
        raise Http404
    return row, case_or_404(request, row.post.case_id)


def _change(request: HttpRequest, row: Promise, effect: Callable[[], object]) -> HttpResponse:
    """Raises Problem where it cannot be done any more, or where something is missing."""

    def whole() -> shapes.PromiseOut:
        effect()
        fresh = Promise.objects.select_related("post").prefetch_related("amendments").get(pk=row.pk)
        return made.promise(fresh, now=clock.now())

    try:
        return once(request, whole)
    except promises.NotAhead as error:
        raise Problem("not-valid", "the new day lies ahead") from error
    except promises.NeedsWords as error:
        raise Problem("not-valid", "say what shows that it was kept, or why there is another day") from error
    except promises.HasOutcome as error:
        raise Problem("too-late", "it has an outcome, or was changed at this moment") from error
    except foretelling.CannotTell as error:
        raise Problem(
            "too-late", "there is no mail address, or it was said already, or the time has passed"
        ) from error
