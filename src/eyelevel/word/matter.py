"""Do two sentences speak of the same matter? Words in common, unless they name another item of the same sort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from eyelevel.word import vocabulary
from eyelevel.word.claims import Claim
from eyelevel.word.tokens import Token

Ranges = Sequence[tuple[int, int]]

_LINKS = frozenset(
    "a an ein eine einen einem einer in im am auf fuer von vom zu zum zur der die das des dem den ueber mit aus bei beim ihr ihre ihrer ihres ihrem ihren unser unsere"
    " unseres of for to the on at in with from about your our her his their this that ersten zweiten dritten vierten unteren oberen first second third half new neue neuen neuer alten whole next".split()
)
_NO_TIE = frozenset(
    "your his her my our their the a an this that their die den das dem ein eine einen einem ihr ihre ihren ihrem unser unsere".split()
)
_OF = frozenset(
    "fuer von vom zu zum zur ueber des der ihres ihrer unseres unserer eines einer for of about".split()
)
_BROAD = (
    "lieferung",
    "termin",
    "preis",
    "rechnung",
    "bezahlung",
    "versand",
    "angebot",
    "antrag",
    "team",
    "frage",
    "anfrage",
    "service",
    "call",
)
_BELONGING = 0.4  # of two such words no matter is made
_FURTHEST_LINK = 3  # words between a noun and what belongs to it
_NUMBER_WORDS = frozenset("eins zwei drei vier fuenf sechs one two three four five six a b c".split())


@dataclass(frozen=True)
class Common:
    """What two sentences share: `weight` 1 for each noun, 0.5 for another word; `rivals` are names of different items."""

    weight: float
    rivals: int
    nouns: int


@dataclass(frozen=True)
class _Spot:
    """A word in its sentence, with the ranges that do not count."""

    claim: Claim
    token: Token
    without: Ranges

    @property
    def number(self) -> str:
        return _number_of(self.claim, self.token)

    def attributes(self) -> list[_Spot]:
        """What stands beside the word and tells which one is meant."""
        beside = (_before(self.claim, self.token), _behind(self.claim, self.token))
        return [
            _Spot(self.claim, one, self.without)
            for one in beside
            if one is not None and not _within(one, self.without)
        ]


def common(
    new: Claim,
    old: Claim,
    *,
    new_without: Ranges = (),
    old_without: Ranges = (),
    both: tuple[Ranges, Ranges] = ((), ()),
) -> Common:
    """Compare the matter of two sentences, ranges of either left out; words that stand in `both` ranges do not count."""
    weight, rivals, nouns = 0.0, 0, 0
    met: set[frozenset[str]] = set()
    for one in new.tokens:
        if _within(one, new_without):
            continue
        for other in old.tokens:
            if _within(other, old_without):
                continue
            likeness = _alike(one, other)
            if not likeness or (_within(one, both[0]) and _within(other, both[1])):
                continue
            if likeness < 0 or _otherwise_named(_Spot(new, one, new_without), _Spot(old, other, old_without)):
                rivals += 1
            elif one.whole not in met:
                met.add(one.whole)
                noun = (one.noun or other.noun or _has_group(one)) and not (
                    in_opening(new, one) and in_opening(old, other)
                )
                nouns += noun
                weight += (
                    _weight(_Spot(new, one, new_without), _Spot(old, other, old_without)) if noun else 0.5
                )
    return Common(weight, rivals, nouns)


def _within(token: Token, ranges: Ranges) -> bool:
    return any(start <= token.start < end for start, end in ranges)


def _has_group(token: Token) -> bool:
    """Is it a verb that names the matter by itself ("erstatten", "liefern")?"""
    return any(form.startswith("=") for form in token.whole)


def in_opening(claim: Claim, token: Token) -> bool:
    return any(one.start <= token.start < one.end and one.name == "open" for one in claim.sayings)


def _weight(new: _Spot, old: _Spot) -> float:
    """Half for what only belongs to another thing, and for the common nouns of service where both name a thing besides."""
    if _belongs_elsewhere(new, old.claim) or _belongs_elsewhere(old, new.claim):
        return _BELONGING
    broad = all((spot.token.whole | spot.token.parts) & _broad() for spot in (new, old))
    return 0.5 if broad and _has_more(new, old.claim) and _has_more(old, new.claim) else 1.0


def _belongs_elsewhere(spot: _Spot, other: Claim) -> bool:
    """Is it only named to tell which other thing is meant ("numbers for the marathon", "Vertrag Ihres Bruders")?"""
    claim, token = spot.claim, spot.token
    for head in claim.tokens:
        between = claim.plain[head.place + 1 : token.place]
        if (
            head.noun
            and not _within(head, spot.without)
            and not any(one.start <= head.start < one.end for one in claim.sayings)
            and 1 <= len(between) <= _FURTHEST_LINK
            and between[0] in _OF
            and all(word in _LINKS for word in between)
        ):
            return not head.whole & other.keys and not head.parts & other.keys
    return False


def _has_more(spot: _Spot, other: Claim) -> bool:
    return any(
        token.noun and not _within(token, spot.without) and not (token.whole | token.parts) & other.keys
        for token in spot.claim.tokens
    )


@lru_cache(maxsize=1)
def _broad() -> frozenset[str]:
    """Nouns that half of all letters contain, with their groups."""
    known = vocabulary.groups()
    return frozenset(name for word in _BROAD for name in (word, *known.get(word, ())))


def _alike(one: Token, other: Token) -> int:
    """1 for the same word, -1 for two sorts of one thing ("Jahreskarte", "Zehnerkarte"), 0 for neither."""
    if one.whole & other.whole or one.whole & other.parts or one.parts & other.whole:
        return 1
    return -1 if one.head & other.head else 0


def _otherwise_named(new: _Spot, old: _Spot) -> bool:
    """Does something beside the word tell that another item is meant ("blue jacket", "green jacket")?"""
    if _unlike(new.number, old.number) or _unlike(_time_before(new), _time_before(old)):
        return True
    ones, others = new.attributes(), old.attributes()
    pairs = [(one, other) for one in ones for other in others if _alike(one.token, other.token) > 0]
    named = any(one.token.whole & old.claim.keys for one in ones) or any(
        one.token.whole & new.claim.keys for one in others
    )
    if ones and others and not pairs and not named:
        return True
    return any(_unlike(one.number, other.number) for one, other in pairs)


_TIMES = frozenset(
    "day evening morning night week season monthly weekly annual weekend midweek matinee".split()
)


def _time_before(spot: _Spot) -> str:
    """The word of time that names the sort: "evening ticket", "day ticket"."""
    word = spot.claim.plain[spot.token.place - 1] if spot.token.place else ""
    return word if word in _TIMES else ""


def _unlike(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _number_of(claim: Claim, token: Token) -> str:
    """The number by which a thing is called: "order 8812", "deck two"; none where it counts something."""
    if token.place + 1 >= len(claim.plain):
        return ""
    word = claim.plain[token.place + 1]
    if not (word.isdigit() or word in _NUMBER_WORDS):
        return ""
    start, _end, _clause = claim.spots[token.place + 1]
    counted = {
        *(one.start for one in claim.figures),
        *(one.start for one in claim.amounts),
        *(one.start for one in claim.periods),
    }
    return "" if start in counted else word


def _before(claim: Claim, token: Token) -> Token | None:
    """The word that stands right before a noun and belongs to it."""
    for one in claim.tokens:
        if one.place == token.place - 1 and one.clause == token.clause and _is_attribute(claim, one):
            return one
    return None


def _is_attribute(claim: Claim, token: Token) -> bool:
    word = claim.plain[token.place]
    if claim.language == "en":
        return not word.endswith("ly")
    return not token.noun and word.endswith(("e", "en", "er", "es", "em"))


def _behind(claim: Claim, token: Token) -> Token | None:
    """The noun that a noun is bound to by small words: "key to the laundry", "Lieferung Ihres Sofas"."""
    place = token.place + 1
    while place < len(claim.plain) and place - token.place <= _FURTHEST_LINK and claim.plain[place] in _LINKS:
        place += 1
    if place == token.place + 1 or claim.plain[token.place + 1] in _NO_TIE:
        return None
    return next(
        (one for one in claim.tokens if one.place == place and one.clause == token.clause and one.noun), None
    )
