"""What the house asks of a language model, whichever it is: a prompt in, text out. Everything else is ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, Protocol

Why = Literal["unreachable", "refused", "unusable", "busy"]


class Silent(RuntimeError):
    """The model gave no answer that can be used. `why` is for people, the text for the log."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


class Model(Protocol):
    """One language model. `name` is shown wherever something of it is shown."""

    @property
    def name(self) -> str: ...

    def complete(self, *, task: str, given: str) -> str:
        """The model's text for a task and the material that it is about. Raises Silent."""
        ...


def rows_of(said: str) -> list[Any]:
    """The JSON list in an answer, also inside a fence or between words. Raises Silent where there is none."""
    start, end = said.find("["), said.rfind("]")
    try:
        rows = json.loads(said[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise Silent("unusable", "its answer holds no list")
    return rows


def that_fit(texts: Mapping[str, str], *, most: int) -> dict[str, str]:
    """As many texts as fit into `most` signs, whole ones only, in their order."""
    given: dict[str, str] = {}
    for key, text in texts.items():
        if len(text) <= most:
            given[key] = text
            most -= len(text)
    return given
