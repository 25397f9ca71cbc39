"""When two claims cannot both be true, kind by kind. Each rule names its conditions; where one is in doubt, it is silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from eyelevel.word import causes, matter
from eyelevel.word.figures import Figure
from eyelevel.word.periods import Period
from eyelevel.word.reading import Claim, Saying, acts_near

Kind = Literal["date", "amount", "yes_no", "status", "cause", "responsibility", "policy", "quantity", "place"]
Place = tuple[int, int]


@dataclass(frozen=True)
class Clash:
    """A kind of contradiction, with the places of the words in the new and the old sentence."""

    kind: Kind
    new: Place
    old: Place


_BROAD = frozenset({"allowed", "exists", "needed", "accept", "done", "planned", "without", "winter", "fits"})
_ALONE = frozenset({"complete", "readable"})  # clash even where no matter is named in common
_TWO_WAYS = frozenset({"complete", "readable"})  # statuses that do not simply move on
_EXCEPT = re.compile(
    r"\b(?:ausser|ausgenommen|sofern|es sei denn|vorher|days before|weeks before|hours before|tage vor|wochen vor|stunden vor|solange|ausnahmsweise|nach einbruch|schon zweimal|already|just this once|drittes mal|as long as|after dark|while it|falls|should it|except|unless|otherwise|sonst|nur wenn|only if|only when|bis auf)\b"
)
_PENDING = re.compile(
    r"\b(?:muss noch|muessen noch|still has to|still have to|still needs|warten wir|wartet|before we can|have to wait|waiting on|still dark|noch nicht|noch kein\w*|noch immer|immer noch|noch beim|noch in|noch bei uns|noch offen|noch zu|noch aus|wird noch|werden noch|liegt noch|warten noch|warten auf|wartet auf|muss erst|"
    r"muessen erst|erst noch|fehlt|fehlen|liegt uns nicht|liegt \w* ?nicht vor|not yet|yet to|hasn't|haven't|have not|has not|isn't|is still|are still|still waiting|still with|still has|waiting for|"
    r"waiting list|awaiting|will decide|wird geprueft|under review|starts on|next month|looking into|not been able|so far|abgelehnt|vergeben|warteliste|noch nichts|leaves us|is packed|kein eingang)\b"
)
_SETTLED = re.compile(
    r"\b(?:ist|sind|wurde|wurden|haben|hat|has been|have been|was|were|has|have|is|are|we've|it's|been|received|done|bereits|schon|da)\b|^(?!.*\b(?:wird|werden|will|shall)\b).*\w+(?:t|ed|en)\b"
)


def clashes(new: Claim, old: Claim) -> Iterator[Clash]:
    """What of the old sentence stands against the new one, at most one clash of each kind."""
    if not new.keys & old.keys and not _alone(new) & _alone(old):
        return
    for rule in _RULES:
        found = rule(new, old)
        if found is not None:
            yield found


def _alone(claim: Claim) -> frozenset[str]:
    return frozenset(one.name for one in claim.sayings if one.name in _ALONE or one.name == "open")


def _apart(new: Claim, old: Claim) -> bool:
    return matter.other_scope(new, old) or matter.other_number(new, old) or matter.other_owner(new, old)


def _date(new: Claim, old: Claim) -> Clash | None:
    if (
        not new.periods
        or not old.periods
        or new.recurring
        or old.recurring
        or matter.other_number(new, old)
        or matter.other_owner(new, old)
        or matter.other_sort(new, old)
    ):
        return None
    if matter.other_part(new, old) or _AS_EVER.search(new.line):
        return None
    if not _other_days(new, old) or _turned(new, old) or _before_noun(new) or _before_noun(old):
        return None
    one, other = new.periods[0], old.periods[0]
    if (
        (one.deadline and not other.deadline and one.last < other.first)
        or (other.last - one.first).days == -1
        or matter.other_act(acts_near(new, one.start), acts_near(old, other.start))
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


_AS_EVER = re.compile(r"\b(?:wie gewohnt|wie immer|as usual|as always)\b")


def _turned(new: Claim, old: Claim) -> bool:
    """Closed on the one day and open on the other is no clash of days."""
    return any(
        one.name == other.name and one.holds != other.holds and one.name in {"open", "cancelled", "exists"}
        for one in new.sayings
        for other in old.sayings
    )


def _agree(one: Period, other: Period) -> bool:
    """Could both be true? Two deadlines agree when they end together, others when they overlap."""
    if one.deadline and other.deadline:
        return one.last == other.last
    if (
        one.clock is not None
        and other.clock is not None
        and one.clock != other.clock
        and one.first == one.last
    ):
        return False
    return one.first <= other.last and other.first <= one.last


def _amount(new: Claim, old: Claim) -> Clash | None:
    said = {(one.value, one.currency) for one in old.amounts}
    currencies = {one.currency for one in old.amounts}
    comparable = [one for one in new.amounts if one.currency in currencies]
    if not comparable or any((one.value, one.currency) in said for one in comparable):
        return _free(new, old)
    if (
        _only_from(new)
        or _only_from(old)
        or matter.other_subject(new, old)
        or (_many(new) and not _many(old))
    ):
        return None
    adds_up = _adds_up([one.value for one in comparable], [one.value for one in old.amounts], new, old)
    if adds_up or _apart(new, old) or not _same(new, old, least=1):
        return None
    one, other = comparable[0], old.amounts[0]
    return Clash("amount", (one.start, one.end), (other.start, other.end))


_THRESHOLD = re.compile(
    r"\b(?:ab|über|unter|bis|von|mindestens|orders\sover|over|under|above|below|up\sto|from|at\sleast|more\sthan|less\sthan)\s$",
    re.IGNORECASE,
)


def _only_from(claim: Claim) -> bool:
    """Is a sum only the limit from which something holds ("orders over £50")?"""
    return any(_THRESHOLD.search(claim.text[max(0, one.start - 12) : one.start]) for one in claim.amounts)


def _many(claim: Claim) -> bool:
    """Is the sum for several pieces at once?"""
    return any(one.value > 1 and ":" not in one.unit and one.unit not in _MEASURED for one in claim.figures)


_TIMES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 52)
_TAXED = (Decimal("1.19"), Decimal("1.2"), Decimal("1.07"), Decimal("1.05"))
_PER_HEAD = re.compile(
    r"\b(?:a head|each|per \w+|pro \w+|je \w+|a (?:night|day|month|week|year|piece|mile|person)|stundensatz|hourly)\b"
)
_TOGETHER = re.compile(
    r"\b(?:together|zusammen|insgesamt|altogether|with \w+ (?:added|included)|samt|including)\b"
)
_PERIODIC = re.compile(r"\b(?:nett?o|brutto|mwst|mehrwertsteuer|vat|ust)\b")
_NUMBERS = re.compile(
    r"\b(?:\d+|zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|vierteljaehrlich|monatlich|halbjaehrlich|half|haelfte|percent|prozent|together|zusammen)\b"
)


def _adds_up(fresh: list[Decimal], said: list[Decimal], new: Claim, old: Claim) -> bool:
    """Does the new sum follow from the old one: so many times, a share, a sum or difference, with tax?"""
    money = {figure for one in (*new.amounts, *old.amounts) for figure in re.findall(r"\d+", one.text)}
    counted = [
        word for claim in (new, old) for word in claim.plain if _NUMBERS.fullmatch(word) and word not in money
    ]
    for one in fresh:
        for other in said:
            low, high = sorted((one, other))
            if counted and low and any(low * times == high for times in _TIMES):
                return True
            if low and high % low == 0 and _PER_HEAD.search(f"{new.line} {old.line}"):
                return True
            if other < one and _TOGETHER.search(new.line):
                return True
            if _PERIODIC.search(f"{new.line} {old.line}") and any(
                abs(low * tax - high) < 1 for tax in _TAXED
            ):
                return True
    total = sum(fresh)
    return total in said or sum(said) in fresh or any(a - b in fresh for a in said for b in said if a != b) or bool(
        counted and any(one / 100 * share in said or other / 100 * share in fresh for one in fresh for other in said
                        for share in (Decimal(word) for word in counted if word.isdigit()))
    )  # fmt: skip


def _free(new: Claim, old: Claim) -> Clash | None:
    """For nothing, and yet at a price."""
    for priced, free, turned in ((new, old, False), (old, new, True)):
        gift = next((one for one in free.sayings if one.name in {"free", "included"} and one.holds), None)
        if gift is None or not priced.amounts or all(one.value == 0 for one in priced.amounts):
            continue
        if any(one.name in {"free", "included"} and one.holds for one in priced.sayings):
            continue
        if gift.name == "included" and (turned or not any(one.name == "included" for one in priced.sayings)):
            continue
        if matter.other_subject(new, old) or _REASONED.search(new.line) or _NOTHING.search(priced.line):
            continue
        if (
            _apart(new, old)
            or _only_from(priced)
            or _only_from(free)
            or priced.denied
            or re.search(r"\b(?:ohne|without)\b", priced.line)
            or not _same(new, old, least=1)
        ):
            continue
        paid = priced.amounts[-1]
        places = (paid.start, paid.end), (gift.start, gift.end)
        return (
            Clash("policy", places[1], places[0])
            if turned
            else Clash("policy" if gift.name == "free" else "amount", *places)
        )
    return None


_NOTHING = re.compile(r"\b(?:nichts|nothing|free|frei)\b")
_REASONED = re.compile(
    r"\b(?:da|weil|nachdem) (?:sie|ihr\w*|du|dein\w*|es)\b|\b(?:as|since|because) (?:you|your|you've|you're|it|it's)\b"
)  # a rule is applied to the case of the reader, which may be an exception of it


def _same(new: Claim, old: Claim, *, least: float) -> bool:
    shared = matter.common(new, old)
    return shared.weight >= least and not shared.rivals


def _saying(new: Claim, old: Claim) -> Clash | None:
    """The opposite of what was said, by the concepts of the vocabulary."""
    for one in new.sayings:
        for other in old.sayings:
            if one.name == other.name and one.holds != other.holds and _opposed(new, one, old, other):
                return Clash(one.kind, (one.start, one.end), (other.start, other.end))  # type: ignore[arg-type] # the vocabulary names kinds
    return None


def _opposed(new: Claim, one: Saying, old: Claim, other: Saying) -> bool:
    """Do two opposite sayings speak of the same matter, at the same time, under the same conditions?"""
    if _both(new, one.name) or _both(old, one.name) or _moved_on(new, one):
        return False
    if one.name in _ALONE:
        return True
    other_time = one.kind != "status" and (_other_days(new, old) or _REASONED.search(new.line))
    if other_time or _apart(new, old) or _conditional(new, old, one.name) or matter.other_subject(new, old):
        return False
    shared = matter.common(new, old, both=([(one.start, one.end)], [(other.start, other.end)]))
    return not shared.rivals and _enough(new, one, old, other, shared.weight)


def _moved_on(new: Claim, one: Saying) -> bool:
    """Has it only become so since?"""
    if one.kind == "status" and one.name not in _TWO_WAYS:
        return one.holds or new.progress
    return one.holds and new.progress


def _enough(new: Claim, one: Saying, old: Claim, other: Saying, weight: float) -> bool:
    """Is enough matter in common for this concept? More is asked of small words like "can"."""
    if one.name == "open" and matter.same_day_named(new, old):
        return True
    if one.name == "allowed" and (_is_modal(new, one) or _is_modal(old, other)):
        few, many = sorted((_matters(new), _matters(old)))
        return weight >= max(1.5, _MOSTLY * many) or 1 <= few <= weight
    return weight >= (1.5 if one.name in _BROAD - {"allowed"} else 1)


_WITHOUT = re.compile(r"\b(?:ohne|without)\b")


_MOSTLY = 0.6  # of the words that carry matter


def _matters(claim: Claim) -> int:
    return sum(not any(one.start <= token.start < one.end for one in claim.sayings) for token in claim.tokens)


def _conditional(new: Claim, old: Claim, name: str = "") -> bool:
    """Does one of them hold only under a condition that the other may not meet?"""
    lone = bool(_WITHOUT.search(new.line)) != bool(_WITHOUT.search(old.line)) and name not in {
        "without",
        "free",
        "binding",
    }
    return lone or _EXCEPT.search(f"{new.line} {old.line}") is not None


def _is_modal(claim: Claim, saying: Saying) -> bool:
    return claim.text[saying.start : saying.end].lower() in {
        "können",
        "kann",
        "könnt",
        "dürfen",
        "darf",
        "can",
        "may",
        "cannot",
        "can't",
        "able to",
    }


def _other_days(new: Claim, old: Claim) -> bool:
    return bool(new.periods and old.periods) and not any(
        _agree(one, other) for one in new.periods for other in old.periods
    )


def _both(claim: Claim, name: str) -> bool:
    return len({one.holds for one in claim.sayings if one.name == name}) == 2


def _negation(new: Claim, old: Claim) -> Clash | None:
    """The same said with "not" and without."""
    if bool(new.denied) == bool(old.denied) or _apart(new, old) or _conditional(new, old):
        return None
    shared = matter.common(new, old)
    if shared.weight < 2 or shared.rivals or (old.denied and new.progress) or _other_days(new, old):
        return None
    if (
        matter.other_subject(new, old)
        or shared.weight < _MOSTLY * max(len(new.tokens), len(old.tokens))
        or _REASONED.search(new.line)
    ):
        return None
    pending = bool(_PENDING.search(old.line))
    if pending:
        return None
    return Clash("yes_no", (0, len(new.text)), (0, len(old.text)))


_NONE = re.compile(
    r"\b(?:kein\w*|no|not any|n't (?:\w+ )?any|no more|nobody)\b|\b(?:nicht|n't|not|won't) (?:geben|be an?|fuehren|be any)\b|\bfuehren wir nicht\b"
)
_THERE = re.compile(
    r"\b(?:haben|hat|gibt|findet|liefert|fuehren|bieten|verkaufen|auch|noch|there is|there are|there's|have|has|stock|sell|offer|do|run|is on|are on|made|available)\b"
)


def _none(new: Claim, old: Claim) -> Clash | None:
    """What is there, and what is not."""
    none = _NONE.search(new.line)
    if none is None or old.denied or not _THERE.search(old.line) or _REASONED.search(new.line):
        return None
    if _apart(new, old) or _conditional(new, old) or _other_days(new, old) or matter.other_subject(new, old):
        return None
    shared = matter.common(new, old)
    few = min(_matters(new), _matters(old))
    if shared.rivals or shared.nouns < 1 or shared.weight < max(1, _MOSTLY * few):
        return None
    return Clash("yes_no", (0, len(new.text)), (0, len(old.text)))


def _status(new: Claim, old: Claim) -> Clash | None:
    """What was done is not done yet."""
    waits = _PENDING.search(new.line)
    words = old.line
    if waits is None or _PENDING.search(words) or old.denied or not _SETTLED.search(words):
        return None
    if not _same(new, old, least=1.5 if new.language == "de" else 2) or _apart(new, old):
        return None
    return Clash("status", (0, len(new.text)), (0, len(old.text)))


def _quantity(new: Claim, old: Claim) -> Clash | None:
    for other in old.figures:
        fresh = [one for one in new.figures if _same_unit(one.unit, other.unit)]
        if (
            not fresh
            or (other.one and other.unit not in _MEASURED)
            or any(one.value == other.value for one in fresh)
        ):
            continue
        if _fits_in(new, fresh, other) or _apart(new, old):
            continue
        one = fresh[0]
        measured = other.unit in _MEASURED or ":" in other.unit
        places = ([(one.start, one.end)], [(other.start, other.end)]) if measured else ((), ())
        shared = matter.common(new, old, new_without=places[0], old_without=places[1])
        if shared.weight >= 1 and not shared.rivals:
            return Clash("quantity", (one.start, one.end), (other.start, other.end))
    return None


_MEASURED = frozenset({"days", "minutes", "share", "area", "people", "issues", "pieces"})
_LEFT = re.compile(
    r"\b(?:noch|bleiben|bleibt|uebrig|davon|of which|left|remaining|remain|rest|more|weitere\w*|reicht(?! (?:etwa |bis |nur )?(?:fuer|\d))|enough|genug|genommen|verpasst|missed|gebucht|booked|verbraucht|used|kamen|came|attended|anwesend|present|each|je)\b"
)


def _same_unit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (
        one == other
        or (len(short) >= 5 and long.endswith(short))
        or (len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 2)
    )


def _fits_in(new: Claim, fresh: Sequence[Figure], other: Figure) -> bool:
    """Is the new number a part of the old one, or within its bounds?"""
    if other.value == sum(one.value for one in fresh) or _LEFT.search(new.line):
        return True
    one = fresh[0]
    if one.most or one.least:
        return False
    if other.most and one.value <= other.value and other.unit != "days":
        return not re.search(r"\b(?:limit|nur|only)\b", new.line)
    return other.least and one.value >= other.value


def _place(new: Claim, old: Claim) -> Clash | None:
    here, there = causes.places(new), causes.places(old)
    if not here or not there or _apart(new, old) or not causes.elsewhere(new, here, old, there):
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
            if shared.weight >= 1 and not shared.rivals and not matter.other_act(*acts):
                return Clash("responsibility", _clause(new, now), _clause(old, clause))
    return None


def _clause(claim: Claim, number: int) -> Place:
    spots = [(start, end) for start, end, clause in claim.spots if clause == number]
    return (spots[0][0], spots[-1][1]) if spots else (0, len(claim.text))


def _outside(claim: Claim, number: int) -> list[Place]:
    start, end = _clause(claim, number)
    return [(0, start), (end, len(claim.text) + 1)]


_RULES: tuple[Callable[[Claim, Claim], Clash | None], ...] = (
    _date, _amount, _saying, _negation, _none, _status, _quantity, _place, _cause, _responsibility,
)  # fmt: skip
