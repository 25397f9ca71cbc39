"""The ledger: a promise is made with an answer, remembered before its time, broken by the clock, and ends with an outcome."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from eyelevel.answers import actions as answers
from eyelevel.cases import merging
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import STRANGER, SYSTEM, Actor, can, visible
from eyelevel.people import actions as people
from eyelevel.people.rules import Span, before_service_hours
from eyelevel.posts.models import Post
from eyelevel.word import promises, reads
from eyelevel.word.models import Promise
from eyelevel.word.promises import Chosen
from tests.making import case_of, draft, mail_in, send

pytestmark = pytest.mark.django_db
WORDS = "Wir rufen Sie morgen bis 12 Uhr zurück."
KEPT, NOT_KEPT = Promise.Outcome.KEPT, Promise.Outcome.NOT_KEPT
STAFF = Actor(kind="agent", staff_id=1)


@pytest.fixture
def case(db):
    return case_of(mail_in("Wann rufen Sie an?", subject="Rückruf"))


def chosen(hours=5.0, words=WORDS):
    return Chosen(text=words, due_to=clock.now() + timedelta(hours=hours))


def promise(case, staff, *, hours=5.0):
    """An answer goes out with one promise that is due in so many hours."""
    check = answers.reads.check(case, WORDS)
    answers.approve(
        draft(case, staff, WORDS), by=staff, check=check, reason="x", confirmed=[], now=clock.now(),
        real_now=clock.real_now(), promises=[chosen(hours)],
    )  # fmt: skip
    return Promise.objects.latest("pk")


def kinds():
    return list(
        Fact.objects.filter(kind__startswith="promise.").order_by("pk").values_list("kind", flat=True)
    )


def later(**time_passed):
    """House time moves on, and what is due is done."""
    clock.stand_apart(clock.now() - clock.real_now() + timedelta(**time_passed))
    steps.run_due()


def test_a_promise_is_made_in_the_same_breath_as_the_answer_and_belongs_to_its_writer(case, mira):
    row = promise(case, mira)
    assert (row.owner, row.kind, row.outcome) == (mira, "call_back", "")
    assert row.post == Post.objects.get(kind=Post.Kind.ANSWER)
    assert [one.pk for one in reads.promises_in(case.pk, STAFF)] == [row.pk]
    assert reads.next_due([case.pk]) == {case.pk: row}


def test_an_answer_that_names_a_past_time_does_not_leave(case, mira):
    with pytest.raises(promises.NotAhead):
        promise(case, mira, hours=-1)
    assert not Promise.objects.exists()


def test_undo_takes_the_promise_back_and_no_clock_rings_for_it(case, mira):
    row = promise(case, mira)
    answers.undo(row.post, by=mira, now=clock.now())
    later(days=3)
    assert not Promise.objects.exists()
    assert kinds() == ["promise.made", "promise.taken_back"]
    send(case, mira, "Er ist unterwegs.")


def test_its_owner_is_reminded_one_service_hour_before_and_not_sooner(case, mira):
    row = promise(case, mira, hours=5)
    later(hours=3.9)
    assert kinds() == ["promise.made"]
    later(hours=0.2)
    row.refresh_from_db()
    assert kinds() == ["promise.made", "promise.due_soon"]
    assert (row.reminded_at is not None, row.broken_at) == (True, None)


def test_without_an_outcome_it_is_broken_when_its_time_comes_and_counted_once(case, mira):
    row = promise(case, mira)
    later(hours=4.5)
    later(hours=1)
    later(days=2)
    row.refresh_from_db()
    assert row.broken_at is not None
    assert kinds() == ["promise.made", "promise.due_soon", "promise.broken"]


def test_a_clock_that_jumps_over_the_reminder_alarms_once(case, mira):
    """A40."""
    promise(case, mira)
    later(days=30)
    later(days=-30)
    later(days=31)
    assert kinds() == ["promise.made", "promise.broken"]


def test_a_step_that_runs_twice_has_one_effect(case, mira):
    promise(case, mira)
    made = Fact.objects.get(kind="promise.made")
    effects = [promises.remind(made), promises.remind(made)]
    for effect in effects:
        effect()
    assert kinds() == ["promise.made", "promise.due_soon"]


def test_what_was_kept_in_time_is_not_broken(case, mira):
    row = promise(case, mira)
    later(hours=4.5)
    promises.settle(row, outcome=KEPT, evidence="Anruf um 11:40", by=mira, now=clock.now())
    later(days=1)
    row.refresh_from_db()
    assert (row.outcome, row.evidence, row.settled_by, row.broken_at) == (
        "kept",
        "Anruf um 11:40",
        mira,
        None,
    )
    assert kinds()[-1] == "promise.kept"
    assert Fact.objects.get(kind="promise.kept").data["late"] is False


def test_kept_needs_evidence_and_an_outcome_is_said_once(case, mira):
    row = promise(case, mira)
    with pytest.raises(promises.NeedsWords):
        promises.settle(row, outcome=KEPT, evidence="  ", by=mira, now=clock.now())
    promises.settle(row, outcome=NOT_KEPT, evidence="", by=mira, now=clock.now())
    with pytest.raises(promises.HasOutcome):
        promises.settle(row, outcome=KEPT, evidence="doch", by=mira, now=clock.now())
    assert Promise.objects.get().outcome == "not_kept"


def test_another_day_starts_the_clock_anew_and_keeps_the_old_one(case, mira):
    row = promise(case, mira, hours=5)
    before = row.due_to
    fresh = clock.now() + timedelta(hours=30)
    promises.postpone(row, due_to=fresh, reason="Ersatzteil fehlt", by=mira, now=clock.now())
    later(hours=6)
    assert "promise.broken" not in kinds()
    change = row.amendments.get()
    assert (change.due_before, change.due_to, change.reason) == (before, fresh, "Ersatzteil fehlt")
    later(hours=23.5)
    later(hours=1)
    assert kinds() == ["promise.made", "promise.moved", "promise.due_soon", "promise.broken"]


def test_another_day_after_the_old_one_has_passed_does_not_hide_that(case, mira):
    row = promise(case, mira)
    later(hours=6)
    row.refresh_from_db()
    promises.postpone(row, due_to=clock.now() + timedelta(days=1), reason="krank", by=mira, now=clock.now())
    assert kinds().count("promise.broken") == 1
    assert Fact.objects.get(kind="promise.moved").data["late"] is True


def test_another_day_needs_a_reason_and_lies_ahead(case, mira):
    row, now = promise(case, mira), clock.now()
    with pytest.raises(promises.NeedsWords):
        promises.postpone(row, due_to=now + timedelta(days=1), reason="", by=mira, now=now)
    with pytest.raises(promises.NotAhead):
        promises.postpone(row, due_to=now, reason="x", by=mira, now=now)


def test_two_who_settle_what_has_just_moved_meet(case, mira, okafor):
    row, stale = promise(case, mira), Promise.objects.select_related("post").get()
    promises.postpone(row, due_to=clock.now() + timedelta(days=1), reason="x", by=mira, now=clock.now())
    with pytest.raises(promises.HasOutcome):
        promises.settle(stale, outcome=NOT_KEPT, evidence="", by=okafor, now=clock.now())


def test_a_colleague_takes_it_over(case, mira, okafor):
    row = promise(case, mira)
    promises.hand_over(row, to=okafor, by=mira, now=clock.now())
    row = Promise.objects.get()
    assert row.owner == okafor
    change = row.amendments.get()
    assert (change.giver, change.taker, change.due_before) == (mira, okafor, None)


def test_promises_go_where_their_words_go(case, mira):
    other = case_of(mail_in("Noch etwas", subject="Rechnung"))
    row = promise(other, mira)
    merge = merging.merge(kept_id=case.pk, merged_id=other.pk, by=mira, now=clock.now())
    assert reads.next_due([case.pk, other.pk]) == {case.pk: row}
    later(hours=6)
    assert Fact.objects.get(kind="promise.broken").things == [f"case:{case.pk}", "list"]
    merging.unmerge(merge, also=[], by=mira, now=clock.now())
    assert reads.promises_in(case.pk, STAFF) == []
    assert [one.pk for one in reads.promises_in(other.pk, STAFF)] == [row.pk]


def test_only_colleagues_change_promises_and_a_person_sees_their_own(case, mira):
    other = case_of(mail_in("Hi", sender="tom@mail.example", subject="Refund"))
    row = promise(case, mira)
    jana, tom = (Actor(kind="receipt", case_id=one.pk, person_id=one.person_id) for one in (case, other))
    rows = Promise.objects.all()
    assert [list(visible(one, rows)) for one in (STAFF, jana, tom, STRANGER, SYSTEM)] == [
        [row],
        [row],
        [],
        [],
        [],
    ]
    for verb in ("promise.make", "promise.settle", "promise.postpone", "promise.hand"):
        assert [can(one, verb, row) for one in (STAFF, jana, STRANGER)] == [True, False, False]


def test_reminders_come_in_service_hours(case, mira):
    """Due on Monday at 8:30, half an hour after opening: the reminder comes on Friday at 17:30."""
    people.set_service_hours([(day, time(8), time(18)) for day in range(5)], now=clock.now(), by="test")
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2026, 11, 6, 16, 0, tzinfo=berlin)
    clock.stand_apart(friday - clock.real_now())
    steps.run_due()
    monday = datetime(2026, 11, 9, 8, 30, tzinfo=berlin)
    post = send(case, mira, "Er ist unterwegs.")
    promises.make(post, [Chosen(text=WORDS, due_to=monday)], owner=mira, now=clock.now())
    steps.run_due()
    assert kinds() == ["promise.made"]
    later(hours=1, minutes=31)
    assert kinds() == ["promise.made", "promise.due_soon"]


WEEK = [Span(weekday=day, opens=time(8), closes=time(18)) for day in range(5)]
UTC_ZONE = ZoneInfo("UTC")


def _at(month, day, hour, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


LATEST = [
    (WEEK, _at(11, 3, 12), 1, _at(11, 3, 11)),
    (WEEK, _at(11, 9, 8, 30), 1, _at(11, 6, 17, 30)),
    (WEEK, _at(11, 8, 12), 1, _at(11, 6, 17)),
    (WEEK, _at(11, 3, 23, 59), 1, _at(11, 3, 17)),
    (WEEK, _at(11, 3, 9), 12, _at(10, 30, 17)),
    ([], _at(11, 3, 12), 1, _at(11, 3, 11)),
]


@pytest.mark.parametrize(("spans", "end", "hours", "expected"), LATEST)
def test_the_latest_moment_with_so_much_service_before_a_time(spans, end, hours, expected):
    assert before_service_hours(spans, end=end, hours=hours, zone=UTC_ZONE) == expected
