"""Is another thing, person, part, number or day meant? Then two sentences do not speak of the same, however alike they are."""

from __future__ import annotations

import re
from functools import lru_cache

from eyelevel.word import matter
from eyelevel.word.claims import KEPT, Claim
from eyelevel.word.tokens import Token

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
        r"\b(?:grosseltern|oma|opa|grandparents?|grandmother|grandfather)\b",
        r"\b(?:eltern|parents?)\b",
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
    return (
        _differ(_people(new), _people(old)) or other_sort(new, old) or _differ(_weekdays(new), _weekdays(old))
    )


def _differ(ones: frozenset[str], others: frozenset[str]) -> bool:
    """Do both name some, and none in common?"""
    return bool(ones and others and not ones & others)


@lru_cache(maxsize=KEPT)
def _people(claim: Claim) -> frozenset[str]:
    return frozenset(pattern.pattern for pattern in _PEOPLE if pattern.search(claim.line))


@lru_cache(maxsize=KEPT)
def _weekdays(claim: Claim) -> frozenset[str]:
    return frozenset(match[0][:4] for match in _WEEKDAY.finditer(claim.line))


@lru_cache(maxsize=KEPT)
def _numbers(claim: Claim) -> frozenset[str]:
    return frozenset(match[0][:4] for match in _NUMBERED.finditer(claim.line))


@lru_cache(maxsize=KEPT)
def _codes(claim: Claim) -> frozenset[str]:
    return frozenset((*_CODE.findall(claim.line), *_CALLED.findall(claim.line)))


@lru_cache(maxsize=KEPT)
def _relatives(claim: Claim) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[3] for match in _RELATIVES.finditer(claim.line))


_RELATIVES = re.compile(
    r"\b(?:ihres|deines) (sohn|brud|vater|mann|gross|enkel|nachbar)\w*|\b(?:ihrer|deiner) (frau|tocht|mutt|schwest|gross|enkel|nachbar)\w*"
    r"|\byour (son|daughter|brother|sister|mother|father|husband|wife|neighbour|partner|grand)\w*'s\b"
)


@lru_cache(maxsize=KEPT)
def _names_a_rest(claim: Claim) -> bool:
    return _REST.search(claim.line) is not None


def other_subject(new: Claim, old: Claim) -> bool:
    """Does each of them begin with a thing that the other does not name at all?"""
    first, second = _subject(new), _subject(old)
    if first is None or second is None:
        return False
    return not (first.whole | first.parts) & old.keys and not (second.whole | second.parts) & new.keys


@lru_cache(maxsize=KEPT)
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
    return _names_a_rest(new) != _names_a_rest(old)


_REST = re.compile(
    r"\b(?:uebrig\w*|restlich\w*|remaining|the rest|der rest|die rest\w*|weitere\w*|further|another|zweite\w* (?:haelfte|teil|lieferung)|second (?:half|part|delivery))\b"
)


def other_owner(new: Claim, old: Claim) -> bool:
    """Does one speak of what belongs to a relative that the other does not name?"""
    for one, other in ((new, old), (old, new)):
        for relative in _relatives(one):
            if not any(word.startswith(relative) for word in other.plain):
                return True
    return False


# The steps of a matter that have days of their own; the other acts of vocabulary/acts.txt only tell tasks apart.
STEPS = frozenset(
    "deliver fetch install begin end enrol inspect repair bill inform send carry clean print rehearse cancel result check_out".split()
)


def other_step(new: frozenset[str], old: frozenset[str]) -> bool:
    """Do both name a step that has a day of its own, and not the same?"""
    return other_act(new & STEPS, old & STEPS)


def other_act(new: frozenset[str], old: frozenset[str]) -> bool:
    """Do both say what is done, and not the same?"""
    return bool(new and old and not new & old) and not _ACTS_MEET & {
        frozenset({one, other}) for one in new for other in old
    }


_CALLED = re.compile(
    r"\b(?:order|bestellung|auftrag|vorgang|deck|plot|parzelle|linie|line|block|vertrag|contract|case|fall|policy|police) (\d+|[a-d]|two|three|four|five|zwei|drei|vier|fuenf)\b"
)
_CODE = re.compile(r"\b(?:[a-z]\d{1,3}|\d{1,3}[a-z])\b")


def other_sort(new: Claim, old: Claim) -> bool:
    """Do they name different ones of a line of vocabulary/rivals.txt, or different codes ("B1", "12a")?"""
    if _differ(_codes(new), _codes(old)):
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
    bare = any(
        all(matter.in_opening(claim, token) or not token.noun for token in claim.tokens)
        for claim in (new, old)
    )
    return bool(_weekdays(new) & _weekdays(old)) and bare


def other_number(new: Claim, old: Claim) -> bool:
    """The first one and the second one are not the same."""
    return _differ(_numbers(new), _numbers(old))
