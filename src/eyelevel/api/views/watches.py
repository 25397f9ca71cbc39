"""What the house listens for, and what it heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import listed, once, operation, seat, shown
from eyelevel.api.problems import Problem
from eyelevel.cases import overheard
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.listening import actions, reads
from eyelevel.listening.language import NotUnderstood, parse
from eyelevel.listening.models import Watch
from eyelevel.tokens.rules import scopes_for

router = Router(tags=["watches"])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MATCHES = 1 << 48  # a cursor of words is microseconds and the number of a match in one


@operation(
    router, "GET", "/watches", name="list-watches", verb="watch.read", out=shapes.WatchesOut,
    summary="Watches that are not ended, oldest first",
)  # fmt: skip
def list_watches(
    request: HttpRequest, limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = ""
) -> HttpResponse:
    actor = by_token(request).actor
    insist(actor, "watch.read")
    found, following = paging.page(
        request, reads.columns(actor), what="watches", limit=limit, cursor=cursor, oldest_first=True
    )
    items = [made.watch(row) for row in found]
    return listed(shapes.WatchesOut(items=items, next=following), following=following)


@operation(
    router, "POST", "/watches", name="make-watch", verb="watch.change", out=shapes.WatchOut, status=201,
    summary="A new watch, at the end of the radar",
)  # fmt: skip
def make_watch(request: HttpRequest, body: shapes.WatchIn) -> HttpResponse:
    actor = by_token(request).actor
    insist(actor, "watch.change")
    if body.opens_cases:
        _insist_on_cases(request)
    name, query = _name(body.name), _query(body.query)

    def effect() -> shapes.WatchOut:
        return made.watch(
            actions.make_watch(
                name=name, query=query, opens_cases=body.opens_cases, by=actor.key, now=clock.now()
            )
        )

    return once(request, effect, status=201)


@operation(
    router, "GET", "/watches/{watch}", name="read-watch", verb="watch.read", out=shapes.WatchOut, also=(404,),
    summary="One watch",
)  # fmt: skip
def read_watch(request: HttpRequest, watch: shapes.PublicId) -> HttpResponse:
    return shown(made.watch(_watch(request, watch, "watch.read")))


@operation(
    router, "PATCH", "/watches/{watch}", name="change-watch", verb="watch.change", out=shapes.WatchOut, also=(404,),
    summary="Rename it, ask otherwise, pause it or let it go on",
)  # fmt: skip
def change_watch(request: HttpRequest, watch: shapes.PublicId, body: shapes.WatchChangeIn) -> HttpResponse:
    row = _watch(request, watch, "watch.change")
    if body.opens_cases or (body.query is not None and row.opens_cases and body.opens_cases is None):
        _insist_on_cases(request)
    name = row.name if body.name is None else _name(body.name)
    query = row.query if body.query is None else _query(body.query)
    opens = row.opens_cases if body.opens_cases is None else body.opens_cases
    asks_otherwise = (name, query, opens) != (row.name, row.query, row.opens_cases)

    def effect() -> shapes.WatchOut:
        by, now = by_token(request).actor.key, clock.now()
        if asks_otherwise:
            actions.change_watch(row, name=name, query=query, opens_cases=opens, by=by, now=now)
        if body.paused is not None and body.paused != (row.paused_at is not None):
            actions.pause_watch(row, paused=body.paused, by=by, now=now)
        return made.watch(row)

    return once(request, effect)


@operation(
    router, "POST", "/watches/{watch}/end", name="end-watch", verb="watch.change", out=shapes.WatchOut, also=(404,),
    summary="End it: its column goes, the cases that came from it stay",
)  # fmt: skip
def end_watch(request: HttpRequest, watch: shapes.PublicId) -> HttpResponse:
    """An ended watch is not there any more for any request that comes after; a repeat with its key gets the same answer."""
    row = _watch(request, watch, "watch.change", ended=True)

    def effect() -> shapes.WatchOut:
        if row.ended_at is None:
            actions.end_watch(row, by=by_token(request).actor.key, now=clock.now())
        return made.watch(row)

    return once(request, effect)


@operation(
    router, "POST", "/words/{word}/case", name="take-word", verb="heard.take", out=shapes.CaseOut, status=201, also=(404,),
    summary="Make a heard word a case; a word that stands in a case already names that one",
)  # fmt: skip
def take_word(request: HttpRequest, word: shapes.PublicId) -> HttpResponse:
    actor = by_token(request).actor
    found = reads.chosen(actor, [word])
    if not found:
        raise Http404
    insist(actor, "heard.take", found[0])

    def effect() -> shapes.CaseOut:
        taken = overheard.open_from_heard(
            [reads.as_overheard(one) for one in found], by=seat(request), now=clock.now()
        )
        return made.fresh_case(taken.case)

    return once(request, effect, status=201)


@operation(
    router, "GET", "/watches/{watch}/words", name="list-words", verb="heard.read", out=shapes.HeardsOut, also=(404,),
    summary="What a watch matched, what was heard last first",
)  # fmt: skip
def list_words(
    request: HttpRequest, watch: shapes.PublicId, limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "",
) -> HttpResponse:  # fmt: skip
    actor = by_token(request).actor
    row = _watch(request, watch, "heard.read")
    what = f"words:{row.pk}"
    rows = reads.newest(actor, row.pk, before=_place(paging.opened(what, cursor)), most=limit + 1)
    page = rows[:limit]
    following = None
    if len(rows) > limit:
        last = page[-1]
        number = (last.at - EPOCH) // timedelta(microseconds=1) * MATCHES + last.pk
        following = paging.address(request, paging.seal(what, number))
    items = made.heard([match.heard for match in page])
    return listed(shapes.HeardsOut(items=items, next=following), following=following)


def _place(number: int | None) -> reads.Place | None:
    if number is None:
        return None
    microseconds, match = divmod(number, MATCHES)
    return reads.Place(at=EPOCH + timedelta(microseconds=microseconds), match=match)


def _watch(request: HttpRequest, public_id: str, verb: str, *, ended: bool = False) -> Watch:
    """The watch, where this actor may see it and it is not ended (or may be: `ended`); otherwise it is not there."""
    actor = by_token(request).actor
    rows = visible(actor, Watch.objects.all()) if ended else reads.columns(actor)
    row: Watch | None = rows.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    insist(actor, verb, row)
    return row


def _insist_on_cases(request: HttpRequest) -> None:
    """Whoever makes the house open cases by itself must be allowed to open one. Raises Problem."""
    only = by_token(request).actor.only
    if only is not None and "case.enter" not in only:
        raise Problem("scope", "to open cases by a watch", scopes=list(scopes_for("case.enter")))


def _name(typed: str) -> str:
    name = text.one_line(typed, 120)
    if not name:
        raise Problem("not-valid", "the name is empty")
    return name


def _query(typed: str) -> str:
    """The query as it is kept. Raises Problem with the place where it cannot be read."""
    query = text.clean(typed).strip()
    try:
        parse(query)
    except NotUnderstood as wrong:
        told = {"at": ["body", "query", str(wrong.position + 1)], "why": f"expected {wrong.expected}"}
        raise Problem("not-valid", "the query cannot be read", errors=[told]) from wrong
    return query
