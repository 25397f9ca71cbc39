"""What can go wrong, as exceptions by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Unreachable(Exception):
    """The server did not answer, or not with what an Eyelevel server says."""


class Problem(Exception):
    """The server refused, by RFC 9457. `name` is the last part of its type, `more` what else it said."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        self.status = status
        self.name = str(said.get("type", "")).rpartition("#problem-")[2]
        self.title, self.detail = str(said.get("title", "")), str(said.get("detail", ""))
        self.more = dict(said)
        super().__init__(": ".join(part for part in (f"{status} {self.title}", self.detail) if part))


class Unauthorized(Problem):
    """No token that lives."""


class Forbidden(Problem):
    """The token lacks a scope (`scopes` names those that would do), or the colleague the right."""

    @property
    def scopes(self) -> list[str]:
        return list(self.more.get("scopes", []))


class NotFound(Problem):
    """It is not there for you."""


class NotValid(Problem):
    """The request does not have the documented form; `errors` says where and why."""

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.more.get("errors", []))


class Objected(Problem):
    """The draft stands against what was said before; each objection has both sentences."""

    @property
    def objections(self) -> list[dict[str, Any]]:
        return list(self.more.get("objections", []))


class BeyondFrame(Problem):
    """The frame of this colleague ends before; `who_may` are the colleagues whose frame reaches."""

    @property
    def who_may(self) -> list[dict[str, Any]]:
        return list(self.more.get("who_may", []))


class SaidMeanwhile(Problem):
    """Something was said since you looked; `posts` are its ids."""

    @property
    def posts(self) -> list[str]:
        return list(self.more.get("posts", []))


class NewRecipient(Problem):
    """A recipient was not part of the case before."""

    @property
    def recipients(self) -> list[dict[str, Any]]:
        return list(self.more.get("recipients", []))


class TooLate(Problem):
    """It has left, or it is no longer stuck."""


class KeyReused(Problem):
    """The Idempotency-Key stands for another request."""


class TooMany(Problem):
    """Too many requests, also after waiting."""


class Broken(Problem):
    """A mistake of the server; its log has the number in `more["instance"]`."""


class Busy(Problem):
    """The server could not keep it, also after waiting."""


_BY_NAME: Mapping[str, type[Problem]] = {
    "token": Unauthorized,
    "scope": Forbidden,
    "forbidden": Forbidden,
    "nothing-here": NotFound,
    "not-valid": NotValid,
    "unreadable": NotValid,
    "objection": Objected,
    "frame": BeyondFrame,
    "said-meanwhile": SaidMeanwhile,
    "new-recipient": NewRecipient,
    "too-late": TooLate,
    "key-reused": KeyReused,
    "too-many": TooMany,
    "broken": Broken,
    "busy": Busy,
}


def problem_of(status: int, said: Mapping[str, Any]) -> Problem:
    """The exception for a problem document."""
    name = str(said.get("type", "")).rpartition("#problem-")[2]
    return _BY_NAME.get(name, Problem)(status, said)
