"""What the house asks of a language model, whichever it is: a prompt in, text out. Everything else is ours."""

from __future__ import annotations

from typing import Literal, Protocol

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
