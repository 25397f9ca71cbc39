"""The time of the house. Only doors, jobs and views ask it; everything below gets `now` passed in.

House time can stand apart from real time: the demo tells a story of weeks in two minutes by moving the offset. What
guards people and machines (undo, sessions, presence, retries) always uses real time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """House time, aware, UTC."""
    return datetime.now(UTC) + _offset


def real_now() -> datetime:
    """Wall-clock time, aware, UTC."""
    return datetime.now(UTC)


def stand_apart(offset: timedelta) -> None:
    """Let house time differ from real time by `offset`; used by the demo and by rehearsals alone."""
    global _offset  # noqa: PLW0603 -- one house has one clock
    _offset = offset
