"""Service hours: the silence clock counts only while somebody is there, over nights, week ends and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from eyelevel.people.rules import Span, after_service_hours, service_time

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = [Span(weekday=day, opens=time(8), closes=time(18)) for day in range(5)]


def local(*parts):
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (local(2026, 11, 2, 9), 8, local(2026, 11, 2, 17)),
        (local(2026, 11, 2, 14), 8, local(2026, 11, 3, 12)),
        (local(2026, 11, 6, 16), 8, local(2026, 11, 9, 14)),
        (local(2026, 11, 7, 3), 8, local(2026, 11, 9, 16)),
        (local(2026, 11, 2, 20), 10, local(2026, 11, 3, 18)),
        (local(2026, 11, 2, 8), 25, local(2026, 11, 4, 13)),
    ],
)
def test_hours_are_counted_while_the_house_is_open(start, hours, due):
    assert after_service_hours(WEEK, start=start, hours=hours, zone=BERLIN) == due


def test_without_service_hours_all_hours_count():
    start = local(2026, 11, 7, 3)
    assert after_service_hours([], start=start, hours=8, zone=BERLIN) == start + timedelta(hours=8)


def test_a40_a_night_with_a_clock_change_neither_adds_nor_loses_an_hour():
    night = [Span(weekday=6, opens=time(0), closes=time(23, 59))]
    start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # Sunday 00:00 in Berlin, the night of the change
    assert after_service_hours(night, start=start, hours=5, zone=BERLIN) == start + timedelta(hours=5)
    assert service_time(night, start=start, end=start + timedelta(hours=5), zone=BERLIN) == timedelta(hours=5)


@pytest.mark.parametrize("year", [2038, 2100])
def test_a40_far_years_are_years_like_others(year):
    start = datetime(year, 1, 19, 3, 14, 8, tzinfo=UTC)
    assert after_service_hours(WEEK, start=start, hours=8, zone=BERLIN) > start
