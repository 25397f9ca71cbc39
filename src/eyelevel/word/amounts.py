"""Finding amounts of money in German and English sentences: "1.200,50 €", "EUR 60", "€60.00", "60 Euro"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_NUMBER = r"\d{1,3}(?:[.,'\s]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_SIGN = r"€|EUR|Euro|euros?|£|GBP|\$|USD|CHF|Franken|Pfund|pounds?|dollars?"
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<before>€|EUR|£|GBP|\$|USD|CHF)\s?(?P<n1>{_NUMBER})|(?P<n2>{_NUMBER})(?:,-|,--)?\s?(?P<after>{_SIGN}))(?!\w)",
    re.IGNORECASE,
)
_CURRENCY = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pfund": "GBP", "pound": "GBP",
    "pounds": "GBP", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "chf": "CHF", "franken": "CHF",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A sum as said: its place, its value in `currency` (ISO 4217)."""

    start: int
    end: int
    text: str
    value: Decimal
    currency: str


def find(text: str) -> tuple[Amount, ...]:
    """All sums of money in a text, in order."""
    found = []
    for match in _MONEY.finditer(text):
        value = number(match["n1"] or match["n2"])
        if value is not None:
            currency = _CURRENCY[(match["before"] or match["after"]).lower()]
            found.append(
                Amount(start=match.start(), end=match.end(), text=match[0], value=value, currency=currency)
            )
    return tuple(found)


def number(text: str) -> Decimal | None:
    """A number in German or English spelling; one or two digits after the last mark are its fraction."""
    bare = re.sub(r"[\s']", "", text)
    mark = max(bare.rfind("."), bare.rfind(","))
    if mark >= 0 and len(bare) - mark - 1 <= 2:
        whole, fraction = bare[:mark], bare[mark + 1 :]
    else:
        whole, fraction = bare, "0"
    try:
        return Decimal(re.sub(r"[.,]", "", whole) + "." + fraction)
    except InvalidOperation:
        return None
