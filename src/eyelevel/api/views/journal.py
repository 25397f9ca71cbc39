"""What happened, in order and without gaps; and who asks."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import EVERY_TOKEN, listed, operation, shown
from eyelevel.api.problems import Problem
from eyelevel.kernel import settled
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import insist

router = Router(tags=["journal"])
FACTS = "facts"
NOBODYS_BUSINESS = ("case.presence",)  # where colleagues look is not kept for anybody's evaluation


@operation(
    router, "GET", "/facts", name="list-facts", verb="journal.read", out=shapes.FactsOut, also=(503,),
    summary="The journal, oldest first; follow `next` for ever",
)  # fmt: skip
def list_facts(
    request: HttpRequest, limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "",
    kind: Annotated[str, Query(max_length=60, description="Only facts of this kind.")] = "",
) -> HttpResponse:  # fmt: skip
    insist(by_token(request).actor, "journal.read")
    after = paging.opened(FACTS, cursor) or 0
    try:
        newest = settled.newest()
    except settled.Unsettled as error:
        raise Problem("busy", "ask again in a moment", headers={"Retry-After": "1"}) from error
    rows = Fact.objects.filter(pk__gt=after, pk__lte=newest).exclude(kind__in=NOBODYS_BUSINESS)
    rows = rows.filter(kind=kind) if kind else rows
    found = list(rows.order_by("pk")[:limit])
    end = found[-1].pk if len(found) == limit else max(newest, after)
    following = paging.address(request, paging.seal(FACTS, end))
    return listed(
        shapes.FactsOut(items=[made.fact(row) for row in found], next=following), following=following
    )


@operation(
    router, "GET", "/me", name="me", verb=EVERY_TOKEN, out=shapes.MeOut, summary="This token and whose it is"
)
def me(request: HttpRequest) -> HttpResponse:
    token = by_token(request).token
    return shown(
        shapes.MeOut(
            token=token.public_id, name=token.name, scopes=list(token.scopes), expires_at=token.expires_at,
            colleague=made.colleague(token.owner), requests_per_minute=settings.ENV.api_per_minute,
        )
    )  # fmt: skip
