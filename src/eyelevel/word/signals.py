"""What two claims show that may be a contradiction, and what speaks for and against it, as plain numbers.

The rules of word/clashes.py are narrow; here each sign of a contradiction counts, however weak, with the company it keeps: how much
matter is in common, whether another person or part is meant, whether a condition is named. word/weighing.py judges the sum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from eyelevel.word import causes, clashes, matter, opposites, scope, sums
from eyelevel.word.claims import Claim, acts_near
from eyelevel.word.comparing import REASONED, Clash, Kind, Place, apart, conditional, other_days

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Sign:
    """A possible clash: what shows it (`shown_by`), its kind, its places, and the ranges that carry no matter of their own."""

    shown_by: str
    kind: Kind
    new: Place
    old: Place
    new_without: Ranges = field(default=())
    old_without: Ranges = field(default=())

    @property
    def clash(self) -> Clash:
        return Clash(self.kind, self.new, self.old)


def signs(new: Claim, old: Claim) -> Iterator[Sign]:
    """All that may stand between two claims."""
    if not new.around & old.keys and not clashes.alone(new) & clashes.alone(old):
        return
    for look in _LOOKS:
        yield from look(new, old)


def _whole(claim: Claim) -> Place:
    return 0, len(claim.text)


def _spans(many: Sequence[object]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in many]  # type: ignore[attr-defined] # all of them have places


def _strict(new: Claim, old: Claim) -> Iterator[Sign]:
    for clash in clashes.clashes(new, old):
        yield Sign(f"rule {clash.kind}", clash.kind, clash.new, clash.old)


def _dates(new: Claim, old: Claim) -> Iterator[Sign]:
    if new.periods and old.periods and other_days(new, old) and not (new.recurring and old.recurring):
        one, other = new.periods[0], old.periods[0]
        yield Sign("days", "date", (one.start, one.end), (other.start, other.end), _spans(new.periods), _spans(old.periods))
    elif new.clocks and old.clocks and not {one.minutes for one in new.clocks} & {one.minutes for one in old.clocks}:
        one_clock, other_clock = new.clocks[0], old.clocks[0]
        yield Sign("clocks", "date", (one_clock.start, one_clock.end), (other_clock.start, other_clock.end))


def _amounts(new: Claim, old: Claim) -> Iterator[Sign]:
    said = {(one.value, one.currency) for one in old.amounts}
    comparable = [one for one in new.amounts if any(one.currency == currency for _value, currency in said)]
    if comparable and not any((one.value, one.currency) in said for one in comparable):
        one, other = comparable[0], old.amounts[0]
        yield Sign("sums", "amount", (one.start, one.end), (other.start, other.end))
    for priced, free, turned in ((new, old, False), (old, new, True)):
        gift = next((one for one in free.sayings if one.name in {"free", "included"} and one.holds), None)
        if gift is not None and any(one.value for one in priced.amounts):
            if any(one.name in {"free", "included"} and one.holds for one in priced.sayings):
                continue
            paid = priced.amounts[-1]
            places = ((gift.start, gift.end), (paid.start, paid.end)) if turned else ((paid.start, paid.end), (gift.start, gift.end))
            yield Sign(f"price of {gift.name}", "policy" if gift.name == "free" else "amount", *places)


def _price_of_none(new: Claim, old: Claim) -> Iterator[Sign]:
    if old.denied and new.amounts and not new.denied and not old.amounts:
        yield Sign("price of none", "policy", (new.amounts[0].start, new.amounts[0].end), _whole(old))


def _sayings(new: Claim, old: Claim) -> Iterator[Sign]:
    for one in new.sayings:
        for other in old.sayings:
            if one.name == other.name and one.holds != other.holds:
                mine, yours = (one.start, one.end), (other.start, other.end)
                yield Sign(f"opposite {one.kind} {'now' if one.holds else 'no more'}", one.kind, mine, yours, [mine], [yours])  # type: ignore[arg-type] # the vocabulary names kinds


_ONLY = re.compile(
    r"\b(?:nur|ausschliesslich|lediglich|bloss|einzig|only|solely|exclusively|no one but|nothing but|hoechstens|maximal|begrenzt|limited|is the limit|limit)\b"
)


def _denials(new: Claim, old: Claim) -> Iterator[Sign]:
    if bool(new.denied) != bool(old.denied):
        yield Sign("not", "yes_no", _whole(new), _whole(old))
    if bool(_ONLY.search(new.line)) and not _ONLY.search(old.line):
        yield Sign("only", "policy", _whole(new), _whole(old))


def _pending(new: Claim, old: Claim) -> Iterator[Sign]:
    if opposites.PENDING.search(new.line) and not opposites.PENDING.search(old.line) and not old.denied:
        yield Sign("waits", "status", _whole(new), _whole(old))


def _quantities(new: Claim, old: Claim) -> Iterator[Sign]:
    for other in old.figures:
        fresh = [one for one in new.figures if clashes.same_unit(one.unit, other.unit)]
        if fresh and not any(one.value == other.value for one in fresh):
            one = fresh[0]
            yield Sign("number", "quantity", (one.start, one.end), (other.start, other.end), [(one.start, one.end)], [(other.start, other.end)])
            return


def _places(new: Claim, old: Claim) -> Iterator[Sign]:
    here, there = _only_here(causes.preposed(new), old), _only_here(causes.preposed(old), new)
    if here and there and causes.elsewhere(new, here, old, there):
        said = "place" if causes.places(new) and causes.places(old) else "place besides"
        yield Sign(said, "place", (here[0].start, here[0].end), (there[0].start, there[0].end), _spans(here), _spans(there))
        return
    mine, yours = causes.place_names(new), causes.place_names(old)
    if mine and yours and not frozenset().union(*(one.whole | one.parts for one in mine)) & old.keys:
        if not frozenset().union(*(one.whole | one.parts for one in yours)) & new.keys:
            yield Sign("place named", "place", (mine[0].start, mine[0].end), (yours[0].start, yours[0].end), _spans(mine), _spans(yours))


def _only_here(named: Sequence[causes.Place], other: Claim) -> Sequence[causes.Place]:
    """Without what the other names too ("beim Flohmarkt"), where something is left."""
    left = [one for one in named if not one.forms & other.keys]
    return left or named


def _causes(new: Claim, old: Claim) -> Iterator[Sign]:
    why, because = causes.cause(new), causes.cause(old)
    if why is None:
        return
    if because is None:
        because = causes.fault(old)
        if because is None:
            return
        shown_by = "cause against fault"
    else:
        shown_by = "causes"
    mine = _keys(new, why)
    yours = _keys(old, because)
    if mine and yours and not mine & yours and not (mine & old.keys and yours & new.keys):
        yield Sign(shown_by, "cause", why, because, [why], [because])


def _keys(claim: Claim, place: Place) -> frozenset[str]:
    return frozenset(
        key for token in claim.tokens if place[0] <= token.start < place[1] for key in token.whole | token.parts
    )


def _tasks(new: Claim, old: Claim) -> Iterator[Sign]:
    ours, yours = causes.doers(old)
    us, you = causes.doers(new)
    if ours and you:
        yield Sign("task of yours", "responsibility", _whole(new), _whole(old))
    elif yours and us:
        yield Sign("task of ours", "responsibility", _whole(new), _whole(old))


_LOOKS: tuple[Callable[[Claim, Claim], Iterator[Sign]], ...] = (
    _strict, _dates, _amounts, _price_of_none, _sayings, _pending, _quantities, _places, _causes, _tasks, _denials,
)  # fmt: skip


def evidence(sign: Sign, new: Claim, old: Claim) -> dict[str, float]:
    """What speaks for and against a sign; every value between 0 and 1."""
    shared = matter.common(new, old, new_without=sign.new_without, old_without=sign.old_without)
    covered = _covered(new, old.keys, sign.new_without), _covered(old, new.keys, sign.old_without)
    around = len(new.around & old.around & _matter_keys(old))
    acts = acts_near(new, sign.new[0]), acts_near(old, sign.old[0])
    values: dict[str, float] = {
        sign.shown_by: 1,
        "matter": min(shared.weight, 3) / 3,
        "some matter": shared.weight >= 0.5,
        "one noun": shared.weight >= 1,
        "more than a noun": shared.weight >= 1.5,
        "rival": shared.rivals > 0,
        "covered new": covered[0],
        "covered old": covered[1],
        "covered both": covered[0] * covered[1],
        "around": min(around, 3) / 3,
        "apart": _apart(new, old) if sign.kind == "date" else apart(new, old),
        "moved": _MOVED.search(new.line) is not None,
        "news": _NEWS.search(new.line) is not None,
        "news of not": _NEWS.search(new.line) is not None and (bool(old.denied) or opposites.PENDING.search(old.line) is not None),
        "conditional": conditional(new, old),
        "other subject": scope.other_subject(new, old),
        "other act": scope.other_act(*acts),
        "same act": bool(acts[0] & acts[1]),
        "other part": scope.other_part(new, old),
        "progress": new.progress,
        "progress of not": new.progress and bool(old.denied),
        "reasoned": REASONED.search(new.line) is not None,
        "same sum": _same(new.amounts, old.amounts),
        "same number": _same(new.figures, old.figures),
        "same day": bool(new.periods and old.periods) and not other_days(new, old),
        "other day": sign.kind != "date" and other_days(new, old),
        "agree": _agree(new, old),
        "both deny": bool(new.denied) and bool(old.denied),
        "old denies": bool(old.denied),
        "old waits": opposites.PENDING.search(old.line) is not None,
        "adds up": _adds_up(sign, new, old),
        "product": clashes.product(new, old),
        "threshold": _THRESHOLD.search(old.line) is not None and bool(new.figures or new.amounts),
        "other place": sign.kind != "place" and _other_place(new, old),
        "recurring": new.recurring or old.recurring,
        "unruled": not sign.shown_by.startswith("rule"),
        "left": clashes.LEFT.search(new.line) is not None,
        "bounds": sign.kind == "quantity" and _bounds(new, old, kept=True),
        "beyond bounds": sign.kind == "quantity" and _bounds(new, old, kept=False),
        "ours too": sign.kind == "responsibility" and bool(causes.doers(new)[0]) and bool(causes.doers(old)[0]),
        "verb": _same_verb(new, old),
        "short": len(old.tokens) <= 3,
        "long": len(new.tokens) > 8,
    }  # fmt: skip
    for name in _BY_KIND:
        if values[name]:
            values[f"{name}: {sign.kind}"] = values[name]
    return {name: float(value) for name, value in values.items() if value}


_THRESHOLD = re.compile(r"\b(?:ab|from|over|ueber|mindestens|at least|more than|mehr als|bis|up to|within|binnen|innerhalb) (?:\d+|zwei|drei|vier|fuenf|sechs|acht|zehn|zwoelf|two|three|four|five|six|eight|ten|twelve)\b")


_MOVED = re.compile(r"\b(?:gebracht|gefahren|umgezogen|zurueckgekommen|geliefert|took|taken|brought|moved|delivered|come back|came back)\b")
_NEWS = re.compile(
    r"\b(?:gestern|heute|soeben|gerade eben|inzwischen|mittlerweile|jetzt|yesterday|today|this morning|just|now|has since|last night|as of)\b"
)


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


def _same_verb(new: Claim, old: Claim) -> bool:
    """Is a word in common that is no noun, as far as the language shows it?"""
    mine = frozenset(key for token in new.tokens if not token.noun for key in token.whole)
    return any(mine & token.whole for token in old.tokens if not token.noun)


def _adds_up(sign: Sign, new: Claim, old: Claim) -> bool:
    return sign.kind == "amount" and bool(new.amounts and old.amounts) and sums.adds_up(
        [one.value for one in new.amounts], [one.value for one in old.amounts], new, old
    )  # fmt: skip


def _other_place(new: Claim, old: Claim) -> bool:
    here, there = causes.preposed(new), causes.preposed(old)
    return bool(here and there) and causes.elsewhere(new, here, old, there)


_BY_KIND = (
    "one noun", "covered both", "rival", "conditional", "other subject", "other act", "other part", "left", "bounds", "progress", "old denies",
    "reasoned", "around", "recurring", "agree", "other day", "old waits", "other place", "threshold", "moved", "news", "news of not", "same sum", "same number", "more than a noun", "unruled",
)  # fmt: skip


def _covered(claim: Claim, keys: frozenset[str], without: Ranges) -> float:
    """The share of the words of matter that the other claim names too."""
    outside = [one for one in claim.tokens if not any(start <= one.start < end for start, end in without)]
    return sum(bool((one.whole | one.parts) & keys) for one in outside) / len(outside) if outside else 0


def _matter_keys(claim: Claim) -> frozenset[str]:
    return frozenset(key for key in claim.around if key.startswith("~"))


def _same(ones: Sequence[object], others: Sequence[object]) -> bool:
    return bool({one.value for one in ones} & {one.value for one in others})  # type: ignore[attr-defined] # sums and numbers have values


def _agree(new: Claim, old: Claim) -> bool:
    """Does a concept stand in both with the same sign?"""
    return any(one.name == other.name and one.holds == other.holds for one in new.sayings for other in old.sayings)
