"""Which texts are most likely about the same: they share two of the words that few texts have, or a number.

Nothing is compared with everything: each word is counted up to MOST_COUNTED in the index, two of the rarest are asked
for, the newest hits come back. So the work is bounded, however much there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eyelevel.kernel.search import analysis, providers, words
from eyelevel.kernel.search.query import Term

MOST_LOOKED_AT = 40  # words of a text
SHORTEST = 4  # signs of a word that may tell what a text is about
MOST_COUNTED = 1_000  # a word in more texts than this says little about which one is meant
RAREST = 12
MOST_NUMBERS = 8
_NUMBER = re.compile(r"(?<![\w.,])[A-Za-z]{0,6}-?\d[\w-]{2,30}\b(?![.,]\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_Forms = frozenset[Term]


def alike(text: str, *, kind: str, most: int) -> list[int]:
    """The newest things of a kind that share two of the rarest words of this text, newest first."""
    forms = _forms(text)
    counts = words.counts(providers.DEFAULT, [_wanted([one], kind=kind) for one in forms], most=MOST_COUNTED)
    known = sorted((number, place) for place, number in enumerate(counts) if 0 < number < MOST_COUNTED)
    rare = [forms[place] for _number, place in known[:RAREST]]
    if len(rare) < 2:
        return []
    # "Two of them" as the index is asked: whichever one is left out, one of the others is there.
    others = [frozenset[Term]().union(*(one for one in rare if one is not left)) for left in rare]
    return _newest(others, kind=kind, most=most)


def numbers(text: str) -> list[str]:
    """What reads like the number of an order, a contract, a case: no year, no sum, no date."""
    found = dict.fromkeys(match[0] for match in _NUMBER.finditer(analysis.shown(text)))
    return [one for one in found if _is_number(one)][:MOST_NUMBERS]


def _is_number(found: str) -> bool:
    digits = sum(sign.isdigit() for sign in found)
    return digits >= (3 if any(sign.isalpha() for sign in found) else 4) and not _YEAR.fullmatch(found)


def naming(codes: Sequence[str], *, kind: str, most: int) -> list[int]:
    """The newest things of a kind in which one of these numbers stands, newest first."""
    asked = [tuple(analysis.keys(match[0]).plain for match in analysis.words(code)) for code in codes]
    terms = frozenset(Term(tokens) for tokens in asked if tokens)
    return _newest([terms], kind=kind, most=most) if terms else []


def _forms(text: str) -> list[_Forms]:
    """Each word of a text that could tell what it is about, as the forms by which the index knows it."""
    seen: dict[_Forms, None] = {}
    for match in analysis.words(analysis.shown(text)):
        if len(match[0]) >= SHORTEST and len(seen) < MOST_LOOKED_AT:
            seen.setdefault(frozenset(Term((token,)) for token in analysis.keys(match[0]).asked))
    return list(seen)


def _newest(groups: Sequence[_Forms], *, kind: str, most: int) -> list[int]:
    rows = words.newest(providers.DEFAULT, _wanted(groups, kind=kind), most=most)
    return [int(row[2]) for row in rows]


def _wanted(groups: Sequence[_Forms], *, kind: str) -> words.Wanted:
    return words.Wanted(all_of=[*groups, frozenset({Term((analysis.marker("kind", kind),))})])
