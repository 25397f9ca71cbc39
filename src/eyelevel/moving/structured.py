"""The shape of structured fields (JSON) in a line: a file may come from anywhere, and pages rely on what stands there.

A list where the table holds a list, an object where it holds an object; and where code takes it apart by name, exactly what
that code expects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import models

from eyelevel.cases.states import MOMENTS, NUMBERS
from eyelevel.channels.contract import Departure

MOST_ITEMS = 100_000
Read = Callable[[Any], Any]


def _object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise ValueError("expected an object")
    return value


def _list(value: Any) -> list[Any]:
    if type(value) is not list or len(value) > MOST_ITEMS:
        raise ValueError("expected a list")
    return value


def _texts(value: Any) -> list[str]:
    if not all(type(one) is str for one in _list(value)):
        raise ValueError("expected a list of texts")
    return value  # type: ignore[no-any-return] # every one of it was looked at


def _numbers(value: Any) -> list[int]:
    if not all(type(one) is int and 0 < one < 2**53 for one in _list(value)):
        raise ValueError("expected a list of ids")
    return value  # type: ignore[no-any-return] # every one of it was looked at


def _texts_by_name(value: Any) -> dict[str, str]:
    if not all(type(one) is str for one in _object(value).values()):
        raise ValueError("expected an object of texts")
    return value  # type: ignore[no-any-return] # every one of it was looked at


def _state(value: Any) -> dict[str, Any]:
    """How a case stood: moments in ISO 8601, ids, each may be null; see cases/states.py."""
    state = _object(value)
    if state.keys() != {*MOMENTS, *NUMBERS}:
        raise ValueError(f"expected the state of a case: {', '.join((*MOMENTS, *NUMBERS))}")
    for name, one in state.items():
        if one is not None and not (_is_moment(one) if name in MOMENTS else type(one) is int and one > 0):
            raise ValueError(f"{name} is no {'moment' if name in MOMENTS else 'id'}")
    return state


def _is_moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _states(value: Any) -> dict[str, Any]:
    """How two cases stood, by what they were to each other; empty where nothing is kept."""
    for one in _object(value).values():
        _state(one)
    return value  # type: ignore[no-any-return] # every one of it was looked at


def _departure(value: Any) -> dict[str, Any]:
    try:
        msgspec.convert(_object(value), Departure)
    except msgspec.ValidationError as error:
        raise ValueError(f"no departure: {error}") from error
    return value  # type: ignore[no-any-return] # it was read as one


SHAPES: Mapping[str, Read] = {
    "answers.approval.recipients": _texts, "posts.post.references": _texts, "posts.post.recipients": _texts,
    "posts.post.remarks": _texts, "listening.heard.marks": _texts, "hooks.subscription.kinds": _texts,
    "tokens.token.scopes": _texts, "kernel.fact.things": _texts,
    "cases.merge.post_ids": _numbers, "cases.split.post_ids": _numbers, "cases.asking.post_ids": _numbers,
    "cases.merge.before": _states, "cases.merge.after": _states, "cases.split.before": _states, "cases.split.after": _states,
    "cases.bulkpart.before": _state, "cases.bulkpart.after": _state,
    "channels.arrival.envelope": _texts_by_name, "outbox.sending.departure": _departure,
}  # fmt: skip


def reader(field: models.Field[Any, Any]) -> Read:
    """What reads this field: its own shape, else that of its default."""
    named = SHAPES.get(f"{field.model._meta.label_lower}.{field.name}")
    if named is not None:
        return named
    return _list if field.default is list else _object
