"""What speaks for and against a sign of a contradiction, as numbers between 0 and 1: word/weighing.py judges the sum of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from eyelevel.word import causes, clashes, matter, scope, signals, sums
from eyelevel.word.claims import Claim, acts_near
from eyelevel.word.comparing import apart, conditional, other_days, reasoned
from eyelevel.word.marking import marks
from eyelevel.word.signals import Ranges, Sign


def of(sign: Sign, new: Claim, old: Claim) -> dict[str, float]:
    """What speaks for and against a sign; every value between 0 and 1."""
    shared = matter.common(new, old, new_without=sign.new_without, old_without=sign.old_without)
    covered = _covered(new, old.keys, sign.new_without), _covered(old, new.keys, sign.old_without)
    acts = acts_near(new, sign.new[0]), acts_near(old, sign.old[0])
    other = scope.other_step if sign.kind == "date" else scope.other_act
    values: dict[str, float] = {
        **_between(new, old), **_of_kind(sign, new, old), sign.shown_by: 1,
        "matter": min(shared.weight, 3) / 3, "some matter": shared.weight >= 0.5, "one noun": shared.weight >= 1,
        "more than a noun": shared.weight >= 1.5, "rival": shared.rivals > 0,
        "covered new": covered[0], "covered old": covered[1], "covered both": covered[0] * covered[1],
        "other act": other(*acts), "same act": bool(acts[0] & acts[1]),
        "unruled": not sign.shown_by.startswith("rule"),
    }  # fmt: skip
    values |= {f"{name}: {sign.kind}": values[name] for name in _BY_KIND if values.get(name)}
    return {name: float(value) for name, value in values.items() if value}


@lru_cache(maxsize=64)
def _between(new: Claim, old: Claim) -> dict[str, float]:
    """What holds between two sentences, whatever the sign."""
    mine, yours = marks(new), marks(old)
    return {
        "around": min(len(new.around & old.around & _matter_keys(old)), 3) / 3,
        "conditional": conditional(new, old),
        "other subject": scope.other_subject(new, old),
        "same weekday": scope.same_day_named(new, old) and not clashes.alone(new).isdisjoint(clashes.alone(old)),
        "other part": scope.other_part(new, old),
        "progress": new.progress, "progress of not": new.progress and bool(old.denied),
        "moved": "moved" in mine, "news": "news" in mine, "news of not": "news" in mine and (bool(old.denied) or "waits" in yours),
        "reasoned": reasoned(new),
        "said again": _said_again(new, old),
        "same sum": _same(new.amounts, old.amounts), "same number": _same(new.figures, old.figures),
        "same day": bool(new.periods and old.periods) and not other_days(new, old),
        "both deny": bool(new.denied) and bool(old.denied), "old denies": bool(old.denied), "old waits": "waits" in yours,
        "product": clashes.product(new, old),
        "threshold": "threshold" in yours and bool(new.figures or new.amounts),
        "recurring": new.recurring or old.recurring,
        "left": "left" in mine, "verb": _same_verb(new, old), "short": len(old.tokens) <= 3, "long": len(new.tokens) > 8,
    }  # fmt: skip


def _of_kind(sign: Sign, new: Claim, old: Claim) -> dict[str, float]:
    """What holds for a sign of this kind."""
    dated, counted, shared = sign.kind == "date", sign.kind == "quantity", sign.kind == "responsibility"
    return {
        "apart": _apart(new, old) if dated else apart(new, old),
        "other day": not dated and other_days(new, old),
        "other place": sign.kind != "place" and _other_place(new, old),
        "adds up": _adds_up(sign, new, old), "more with and": sign.kind == "amount" and _more_with_and(new, old),
        "same cause": _same_cause(new, old),
        "bounds": counted and _bounds(new, old, kept=True), "fits": counted and _fits(new, old), "beyond bounds": counted and _bounds(new, old, kept=False),
        "ours too": shared and bool(causes.doers(new)[0]) and bool(causes.doers(old)[0]),
    }  # fmt: skip


_BY_KIND = (
    "one noun", "more than a noun", "covered both", "rival", "conditional", "other subject", "other act", "other part", "left", "progress",
    "old denies", "reasoned", "recurring", "old waits", "other place", "threshold", "unruled", "said again", "news", "apart", "same act", "matter",
)  # fmt: skip


def _covered(claim: Claim, keys: frozenset[str], without: Ranges) -> float:
    """The share of the words of matter that the other claim names too."""
    said = [*without, *((one.start, one.end) for one in claim.sayings)]
    outside = [one for one in claim.tokens if not any(start <= one.start < end for start, end in said)]
    return sum(bool((one.whole | one.parts) & keys) for one in outside) / len(outside) if outside else 0


def _matter_keys(claim: Claim) -> frozenset[str]:
    return frozenset(key for key in claim.around if key.startswith("~"))


def _same(ones: Sequence[object], others: Sequence[object]) -> bool:
    return bool({one.value for one in ones} & {one.value for one in others})  # type: ignore[attr-defined] # sums and numbers have values


def _apart(new: Claim, old: Claim) -> bool:
    """Another thing or person; the days are what is compared."""
    return scope.other_sort(new, old) or scope.other_number(new, old) or scope.other_owner(new, old)


def _bounds(new: Claim, old: Claim, *, kept: bool) -> bool:
    """Does a new number keep to a bound that the old one sets ("at most", "at least"), or break it?"""
    met = [
        one.value <= other.value if other.most else one.value >= other.value
        for other in old.figures if other.most or other.least
        for one in new.figures if clashes.same_unit(one.unit, other.unit)
    ]  # fmt: skip
    return kept in met


def _said_again(new: Claim, old: Claim) -> bool:
    """Does the draft name the old sum, number or day itself, in this sentence or another?"""
    sums_, numbers, days = new.told
    return (
        any(one.value in sums_ for one in old.amounts)
        or any((one.value, one.unit) in numbers for one in old.figures if not one.one)
        or any(one.first == other.first and one.last == other.last for one in days for other in old.periods)
    )


def _fits(new: Claim, old: Claim) -> bool:
    fresh = [
        (one, other)
        for other in old.figures
        for one in new.figures
        if clashes.same_unit(one.unit, other.unit)
    ]
    return bool(fresh) and clashes.fits_in(new, old, [fresh[0][0]], fresh[0][1])


def _same_verb(new: Claim, old: Claim) -> bool:
    """Is a word in common that is no noun, as far as the language shows it?"""
    mine = frozenset(key for token in new.tokens if not token.noun for key in token.whole)
    return any(mine & token.whole for token in old.tokens if not token.noun)


def _adds_up(sign: Sign, new: Claim, old: Claim) -> bool:
    return sign.kind == "amount" and bool(new.amounts and old.amounts) and sums.adds_up(
        [one.value for one in new.amounts], [one.value for one in old.amounts], new, old
    )  # fmt: skip


_AND = re.compile(r"\b(?:und|and|samt|mit|with|plus|inkl|inklusive|including)\b")


def _more_with_and(new: Claim, old: Claim) -> bool:
    """Is a greater sum named for this and more ("lamp and bulb come to £52")?"""
    return (
        bool(new.amounts and old.amounts)
        and new.amounts[0].value > old.amounts[0].value
        and bool(_AND.search(new.line))
        and not _AND.search(old.line)
    )


def _same_cause(new: Claim, old: Claim) -> bool:
    why, because = causes.cause(new), causes.cause(old)
    return (
        why is not None
        and because is not None
        and not signals.keys_of(new, why).isdisjoint(signals.keys_of(old, because))
    )


def _other_place(new: Claim, old: Claim) -> bool:
    here, there = causes.preposed(new), causes.preposed(old)
    return bool(here and there) and causes.elsewhere(new, here, old, there)
