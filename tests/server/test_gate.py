"""Arrivals that come together are kept together, and one that cannot be kept harms nobody else."""

from __future__ import annotations

import asyncio

import pytest

from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.mail.intake import CannotKeep
from eyelevel.channels.models import Arrival
from eyelevel.kernel.models import Step
from eyelevel.server import gate as gates
from eyelevel.server import house
from eyelevel.server.gate import Gate
from tests.making import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _pen():
    """The one pen of the house, as it runs; on PostgreSQL there is none."""
    with house.pen():
        yield


def arrival(name, *, source="smtp", raw=b"Hello"):
    return RawArrival(channel="mail", source=source, external_id=name, raw=raw, received_at=NOW)


def bring(*arrivals):
    """Bring all at the same moment; returns the row or the refusal of each."""

    async def together():
        gate = Gate()
        return await asyncio.gather(*(gate.keep(one) for one in arrivals), return_exceptions=True)

    return asyncio.run(together())


def test_whoever_comes_together_is_kept_with_a_step_each():
    rows = bring(*(arrival(f"m{number}") for number in range(50)))
    assert len(set(rows)) == 50
    assert Step.objects.filter(fact__kind="arrival.kept").count() == 50


def test_the_same_letter_twice_in_one_moment_is_one_arrival():
    rows = bring(arrival("first"), *(arrival("twin") for _ in range(5)), arrival("last"))
    assert len(set(rows[1:6])) == 1
    assert Arrival.objects.count() == 3
    again = bring(arrival("twin"))
    assert again == [rows[1]]
    assert Arrival.objects.count() == 3


def test_one_that_cannot_be_kept_does_not_take_its_neighbours_along():
    unwritable = arrival("bad", source="\ud800")
    outcomes = bring(*(arrival(f"a{n}") for n in range(5)), unwritable, *(arrival(f"b{n}") for n in range(5)))
    assert [type(one) for one in outcomes] == [*[int] * 5, CannotKeep, *[int] * 5]
    assert Arrival.objects.count() == 10


def test_a_crowd_beyond_the_limit_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(gates, "MOST_WAITING", 3)
    outcomes = bring(*(arrival(f"m{number}") for number in range(20)))
    refused = [one for one in outcomes if isinstance(one, CannotKeep)]
    assert refused
    assert Arrival.objects.count() == 20 - len(refused)


def test_a_large_letter_is_put_on_the_shelf_first():
    raw = b"x" * (channels.MOST_INLINE_BYTES + 1)
    [row] = bring(arrival("large", raw=raw))
    kept = Arrival.objects.get(pk=row)
    assert kept.raw is None
    assert channels.raw_of(kept) == raw
