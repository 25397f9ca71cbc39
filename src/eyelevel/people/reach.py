"""How far a written frame reaches. Plain Python, no database; sums are euro cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["goodwill", "contract", "deadline", "other"]
Limit = Literal["case", "month", "contract", "deadline"]
LONGEST_DAYS = 3_650


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What somebody may decide: goodwill in one case and in one calendar month, contracts, days of a deadline."""

    goodwill_case: int = 0
    goodwill_month: int = 0
    contracts: bool = False
    deadline_days: int = 0


UNWRITTEN = Frame()  # nobody decides about money whose frame nobody wrote


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be decided: cents for goodwill, days for a deadline, always in words too."""

    kind: Kind
    words: str
    cents: int = 0
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Lack:
    """Where a frame ends: `allowed` by it, `used` of it already, `asked` now (cents or days; 0 and 1 for a contract)."""

    limit: Limit
    allowed: int
    used: int
    asked: int

    @property
    def missing(self) -> int:
        return self.used + self.asked - self.allowed


def lack(frame: Frame, wanted: Wanted, *, in_case: int, in_month: int) -> Lack | None:
    """What this frame lacks for it, None where it reaches. `in_case` was granted in the case by anybody, `in_month` by this
    colleague in all cases.
    """
    if wanted.kind == "goodwill":
        limits: tuple[tuple[Limit, int, int], ...] = (
            ("case", frame.goodwill_case, in_case), ("month", frame.goodwill_month, in_month),
        )  # fmt: skip
        for limit, allowed, used in limits:
            if used + wanted.cents > allowed:
                return Lack(limit=limit, allowed=allowed, used=used, asked=wanted.cents)
    if wanted.kind == "contract" and not frame.contracts:
        return Lack(limit="contract", allowed=0, used=0, asked=1)
    if wanted.kind == "deadline" and wanted.days > frame.deadline_days:
        return Lack(limit="deadline", allowed=frame.deadline_days, used=0, asked=wanted.days)
    return None
