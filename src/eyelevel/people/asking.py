"""A request that knows who asks, for the faces; the middleware has set both."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from eyelevel.kernel.policy import Actor, Refused
from eyelevel.people.models import Staff


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
