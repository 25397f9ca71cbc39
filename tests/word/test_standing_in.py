"""Promises of a colleague who is away go to whoever stands in, when the absence begins; coming back takes nothing back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import STRANGER, Actor, can
from eyelevel.people import absences
from eyelevel.people.models import Staff
from eyelevel.word import promises, standing_in
from eyelevel.word.models import Promise
from eyelevel.word.promises import Chosen
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
WORDS = "Wir rufen Sie zurück."


@pytest.fixture(autouse=True)
def _monday(db):
    clock.stand_apart(at(2, 9) - clock.real_now())


@pytest.fixture
def case(db):
    return case_of(mail_in("Wann rufen Sie an?", subject="Rückruf"))


@pytest.fixture
def petra(db):
    return Staff.objects.create(name="Petra Sommer", role="supervisor", language="de")


def at(day, hour=12):
    return datetime(2026, 11, day, hour, tzinfo=BERLIN)


def become(moment):
    clock.stand_apart(moment - clock.real_now())
    steps.run_due()


def promise(case, staff, due):
    case.refresh_from_db()
    post = send(case, staff, "Er ist unterwegs.")
    return promises.make(post, [Chosen(text=WORDS, due_to=due)], owner=staff, now=clock.now())[0]


def away(staff, first, last, deputy=None, by=None):
    return absences.note(
        staff, first_day=date(2026, 11, first), last_day=date(2026, 11, last), deputy=deputy, by=by or staff, now=clock.now()
    )  # fmt: skip


def owner_of(row):
    return Promise.objects.get(pk=row.pk).owner


def test_what_falls_into_an_absence_goes_to_the_deputy_when_it_begins(case, mira, okafor):
    before, within, after = (promise(case, mira, at(day)) for day in (3, 5, 9))
    absence = away(mira, 4, 6, okafor)
    become(at(3, 10))
    promises.settle(before, outcome=Promise.Outcome.KEPT, evidence="Anruf", by=mira, now=clock.now())
    assert owner_of(within) == mira
    become(at(4, 1))
    assert [owner_of(row) for row in (before, within, after)] == [mira, okafor, mira]
    change = within.amendments.get()
    assert (change.giver, change.taker, change.absence, change.by) == (mira, okafor, absence, mira)
    assert Fact.objects.filter(kind="promise.handed").count() == 1


def test_what_is_late_already_goes_along(case, mira, okafor):
    row = promise(case, mira, at(3))
    away(mira, 4, 6, okafor)
    become(at(4, 1))
    assert owner_of(row) == okafor


def test_coming_back_takes_nothing_back(case, mira, okafor):
    row = promise(case, mira, at(5))
    absence = away(mira, 4, 6, okafor)
    become(at(4, 1))
    absences.withdraw(absence, by=mira, now=clock.now())
    become(at(10))
    assert owner_of(row) == okafor


def test_an_absence_that_was_withdrawn_before_it_began_changes_nothing(case, mira, okafor):
    row = promise(case, mira, at(5))
    absences.withdraw(away(mira, 4, 6, okafor), by=mira, now=clock.now())
    become(at(4, 1))
    assert owner_of(row) == mira


def test_where_nobody_stands_in_everybody_is_asked(case, mira):
    row = promise(case, mira, at(5))
    away(mira, 4, 6)
    become(at(4, 1))
    assert owner_of(row) == mira
    asked = Fact.objects.get(kind="promise.unattended")
    assert asked.things == [f"case:{case.pk}", "list"]
    assert standing_in.gaps([row], now=clock.now())[row.pk].taker is None


def test_a_deputy_who_is_away_too_has_a_deputy(case, mira, okafor, petra):
    row = promise(case, mira, at(5))
    away(okafor, 3, 5, petra)
    away(mira, 4, 6, okafor)
    become(at(4, 1))
    assert owner_of(row) == petra


def test_two_who_stand_in_for_each_other_and_are_both_away_are_nobody(case, mira, okafor):
    row = promise(case, mira, at(5))
    away(okafor, 3, 6, mira)
    away(mira, 4, 6, okafor)
    become(at(4, 1))
    assert owner_of(row) == mira
    assert Fact.objects.filter(kind="promise.unattended").count() == 1


def test_a_deputy_whose_seat_has_ended_is_nobody(case, mira, okafor):
    row = promise(case, mira, at(5))
    away(mira, 4, 6, okafor)
    Staff.objects.filter(pk=okafor.pk).update(left_at=clock.now())
    become(at(4, 1))
    assert owner_of(row) == mira


def test_what_is_promised_during_the_absence_goes_on_at_once(case, mira, okafor):
    away(mira, 2, 6, okafor)
    steps.run_due()
    post = send(case, mira, "Er ist unterwegs.")
    [row] = standing_in.make(post, [Chosen(text=WORDS, due_to=at(5))], owner=mira, now=clock.now())
    assert owner_of(row) == okafor
    [free] = standing_in.make(post, [Chosen(text=WORDS, due_to=at(9))], owner=mira, now=clock.now())
    assert owner_of(free) == mira


def test_the_days_count_in_the_zone_of_the_house(case, mira, okafor):
    """Midnight in Berlin is 23 hours in UTC: due at 0:30 on the day after the last one stays."""
    last, first_back = promise(case, mira, at(7, 0) - timedelta(minutes=1)), promise(case, mira, at(7, 0))
    away(mira, 4, 6, okafor)
    become(at(4, 1))
    assert (owner_of(last), owner_of(first_back)) == (okafor, mira)


def test_ill_from_today_hands_over_at_once(case, mira, okafor, petra):
    row = promise(case, mira, at(2, 17))
    away(mira, 2, 3, okafor, by=petra)
    steps.run_due()
    assert owner_of(row) == okafor
    assert row.amendments.get().by == petra


@pytest.mark.parametrize(("first", "last"), [(6, 4), (1, 1)])
def test_days_in_the_wrong_order_or_over_are_refused(mira, first, last):
    with pytest.raises(absences.NoAbsence):
        away(mira, first, last)


def test_nobody_stands_in_for_themselves(mira):
    with pytest.raises(absences.NoAbsence):
        away(mira, 4, 6, mira)


def test_everybody_notes_their_own_and_a_supervisor_those_of_all(mira, okafor):
    me = Actor(kind="agent", staff_id=mira.pk)
    boss = Actor(kind="supervisor", staff_id=999)
    assert [can(me, "absence.note", one) for one in (mira, okafor)] == [True, False]
    assert can(boss, "absence.note", okafor)
    assert not can(STRANGER, "absence.note", mira)


def test_over_the_beginning_of_daylight_saving_time_the_days_stay_whole(mira):
    row = absences.note(
        mira, first_day=date(2027, 3, 28), last_day=date(2027, 3, 28), deputy=None, by=mira, now=clock.now()
    )  # fmt: skip
    assert absences.is_over(row).astimezone(ZoneInfo("UTC")) - absences.begins(row).astimezone(ZoneInfo("UTC")) == timedelta(
        hours=23
    )  # fmt: skip
