"""Everything that can go wrong at the API, by name, as RFC 9457 problems. A problem says what to do, nothing about us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
# name -> (status, title). The name is the anchor of its explanation on the documentation page.
KNOWN: Mapping[str, tuple[int, str]] = {
    "unreadable": (400, "This request cannot be read"),
    "token": (401, "A living token is needed"),
    "scope": (403, "This token may not do that"),
    "forbidden": (403, "This colleague may not do that"),
    "nothing-here": (404, "There is nothing here for you"),
    "method": (405, "Not in this way"),
    "objection": (409, "This stands against what was said before"),
    "frame": (409, "This lies beyond the frame of this colleague"),
    "said-meanwhile": (409, "Something was said in this case since you looked"),
    "new-recipient": (409, "A recipient is new to this case"),
    "too-late": (409, "It is too late for that"),
    "twin": (409, "The same request is being worked on"),
    "too-large": (413, "This is too large"),
    "media-type": (415, "Only JSON is read here"),
    "not-valid": (422, "This does not have the form that is documented"),
    "key-reused": (422, "This Idempotency-Key stands for another request"),
    "too-many": (429, "Too many requests"),
    "broken": (500, "That was our mistake"),
    "busy": (503, "Not now"),
}


class Problem(Exception):
    """Answered as application/problem+json; `more` are members of its own beside the standard ones."""

    def __init__(
        self, name: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(name, detail)
        self.name, self.detail, self.more = name, detail, more
        self.headers = dict(headers or {})


def answer(problem: Problem) -> HttpResponse:
    status, title = KNOWN[problem.name]
    body = {"type": f"/api/#problem-{problem.name}", "title": title, "status": status}
    if problem.detail:
        body["detail"] = problem.detail
    response = HttpResponse(json.dumps(body | problem.more), content_type=MEDIA_TYPE, status=status)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
