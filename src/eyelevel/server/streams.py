"""GET /events?things=case:412,list : one stream per open page, allowed by the same policy as the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie

from eyelevel.cases.deciding import DECISIONS
from eyelevel.cases.models import Case
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import Actor, can
from eyelevel.kernel.sessions import hash_of
from eyelevel.kernel.text import number_in
from eyelevel.people import factors, sessions
from eyelevel.people import reads as people
from eyelevel.people.models import Login, Staff
from eyelevel.server.hub import HEARTBEAT_SECONDS, Hub, Stream, event
from eyelevel.server.shell import Receive, Scope, Send

MOST_THINGS = 50
MOST_REPLAYED = 200
# On PostgreSQL a lower id may commit after a higher one; looking back a little repeats names, which harms nobody.
LOOK_BACK = 100
DESK_THINGS = frozenset({"list", "outbox", "quarantine", "staff", "hours", "radar", "sources", DECISIONS})


def allowed(actor: Actor, thing: str) -> bool:
    """May this actor watch `thing`? Names of another shape are refused."""
    kind, _, name = thing.partition(":")
    number = number_in(name, digits=18)
    if kind in {"case", "presence"} and number is not None:
        return can(actor, "case.read", Case(pk=number))
    if kind == "watch" and number is not None:
        return can(actor, "watch.read")
    return thing in DESK_THINGS and can(actor, "desk.enter")


def session_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The session key in the cookie, or nothing; read as for a page, so an odd cookie beside it does no harm."""
    told = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    return str(parse_cookie(told).get(settings.SESSION_COOKIE_NAME, ""))


def seat_behind(session_key: str) -> Staff | None:
    """Whose seat this session is, by the same checks as for a page."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    login = get_user(request)
    return sessions.seat_in(login, hash_of(session_key)) if isinstance(login, Login) else None


def admit(session_key: str, things: frozenset[str]) -> Stream | None:
    """The stream that this session may open, or None. Runs in a thread."""
    seat = seat_behind(session_key) if session_key else None
    actor = people.actor_of(seat)
    if seat is None or not all(allowed(actor, thing) for thing in things):
        return None
    if not settings.ENV.demo and not (seat.login and factors.open_the_desk(seat.login)):
        return None
    return Stream(things=things, session_key=session_key, staff_id=seat.pk)


def still_allowed(asked: set[tuple[str, int | None]]) -> set[tuple[str, int | None]]:
    """Which of these (session, seat) pairs still hold, by the same checks as for a page: the session lives, the
    password is the one that it was opened with, the seat is taken and active.
    """
    seats = {key: seat_behind(key) for key in {key for key, _ in asked}}
    return {(key, seat) for key, seat in asked if (now := seats[key]) is not None and now.pk == seat}


def missed(after: int, things: frozenset[str]) -> list[bytes]:
    """What happened to these things since the event with this id, newest MOST_REPLAYED facts at most."""
    rows = Fact.objects.filter(pk__gt=after - LOOK_BACK).exclude(things=[]).order_by("-pk")[:MOST_REPLAYED]
    told = [(fact.pk, [thing for thing in fact.things if thing in things]) for fact in reversed(rows)]
    return [event(pk, its) for pk, its in told if its]


class Events:
    """The ASGI application behind /events."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        things = frozenset(query.get("things", [""])[0].split(",")[:MOST_THINGS]) - {""}
        if scope["method"] != "GET" or not things:
            await _refuse(send, 400)
            return
        stream = await asyncio.to_thread(admit, session_of(scope["headers"]), things)
        if stream is None:
            await _refuse(send, 404)
            return
        await self._run(stream, _last_id(scope), receive, send)

    async def _run(self, stream: Stream, last_id: int | None, receive: Receive, send: Send) -> None:
        self._hub.open(stream)
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send(_more(b"retry: 2000\n\n"))
            if last_id is not None:
                for line in await asyncio.to_thread(missed, last_id, stream.things):
                    await send(_more(line))
            while not gone.done():
                coming = await _next(stream, gone)
                if coming is None:
                    break
                await send(_more(coming))
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._hub.close(stream)
            gone.cancel()


HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _next(stream: Stream, gone: asyncio.Task[None]) -> bytes | None:
    """The next event, a heartbeat after a while, or None at the end."""
    waiting = asyncio.create_task(stream.unsent.get())
    done, _ = await asyncio.wait(
        {waiting, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    if waiting in done:
        return waiting.result()
    waiting.cancel()
    return None if gone in done else b": still here\n\n"


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _last_id(scope: Scope) -> int | None:
    given = next((value for name, value in scope["headers"] if name == b"last-event-id"), b"")
    return int(given) if given.isdigit() and len(given) < 19 else None


def _more(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
