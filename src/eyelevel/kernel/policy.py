"""One question for the whole house: `can(actor, verb, thing)`.

Pages, streams, search, export and the API ask here. Each room answers for its own things in its policy.py, by a
function for one thing and a filter for many; a verb that nobody answers is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model, QuerySet

Kind = Literal["stranger", "receipt", "guest", "agent", "supervisor", "operator", "system"]
STAFF: frozenset[Kind] = frozenset({"agent", "supervisor", "operator"})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who asks. A receipt holder is one person in one case; a guest answers one question of a colleague and reads the
    posts that were chosen for it; staff have a seat; the system acts by fixed rules.

    `only` are the verbs that a token lets its colleague's program use; None where nothing narrows the rights of the seat.
    """

    kind: Kind
    staff_id: int | None = None
    case_id: int | None = None
    person_id: int | None = None
    asking_id: int | None = None
    post_ids: frozenset[int] = frozenset()
    name: str = ""
    only: frozenset[str] | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind in STAFF

    @property
    def key(self) -> str:
        """How facts name this actor: stable, without a person's name."""
        if self.staff_id is not None:
            return f"staff:{self.staff_id}"
        if self.kind == "receipt":
            return f"person:{self.person_id}"
        if self.kind == "guest":
            return f"guest:{self.asking_id}"
        return self.kind


STRANGER = Actor(kind="stranger")
SYSTEM = Actor(kind="system")

Answer = Callable[[Actor, Any], bool]
Filter = Callable[[Actor, QuerySet[Any]], QuerySet[Any]]
_answers: dict[str, Answer] = {}
_filters: dict[type[Model], Filter] = {}


class Refused(PermissionError):
    """The actor may not do this; faces answer 404 where the thing itself is not theirs to know of."""


def answers(verb: str) -> Callable[[Answer], Answer]:
    """Register the function that decides on `verb` ("case.read"); a verb has one judge."""

    def keep(answer: Answer) -> Answer:
        if verb in _answers:
            raise ValueError(f"{verb} has a judge already")
        _answers[verb] = answer
        return answer

    return keep


def filters(model: type[Model]) -> Callable[[Filter], Filter]:
    """Register the queryset filter of a model: what of it this actor may see."""

    def keep(rule: Filter) -> Filter:
        if model in _filters:
            raise ValueError(f"{model.__name__} has a filter already")
        _filters[model] = rule
        return rule

    return keep


def can(actor: Actor, verb: str, thing: Any = None) -> bool:
    """May `actor` do `verb` with `thing`? Unknown verbs are refused, and those outside of a token's scopes."""
    if actor.only is not None and verb not in actor.only:
        return False
    answer = _answers.get(verb)
    return answer is not None and answer(actor, thing)


def insist(actor: Actor, verb: str, thing: Any = None) -> None:
    """Raise Refused unless `can`."""
    if not can(actor, verb, thing):
        raise Refused(f"{actor.kind} may not {verb}")


def visible(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of this queryset that `actor` may see; a model without a filter shows nothing."""
    rule = _filters.get(rows.model)
    return rows.none() if rule is None else rule(actor, rows)


def verbs() -> frozenset[str]:
    return frozenset(_answers)
