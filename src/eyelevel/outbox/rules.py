"""When to try again, and when to stop: plain numbers, no database."""

from __future__ import annotations

from datetime import datetime, timedelta

KEEP_TRYING = timedelta(hours=72)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
JITTER = 0.25


def next_try(*, attempts: int, now: datetime, first_due: datetime, chance: float) -> datetime | None:
    """When a refused-for-now sending is tried again: 30 s doubled each time up to 2 h, with a quarter of jitter.

    `attempts` counts the tries made so far, `chance` is uniform in [0, 1). None after 72 hours: a person must look.
    """
    if now - first_due >= KEEP_TRYING:
        return None
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return now + pause * (1 - JITTER + 2 * JITTER * chance)
