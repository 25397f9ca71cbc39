"""When a sending is tried again: patiently, for 72 hours, never in step with others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from eyelevel.outbox.rules import next_try

BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@given(attempts=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True), hours=st.floats(0, 71.9))
def test_the_next_try_lies_ahead_and_at_most_two_and_a_half_hours(attempts, chance, hours):
    now = BEGAN + timedelta(hours=hours)
    again = next_try(attempts=attempts, now=now, first_due=BEGAN, chance=chance)
    assert timedelta(seconds=20) < again - now <= timedelta(hours=2.5)


def test_the_pauses_grow():
    pauses = [next_try(attempts=n, now=BEGAN, first_due=BEGAN, chance=0.5) - BEGAN for n in range(1, 9)]
    assert pauses[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert pauses == sorted(pauses)


def test_after_72_hours_a_person_must_look():
    assert next_try(attempts=9, now=BEGAN + timedelta(hours=72), first_due=BEGAN, chance=0.5) is None
