"""What the rules of contradiction share: a clash, and whether two claims speak of one matter, time and condition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from eyelevel.word import matter, scope
from eyelevel.word.claims import KEPT, Claim
from eyelevel.word.stretches import Period

Kind = Literal["date", "amount", "yes_no", "status", "cause", "responsibility", "policy", "quantity", "place"]

Place = tuple[int, int]


@dataclass(frozen=True)
class Clash:
    """A kind of contradiction, with the places of the words in the new and the old sentence."""

    kind: Kind
    new: Place
    old: Place


MOSTLY = 0.6  # of the words that carry matter

MEASURED = frozenset({"days", "minutes", "share", "area", "people", "issues", "pieces"})

REASONED = re.compile(
    r"\b(?:da|weil|nachdem) (?:sie|ihr\w*|du|dein\w*|es)\b|\b(?:as|since|because) (?:you|your|you've|you're|it|it's)\b"
)  # a rule is applied to the case of the reader, which may be an exception of it

_EXCEPT = re.compile(
    r"\b(?:ausser|ausgenommen|sofern|es sei denn|vorher|days before|weeks before|hours before|tage vor|wochen vor|stunden vor|solange|ausnahmsweise|nach einbruch|schon zweimal|already|just this once|drittes mal|as long as|after dark|while it|falls|should it|except|unless|otherwise|sonst|nur wenn|only if|only when|bis auf)\b"
)

_WITHOUT = re.compile(r"\b(?:ohne|without)\b")


def apart(new: Claim, old: Claim) -> bool:
    return scope.other_scope(new, old) or scope.other_number(new, old) or scope.other_owner(new, old)


def same(new: Claim, old: Claim, *, least: float) -> bool:
    shared = matter.common(new, old)
    return shared.weight >= least and not shared.rivals


def agree(one: Period, other: Period) -> bool:
    """Could both be true? Two deadlines agree when they end together, others when they overlap."""
    if one.deadline and other.deadline:
        return one.last == other.last
    if one.ends and other.ends:
        return _last_stretch(one)[0] <= other.last and _last_stretch(other)[0] <= one.last
    if other.ends and not one.ends:
        return one.first <= other.last
    if (
        one.clock is not None
        and other.clock is not None
        and one.clock != other.clock
        and one.first == one.last
    ):
        return False
    return one.first <= other.last and other.first <= one.last


def _last_stretch(one: Period) -> tuple[date, date]:
    """The days of which one is the last: of a deadline its day alone."""
    return (one.last if one.deadline else one.first), one.last


def other_days(new: Claim, old: Claim) -> bool:
    if new.recurring and old.recurring:
        return False  # "on Mondays": the days themselves are compared as scope
    return bool(new.periods and old.periods) and not any(
        agree(one, other) for one in new.periods for other in old.periods
    )


def conditional(new: Claim, old: Claim, name: str = "") -> bool:
    """Does one of them hold only under a condition that the other may not meet?"""
    lone = _says_without(new) != _says_without(old) and name not in {"without", "free", "binding"}
    return lone or _excepts(new) or _excepts(old)


@lru_cache(maxsize=KEPT)
def _says_without(claim: Claim) -> bool:
    return _WITHOUT.search(claim.line) is not None


@lru_cache(maxsize=KEPT)
def _excepts(claim: Claim) -> bool:
    return _EXCEPT.search(claim.line) is not None


@lru_cache(maxsize=KEPT)
def reasoned(claim: Claim) -> bool:
    """Is a rule applied to the case of the reader, which may be an exception of it?"""
    return REASONED.search(claim.line) is not None


def matters(claim: Claim) -> int:
    return sum(not any(one.start <= token.start < one.end for one in claim.sayings) for token in claim.tokens)
