"""The person learns that a promise may be late before its time is over: once, by mail, in fixed words, and only if need be."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from eyelevel.answers import actions as answers
from eyelevel.answers import foretelling, telling
from eyelevel.cases import actions as cases
from eyelevel.channels.contract import Receipt
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.outbox import lanes
from eyelevel.outbox.models import Sending
from eyelevel.people import actions as people
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from eyelevel.word import promises
from eyelevel.word.models import Promise
from eyelevel.word.promises import Chosen
from tests.making import case_of, draft, form_in, mail_in, send

pytestmark = pytest.mark.django_db
WORDS = "Wir rufen Sie morgen bis 12 Uhr zurück."
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def case(db):
    return case_of(mail_in("Wann rufen Sie an?", subject="Rückruf"))


def said(case, staff, *, hours=5.0, words=WORDS, at=None):
    """Promised on the phone, so that it has reached the person."""
    post = cases.note_call(case, staff=staff, heard="", said=words, now=clock.now())[-1]
    due = at or clock.now() + timedelta(hours=hours)
    return promises.make(post, [Chosen(text=words, due_to=due)], owner=staff, now=clock.now())[0]


def later(**time_passed):
    clock.stand_apart(clock.now() - clock.real_now() + timedelta(**time_passed))
    steps.run_due()


def nearly():
    """Its owner was asked, and half of the hour that was left is gone."""
    later(hours=4.1)
    later(hours=0.5)


def notices():
    return list(Sending.objects.filter(notice__startswith="promise-").order_by("pk"))


def leave():
    """Everything in the outbox leaves."""
    took = lambda _departure: Receipt(state="delivered", detail="250 ok", at=clock.real_now())  # noqa: E731
    lanes.send_due(doors={"mail": took}, now=clock.real_now)


def broken():
    return Fact.objects.get(kind="promise.broken").data


def test_the_person_is_told_between_the_reminder_and_the_time(case, mira):
    row = said(case, mira)
    later(hours=4.2)
    assert notices() == []
    later(hours=0.4)
    [told] = notices()
    assert (told.recipient, told.channel, told.approved_by) == (
        "jana@post.example",
        "mail",
        "notice:promise-at-risk",
    )
    assert told.departure["automatic"] is True
    row.refresh_from_db()
    assert row.foretold_at is not None
    assert row.foretold_at < row.due_to
    leave()
    later(hours=1)
    assert broken()["told"] is True
    assert len(notices()) == 1


def test_it_names_our_date_and_who_keeps_it_and_nothing_that_anybody_wrote(case, mira):
    at = datetime(2026, 11, 24, 12, 0, tzinfo=BERLIN)
    clock.stand_apart(at - timedelta(hours=5) - clock.real_now())
    said(case, mira, at=at)
    nearly()
    departure = notices()[0].departure
    text = departure["text"]
    assert "etwas bis Dienstag, 24. November, 12:00 Uhr zugesagt" in text
    assert "nicht vermerkt, dass es geschehen ist" in text
    assert "Mira Lang sagt Ihnen, wo es steht." in text
    for stranger in ("Jana", "Wann rufen Sie an", "Rückruf", WORDS):
        assert stranger not in text + departure["subject"]


def test_it_is_english_for_whoever_wrote_english(case, okafor):
    case.person.language = "en"
    case.person.save()
    said(case, okafor)
    nearly()
    assert "Chidi Okafor will tell you where it stands." in notices()[0].departure["text"]


def test_half_of_the_service_time_that_was_left_counts(case, mira):
    """Due on Monday at 8:30: the owner is asked on Friday at 17:30, the person told on Monday at 8:00."""
    people.set_service_hours([(day, time(8), time(18)) for day in range(5)], now=clock.now(), by="test")
    clock.stand_apart(datetime(2026, 11, 6, 16, 0, tzinfo=BERLIN) - clock.real_now())
    said(case, mira, at=datetime(2026, 11, 9, 8, 30, tzinfo=BERLIN))
    later(hours=1, minutes=31)
    later(hours=62, minutes=25)
    assert notices() == []
    later(minutes=10)
    assert len(notices()) == 1


def test_a_promise_for_in_twenty_minutes_is_not_announced_as_late_at_once(case, mira):
    said(case, mira, hours=1 / 3)
    steps.run_due()
    assert notices() == []
    later(minutes=11)
    assert len(notices()) == 1


@pytest.mark.parametrize("outcome", list(Promise.Outcome)[1:])
def test_nothing_leaves_after_an_outcome(case, mira, outcome):
    row = said(case, mira)
    later(hours=4.1)
    promises.settle(row, outcome=outcome, evidence="Anruf 11:40", by=mira, now=clock.now())
    later(hours=0.5)
    assert notices() == []


def test_what_waits_in_the_outbox_is_taken_back_when_its_owner_acts(case, mira):
    row = said(case, mira)
    nearly()
    Sending.objects.filter(notice="promise-at-risk").update(attempts=2)  # the mail server was away twice
    promises.settle(row, outcome=Promise.Outcome.KEPT, evidence="Anruf 11:40", by=mira, now=clock.now())
    assert notices()[0].state == Sending.State.WITHDRAWN
    assert Promise.objects.get().foretold_at is None


def test_nothing_leaves_after_the_time_and_that_counts_as_not_told(case, mira):
    said(case, mira)
    nearly()
    later(hours=1)
    assert notices()[0].state == Sending.State.WITHDRAWN
    assert broken()["told"] is False


def test_a_clock_that_jumps_over_everything_sends_nothing(case, mira):
    said(case, mira)
    later(days=3)
    later(days=3)
    assert notices() == []
    assert broken()["told"] is False


def test_once_for_each_promise_also_after_another_day(case, mira):
    row = said(case, mira)
    nearly()
    leave()
    row.refresh_from_db()
    promises.postpone(row, due_to=clock.now() + timedelta(hours=5), reason="krank", by=mira, now=clock.now())
    nearly()
    assert len(notices()) == 1
    later(hours=1)
    assert Fact.objects.filter(kind="promise.broken").count() == 1


def test_the_word_for_a_former_date_is_no_word_before_the_new_one(case, mira):
    row = said(case, mira)
    nearly()
    leave()
    row.refresh_from_db()
    promises.postpone(row, due_to=clock.now() + timedelta(hours=5), reason="krank", by=mira, now=clock.now())
    later(hours=6)
    assert broken()["told"] is False


def test_two_promises_for_the_same_time_make_one_mail(case, mira):
    at = clock.now() + timedelta(hours=5)
    said(case, mira, at=at)
    said(case, mira, at=at, words="Der Techniker kommt bis 12 Uhr.")
    nearly()
    assert len(notices()) == 1
    assert Promise.objects.exclude(foretold_at=None).count() == 2
    first = Promise.objects.order_by("pk")[0]
    promises.settle(first, outcome=Promise.Outcome.KEPT, evidence="x", by=mira, now=clock.now())
    assert notices()[0].state == Sending.State.WAITING


def test_words_that_never_left_are_not_spoken_of(case, mira):
    check = answers.reads.check(case, WORDS)
    answers.approve(
        draft(case, mira, WORDS), by=mira, check=check, reason="x", confirmed=[], now=clock.now(),
        real_now=clock.real_now(), promises=[Chosen(text=WORDS, due_to=clock.now() + timedelta(hours=5))],
    )  # fmt: skip
    nearly()
    assert notices() == []


def test_after_undo_nothing_is_said(case, mira):
    post = send(case, mira, "Er ist unterwegs.")
    promises.make(
        post, [Chosen(text=WORDS, due_to=clock.now() + timedelta(hours=5))], owner=mira, now=clock.now()
    )
    answers.undo(post, by=mira, now=clock.now())
    nearly()
    assert notices() == []


def test_who_has_no_mail_address_is_not_written_to(mira):
    case = case_of(form_in("Idee"))
    said(case, mira)
    nearly()
    assert notices() == []


def test_a_public_post_is_no_way_for_it(case, mira):
    handle = Handle.objects.get(address="jana@post.example")
    handle.channel, handle.address = "bluesky", "did:plc:jana"
    handle.save()
    said(case, mira)
    nearly()
    assert notices() == []


def test_nobody_writes_to_an_address_that_does_not_take_it(case, mira):
    Handle.objects.update(undeliverable_since=clock.now())
    said(case, mira)
    nearly()
    assert notices() == []


def test_a_house_can_switch_it_off(case, mira, monkeypatch):
    monkeypatch.setattr(settings.ENV, "promise_notice", False)
    said(case, mira)
    nearly()
    assert notices() == []


def test_a_colleague_can_say_at_once_that_it_will_be_late(case, mira):
    row = said(case, mira)
    foretelling.say_late(row, by=mira, now=clock.now(), real_now=clock.real_now())
    [told] = notices()
    assert told.approved_by == f"staff:{mira.pk}"
    assert "Das schaffen wir bis dahin nicht." in told.departure["text"]
    row.refresh_from_db()
    with pytest.raises(foretelling.CannotTell):
        foretelling.say_late(row, by=mira, now=clock.now(), real_now=clock.real_now())
    nearly()
    assert len(notices()) == 1


def test_that_it_will_be_late_is_not_said_when_it_is(case, mira):
    row = said(case, mira)
    later(hours=6)
    row.refresh_from_db()
    with pytest.raises(foretelling.CannotTell):
        foretelling.say_late(row, by=mira, now=clock.now(), real_now=clock.real_now())


def test_a_step_that_runs_twice_tells_once(case, mira):
    said(case, mira)
    later(hours=4.1)
    asked = Fact.objects.get(kind="owner.asked")
    effects = [foretelling.foretell(asked), foretelling.foretell(asked)]
    for effect in effects:
        effect()
    assert len(notices()) == 1


def test_the_notice_does_not_use_up_the_confirmation_of_a_new_message(case, mira):
    Sending.objects.filter(notice="received").delete()
    said(case, mira)
    nearly()
    mail_in("Noch etwas anderes", subject="Rechnung")
    assert Sending.objects.filter(notice="received").count() == 1


def test_another_day_with_its_sentence_takes_the_waiting_word_back(case, mira):
    row = said(case, mira)
    nearly()
    telling.move(row, case, due_to=clock.now() + timedelta(days=1), reason="krank", by=mira, now=clock.now())
    assert notices()[0].state == Sending.State.WITHDRAWN
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()
