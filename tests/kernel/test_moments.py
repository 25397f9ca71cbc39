"""Moments as other programs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from eyelevel.kernel.moments import in_utc, moment_in

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_every_zone_becomes_utc_and_none_is_read_as_utc():
    assert moment_in("2026-11-02T10:00:00+01:00") == NINE
    assert moment_in("2026-11-02T09:00:00") == NINE
    assert in_utc(datetime(2026, 11, 2, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))) == NINE


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
        "1234-05-06",
        "soon",
        "",
        None,
        7,
    ],
)
def test_what_no_calendar_here_can_hold_or_show_is_no_moment(text):
    assert moment_in(text) is None
