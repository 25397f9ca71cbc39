"""From a draft to an approved answer: nothing leaves before every question is answered, and undo takes it all back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eyelevel.answers import actions, reads
from eyelevel.answers.models import Approval, Draft, DraftVersion
from eyelevel.cases import actions as cases
from eyelevel.channels.contract import Receipt
from eyelevel.kernel import clock
from eyelevel.kernel.models import Fact
from eyelevel.outbox import actions as outbox
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from eyelevel.word.actions import SomethingWasSaid
from eyelevel.word.models import Override
from tests.making import case_of, draft, form_in, mail_in, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db):
    return case_of(mail_in("Guten Tag, wo bleibt mein Vertrag?", subject="Vertrag"))


def answers_out():
    return Sending.objects.filter(notice="")


def test_an_approved_answer_waits_for_the_undo_time_and_knows_whose_word_it_is(case, mira):
    post = send(case, mira, "Er ist unterwegs.")
    sending = answers_out().get()
    assert sending.approved_by == f"staff:{mira.pk}"
    assert sending.post_id == post.pk
    assert timedelta(seconds=8) < sending.not_before - clock.real_now() <= timedelta(seconds=10)
    assert Approval.objects.get().recipients == ["jana@post.example"]


def test_the_clocks_stop_when_we_speak(case, mira):
    assert case.waiting_since is not None
    send(case, mira, "Er ist unterwegs.")
    case.refresh_from_db()
    assert case.waiting_since is None
    assert case.asked_since is not None
    assert case.first_human_word_at is not None
    assert Fact.objects.filter(kind="case.first_human_word").count() == 1


def test_undo_takes_everything_back_as_if_it_had_never_been_said(case, mira):
    waiting = case.waiting_since
    post = send(case, mira, "Er ist unterwegs.")
    actions.undo(post, by=mira, now=clock.now())
    case.refresh_from_db()
    assert case.waiting_since == waiting
    assert case.first_human_word_at is None
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()
    assert answers_out().get().state == Sending.State.WITHDRAWN
    assert reads.open_draft(case, staff_id=mira.pk).text == "Er ist unterwegs."


def test_what_has_left_cannot_be_undone(case, mira):
    post = send(case, mira, "Er ist unterwegs.")
    later = clock.real_now() + timedelta(seconds=11)
    taken = [one for one in outbox.claim(now=later) if not one.notice]
    with pytest.raises(outbox.NoLongerWaiting):
        actions.undo(post, by=mira, now=clock.now())
    outbox.settle(taken[0], Receipt(state="delivered", at=later), now=later)
    with pytest.raises(outbox.NoLongerWaiting):
        actions.undo(post, by=mira, now=clock.now())


def test_the_wrong_sentence_needs_a_reason_and_the_reason_is_kept(case, mira, okafor):
    cases.note_call(case, staff=okafor, heard="", said="Wir rufen Sie am Dienstag zurück.", now=clock.now())
    wrong = "Wir rufen Sie am Donnerstag zurück."
    with pytest.raises(actions.NeedsReason):
        send(case, mira, wrong)
    assert not answers_out().exists()
    post = send(case, mira, wrong, reason="Am Dienstag ist Feiertag.")
    kept = Override.objects.get()
    assert (kept.post_id, kept.reason, kept.by) == (post.pk, "Am Dienstag ist Feiertag.", mira)
    assert kept.old_sentence == "Wir rufen Sie am Dienstag zurück."


def test_it_is_held_against_what_was_said_on_any_channel_and_in_any_case_of_this_person(case, mira):
    other = case_of(mail_in("Noch etwas", subject="Rechnung"))
    assert other.pk != case.pk
    send(other, mira, "Wir erstatten Ihnen 25 Euro.")
    found = reads.check(case, "Die Erstattung beträgt 15 Euro.")
    assert [one.kind for one in found.objections] == ["amount"]


def test_what_somebody_else_was_told_is_no_objection(case, mira):
    tom = case_of(mail_in("Hi", sender="tom@mail.example", subject="Refund"))
    send(tom, mira, "Wir erstatten Ihnen 25 Euro.")
    assert reads.check(case, "Die Erstattung beträgt 15 Euro.").objections == ()


def test_two_answers_written_at_once_meet(case, mira, okafor):
    """The second is sent back to the check, however fast it was."""
    text = "Wir rufen Sie am Donnerstag zurück."
    seen = reads.check(case, text)
    other = case_of(mail_in("Noch etwas", subject="Rechnung"))
    send(other, okafor, "Wir rufen Sie am Dienstag zurück.")
    with pytest.raises(SomethingWasSaid):
        send(case, mira, text, check=seen)
    assert reads.check(case, text).objections


def test_a_call_noted_meanwhile_sends_a_checked_answer_back_to_the_check(case, mira, okafor):
    text = "Alles gut."
    seen = reads.check(case, text)
    other = case_of(mail_in("Noch etwas", subject="Rechnung"))
    cases.note_call(other, staff=okafor, heard="", said="Es tut uns leid.", now=clock.now())
    with pytest.raises(SomethingWasSaid):
        send(case, mira, text, check=seen)


def test_what_came_in_while_somebody_wrote_is_shown_before_anything_leaves(case, mira):
    draft(case, mira, "Er ist unterwegs.")
    mail_in("Vergessen Sie es.", subject="Re: Vertrag", References=Post.objects.get().message_id)
    with pytest.raises(actions.AnsweredMeanwhile):
        send(case, mira, "Er ist unterwegs.")
    actions.look_again(Draft.objects.get())
    assert send(case, mira, "Er ist unterwegs.")


def test_the_page_that_showed_less_than_there_is_does_not_send(case, mira):
    seen = Post.objects.latest("pk").pk
    mail_in("Vergessen Sie es.", subject="Re: Vertrag", References=Post.objects.get().message_id)
    with pytest.raises(actions.AnsweredMeanwhile):
        send(case, mira, "Er ist unterwegs.", seen=seen)


def test_a_recipient_who_is_new_to_the_case_needs_a_click_and_gets_no_history(case, mira):
    fresh = Handle.objects.create(person=case.person, channel="mail", address="jana@work.example")
    with pytest.raises(actions.NeedsConfirmation):
        send(case, mira, "Hallo", handle=fresh)
    post = send(case, mira, "Hallo", handle=fresh, confirmed=["jana@work.example"])
    assert post.references == []


@pytest.mark.parametrize("nothing", ["", "   \n"])
def test_an_empty_answer_does_not_leave(case, mira, nothing):
    with pytest.raises(actions.NothingToSay):
        send(case, mira, nothing)


def test_every_change_of_a_draft_is_a_version(case, mira):
    for text in ("eins", "zwei", "zwei", "drei"):
        draft(case, mira, text)
    assert Draft.objects.get().version == 3
    assert list(DraftVersion.objects.order_by("version").values_list("text", flat=True)) == ["eins", "zwei"]


def test_without_an_address_the_answer_stands_on_the_receipt_page_after_the_undo_time(mira):
    case = case_of(form_in("Darf ich pausieren?"))
    send(case, mira, "Ja.", handle=None)
    sending = answers_out().get()
    assert (sending.channel, sending.recipient) == ("receipt", f"case:{case.pk}")


def test_a_broken_check_is_shown_as_not_checked_never_as_passed(case, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("eyelevel.word.rules.held", broken)
    assert reads.check(case, "Hallo").checked is False


def test_what_is_longer_than_the_check_reads_is_shown_as_not_checked(case):
    assert reads.check(case, "x " * 20_000).checked is False
