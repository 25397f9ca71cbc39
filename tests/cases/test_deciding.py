"""Deciding in a case: within the frame, once, taken back in time, and by whoever may where the frame is too small."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction

from eyelevel.answers import actions as answers
from eyelevel.answers import reads as answer_reads
from eyelevel.cases import actions as cases
from eyelevel.cases import bulk, deciding, decisions, measures, merging, wishing
from eyelevel.cases.deciding import FrameTooSmall, NeedsWords, NotWhole, Settled
from eyelevel.cases.deciding_models import Decision, WidenNote, Wish
from eyelevel.cases.rules import too_often
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import write
from eyelevel.outbox.actions import NoLongerWaiting
from eyelevel.people import mandates
from eyelevel.people.mandates import Written
from eyelevel.people.models import Staff
from eyelevel.people.reach import Frame, Lack, Wanted
from tests.making import case_of, draft, mail_in, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(db):
    return Staff.objects.create(name="Ines Falk", role="supervisor", language="en")


@pytest.fixture
def case(db):
    return case_of(mail_in("Der Techniker kam nicht."))


def frame(staff, case=5_000, month=20_000, **more):
    made = Frame(goodwill_case=case, goodwill_month=month, **more)
    return write(
        mandates.write_frame, staff, Written(frame=made), since=clock.now(), by=staff, now=clock.now(),
    )  # fmt: skip


def goodwill(euros, words="Gutschrift für den verpassten Termin"):
    return Wanted(kind="goodwill", words=words, cents=round(euros * 100))


def decide(case, by, wanted, **more):
    case.refresh_from_db()
    return deciding.decide(case, wanted, by=by, now=clock.now(), real_now=clock.real_now(), **more)


def answer(case, by, text, wanted):
    written = draft(case, by, text)
    return answers.approve(
        written, by=by, check=answer_reads.check(case, text), reason="", confirmed=(), now=clock.now(),
        real_now=clock.real_now(), decision=wanted,
    )  # fmt: skip


def test_a_decision_names_the_version_of_the_frame_under_which_it_was_taken(case, mira):
    first = frame(mira)
    made = decide(case, mira, goodwill(30))
    frame(mira, case=10_000)
    made.refresh_from_db()
    assert (made.cents, made.currency, made.mandate, made.state) == (3_000, "EUR", first, "decided")
    assert decide(case, mira, goodwill(20)).mandate.version == 2


def test_what_colleagues_granted_in_the_case_counts_too(case, mira, okafor):
    frame(mira)
    frame(okafor)
    decide(case, okafor, goodwill(30))
    with pytest.raises(FrameTooSmall) as refused:
        decide(case, mira, goodwill(20.01))
    assert refused.value.lack == Lack(limit="case", allowed=5_000, used=3_000, asked=2_001)
    assert decide(case, mira, goodwill(20)).state == "decided"


def test_the_month_is_a_calendar_month_of_the_house(case, mira, settings):
    frame(mira, case=10_000, month=10_000)
    berlin = ZoneInfo("Europe/Berlin")
    clock.stand_apart(datetime(2027, 1, 31, 23, 30, tzinfo=berlin) - clock.real_now())
    decide(case, mira, goodwill(100))
    other = case_of(mail_in("Noch ein Fall", sender="o@post.example"))
    with pytest.raises(FrameTooSmall) as refused:
        decide(other, mira, goodwill(1))
    assert refused.value.lack.limit == "month"
    clock.stand_apart(datetime(2027, 2, 1, 0, 30, tzinfo=berlin) - clock.real_now())
    decide(other, mira, goodwill(100))


def test_money_in_a_merged_case_stays_granted(case, mira):
    frame(mira)
    other = case_of(mail_in("Und nochmals", subject="Techniker", Message_ID="<second@post.example>"))
    decide(other, mira, goodwill(40))
    merging.merge(kept_id=case.pk, merged_id=other.pk, by=mira, now=clock.now())
    with pytest.raises(FrameTooSmall):
        decide(case, mira, goodwill(20))
    assert decide(other, mira, goodwill(10)).case_id == case.pk


def test_without_a_frame_nobody_decides_about_money(case, mira):
    with pytest.raises(FrameTooSmall):
        decide(case, mira, goodwill(0.01))
    made = decide(case, mira, Wanted(kind="other", words="Wir schicken die Rechnung nochmals"))
    assert made.mandate is None


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (Wanted(kind="goodwill", words="x"), NotWhole), (Wanted(kind="deadline", words="x"), NotWhole),
        (Wanted(kind="goodwill", words="  ", cents=1), NeedsWords), (Wanted(kind="other", words="x" * 1_001), NeedsWords),
        (Wanted(kind="contract", words="x"), FrameTooSmall), (Wanted(kind="deadline", words="x", days=8), FrameTooSmall),
    ],
)  # fmt: skip
def test_what_is_not_whole_or_not_mine_is_not_decided(case, mira, wanted, refusal):
    frame(mira, deadline_days=7)
    with pytest.raises(refusal):
        decide(case, mira, wanted)
    assert not Decision.objects.exists()


def test_an_answer_and_its_decision_stand_or_fall_together(case, mira):
    frame(mira)
    with pytest.raises(FrameTooSmall), transaction.atomic():
        answer(case, mira, "Sie bekommen 80 Euro zurück.", goodwill(80))
    case.refresh_from_db()
    assert case.waiting_since is not None
    assert not Decision.objects.exists()
    post = answer(case, mira, "Sie bekommen 30 Euro zurück.", goodwill(30))
    assert Decision.objects.get().post == post


def test_undo_takes_both_back_and_the_money_is_free_again(case, mira):
    frame(mira)
    post = answer(case, mira, "Sie bekommen 50 Euro zurück.", goodwill(50))
    steps.run_due()
    answers.undo(post, by=mira, now=clock.now())
    made = Decision.objects.get()
    assert (made.state, made.post) == ("taken_back", None)
    assert decisions.granted_in(case) == 0
    answer(case, mira, "Sie bekommen 50 Euro zurück.", goodwill(50))


def test_an_answer_whose_decision_was_carried_out_is_not_taken_back(case, mira):
    frame(mira)
    post = answer(case, mira, "Sie bekommen 50 Euro zurück.", goodwill(50))
    steps.run_due()
    deciding.carried_out(Decision.objects.get(), evidence="Beleg 7", by=mira, now=clock.now())
    with pytest.raises(NoLongerWaiting), transaction.atomic():
        answers.undo(post, by=mira, now=clock.now())
    assert Decision.objects.get().post == post


def test_without_a_webhook_it_is_a_task_done_once_with_evidence(case, mira, okafor):
    frame(mira)
    made = decide(case, mira, goodwill(30))
    steps.run_due()
    made.refresh_from_db()
    assert (made.way, made.owner) == ("task", mira)
    assert decisions.waiting_for(mira.pk) == 1
    deciding.given_to(made, owner=okafor, by=mira, now=clock.now())
    assert (decisions.waiting_for(mira.pk), decisions.waiting_for(okafor.pk)) == (0, 1)
    with pytest.raises(NeedsWords):
        deciding.carried_out(made, evidence=" ", by=okafor, now=clock.now())
    deciding.carried_out(made, evidence="SEPA 4711", by=okafor, now=clock.now())
    made.refresh_from_db()
    assert (made.state, made.evidence, made.settled_by) == ("executed", "SEPA 4711", okafor)
    with pytest.raises(Settled):
        deciding.carried_out(made, evidence="nochmals", by=okafor, now=clock.now())
    with pytest.raises(Settled):
        deciding.take_back(made, by=mira, now=clock.now())
    assert decisions.waiting_for(okafor.pk) == 0


def test_whoever_answers_first_and_decides_decides_at_first_contact(case, mira, okafor):
    frame(mira)
    frame(okafor)
    assert decide(case, mira, goodwill(1)).first_contact
    send(case, mira, "Guten Tag, wir schreiben Ihnen 1 Euro gut.")
    assert decide(case, mira, goodwill(1)).first_contact
    assert not decide(case, okafor, goodwill(1)).first_contact
    other = case_of(mail_in("Noch ein Fall", sender="o@post.example"))
    cases.hand_over(other, giver=mira, taker=mira, note="", now=clock.now())
    other.refresh_from_db()
    cases.hand_over(other, giver=mira, taker=okafor, note="kennst du das?", now=clock.now())
    assert not decide(other, okafor, goodwill(1)).first_contact
    told = [row.data["first_contact"] for row in Fact.objects.filter(kind="case.decided").order_by("pk")]
    assert told == [True, True, False, False]


def test_who_may_are_those_whose_frame_reaches_the_least_loaded_first(case, mira, okafor, ines):
    gone = Staff.objects.create(name="Anna", left_at=clock.now())
    for one in (okafor, ines, gone):
        Staff.objects.filter(pk=one.pk).update(left_at=None)
        frame(one, case=20_000)
    Staff.objects.filter(pk=gone.pk).update(left_at=clock.now())
    frame(mira)
    cases.hand_over(case, giver=okafor, taker=okafor, note="", now=clock.now())
    found = decisions.who_may(case, goodwill(80), besides=mira.pk, now=clock.now(), real_now=clock.real_now())
    assert [(one.staff, one.holds) for one in found] == [(ines, 0), (okafor, 1)]
    assert (
        decisions.who_may(case, goodwill(201), besides=mira.pk, now=clock.now(), real_now=clock.real_now())
        == []
    )


def wish(case, by, to, *, hand, euros=80):
    lacking = Lack(limit="case", allowed=5_000, used=0, asked=euros * 100)
    return wishing.wish(case, goodwill(euros), by=by, to=to, hand=hand, lack=lacking, now=clock.now())


def test_one_act_hands_the_case_on_with_the_wish(case, mira, ines):
    row = wish(case, mira, ines, hand=True)
    case.refresh_from_db()
    assert case.holder == ines
    assert case.hands.get().reason == "frame"
    assert Fact.objects.get(kind="case.handed_on").data["reason"] == "frame"
    frame(ines, case=20_000)
    made = decide(case, ines, goodwill(80), wish=row)
    row.refresh_from_db()
    assert (row.state, row.decision, made.first_contact) == ("granted", made, False)
    with pytest.raises(Settled), transaction.atomic():
        decide(case, ines, goodwill(80), wish=row)


def test_whoever_had_to_ask_does_not_decide_at_first_contact(case, mira, ines):
    frame(mira)
    wish(case, mira, ines, hand=False)
    assert not decide(case, mira, goodwill(10)).first_contact


def test_asking_leaves_the_case_where_it_is_and_no_has_a_reason(case, mira, ines):
    row = wish(case, mira, ines, hand=False)
    case.refresh_from_db()
    assert case.holder is None
    with pytest.raises(NeedsWords):
        wishing.decline(row, words="", by=ines, now=clock.now())
    wishing.decline(row, words="Erst die Messung abwarten", by=ines, now=clock.now())
    assert Wish.objects.get().answer == "Erst die Messung abwarten"
    assert not Fact.objects.filter(kind="case.handed_on").exists()


def test_a_decision_that_is_taken_back_opens_its_wish_again(case, mira, ines):
    frame(ines, case=20_000)
    row = wish(case, mira, ines, hand=True)
    made = decide(case, ines, goodwill(80), wish=row)
    deciding.take_back(made, by=ines, now=clock.now())
    row.refresh_from_db()
    assert (row.state, row.decision) == ("open", None)


@pytest.mark.parametrize(
    ("small", "of", "asks"), [(5, 16, True), (5, 17, False), (4, 4, False), (30, 100, True), (29, 100, False)]
)
def test_five_cases_and_thirty_percent_are_too_often(small, of, asks):
    assert too_often(small, of=of) is asks


def test_a_kind_that_is_handed_on_too_often_asks_for_a_wider_frame_once(mira, ines):
    frame(ines)
    found = [case_of(mail_in(f"Fall {n}", sender=f"c{n}@post.example")) for n in range(12)]
    for one in found[:8]:
        decide(one, ines, goodwill(1))
    for one in found[8:]:
        wish(one, mira, ines, hand=True)
    assert not WidenNote.objects.exists(), "four are few"
    wish(found[0], mira, ines, hand=True)
    note = WidenNote.objects.get()
    assert (note.kind, note.handed, note.of) == ("goodwill", 5, 12)
    wish(found[1], mira, ines, hand=True)
    note.refresh_from_db()
    assert note.handed == 6
    wishing.dismiss(note, by=ines, now=clock.now())
    wish(found[2], mira, ines, hand=True)
    assert not WidenNote.objects.filter(dismissed_at=None).exists(), (
        "whoever dismissed it has thirty days of quiet"
    )
    clock.stand_apart(timedelta(days=31))
    for one in found[:5]:
        wish(one, mira, ines, hand=True)
    assert WidenNote.objects.filter(dismissed_at=None).count() == 1


def test_the_months_tell_what_was_decided_at_first_contact_and_what_was_handed_on(mira, okafor, ines):
    frame(mira)
    one, two, three = (case_of(mail_in(f"Fall {n}", sender=f"c{n}@post.example")) for n in range(3))
    decide(one, mira, goodwill(1))
    decide(one, mira, goodwill(1))
    send(two, okafor, "Ich sehe nach.")
    decide(two, mira, goodwill(1))
    deciding.take_back(decide(three, mira, goodwill(1)), by=mira, now=clock.now())
    wish(three, mira, ines, hand=True)
    bulk.act([one.pk], verb="hand", by=mira, taker=mira, now=clock.now())
    bulk.act([one.pk], verb="hand", by=mira, taker=okafor, now=clock.now())
    (month, *before) = measures.months(now=clock.now())
    assert (month.decided, month.at_first_contact, month.share, month.handed_on, month.too_small) == (
        2,
        1,
        50,
        2,
        1,
    )
    assert [row.decided for row in before] == [0] * 5
    kinds = {row.kind: (row.cases, row.too_small) for row in measures.kinds(now=clock.now())}
    assert kinds["goodwill"] == (3, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one pen")
def test_two_decisions_at_once_do_not_exceed_the_month_together():
    mira = Staff.objects.create(name="Mira Lang")
    frame(mira, case=10_000, month=10_000)
    found = [case_of(mail_in(f"Fall {n}", sender=f"c{n}@post.example")) for n in range(6)]
    told: list[str] = []
    ready = threading.Barrier(len(found))

    def one(case):
        ready.wait()
        try:
            with transaction.atomic():
                decide(case, mira, goodwill(30))
            told.append("decided")
        except FrameTooSmall:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(case,)) for case in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["decided"] * 3 + ["refused"] * 3
    assert connection.vendor == "postgresql"
