"""One concern of one person: who waits, who has it, what opens and closes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from eyelevel.cases import actions, reads
from eyelevel.cases.models import Case, Closure, Hand
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.outbox.models import Sending
from eyelevel.people import reads as people
from eyelevel.people.models import Person
from eyelevel.posts.models import Post
from tests.making import case_of, form_in, mail_in, send

pytestmark = pytest.mark.django_db


def test_the_same_letter_twice_is_one_case():
    first, second = mail_in("Hallo"), mail_in("Hallo")
    assert first.pk == second.pk
    assert Case.objects.count() == Post.objects.count() == 1


def test_letters_in_one_thread_share_a_case_and_other_subjects_do_not():
    first = mail_in("Hallo", subject="Vertrag")
    reply = mail_in("Noch etwas", subject="ganz anders", References=first.message_id)
    other = mail_in("Neues", subject="Vertrag")
    assert case_of(first) == case_of(reply) != case_of(other)


def test_people_are_joined_by_address_never_by_name():
    mail_in("a", sender="jana@post.example", subject="1")
    mail_in("b", sender="jana@other.example", subject="2")
    mail_in("c", sender="JANA@post.example", subject="3")
    assert Person.objects.count() == 2


def test_a_case_address_works_only_with_its_tag():
    case = case_of(mail_in("Hallo"))
    token = reads.token_of(case.pk)
    right = mail_in("x", sender="jana@post.example", subject="1", To=f"service+c-{token}@nordlicht.example")
    assert case_of(right) == case
    forged = token[:-4] + ("0000" if not token.endswith("0000") else "1111")
    wrong = mail_in("y", sender="eve@evil.example", subject="2", To=f"service+c-{forged}@nordlicht.example")
    assert case_of(wrong) != case


def test_a12_a_forged_known_sender_is_unverified_alone_and_gets_no_answer():
    known = mail_in("Hallo")
    forged = mail_in(
        "Ich bin es, Jana",
        subject="Neue Kontonummer",
        References=known.message_id,
        envelope={"dmarc": "fail"},
    )
    assert case_of(forged) != case_of(known)
    assert forged.person is None
    assert not forged.verified
    assert "sender-not-confirmed" in forged.remarks
    assert Sending.objects.count() == 1


def test_a09_mail_from_our_own_address_is_kept_and_never_answered():
    mail_in("loop", sender=settings.ENV.mail_address, subject="loop")
    assert Case.objects.count() == 1
    assert Sending.objects.count() == 0


def test_a09_fifty_out_of_office_replies_open_nothing_again_and_are_never_answered(mira):
    case = case_of(mail_in("Hallo"))
    post = send(case, mira, "Guten Tag")
    actions.close(case, by=mira, now=clock.now())
    for number in range(50):
        mail_in(
            f"away {number}", subject="Abwesend", Auto_Submitted="auto-replied", References=post.message_id
        )
    case.refresh_from_db()
    assert case.closure is not None
    assert Post.objects.filter(case_id=case.pk, automatic=True).count() == 50
    assert Sending.objects.exclude(notice="").count() == 1
    assert Sending.objects.filter(notice="received").count() == 1


def test_a11_a_form_filled_in_with_a_victims_address_mails_it_once_and_none_of_the_strangers_words():
    for number in range(30):
        form_in(f"BUY NOW {number}", name="http://spam.example BUY", mail="victim@x.example")
    sent = Sending.objects.get()
    assert sent.recipient == "victim@x.example"
    assert "BUY" not in str(sent.departure)
    assert Case.objects.count() == 30


def test_closing_is_a_row_with_who_and_when_and_a_new_word_reopens(mira):
    first = mail_in("Hallo")
    case = case_of(first)
    actions.close(case, by=mira, now=clock.now())
    case.refresh_from_db()
    assert case.closure.by == mira
    mail_in("Doch noch etwas", subject="x", References=first.message_id)
    case.refresh_from_db()
    assert case.closure is None
    assert Closure.objects.get().reopened_at is not None
    assert case.waiting_since is not None
    assert Fact.objects.filter(kind="case.reopened").count() == 1


def test_hand_overs_are_rows_with_their_word(mira, okafor):
    case = case_of(mail_in("Hallo"))
    actions.hand_over(case, giver=mira, taker=mira, note="", now=clock.now())
    case.refresh_from_db()
    actions.hand_over(case, giver=mira, taker=okafor, note="English please", now=clock.now())
    assert [(hand.taker, hand.note) for hand in Hand.objects.order_by("id")] == [
        (mira, ""),
        (okafor, "English please"),
    ]
    assert [fact.data["passed_on"] for fact in Fact.objects.filter(kind="case.handed").order_by("id")] == [
        False,
        True,
    ]


def test_a_put_off_case_is_out_of_sight_and_comes_back(mira):
    case = case_of(mail_in("Hallo"))
    actor, now = people.actor_of(mira), clock.now()
    until = now + timedelta(hours=1)
    actions.snooze(case, until=until, by=mira, now=now)
    assert case not in reads.shelf(actor, "now", now=now)
    assert case in reads.shelf(actor, "snoozed", now=now)
    steps.run_due(now=until)
    case.refresh_from_db()
    assert case.snoozed_until is None
    assert case.waiting_since is not None


def test_silence_raises_an_alarm_once_and_an_answer_ends_it(mira):
    case = case_of(mail_in("Hallo"))
    steps.run_due(now=clock.now() + timedelta(hours=7))
    case.refresh_from_db()
    assert case.alarm_since is None
    steps.run_due(now=clock.now() + timedelta(hours=8, minutes=1))
    steps.run_due(now=clock.now() + timedelta(days=15))
    case.refresh_from_db()
    assert case.alarm_since is not None
    assert Fact.objects.filter(kind="case.alarm").count() == 1
    send(case, mira, "Guten Tag")
    case.refresh_from_db()
    assert case.alarm_since is None


def test_a40_a_clock_that_jumps_forth_and_back_alarms_once():
    case = case_of(mail_in("Hallo"))
    for jump in (timedelta(days=15), -timedelta(hours=1), timedelta(days=15), timedelta(days=4000)):
        steps.run_due(now=clock.now() + jump)
    case.refresh_from_db()
    assert Fact.objects.filter(kind="case.alarm").count() == 1


def test_an_answered_case_raises_no_alarm(mira):
    case = case_of(mail_in("Hallo"))
    send(case, mira, "Guten Tag")
    steps.run_due(now=clock.now() + timedelta(days=9))
    case.refresh_from_db()
    assert case.alarm_since is None


def test_a_pseudonym_needs_no_address_and_their_code_opens_the_case():
    code = settings.KEYS.new_code()
    case = case_of(form_in("Darf ich pausieren?", code_hash=settings.KEYS.code_hash(code)))
    assert (
        reads.opened_by(reads.of_code_hash(settings.KEYS.code_hash(code.lower().replace("-", " ")))) == case
    )
    assert case.person.handles.count() == 0
    reply = form_in("Noch eine Frage", name="", case=case.pk)
    assert case_of(reply) == case


def test_the_longest_wait_stands_on_top(mira):
    cases = [
        case_of(mail_in(str(number), subject=str(number), sender=f"p{number}@x.example"))
        for number in range(3)
    ]
    listed = list(reads.shelf(people.actor_of(mira), "now", now=clock.now()))
    assert listed == cases
