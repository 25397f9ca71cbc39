"""How likely a sign is a contradiction: a weighted sum of its evidence. The weights are learnt, see bench/weigh.py."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "vocabulary" / "weights.txt"
ALWAYS = "always"  # the weight that every sign has
# The likelihood from which a sign is an objection, chosen by cross-validation on the tuning half (docs/objections.md).
ENOUGH = 0.6
# Of some signs another likelihood is asked: the narrow rule for days has sifted before, other days and tasks are mixed up easily.
_OTHERWISE = {
    "rule date": 0.4,
    "days": 0.7,
    "clocks": 0.7,
    "rule responsibility": 0.7,
    "task of yours": 0.7,
    "task of ours": 0.7,
}
# Evidence with which no sign counts: another item or person, the same cause, a sum for this and more, the day of another step.
_NEVER = frozenset({"rival", "apart", "same cause", "more with and", "other act: date"})


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    lines = (
        line for line in FILE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    )
    return {name: float(value) for name, value in (line.split("\t") for line in lines)}


def enough(shown_by: str) -> float:
    """The likelihood from which a sign of this sort is an objection."""
    return _OTHERWISE.get(shown_by, ENOUGH)


def likelihood(evidence: Mapping[str, float], known: Mapping[str, float]) -> float:
    if not _NEVER.isdisjoint(evidence):
        return 0.0
    total = known.get(ALWAYS, 0.0) + sum(known.get(name, 0.0) * value for name, value in evidence.items())
    return 1 / (1 + math.exp(-total))
