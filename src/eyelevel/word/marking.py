"""What single words of a sentence tell about it, beside its claims: that something waits, is left, has moved, is new."""

from __future__ import annotations

import re
from functools import lru_cache

from eyelevel.word import clashes, opposites
from eyelevel.word.claims import KEPT, Claim

_ONLY = re.compile(
    r"\b(?:nur|ausschliesslich|lediglich|bloss|einzig|only|solely|exclusively|no one but|nothing but|hoechstens|maximal|begrenzt|limited|is the limit|limit)\b"
)
_THRESHOLD = re.compile(
    r"\b(?:ab|from|over|ueber|mindestens|at least|more than|mehr als|bis|up to|within|binnen|innerhalb) (?:\d+|zwei|drei|vier|fuenf|sechs|acht|zehn|zwoelf|two|three|four|five|six|eight|ten|twelve)\b"
)
_MOVED = re.compile(
    r"\b(?:gebracht|gefahren|umgezogen|zurueckgekommen|geliefert|took|taken|brought|moved|delivered|come back|came back)\b"
)
_NEWS = re.compile(
    r"\b(?:gestern|heute|soeben|gerade eben|inzwischen|mittlerweile|jetzt|yesterday|today|this morning|just|now|has since|last night|as of)\b"
)
_MARKS = {
    "only": _ONLY, "waits": opposites.PENDING, "moved": _MOVED, "news": _NEWS, "left": clashes.LEFT, "threshold": _THRESHOLD,
}  # fmt: skip


@lru_cache(maxsize=KEPT)
def marks(claim: Claim) -> frozenset[str]:
    """The names of what the words of the sentence tell."""
    return frozenset(name for name, pattern in _MARKS.items() if pattern.search(claim.line))
