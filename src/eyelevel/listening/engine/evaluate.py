"""Watches as small functions: what an anchor brought up is looked at with these. Same meaning as meaning.matches."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from eyelevel.listening.engine.batch import REPLY, REPOST
from eyelevel.listening.query import All, Field, Near, Not, OneOf, Piece, Query, Words


class Said(NamedTuple):
    """One word of the batch, taken apart once."""

    words: list[str]
    distinct: frozenset[str]
    language: str
    network: str
    authors: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    kinds: int = 0  # REPLY, REPOST


KINDS = {"reply": REPLY, "repost": REPOST}
Holds = Callable[[Said], bool]


def compiled(query: Query) -> Holds:
    """The query as a function that answers for one word."""
    if isinstance(query, All):
        return _all([compiled(part) for part in sorted(query.parts, key=effort)])
    if isinstance(query, OneOf):
        return _one_of([compiled(part) for part in sorted(query.parts, key=effort)])
    if isinstance(query, Not):
        inner = compiled(query.part)
        return lambda said: not inner(said)
    return _field(query) if isinstance(query, Field) else _said(query)


def _said(query: Words | Piece | Near) -> Holds:
    if isinstance(query, Words):
        return _words(query.words)
    return _piece(query) if isinstance(query, Piece) else _near(query)


def effort(query: Query) -> int:
    """Cheap questions first."""
    if isinstance(query, Field):
        return 0
    if isinstance(query, Words):
        return len(query.words)
    if isinstance(query, Piece | Near):
        return 20
    parts = (query.part,) if isinstance(query, Not) else query.parts
    return sum(effort(part) for part in parts)


def _all(parts: list[Holds]) -> Holds:
    def holds(said: Said) -> bool:
        for part in parts:  # noqa: SIM110 -- this is the innermost loop: a generator costs twice as much
            if not part(said):
                return False
        return True

    return holds


def _one_of(parts: list[Holds]) -> Holds:
    def holds(said: Said) -> bool:
        for part in parts:  # noqa: SIM110 -- this is the innermost loop: a generator costs twice as much
            if part(said):
                return True
        return False

    return holds


def _words(words: tuple[str, ...]) -> Holds:
    first, rest, size = words[0], list(words), len(words)
    if size == 1:
        return lambda said: first in said.distinct

    def holds(said: Said) -> bool:
        if not said.distinct.issuperset(rest):
            return False
        spoken, at = said.words, -1
        for _ in range(spoken.count(first)):
            at = spoken.index(first, at + 1)
            if spoken[at : at + size] == rest:
                return True
        return False

    return holds


def _piece(piece: Piece) -> Holds:
    text = piece.text
    if piece.kind == "begins":
        return lambda said: any(word.startswith(text) for word in said.distinct)
    if piece.kind == "ends":
        return lambda said: any(word.endswith(text) for word in said.distinct)
    return lambda said: any(text in word for word in said.distinct)


def _near(near: Near) -> Holds:
    one, other, distance = _is(near.one), _is(near.other), near.distance

    def holds(said: Said) -> bool:
        last_one = last_other = -1 - distance  # where each stood last
        for at, word in enumerate(said.words):
            is_one, is_other = one(word), other(word)
            if (is_one and at - last_other <= distance) or (is_other and at - last_one <= distance):
                return True
            last_one, last_other = at if is_one else last_one, at if is_other else last_other
        return False

    return holds


def _is(side: Words | Piece) -> Callable[[str], bool]:
    if isinstance(side, Words):
        return side.words[0].__eq__
    text = side.text
    if side.kind == "begins":
        return lambda word: word.startswith(text)
    return (lambda word: word.endswith(text)) if side.kind == "ends" else (lambda word: text in word)


def _field(field: Field) -> Holds:
    value = field.value
    if field.name == "author":
        return _author(value, begins=field.begins)
    if field.name == "is":
        kind = KINDS[value]
        return lambda said: bool(said.kinds & kind)
    return {
        "lang": lambda said: said.language == value,
        "network": lambda said: said.network == value,
        "domain": lambda said: any(host == value or host.endswith(f".{value}") for host in said.hosts),
        "has": lambda said: bool(said.hosts),
    }[field.name]


def _author(value: str, *, begins: bool) -> Holds:
    if begins:
        return lambda said: any(name.startswith(value) for name in said.authors)
    return lambda said: value in said.authors
