"""What a watch means: the plain reference that the engine's bodies are held against. Slow, and easy to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.listening.query import All, Field, Near, Not, OneOf, Piece, Query, Words
from eyelevel.listening.words import hosts_of, language_of, name_of, words_of


@dataclass(frozen=True)
class _Said:
    words: Sequence[str]
    language: str
    network: str
    authors: Sequence[str]
    hosts: Sequence[str]
    kinds: frozenset[str]  # "reply", "repost"


def matches(
    query: Query, *, text: str, language: str = "", network: str = "", author: str = "", reply: bool = False, repost: bool = False
) -> bool:  # fmt: skip
    """Does this word match? The reference that the engine is held against: slow and plain.

    `author` holds the author's key and, where there is one, a name or handle on a line of its own.
    """
    authors = [name for line in author.split("\n") if (name := name_of(line))]
    kinds = frozenset(name for name, is_one in (("reply", reply), ("repost", repost)) if is_one)
    said = _Said(words_of(text), language_of(language), name_of(network), authors, hosts_of(text), kinds)
    return _holds(query, said)


def _holds(query: Query, said: _Said) -> bool:
    if isinstance(query, All):
        return all(_holds(part, said) for part in query.parts)
    if isinstance(query, OneOf):
        return any(_holds(part, said) for part in query.parts)
    if isinstance(query, Not):
        return not _holds(query.part, said)
    return _has_field(query, said) if isinstance(query, Field) else _is_said(query, said.words)


def _is_said(query: Words | Piece | Near, words: Sequence[str]) -> bool:
    if isinstance(query, Near):
        return _stand_near(query, words)
    if isinstance(query, Piece):
        return any(_has_piece(word, query) for word in words)
    size = len(query.words)
    return any(tuple(words[at : at + size]) == query.words for at in range(len(words) - size + 1))


def _has_piece(word: str, piece: Piece) -> bool:
    if piece.kind == "begins":
        return word.startswith(piece.text)
    return word.endswith(piece.text) if piece.kind == "ends" else piece.text in word


def _stand_near(near: Near, words: Sequence[str]) -> bool:
    one, other = ([at for at, word in enumerate(words) if _is(word, side)] for side in (near.one, near.other))
    return any(0 < abs(at - there) <= near.distance for at in one for there in other)


def _is(word: str, side: Words | Piece) -> bool:
    return word == side.words[0] if isinstance(side, Words) else _has_piece(word, side)


def _has_field(field: Field, said: _Said) -> bool:
    is_so = {
        "lang": said.language == field.value,
        "network": said.network == field.value,
        "domain": any(host == field.value or host.endswith(f".{field.value}") for host in said.hosts),
        "has": bool(said.hosts),
        "is": field.value in said.kinds,
        "author": any(
            name.startswith(field.value) if field.begins else name == field.value for name in said.authors
        ),
    }
    return is_so[field.name]
