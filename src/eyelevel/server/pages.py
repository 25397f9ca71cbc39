"""The pages as one WSGI callable: static files, our faces, and account pages on the writer thread.

The faces only read and call actions. The account pages of allauth write wherever they like, sessions included, so each
of their requests runs wholly on the writer thread, as one action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction

from eyelevel.kernel.pages import edition
from eyelevel.kernel.writer import NotKept, Overloaded, write
from eyelevel.server.statics import Statics

WRITES_WHEREVER = ("/account/", "/enter/", "/setup/")
STATIC = Path(__file__).resolve().parent.parent / "static"
ONE_DAY = 24 * 3600


def _close_unless_writing(**_about: Any) -> None:
    """Django drops connections that are in a transaction; the one of the writer thread must live on."""
    if not connection.in_atomic_block:
        close_old_connections()


_application: Callable[..., Any] | None = None


def _pages(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    global _application  # noqa: PLW0603 -- built once, at the first request, when Django is set up
    if _application is None:
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            signal.connect(_close_unless_writing)
        django = get_wsgi_application()
        edition()  # names what is read now
        _application = Statics(django, root=str(STATIC), prefix="static/", max_age=ONE_DAY)
    folder = f"/static/{edition()}/"
    if environ["PATH_INFO"].startswith(folder):
        environ["PATH_INFO"] = "/static/" + environ["PATH_INFO"][len(folder) :]
    return _application(environ, start_response)  # type: ignore[no-any-return]


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve one request; account pages as one write."""
    if not environ["PATH_INFO"].startswith(WRITES_WHEREVER):
        return _pages(environ, start_response)
    try:
        return write(_whole, environ, start_response)
    except (NotKept, Overloaded):
        start_response("503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", "10")])
        return [b"cannot keep it now; try again in a moment"]


def _whole(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    seen: list[int] = []

    def note_status(line: str, fields: list[tuple[str, str]], error: Any = None) -> Any:
        seen.append(int(line.split(" ", 1)[0]))
        return start_response(line, fields, error)

    answer = _pages(environ, note_status)
    chunks = list(answer)
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    if seen and seen[-1] >= 500:
        transaction.set_rollback(True)
    return chunks
