"""A watch, understood: a small tree of what must be there and what must not. Printed back in its normal form.

Not for reading text (language.py) and not for matching (meaning.matches, engine/).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

KEYWORDS = {"and": "and", "und": "and", "or": "or", "oder": "or", "not": "not", "nicht": "not"}
FieldName = Literal["lang", "network", "author", "domain", "has", "is"]
NAMING: frozenset[FieldName] = frozenset({"author", "domain"})  # fields that name something to find
_BARE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.@:/+-")


def _position() -> int:
    return field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Words:
    """One word, or several in this order: a phrase. All folded."""

    words: tuple[str, ...]
    position: int = _position()

    def __str__(self) -> str:
        bare = len(self.words) == 1 and self.words[0] not in KEYWORDS
        return self.words[0] if bare else '"' + " ".join(self.words) + '"'


@dataclass(frozen=True)
class Piece:
    """A word that begins with, ends with or contains this."""

    kind: Literal["begins", "ends", "contains"]
    text: str
    position: int = _position()

    def __str__(self) -> str:
        return ("*" if self.kind != "begins" else "") + self.text + ("*" if self.kind != "ends" else "")


@dataclass(frozen=True)
class Field:
    """Something about the word: its language, network or author, where it links to, what it is. `begins` only for authors."""

    name: FieldName
    value: str
    begins: bool = False
    position: int = _position()

    def __str__(self) -> str:
        bare = _BARE.issuperset(self.value)
        return f"{self.name}:" + (self.value if bare else f'"{self.value}"') + ("*" if self.begins else "")


@dataclass(frozen=True)
class Near:
    """Two different words, in either order, at most so many words apart (1: side by side)."""

    one: Words | Piece
    other: Words | Piece
    distance: int
    position: int = _position()

    def __str__(self) -> str:
        return f"{self.one} NEAR/{self.distance} {self.other}"


@dataclass(frozen=True)
class Not:
    part: Query
    position: int = _position()

    def __str__(self) -> str:
        return "-" + _grouped(self.part)


@dataclass(frozen=True)
class All:
    parts: tuple[Query, ...]
    position: int = _position()

    def __str__(self) -> str:
        return " ".join(str(part) if not isinstance(part, OneOf) else _grouped(part) for part in self.parts)


@dataclass(frozen=True)
class OneOf:
    parts: tuple[Query, ...]
    position: int = _position()

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)


Query = Words | Piece | Near | Field | Not | All | OneOf


def _grouped(part: Query) -> str:
    return f"({part})" if isinstance(part, All | OneOf | Near) else str(part)


def negated(part: Query, position: int) -> Query:
    """Not this; a double no is a yes."""
    return part.part if isinstance(part, Not) else Not(part, position)


def every(parts: list[Query]) -> Query:
    """All of these, without needless levels."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat), flat[0].position)


def either(parts: list[Query]) -> Query:
    """One of these at least, without needless levels."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, OneOf) else (part,))]
    return flat[0] if len(flat) == 1 else OneOf(tuple(flat), flat[0].position)


def plain(query: Query, *, wanted: bool = True) -> Query:
    """The same question with every no directly before a leaf."""
    if isinstance(query, Not):
        return plain(query.part, wanted=not wanted)
    if isinstance(query, All | OneOf):
        parts = [plain(part, wanted=wanted) for part in query.parts]
        return every(parts) if isinstance(query, All) == wanted else either(parts)
    return query if wanted else Not(query, query.position)


def loose_end(query: Query) -> Query | None:
    """What in a plain query can be true of a word that holds nothing to find: a no, a language, a network.

    None where every word that matches holds something that the watch names: a word, a piece of one, an author.
    """
    if isinstance(query, All):
        ends = [loose_end(part) for part in query.parts]
        return ends[0] if all(end is not None for end in ends) else None
    if isinstance(query, OneOf):
        return next((end for end in map(loose_end, query.parts) if end is not None), None)
    if isinstance(query, Not) or (isinstance(query, Field) and query.name not in NAMING):
        return query
    return None
