"""What is said where Django itself gives up: a page to people, a problem to programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from eyelevel.public import pages
from eyelevel.server.shell import API


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.path.startswith(API):
        from eyelevel.api import frame, problems

        return frame.on_error(request, problems.Problem("unreadable"))
    return pages.bad_request(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """Only a number leaves the house; the log has the rest under it."""
    if request.path.startswith(API):
        from eyelevel.api import frame

        return frame.on_error(request, RuntimeError("it broke before any operation"))
    return pages.broken(request)
