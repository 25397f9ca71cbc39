"""A request that knows who asks, for the faces; the middleware has set both."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from eyelevel.kernel import clock
from eyelevel.kernel.policy import Actor, Refused
from eyelevel.kernel.sessions import hash_of
from eyelevel.kernel.writer import write
from eyelevel.people import sessions
from eyelevel.people.devices import device_of
from eyelevel.people.models import Login, Staff


class Asked(HttpRequest):
    """HttpRequest with the actor, and the seat behind it where there is one."""

    actor: Actor
    seat: Staff | None


def asked(request: HttpRequest) -> Asked:
    return cast("Asked", request)


def seat_of(request: HttpRequest) -> Staff:
    """The colleague who asks. Raises Refused for anybody else."""
    seat = asked(request).seat
    if seat is None:
        raise Refused("only a colleague may do this")
    return seat


def session_hash(request: HttpRequest) -> str:
    """The name of this session in the tables; nothing where there is none."""
    return hash_of(request.session.session_key) if request.session.session_key else ""


def note_session(request: HttpRequest, login: Login) -> None:
    """Note that this session is used, so that it can be seen and ended."""
    if not request.session.session_key:
        request.session.create()
    device = device_of(request.headers.get("User-Agent", ""))
    write(sessions.note, session_hash=session_hash(request), login=login, device=device, now=clock.real_now())
