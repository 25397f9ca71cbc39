"""What two claims show that may be a contradiction: signs, however weak.

The rules of word/clashes.py are narrow; here each sign counts. What speaks for and against it is gathered by word/evidence.py
and judged by word/weighing.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from eyelevel.word import causes, clashes, sums, vocabulary
from eyelevel.word.claims import Claim
from eyelevel.word.comparing import Clash, Kind, Place, other_days
from eyelevel.word.marking import marks
from eyelevel.word.tokens import Token

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
    """All that may stand between two claims; the narrow rules are asked only where a sign is there."""
    if new.around.isdisjoint(old.keys) and clashes.alone(new).isdisjoint(clashes.alone(old)):
        return
    seen = [sign for look in _LOOKS for sign in look(new, old)]
    yield from seen
    if seen:
        for clash in clashes.clashes(new, old):
            yield Sign(f"rule {clash.kind}", clash.kind, clash.new, clash.old)


def _whole(claim: Claim) -> Place:
    return 0, len(claim.text)


def _spans(many: Sequence[object]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in many]  # type: ignore[attr-defined] # all of them have places


_FROM_OR_TO = re.compile(
    r"\b(?:ab|bis|von|vor|nach|zwischen|from|until|till|by|to|before|after|between)\s(?:\d|half|quarter)|\d\s?(?:-|–|bis|to)\s?\d",
    re.IGNORECASE,
)


def _dates(new: Claim, old: Claim) -> Iterator[Sign]:
    if new.recurring or old.recurring or clashes.away(new) != clashes.away(old):
        return
    if new.periods and old.periods and other_days(new, old):
        if clashes.other_matter_of_days(new, old):
            return
        one, other = new.periods[0], old.periods[0]
        yield Sign(
            "days",
            "date",
            (one.start, one.end),
            (other.start, other.end),
            _spans(new.periods),
            _spans(old.periods),
        )
    elif len(new.clocks) == len(old.clocks) == 1 and new.clocks[0].minutes != old.clocks[0].minutes:
        if _FROM_OR_TO.search(new.text) or _FROM_OR_TO.search(old.text):
            return
        one_clock, other_clock = new.clocks[0], old.clocks[0]
        yield Sign("clocks", "date", (one_clock.start, one_clock.end), (other_clock.start, other_clock.end))


def _amounts(new: Claim, old: Claim) -> Iterator[Sign]:
    said = {(one.value, one.currency) for one in old.amounts}
    comparable = [one for one in new.amounts if any(one.currency == currency for _value, currency in said)]
    values = [one.value for one in comparable], [one.value for one in old.amounts]
    if (
        comparable
        and not any((one.value, one.currency) in said for one in comparable)
        and not sums.adds_up(*values, new, old)
    ):
        one, other = comparable[0], old.amounts[0]
        yield Sign("sums", "amount", (one.start, one.end), (other.start, other.end))
    for priced, free, turned in ((new, old, False), (old, new, True)):
        gift = next((one for one in free.sayings if one.name in {"free", "included"} and one.holds), None)
        if gift is not None and any(one.value for one in priced.amounts):
            if any(one.name in {"free", "included"} and one.holds for one in priced.sayings):
                continue
            paid = priced.amounts[-1]
            places = (
                ((gift.start, gift.end), (paid.start, paid.end))
                if turned
                else ((paid.start, paid.end), (gift.start, gift.end))
            )
            yield Sign(f"price of {gift.name}", "policy" if gift.name == "free" else "amount", *places)


def _price_of_none(new: Claim, old: Claim) -> Iterator[Sign]:
    if old.denied and new.amounts and not new.denied and not old.amounts:
        yield Sign("price of none", "policy", (new.amounts[0].start, new.amounts[0].end), _whole(old))


def _sayings(new: Claim, old: Claim) -> Iterator[Sign]:
    for one in new.sayings:
        for other in old.sayings:
            if one.name == other.name and one.holds != other.holds:
                mine, yours = (one.start, one.end), (other.start, other.end)
                shown_by = f"opposite {one.kind} {'now' if one.holds else 'no more'}"
                yield Sign(shown_by, one.kind, mine, yours, [mine], [yours])  # type: ignore[arg-type] # the vocabulary names kinds


def _denials(new: Claim, old: Claim) -> Iterator[Sign]:
    if bool(new.denied) != bool(old.denied):
        yield Sign("not", "yes_no", _whole(new), _whole(old))
    if "only" in marks(new) and "only" not in marks(old):
        yield Sign("only", "policy", _whole(new), _whole(old))


def _pending(new: Claim, old: Claim) -> Iterator[Sign]:
    if "waits" in marks(new) and "waits" not in marks(old) and not old.denied:
        yield Sign("waits", "status", _whole(new), _whole(old))


def _quantities(new: Claim, old: Claim) -> Iterator[Sign]:
    for other in old.figures:
        fresh = [one for one in new.figures if clashes.same_unit(one.unit, other.unit)]
        if (
            fresh
            and not any(one.value == other.value for one in fresh)
            and not clashes.fits_in(new, old, fresh, other)
        ):
            one = fresh[0]
            yield Sign(
                "number",
                "quantity",
                (one.start, one.end),
                (other.start, other.end),
                [(one.start, one.end)],
                [(other.start, other.end)],
            )
            return


def _places(new: Claim, old: Claim) -> Iterator[Sign]:
    here, there = _only_here(causes.preposed(new), old), _only_here(causes.preposed(old), new)
    if here and there and causes.elsewhere(new, here, old, there):
        said = "place" if causes.places(new) and causes.places(old) else "place besides"
        yield Sign(
            said,
            "place",
            (here[0].start, here[0].end),
            (there[0].start, there[0].end),
            _spans(here),
            _spans(there),
        )
        return
    mine, yours = causes.place_names(new), causes.place_names(old)
    called = next(
        (
            (one, other)
            for one in mine
            for other in yours
            if one.whole & other.whole and _otherwise_called(new, one, old, other)
        ),
        None,
    )
    if called is not None:
        one, other = called
        yield Sign(
            "place called",
            "place",
            (one.start, one.end),
            (other.start, other.end),
            _spans(mine),
            _spans(yours),
        )
        return
    if mine and yours and _none_named(mine, old) and _none_named(yours, new):
        one, other = mine[0], yours[0]
        yield Sign(
            "place named",
            "place",
            (one.start, one.end),
            (other.start, other.end),
            _spans(mine),
            _spans(yours),
        )


def _none_named(places: Sequence[Token], other: Claim) -> bool:
    """Does the other sentence name none of these places?"""
    return all((one.whole | one.parts).isdisjoint(other.keys) for one in places)


def _otherwise_called(new: Claim, one: Token, old: Claim, other: Token) -> bool:
    """Does a number or a name beside the same word tell another place ("carousel 3", "Raum Alpha")?"""
    mine, yours = _called(new, one), _called(old, other)
    return bool(mine and yours and mine.isdisjoint(yours))


def _called(claim: Claim, token: Token) -> frozenset[str]:
    beside = (place for place in (token.place - 1, token.place + 1) if 0 <= place < len(claim.plain))
    return frozenset(
        claim.plain[place] for place in beside
        if claim.plain[place].isdigit() or (claim.text[claim.spots[place][0]].isupper() and place and claim.plain[place] not in vocabulary.stop())
    )  # fmt: skip


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
    mine = keys_of(new, why)
    yours = keys_of(old, because)
    if mine and yours and not mine & yours and not (mine & old.keys and yours & new.keys):
        yield Sign(shown_by, "cause", why, because, [why], [because])


def keys_of(claim: Claim, place: Place) -> frozenset[str]:
    return frozenset(
        key
        for token in claim.tokens
        if place[0] <= token.start < place[1]
        for key in token.whole | token.parts
    )


def _tasks(new: Claim, old: Claim) -> Iterator[Sign]:
    ours, yours = causes.doers(old)
    us, you = causes.doers(new)
    if ours and you:
        yield Sign("task of yours", "responsibility", _whole(new), _whole(old))
    elif yours and us:
        yield Sign("task of ours", "responsibility", _whole(new), _whole(old))


_LOOKS: tuple[Callable[[Claim, Claim], Iterator[Sign]], ...] = (
    _dates, _amounts, _price_of_none, _sayings, _pending, _quantities, _places, _causes, _tasks, _denials,
)  # fmt: skip
