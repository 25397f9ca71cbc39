"""What a watch hangs on: literals of which every word that matches holds at least one.

Of the groups that must all be there, the rarest is taken (the idea of Luwak's presearcher), so that a watch is looked at
only where its rarest part was seen. Rarity is guessed from length and a few very common words; a wrong guess costs time, never a hit.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from eyelevel.listening.query import NAMING, All, Field, Near, Not, OneOf, Piece, Query, Words, plain

_COMMON = frozenset(
    "der die das den dem des ein eine einen einem einer und oder aber nicht kein keine ist sind war hat haben ich du er sie es"
    " wir ihr mich mir dich uns auf aus bei mit nach von vor zu zum zur im in an am um fuer ueber unter wie was wer wo wenn"
    " dann noch nur auch schon sehr mehr so da hier heute jetzt the a an and or but not no is are was were be been have has"
    " i you he she it we they me my your of to in on at for from with by as this that what who how when just like so if all"
    " one out up about get can will do rt https http www com de".split()
)
_COMMON_COST = 1_000.0
_TIMES = {"begins": 3.0, "ends": 6.0, "contains": 12.0}  # a piece is in more words than a word of its length


class Anchor(NamedTuple):
    """One thing to look for: a word, a piece of a word, an author or the beginning of an author's name, a domain."""

    kind: Literal["word", "begins", "ends", "contains", "author", "author-begins", "domain"]
    text: str


def anchors_of(query: Query) -> tuple[Anchor, ...]:
    """Every word that matches the query holds at least one of these. Raises ValueError for a query with a loose end."""
    found = _rarest(plain(query))
    if found is None:
        raise ValueError(f"nothing to hang it on: {query}")
    return found[1]


def _rarest(query: Query) -> tuple[float, tuple[Anchor, ...]] | None:
    """(guessed cost, anchors) of a plain query; None where it can be true of a word that holds nothing named."""
    if isinstance(query, All):
        groups = [group for part in query.parts if (group := _rarest(part)) is not None]
        return min(groups, key=lambda group: group[0], default=None)
    if isinstance(query, OneOf):
        ways = [_rarest(part) for part in query.parts]
        sure = [way for way in ways if way is not None]
        if len(sure) < len(ways):
            return None
        return sum(way[0] for way in sure), tuple(dict.fromkeys(anchor for way in sure for anchor in way[1]))
    if isinstance(query, Near):
        return min(_word(query.one), _word(query.other), key=lambda way: way[0])
    return _word(query) if isinstance(query, Words | Piece) else _field(query)


def _word(query: Words | Piece) -> tuple[float, tuple[Anchor, ...]]:
    if isinstance(query, Piece):
        return _cost(query.text) * _TIMES[query.kind], (Anchor(query.kind, query.text),)
    word = min(query.words, key=_cost)
    return _cost(word), (Anchor("word", word),)


def _field(query: Field | Not) -> tuple[float, tuple[Anchor, ...]] | None:
    if isinstance(query, Not) or query.name not in NAMING:
        return None
    if query.name == "domain":
        return 1.0, (Anchor("domain", query.value),)
    return 0.1, (Anchor("author-begins" if query.begins else "author", query.value),)


def _cost(word: str) -> float:
    return _COMMON_COST if word in _COMMON else 1_000.0 / (1 + len(word)) ** 2
