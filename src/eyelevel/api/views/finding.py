"""The search of the desk for programs: the same index, the same words, and only what the token may read anyway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import listed, operation
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist
from eyelevel.kernel.search import providers, reads
from eyelevel.kernel.search.query import MOST_SIGNS, parse

router = Router(tags=["search"])
SEARCH = "search"
ONE = "(case|post|heard|article)"
Asked = Annotated[
    str, Query(min_length=1, max_length=MOST_SIGNS, description="As in the search box of the desk.")
]
Kinds = Annotated[
    str,
    Query(
        max_length=60,
        pattern=f"^({ONE}(,{ONE})*)?$",
        description="Only these: case, post, heard, article, with commas.",
    ),
]


@operation(
    router, "GET", "/search", name="search", verb="search.ask", out=shapes.SearchOut,
    summary="Cases, posts, heard words and articles, newest first, as far as this token may read them",
)  # fmt: skip
def search(
    request: HttpRequest, q: Asked, kinds: Kinds = "", limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "",
) -> HttpResponse:  # fmt: skip
    actor = by_token(request).actor
    insist(actor, "search.ask")
    question = parse(q)
    found = reads.find(
        actor, question, older=paging.opened(SEARCH, cursor), most=limit, facets=False,
        kinds=kinds.split(",") if kinds else None,
    )  # fmt: skip
    following = paging.address(request, paging.seal(SEARCH, found.older)) if found.older is not None else None
    lags = _lags()
    out = shapes.SearchOut(
        items=made.found(found.hits), next=following,
        notes=[shapes.NoteOut(code=one.code, at=one.at, piece=one.piece) for one in question.notes],
        behind=sum(lag.behind for lag in lags), filling=any(lag.filling for lag in lags),
    )  # fmt: skip
    return listed(out, following=following)


def _lags() -> Sequence[reads.Lag]:
    return [reads.lag(now=clock.now(), using=using) for using in providers.databases()]
