"""What comes in crowds is written together, and one that cannot be kept harms nobody else."""

from __future__ import annotations

import pytest

from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.models import Arrival
from eyelevel.kernel import writer
from eyelevel.kernel.models import Step
from eyelevel.server import house
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
    """Hand all over before the pen has written any; the row of each, or the name of its trouble."""
    items = [(one, channels.shelve(one)) for one in arrivals]
    pen = writer.installed()
    if pen is None:
        return [_outcome(lambda item=item: writer.write_together(channels.keep_all, item)) for item in items]
    waiting = [pen.submit_together(channels.keep_all, item) for item in items]
    return [_outcome(one.result) for one in waiting]


def _outcome(ask):
    try:
        return ask()
    except Exception as error:
        return type(error).__name__


def test_whoever_comes_together_is_kept_with_a_step_each():
    rows = bring(*(arrival(f"m{number}") for number in range(50)))
    assert len(set(rows)) == 50
    assert Step.objects.filter(fact__kind="arrival.kept").count() == 50


def test_the_same_letter_twice_in_one_moment_is_one_arrival():
    rows = bring(arrival("first"), *(arrival("twin") for _ in range(5)), arrival("last"))
    assert len(set(rows[1:6])) == 1
    assert Arrival.objects.count() == 3
    assert bring(arrival("twin")) == [rows[1]]
    assert Arrival.objects.count() == 3


def test_one_that_cannot_be_kept_does_not_take_its_neighbours_along():
    unwritable = arrival("bad", source="\ud800")
    outcomes = bring(*(arrival(f"a{n}") for n in range(5)), unwritable, *(arrival(f"b{n}") for n in range(5)))
    assert all(isinstance(one, int) for one in outcomes[:5] + outcomes[6:])
    assert outcomes[5] == "UnicodeEncodeError"
    assert Arrival.objects.count() == 10


def test_a_large_letter_is_put_on_the_shelf_first():
    raw = b"x" * (channels.MOST_INLINE_BYTES + 1)
    [row] = bring(arrival("large", raw=raw))
    kept = Arrival.objects.get(pk=row)
    assert kept.raw is None
    assert channels.raw_of(kept) == raw


def test_writes_of_other_kinds_between_them_keep_their_own_answers():
    pen = writer.installed()
    if pen is None:
        pytest.skip("on PostgreSQL there is no queue in which they could meet")
    jobs = [
        pen.submit(lambda: "one"), pen.submit_together(channels.keep_all, (arrival("a"), "")),
        pen.submit(lambda: "two"), pen.submit_together(channels.keep_all, (arrival("b"), "")), pen.submit(lambda: "three"),
    ]  # fmt: skip
    answers = [one.result() for one in jobs]
    assert [answers[0], answers[2], answers[4]] == ["one", "two", "three"]
    assert list(Arrival.objects.order_by("id").values_list("external_id", flat=True)) == ["a", "b"]
