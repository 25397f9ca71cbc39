"""Who may see and end a promise, and who may see how much of what the house says is canned."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.posts.models import Post
from eyelevel.word.models import Promise


@answers("promise.make")
@answers("promise.settle")
@answers("promise.postpone")
@answers("promise.hand")
@answers("promise.foretell")
def _staff(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@answers("canned.read")
def _lead(actor: Actor, _thing: Any) -> bool:
    """By month it is about the house, and whoever leads it may look."""
    return actor.kind in {"supervisor", "operator"}


@filters(Promise)
def _promises(actor: Actor, rows: QuerySet[Promise]) -> QuerySet[Promise]:
    """The person of a case sees what was promised to them in words that they can read."""
    if actor.is_staff:
        return rows
    if actor.kind == "receipt":
        return rows.filter(post__case_id=actor.case_id).exclude(post__openness=Post.Openness.INTERNAL)
    return rows.none()
