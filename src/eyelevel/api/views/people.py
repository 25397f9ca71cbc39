"""Persons outside and their handles, for reading."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import listed, operation, shown
from eyelevel.kernel.policy import insist, visible
from eyelevel.people.models import Person

router = Router(tags=["persons"])


@operation(
    router, "GET", "/persons", name="list-persons", verb="person.read", out=shapes.PersonsOut,
    summary="Persons, newest first",
)  # fmt: skip
def list_persons(
    request: HttpRequest, limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "",
    address: Annotated[str, Query(max_length=320, description="One of their addresses, whole.")] = "",
) -> HttpResponse:  # fmt: skip
    actor = by_token(request).actor
    insist(actor, "person.read")
    rows = visible(actor, Person.objects.prefetch_related("handles"))
    rows = rows.filter(handles__address=address.lower()).distinct() if address else rows
    found, following = paging.page(request, rows, what="persons", limit=limit, cursor=cursor)
    items = [made.person(row) for row in found]
    return listed(shapes.PersonsOut(items=items, next=following), following=following)


@operation(
    router, "GET", "/persons/{person}", name="read-person", verb="person.read", out=shapes.PersonOut, also=(404,),
    summary="One person with their handles",
)  # fmt: skip
def read_person(request: HttpRequest, person: shapes.PublicId) -> HttpResponse:
    actor = by_token(request).actor
    row = visible(actor, Person.objects.prefetch_related("handles").filter(public_id=person)).first()
    if row is None:
        raise Http404
    insist(actor, "person.read", row)
    return shown(made.person(row))
