"""Who may write, approve and take back answers."""

from __future__ import annotations

from typing import Any

from eyelevel.kernel.policy import Actor, answers


@answers("draft.write")
def _write(actor: Actor, _case: Any) -> bool:
    return actor.is_staff


@answers("answer.approve")
@answers("answer.undo")
def _own(actor: Actor, draft: Any) -> bool:
    return actor.is_staff and draft.staff_id == actor.staff_id
