"""Who may see and change seats and people."""

from __future__ import annotations

from typing import Any

from eyelevel.kernel.policy import Actor, answers


@answers("desk.enter")
def _desk(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("staff.list")
def _list(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("metrics.read")
@answers("staff.change")
def _change(actor: Actor, _thing: Any) -> bool:
    return actor.kind == "operator"


@answers("door.test")
@answers("hours.change")
def _hours(actor: Actor, _thing: Any) -> bool:
    return actor.kind in {"supervisor", "operator"}
