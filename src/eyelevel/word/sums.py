"""Sums of money that cannot both be true, and what is free and yet at a price."""

from __future__ import annotations

import re
from decimal import Decimal

from eyelevel.word import figures, scope
from eyelevel.word.claims import Claim
from eyelevel.word.comparing import MEASURED, REASONED, Clash, apart, same


def amount(new: Claim, old: Claim) -> Clash | None:
    said = {(one.value, one.currency) for one in old.amounts}
    currencies = {one.currency for one in old.amounts}
    comparable = [one for one in new.amounts if one.currency in currencies]
    if not comparable or any((one.value, one.currency) in said for one in comparable):
        return _free(new, old)
    if _only_from(new) or _only_from(old) or scope.other_subject(new, old) or (_many(new) and not _many(old)):
        return None
    follows = adds_up([one.value for one in comparable], [one.value for one in old.amounts], new, old)
    if follows or apart(new, old) or not same(new, old, least=1):
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
    return any(one.value > 1 and ":" not in one.unit and one.unit not in MEASURED for one in claim.figures)


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
    r"\b(?:\d+|zwei|drei|vier|fuenf|sechs|sieben|acht|neun|zehn|zwoelf|two|three|four|five|six|seven|eight|nine|ten|eleven|elf|twelve|fourteen|vierteljaehrlich|monatlich|halbjaehrlich|half|haelfte|percent|prozent|together|zusammen)\b"
)


def adds_up(fresh: list[Decimal], said: list[Decimal], new: Claim, old: Claim) -> bool:
    """Does the new sum follow from the old one: so many times, a share, a sum or difference, with tax?"""
    money = {figure for one in (*new.amounts, *old.amounts) for figure in re.findall(r"\d+", one.text)}
    counted = [
        word for claim in (new, old) for word in claim.plain if _NUMBERS.fullmatch(word) and word not in money
    ]
    times = [*map(Decimal, _TIMES), *_numbers(new), *_numbers(old)]
    for one in fresh:
        for other in said:
            low, high = sorted((one, other))
            if counted and low and any(low * many == high for many in times):
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


def _numbers(claim: Claim) -> list[Decimal]:
    return [one for one in map(figures.value, claim.plain) if one is not None and one > 1]


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
        if scope.other_subject(new, old) or REASONED.search(new.line) or _NOTHING.search(priced.line):
            continue
        if (
            apart(new, old)
            or _only_from(priced)
            or _only_from(free)
            or priced.denied
            or re.search(r"\b(?:ohne|without)\b", priced.line)
            or not same(new, old, least=1)
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
