"""Is another thing, person, part, number or day meant? Then two sentences do not speak of the same, however alike they are."""

from __future__ import annotations

import re

from eyelevel.word import matter
from eyelevel.word.claims import Claim, Token

_DETERMINERS = frozenset("the a an your our my his her their this that no every each".split())

_AFTER = frozenset(
    "bei beim fuer in im an am auf mit ohne zu zum zur nach vor von vom aus ueber unter".split()
)

_PEOPLE = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:kind\w*|child\w*|kids?|under-\w+|schueler\w*|son|sohn|tochter|daughter|babys?)\b",
        r"\b(?:erwachsene\w*|adults?)\b",
        r"\b(?:mitglied\w*|members?)\b",
        r"\b(?:nichtmitglied\w*|non-?members?|non members?)\b",
        r"\b(?:student\w*|studierende\w*)\b",
        r"\b(?:senior\w*|rentner\w*|pensioner\w*)\b",
        r"\b(?:vereine?n?|clubs?|charit\w+|gemeinnuetzig\w*)\b",
        r"\b(?:firm(?:a|en|s)|unternehmen|business(?:es)?|compan\w+|gewerb\w+)\b",
        r"\b(?:jugend\w*|juniors?|teenager\w*)\b",
    )
)

_WEEKDAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:mon|diens|donners|frei|sams|sonn|oster|pfingst)+(?:tag|montag)s?\b|\bmittwochs?\b"
)

_NUMBERED = re.compile(
    r"\b(?:erste|zweite|dritte|vierte|first|second|third|fourth|final|letzte)[nrsm]?\s(?=[a-z])(?!half|haelfte|thing)"
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


_CODE = re.compile(r"\b(?:[a-z]\d{1,3}|\d{1,3}[a-z])\b")


def other_sort(new: Claim, old: Claim) -> bool:
    """Do they name different ones of a line of vocabulary/rivals.txt, or different codes ("B1", "12a")?"""
    codes = set(_CODE.findall(new.line)), set(_CODE.findall(old.line))
    if codes[0] and codes[1] and not codes[0] & codes[1]:
        return True
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
        all(matter.in_opening(claim, token) or not token.noun for token in claim.tokens)
        for claim in (new, old)
    )
    return bool(days[0] & days[1]) and bare


def other_number(new: Claim, old: Claim) -> bool:
    """The first one and the second one are not the same."""
    mine, yours = ({match[0][:4] for match in _NUMBERED.finditer(claim.line)} for claim in (new, old))
    return bool(mine and yours and not mine & yours)
