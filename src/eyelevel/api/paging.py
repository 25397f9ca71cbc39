"""Pages by keyset: a signed cursor holds the last id that was shown, so nothing is skipped or doubled by what comes in."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query

from eyelevel.api.problems import Problem

MOST = 100
USUAL = 25
PURPOSE = "api-cursor"
TAG_SIGNS = 16
MOST_CURSOR = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[
    str, Query(max_length=MOST_CURSOR, description="Where the page before ended, taken from its `next`.")
]


def seal(what: str, last: int) -> str:
    tag = settings.KEYS.tag(PURPOSE, f"{what}:{last}", TAG_SIGNS)
    return base64.urlsafe_b64encode(f"{last}.{tag}".encode()).decode().rstrip("=")


def opened(what: str, cursor: str) -> int | None:
    """The id in a cursor, None for the first page. Raises Problem for one that we did not give for this list."""
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise Problem("unreadable", "this is no cursor of ours") from error
    last, _, tag = text.partition(".")
    if not (last.isdigit() and settings.KEYS.check_tag(PURPOSE, f"{what}:{last}", tag)):
        raise Problem("unreadable", "this is no cursor of this list")
    return int(last)


def page(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    what: str,
    limit: int,
    cursor: str,
    oldest_first: bool = False,
) -> tuple[Sequence[Any], str | None]:
    """One page of these rows by their id, and the address of the next one where there is more."""
    last = opened(what, cursor)
    if last is not None:
        rows = rows.filter(pk__gt=last) if oldest_first else rows.filter(pk__lt=last)
    found = list(rows.order_by("pk" if oldest_first else "-pk")[: limit + 1])
    shown = found[:limit]
    return shown, address(request, seal(what, shown[-1].pk)) if len(found) > limit else None


def address(request: HttpRequest, cursor: str) -> str:
    """The same list with another cursor, relative to the server: nothing is built from the Host header."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"
