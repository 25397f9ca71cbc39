"""Service hours: how long somebody waited while we were there to answer. Plain Python, no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Span:
    """An opening on one weekday (0 = Monday), local time."""

    weekday: int
    opens: time
    closes: time


def openings(
    spans: Sequence[Span], *, start: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The openings from `start` on, in order, as UTC moments; local times that a clock change skips move along."""
    day = start.astimezone(zone).date()
    for offset in range(FARTHEST.days):
        date = day + timedelta(days=offset)
        for span in sorted(spans, key=lambda span: span.opens):
            if span.weekday == date.weekday():
                opens = datetime.combine(date, span.opens, zone).astimezone(UTC)
                closes = datetime.combine(date, span.closes, zone).astimezone(UTC)
                if closes > start:
                    yield max(opens, start), closes


def after_service_hours(spans: Sequence[Span], *, start: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """The moment when `hours` of service have passed since `start`. Without any service hours, plain time counts."""
    left = timedelta(hours=hours)
    for opens, closes in openings(spans, start=start, zone=zone):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return start + timedelta(hours=hours)


def before_service_hours(spans: Sequence[Span], *, end: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """The latest moment with `hours` of service between it and `end`. Without any service hours, plain time counts."""
    left = timedelta(hours=hours)
    for opens, closes in reversed(list(openings(spans, start=end - FARTHEST / 2, zone=zone))):
        closed = min(closes, end)
        if closed - opens >= left:
            return closed - left
        left -= max(closed - opens, timedelta(0))
    return end - timedelta(hours=hours)


def service_time(spans: Sequence[Span], *, start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """How much service time lies between two moments."""
    total = timedelta(0)
    for opens, closes in openings(spans, start=start, zone=zone):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total
