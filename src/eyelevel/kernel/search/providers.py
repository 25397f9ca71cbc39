"""What can be found: each room above says how its things read. The kernel knows no room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from eyelevel.kernel.models import Fact

DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class Findable:
    """One thing as it can be found. `scopes` say who may find it: see `reads.scopes_of`.

    `group` is the thing that it belongs to ("case:12"); `authors` are names and addresses for `from:`.
    """

    kind: str
    thing: int
    at: datetime
    title: str
    body: str
    scopes: tuple[str, ...]
    group: str = ""
    channel: str = ""
    language: str = ""
    state: str = ""
    authors: tuple[str, ...] = ()


class Provider(Protocol):
    """How one kind of thing is read. All methods only read, outside of the writer."""

    def texts(self, things: Sequence[int]) -> Iterable[Findable]:
        """The things with these numbers, as they are now; what is gone is left out."""
        ...

    def changed(self, facts: Sequence[Fact]) -> Iterable[int]:
        """The numbers of things that may read otherwise after these facts, also of those that are gone."""
        ...

    def after(self, thing: int, *, most: int) -> Sequence[int]:
        """The next existing numbers above `thing`, in order: for the walk over everything."""
        ...


Came = Callable[[int], datetime | None]


@dataclass(frozen=True)
class Registered:
    """A kind with its provider. `tail`: its things come in bulk, without facts, in the order of their numbers.

    `verb` is what somebody must be allowed to do to find them; `came` says when a thing of a tail came.
    """

    kind: str
    provider: Provider
    using: str
    tail: bool
    verb: str
    came: Came | None


_registered: dict[str, Registered] = {}


def provides(
    kind: str,
    provider: Provider,
    *,
    verb: str,
    using: str = DEFAULT,
    tail: bool = False,
    came: Came | None = None,
) -> None:
    """Things of this kind can be found from now on; `using` names the database that holds them and their index.

    With `tail` new things are found by their numbers, for rows that are written in bulk and tell no facts; what is
    erased or changed of them is handed to `actions.forget` in the act that does it.
    """
    if kind in _registered:
        raise ValueError(f"{kind} has a provider already")
    _registered[kind] = Registered(kind, provider, using, tail, verb, came)


def registered(using: str | None = None) -> list[Registered]:
    """All providers, or those of one database, in a fixed order."""
    return [one for _kind, one in sorted(_registered.items()) if using in {None, one.using}]


def databases() -> list[str]:
    """The databases that hold findable things, the main one first."""
    return sorted(
        {one.using for one in _registered.values()} | {DEFAULT}, key=lambda name: (name != DEFAULT, name)
    )


def provider_of(kind: str) -> Provider | None:
    one = _registered.get(kind)
    return one.provider if one is not None else None
