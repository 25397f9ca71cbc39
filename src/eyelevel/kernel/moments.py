"""Moments as other programs write them. One that no calendar here can hold or show in every zone is none."""

from __future__ import annotations

from datetime import UTC, datetime

# Beyond these, moving a moment into another zone or comparing it can fail.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def moment_in(text: object) -> datetime | None:
    """The moment that a text of ISO 8601 names, in UTC; None for anything else."""
    try:
        return in_utc(datetime.fromisoformat(text)) if isinstance(text, str) else None
    except ValueError:
        return None


def in_utc(at: datetime | None) -> datetime | None:
    """The same moment in UTC (without a zone it is read as UTC); None before EARLIEST and from LATEST on."""
    if at is None:
        return None
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    return known.astimezone(UTC) if EARLIEST <= known < LATEST else None
