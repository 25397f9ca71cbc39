"""Moments as other programs write them. One that no calendar here can hold or show in every zone is none."""

from __future__ import annotations

from datetime import UTC, datetime

FIRST_YEAR, LAST_YEAR = 1970, 2200


def moment_in(text: object) -> datetime | None:
    """The moment that a text of ISO 8601 names, in UTC; None for anything else."""
    try:
        return in_utc(datetime.fromisoformat(text)) if isinstance(text, str) else None
    except ValueError:
        return None


def in_utc(at: datetime | None) -> datetime | None:
    """The same moment in UTC (without a zone it is read as UTC); None outside of FIRST_YEAR to LAST_YEAR."""
    if at is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
