"""When two claims cannot both be true, kind by kind. Each rule names its conditions; where one is in doubt, it is silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from eyelevel.word import causes, figures, matter, scope
from eyelevel.word.claims import KEPT, Claim, acts_near
from eyelevel.word.comparing import MEASURED, Clash, Place, apart, other_days
from eyelevel.word.figures import Figure
from eyelevel.word.opposites import ALONE, negation, none, saying, status
from eyelevel.word.stretches import Period
from eyelevel.word.sums import amount


def clashes(new: Claim, old: Claim) -> Iterator[Clash]:
    """What of the old sentence stands against the new one, at most one clash of each kind."""
    if not new.keys & old.keys and not alone(new) & alone(old):
        return
    for rule in _RULES:
        found = rule(new, old)
        if found is not None:
            yield found


@lru_cache(maxsize=KEPT)
def alone(claim: Claim) -> frozenset[str]:
    return frozenset(one.name for one in claim.sayings if one.name in ALONE or one.name == "open")


def _date(new: Claim, old: Claim) -> Clash | None:
    if (
        not new.periods
        or not old.periods
        or new.recurring
        or old.recurring
        or scope.other_number(new, old)
        or scope.other_owner(new, old)
        or scope.other_sort(new, old)
    ):
        return None
    if not other_days(new, old) or other_matter_of_days(new, old):
        return None
    one, other = new.periods[0], old.periods[0]
    if (other.last - one.first).days == -1 or scope.other_step(
        acts_near(new, one.start), acts_near(old, other.start)
    ):
        return None
    shared = matter.common(
        new, old,
        new_without=[(one.start, one.end) for one in new.periods],
        old_without=[(one.start, one.end) for one in old.periods],
    )  # fmt: skip
    if shared.weight < 1 or shared.rivals:
        return None
    return Clash("date", (one.start, one.end), (other.start, other.end))


def other_matter_of_days(new: Claim, old: Claim) -> bool:
    """Do the days belong to different things, or follow upon each other?"""
    one, other = new.periods[0], old.periods[0]
    if one.deadline and not other.deadline and one.last < other.first:
        return True  # what is to be done before it
    named = scope.other_part(new, old) or _AS_EVER.search(new.line) or _before_noun(new) or _before_noun(old)
    return bool(named) or _turned(new, old) or follows(new, old) or away(new) != away(old)


def _before_noun(claim: Claim) -> bool:
    """Does the day only name a thing ("the Sunday show")?"""
    return claim.language == "en" and any(
        re.match(
            r"(?:'s)?\s(?!(?:morning|afternoon|evening|night|at|from|until|to|between|before|after|and|or|with|for|in|by|on|of|next|unless)\b)[a-z]+",
            claim.text[one.end :],
        )
        is not None
        and one.weekday
        and claim.text[max(0, one.start - 4) : one.start].lower() in {"the ", "our ", "his ", "her ", "s a "}
        for one in claim.periods
    )


def follows(new: Claim, old: Claim) -> bool:
    """Do the days only follow upon each other ("away until the 25th", "here again from the 28th")?"""
    one, other = new.periods[0], old.periods[0]
    return _resumes(new, one, other) or _resumes(old, other, one) or _open_from(old, other, one, new)


_AWAY = re.compile(
    r"\b(?:away|on leave|on holiday|off sick|urlaub|verreist|nicht da|nicht im haus|closed|shut|geschlossen|zu bleibt|faellt aus|ferien|unavailable|out of office)\b"
)


@lru_cache(maxsize=KEPT)
def away(claim: Claim) -> bool:
    """Does the sentence say that nobody is there?"""
    return _AWAY.search(claim.line) is not None


_FROM = re.compile(r"\b(?:ab|from)\s(?:dem\s|the\s)?$", re.IGNORECASE)


def _open_from(claim: Claim, one: Period, later: Period, new: Claim) -> bool:
    """Is the later day one of the first days from which on it is so ("available from mid-March", "sent on 18 March")?"""
    lead = claim.text[max(0, one.start - 12) : one.start]
    again = _FROM.search(new.text[max(0, later.start - 12) : later.start]) or _ONLY_THEN.search(new.line)
    return bool(_FROM.search(lead)) and 0 < (later.first - one.last).days <= 7 and not again


_ONLY_THEN = re.compile(r"\b(?:erst|not before|not until|fruehestens|n't)\b")


def _resumes(claim: Claim, one: Period, other: Period) -> bool:
    """Does one begin where the other ends ("away until 25 September", "here again from the 28th")?"""
    lead = claim.text[max(0, one.start - 12) : one.start]
    begins = _FROM.search(lead) or claim.progress
    return bool(begins) and other.ends and 0 < (one.first - other.last).days <= 5


_AS_EVER = re.compile(r"\b(?:wie gewohnt|wie immer|as usual|as always)\b")


def _turned(new: Claim, old: Claim) -> bool:
    """Closed on the one day and open on the other is no clash of days."""
    return any(
        one.name == other.name and one.holds != other.holds and one.name in {"open", "cancelled", "exists"}
        for one in new.sayings
        for other in old.sayings
    )


def _quantity(new: Claim, old: Claim) -> Clash | None:
    for other in old.figures:
        fresh = [one for one in new.figures if same_unit(one.unit, other.unit)]
        if (
            not fresh
            or (other.one and other.unit not in MEASURED)
            or any(one.value == other.value for one in fresh)
        ):
            continue
        if fits_in(new, old, fresh, other) or apart(new, old):
            continue
        one = fresh[0]
        measured = other.unit in MEASURED or ":" in other.unit
        places = ([(one.start, one.end)], [(other.start, other.end)]) if measured else ((), ())
        shared = matter.common(new, old, new_without=places[0], old_without=places[1])
        if shared.weight >= 1 and not shared.rivals:
            return Clash("quantity", (one.start, one.end), (other.start, other.end))
    return None


LEFT = re.compile(
    r"\b(?:bisher|so far|seit|already|schon|noch|bleiben|bleibt|uebrig|davon|of which|left|remaining|remain|rest|more|weitere\w*|reicht(?! (?:etwa |bis |nur )?(?:fuer|\d))|enough|genug|genommen|verpasst|missed|gebucht|booked|verbraucht|used|kamen|came|attended|anwesend|present|each|je)\b"
)


def same_unit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (
        one == other
        or (len(short) >= 5 and long.endswith(short))
        or (len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 2)
    )


def fits_in(new: Claim, old: Claim, fresh: Sequence[Figure], other: Figure) -> bool:
    """Is the new number a part of the old one, or within its bounds?"""
    if other.value == sum(one.value for one in fresh) or LEFT.search(new.line):
        return True
    one = fresh[0]
    if product(new, old) or sum(_numbers(new)) == other.value:
        return True
    if one.most or one.least:
        return False
    if other.most and one.value <= other.value and other.unit != "days":
        return not re.search(r"\b(?:limit|nur|only)\b", new.line)
    return other.least and one.value >= other.value


def product(new: Claim, old: Claim) -> bool:
    """Is a new number so many times an old one ("two packs", "60 tablets")?"""
    return any(
        one.value * many.value == other.value
        for one in old.figures
        for other in new.figures
        for many in new.figures
        if many is not other and many.value > 1 and same_unit(one.unit, other.unit)
    )


def _numbers(claim: Claim) -> list[Decimal]:
    """All plain numbers of a sentence, whatever they count."""
    found = (figures.value(word) for word in claim.plain)
    return [one for one in found if one is not None]


def _place(new: Claim, old: Claim) -> Clash | None:
    here, there = causes.places(new), causes.places(old)
    if not here or not there or apart(new, old) or not causes.elsewhere(new, here, old, there):
        return None
    shared = matter.common(
        new,
        old,
        new_without=[(one.start, one.end) for one in here],
        old_without=[(one.start, one.end) for one in there],
    )
    if shared.weight < 1 or shared.rivals:
        return None
    return Clash("place", (here[0].start, here[0].end), (there[0].start, there[0].end))


def _cause(new: Claim, old: Claim) -> Clash | None:
    why, because = causes.cause(new), causes.cause(old)
    if why is None or because is None:
        return None
    mine = _keys(new, why)
    yours = _keys(old, because)
    if not mine or not yours or mine & old.keys or yours & new.keys:
        return None
    shared = matter.common(new, old, new_without=[why], old_without=[because])
    if shared.weight < 0.5 or shared.rivals:
        return None
    return Clash("cause", why, because)


def _keys(claim: Claim, place: Place) -> frozenset[str]:
    return frozenset(
        key
        for token in claim.tokens
        if place[0] <= token.start < place[1]
        for key in token.whole | token.parts
    )


def _responsibility(new: Claim, old: Claim) -> Clash | None:
    ours, yours = causes.doers(old)
    us, you = causes.doers(new)
    for clause in sorted(ours):
        for now in sorted(you):
            outside = _outside(new, now) if us else [], _outside(old, clause) if yours else []
            shared = matter.common(new, old, new_without=outside[0], old_without=outside[1])
            acts = acts_near(new, _clause(new, now)[0]), acts_near(old, _clause(old, clause)[0])
            if shared.weight >= 1 and not shared.rivals and not scope.other_act(*acts):
                return Clash("responsibility", _clause(new, now), _clause(old, clause))
    return None


def _clause(claim: Claim, number: int) -> Place:
    spots = [(start, end) for start, end, clause in claim.spots if clause == number]
    return (spots[0][0], spots[-1][1]) if spots else (0, len(claim.text))


def _outside(claim: Claim, number: int) -> list[Place]:
    start, end = _clause(claim, number)
    return [(0, start), (end, len(claim.text) + 1)]


_RULES: tuple[Callable[[Claim, Claim], Clash | None], ...] = (
    _date, amount, saying, negation, none, status, _quantity, _place, _cause, _responsibility,
)  # fmt: skip
