"""Do two sentences speak of the same matter? Words in common, unless they name another item of the same sort."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from eyelevel.word import vocabulary
from eyelevel.word.reading import Claim, Token

Ranges = Sequence[tuple[int, int]]

_LINKS = frozenset(
    "a an ein eine einen einem einer in im am auf fuer von vom zu zum zur der die das des dem den ueber mit aus bei beim ihr ihre ihrer ihres ihrem ihren unser unsere"
    " unseres of for to the on at in with from about your our her his their this that ersten zweiten dritten vierten unteren oberen first second third half new neue neuen neuer alten whole next".split()
)
_DETERMINERS = frozenset("the a an your our my his her their this that no every each".split())
_AFTER = frozenset(
    "bei beim fuer in im an am auf mit ohne zu zum zur nach vor von vom aus ueber unter".split()
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
_PEOPLE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:kind\w*|child\w*|kids?|under-\w+|schueler\w*|son|sohn|tochter|daughter|babys?)\b",
        r"\b(?:erwachsene\w*|adults?)\b",
        r"\b(?:mitglied\w*|members?)\b",
        r"\b(?:nichtmitglied\w*|non-?members?|non members?)\b",
        r"\b(?:student\w*|studierende\w*)\b",
        r"\b(?:senior\w*|rentner\w*|pensioner\w*)\b",
    )
)
_WEEKDAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:mon|diens|donners|frei|sams|sonn|oster|pfingst)+(?:tag|montag)s?\b|\bmittwochs?\b"
)
_NUMBER_WORDS = frozenset("eins zwei drei vier fuenf sechs one two three four five six a b c".split())
_NUMBERED = re.compile(
    r"\b(?:erste|zweite|dritte|vierte|first|second|third|fourth|final|letzte)[nrsm]?\s(?=[a-z])(?!half|haelfte|thing)"
)


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
                    _in_opening(new, one) and _in_opening(old, other)
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


def _in_opening(claim: Claim, token: Token) -> bool:
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


def other_scope(new: Claim, old: Claim) -> bool:
    """Do both name whom or which day they are for, and not the same?"""
    first, second = new.line, old.line
    ones = {number for number, pattern in enumerate(_PEOPLE) if pattern.search(first)}
    others = {number for number, pattern in enumerate(_PEOPLE) if pattern.search(second)}
    if (ones and others and not ones & others) or other_sort(new, old):
        return True
    mine, yours = ({match[0][:4] for match in _WEEKDAY.finditer(text)} for text in (first, second))
    return bool(mine and yours and not mine & yours)


_RELATIVES = re.compile(
    r"\b(?:ihres|deines) (sohn|brud|vater|mann|gross|enkel|nachbar)\w*|\b(?:ihrer|deiner) (frau|tocht|mutt|schwest|gross|enkel|nachbar)\w*"
    r"|\byour (son|daughter|brother|sister|mother|father|husband|wife|neighbour|partner|grand)\w*'s\b"
)


def other_subject(new: Claim, old: Claim) -> bool:
    """Does each of them begin with a thing that the other does not name at all?"""
    first, second = _subject(new), _subject(old)
    if first is None or second is None:
        return False
    return not (first.whole | first.parts) & old.keys and not (second.whole | second.parts) & new.keys


def _subject(claim: Claim) -> Token | None:
    for token in claim.tokens:
        before = claim.plain[token.place - 1] if token.place else ""
        named = (
            before in _DETERMINERS or not before
            if claim.language == "en"
            else token.noun and before not in _AFTER
        )
        if named and not _in_saying(claim, token):
            return token
    return None


def _in_saying(claim: Claim, token: Token) -> bool:
    return any(one.start <= token.start < one.end for one in claim.sayings)


def other_part(new: Claim, old: Claim) -> bool:
    """Is one about what is left of the other?"""
    return bool(_REST.search(new.line)) != bool(_REST.search(old.line))


_REST = re.compile(
    r"\b(?:uebrig\w*|restlich\w*|remaining|the rest|der rest|die rest\w*|weitere\w*|further|another|zweite\w* (?:haelfte|teil|lieferung)|second (?:half|part|delivery))\b"
)


def other_owner(new: Claim, old: Claim) -> bool:
    """Does one speak of what belongs to a relative that the other does not name?"""
    for one, other in ((new, old), (old, new)):
        for match in _RELATIVES.finditer(one.line):
            if not any(word.startswith(match[1] or match[2] or match[3]) for word in other.plain):
                return True
    return False


def other_act(new: frozenset[str], old: frozenset[str]) -> bool:
    """Do both say what is done, and not the same?"""
    return bool(new and old and not new & old) and not _ACTS_MEET & {
        frozenset({one, other}) for one in new for other in old
    }


def other_sort(new: Claim, old: Claim) -> bool:
    """Do they name different ones of a line of vocabulary/rivals.txt?"""
    lines = dict(old.sorts)
    return any(line in lines and not names & lines[line] for line, names in new.sorts)


_ACTS_MEET = {
    frozenset(pair)
    for pair in (
        ("deliver", "send"), ("deliver", "fetch"), ("inform", "deliver"), ("inform", "send"), ("inspect", "deliver"), ("repair", "deliver"),
        ("repair", "inspect"), ("begin", "enrol"), ("install", "begin"), ("clean", "deliver"), ("print", "deliver"), ("begin", "install"),
    )
}  # fmt: skip


def same_day_named(new: Claim, old: Claim) -> bool:
    """Do both name one weekday, and one of them nothing else ("montags haben wir geschlossen")?"""
    days = [{match[0][:4] for match in _WEEKDAY.finditer(claim.line)} for claim in (new, old)]
    bare = any(
        all(_in_opening(claim, token) or not token.noun for token in claim.tokens) for claim in (new, old)
    )
    return bool(days[0] & days[1]) and bare


def other_number(new: Claim, old: Claim) -> bool:
    """The first one and the second one are not the same."""
    mine, yours = ({match[0][:4] for match in _NUMBERED.finditer(claim.line)} for claim in (new, old))
    return bool(mine and yours and not mine & yours)
