"""Written frames: versions that stay readable, from when they hold, who may write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyelevel.kernel.policy import can, visible
from eyelevel.people import actions as people
from eyelevel.people import mandates, reads
from eyelevel.people.mandates import HasNoSeat, NotAFrame, Written
from eyelevel.people.models import Mandate, Staff
from eyelevel.people.reach import UNWRITTEN, Frame, Wanted, lack

FIFTY = Frame(goodwill_case=5_000, goodwill_month=20_000, deadline_days=14)


@pytest.fixture
def ines(db):
    return Staff.objects.create(name="Ines Falk", role="supervisor", language="en")


def written(staff, by, now, *, since=None, **more):
    frame = Frame(**{"goodwill_case": 5_000, "goodwill_month": 20_000} | more)
    return mandates.write_frame(staff, Written(frame=frame), since=since or now, by=by, now=now)


def test_a_frame_that_changes_keeps_the_old_one_readable(mira, ines, now):
    first = written(mira, ines, now)
    second = written(mira, ines, now + timedelta(days=1), goodwill_case=10_000)
    assert mandates.of(mira.pk, now=now) == first
    assert mandates.of(mira.pk, now=now + timedelta(days=1)) == second
    assert [row.goodwill_case for row in mandates.versions(reads.actor_of(mira), mira)] == [10_000, 5_000]


def test_a_frame_for_later_leaves_the_present_one_in_force_until_then(mira, ines, now):
    present = written(mira, ines, now)
    later = written(mira, ines, now, since=now + timedelta(days=30), goodwill_case=8_000)
    assert mandates.of(mira.pk, now=now + timedelta(days=29)) == present
    assert mandates.of_all(now=now + timedelta(days=31)) == {mira.pk: later}


def test_without_a_written_frame_there_is_no_money_but_publishing_stays_as_it_was(mira, ines, now):
    assert mandates.frame_of(mandates.of(mira.pk, now=now)) == UNWRITTEN
    assert mandates.may_publish(mira.pk, now=now)
    mandates.write_frame(mira, Written(frame=FIFTY, publishes=False), since=now, by=ines, now=now)
    assert not mandates.may_publish(mira.pk, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        Written(frame=Frame(goodwill_case=5_000, goodwill_month=4_999)), Written(frame=Frame(deadline_days=4_000)),
        Written(frame=Frame(goodwill_month=10**15)), Written(frame=FIFTY, shown="loudly"),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_not_written(mira, ines, now, wrong):
    with pytest.raises(NotAFrame):
        mandates.write_frame(mira, wrong, since=now, by=ines, now=now)
    assert not Mandate.objects.exists()


def test_nobody_gets_a_frame_without_a_seat(mira, ines, now):
    people.leave(mira, now=now, by="staff:1")
    with pytest.raises(HasNoSeat):
        written(mira, ines, now)


def test_frames_are_written_by_supervisors_but_never_their_own(mira, ines):
    owner = Staff.objects.create(name="Ruth Hansen", role="operator")
    assert not can(reads.actor_of(mira), "mandate.write", ines)
    assert can(reads.actor_of(ines), "mandate.write", mira)
    assert not can(reads.actor_of(ines), "mandate.write", ines)
    assert can(reads.actor_of(owner), "mandate.write", owner)


def test_everybody_reads_their_own_frame_and_supervisors_read_all(mira, okafor, ines, now):
    written(mira, ines, now)
    written(okafor, ines, now)
    assert [row.staff for row in visible(reads.actor_of(mira), Mandate.objects.all())] == [mira]
    assert visible(reads.actor_of(ines), Mandate.objects.all()).count() == 2


def test_a_frame_says_where_it_ends():
    asked = Wanted(kind="goodwill", words="x", cents=3_000)
    assert lack(FIFTY, asked, in_case=2_000, in_month=17_000) is None
    assert lack(FIFTY, asked, in_case=2_001, in_month=0).limit == "case"
    month = lack(FIFTY, asked, in_case=0, in_month=17_500)
    assert (month.limit, month.allowed, month.used, month.missing) == ("month", 20_000, 17_500, 500)
    assert lack(FIFTY, Wanted(kind="deadline", words="x", days=15), in_case=0, in_month=0).missing == 1
    assert lack(FIFTY, Wanted(kind="contract", words="x"), in_case=0, in_month=0).limit == "contract"
    assert lack(UNWRITTEN, Wanted(kind="other", words="x"), in_case=0, in_month=0) is None


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_money_beyond_a_frame(asked, allowed, in_case, in_month):
    frame = Frame(goodwill_case=allowed, goodwill_month=allowed)
    wanted = Wanted(kind="goodwill", words="x", cents=asked)
    reaches = lack(frame, wanted, in_case=in_case, in_month=in_month) is None
    assert reaches == (max(in_case, in_month) + asked <= allowed)
