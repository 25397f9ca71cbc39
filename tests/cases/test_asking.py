"""Somebody without a seat is asked: what they may read, how their answer comes in, and how a question ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from eyelevel.cases import actions, asking, merging, overheard, reads
from eyelevel.cases.models import AskedAnswer, Asking, Case
from eyelevel.channels.contract import Overheard
from eyelevel.desk import around
from eyelevel.hooks import reads as hooks
from eyelevel.kernel import clock, steps, store
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import STRANGER, can, visible
from eyelevel.outbox import actions as outbox
from eyelevel.outbox.models import Sending
from eyelevel.people import reads as people
from eyelevel.people.models import Handle, Person
from eyelevel.posts import actions as posts
from eyelevel.posts import withdrawn
from eyelevel.posts.models import Attachment, Post
from eyelevel.public import story
from tests.making import case_of, guest_token, mail_in

pytestmark = pytest.mark.django_db
KIM = "kim@partner.example"


@pytest.fixture
def case(db):
    return case_of(mail_in("Der Scan ist nicht lesbar.", subject="Scan"))


@pytest.fixture
def visitor():
    return Client(headers={"Origin": "http://testserver"})


def ask(case, by, *, chosen=(), days=7, question="Which scan is it?"):
    return asking.ask(
        case, by=by, name="Kim Berger", address=KIM, language="en", question=question, post_ids=list(chosen),
        valid=timedelta(days=days), now=clock.now(), real_now=clock.real_now(),
    )  # fmt: skip


def opened(visitor, token):
    """The page behind the button of the link, and the mark that it carries."""
    page = visitor.post("/guest/", {"token": token, "lang": "en"})
    mark = page.content.decode().partition('name="page" value="')[2].partition('"')[0]
    return page.content.decode(), mark


def reply(row, text="It is the second one.", *, sender=KIM, **more):
    return mail_in(text, sender=sender, subject="Re: question", To=asking.address_of(row.pk), **more)


def test_the_question_leaves_on_the_word_of_whoever_asks_and_carries_no_post(case, mira):
    row = ask(case, mira, chosen=[Post.objects.get().pk])
    sending = Sending.objects.get(message_id=row.message_id)
    assert (sending.approved_by, sending.notice) == (f"staff:{mira.pk}", "")
    assert "Which scan is it?" in sending.departure["text"]
    assert "nicht lesbar" not in str(sending.departure)
    assert case.subject not in sending.departure["subject"]
    assert guest_token(row) not in str(Asking.objects.values().get())


def test_the_link_shows_a_button_then_the_question_and_the_chosen_posts_and_nothing_else(case, mira, visitor):
    first = Post.objects.get()
    posts.attach(first, [("scan.pdf", "application/pdf", 4, store.put(b"%PDF"))])
    second = mail_in("Meine Kundennummer ist 4711.", subject="x", References=first.message_id)
    posts.attach(second, [("ausweis.pdf", "application/pdf", 4, store.put(b"%ID!"))])
    actions.note(case, staff=mira, text="schwieriger Fall", now=clock.now())
    row = ask(case, mira, chosen=[first.pk])
    door = visitor.get(f"/guest/?token={guest_token(row)}&lang=en").content.decode()
    assert "Which scan" not in door
    page, mark = opened(visitor, guest_token(row))
    assert "Which scan is it?" in page
    assert "nicht lesbar" in page
    for hidden in ["4711", "schwieriger Fall", "jana@post.example", guest_token(row)]:
        assert hidden not in page
    mine, theirs = Attachment.objects.get(post=first), Attachment.objects.get(post=second)
    assert visitor.post("/guest/file/", {"page": mark, "file": mine.public_id}).content == b"%PDF"
    assert visitor.post("/guest/file/", {"page": mark, "file": theirs.public_id}).status_code == 404
    assert visitor.cookies == {}


def test_what_its_author_deleted_travels_to_nobody_outside_whoever_was_to_read_it(case, mira, visitor):
    """A public word that was chosen for a guest, and one that a webhook tells again."""
    word = Overheard(
        network="bluesky", source="x", external_id="at://1", author="did:plc:jana", text="Eure Scans sind Müll.", at=clock.now()
    )  # fmt: skip
    number = overheard.open_from_heard([word], by=mira, now=clock.now()).case
    post = Post.objects.get(case_id=number)
    row = ask(Case.objects.get(pk=number), mira, chosen=[post.pk])
    fact = Fact.objects.get(kind="case.opened", data__post=post.pk)
    Case.objects.filter(pk=number).update(subject="Scans")

    def told():
        page = visitor.post("/guest/", {"token": guest_token(row), "lang": "en"}).content.decode()
        seen = [
            page,
            hooks.body_of(fact, with_content=True),
            *(one.post.text for one in story.words_of(row.case) if one.shown),
        ]
        return ["Müll" in one for one in seen]

    assert told() == [True, True, True]
    withdrawn.note_deleted([post], now=clock.now())
    steps.run_due()
    assert not any(told())


def test_a_guest_is_an_actor_of_the_policy_who_may_nothing_but_this_question(case, mira):
    first = Post.objects.get()
    other = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    row, foreign = ask(case, mira, chosen=[first.pk]), ask(other, mira)
    guest = asking.guest(row)
    assert can(guest, "asking.answer", row)
    assert not can(guest, "asking.answer", foreign)
    assert not any(
        can(guest, verb, case)
        for verb in ["case.read", "case.note", "case.answer", "desk.enter", "list.read"]
    )
    assert list(visible(guest, Post.objects.all())) == [first]
    assert list(visible(guest, Case.objects.all())) == []
    assert list(visible(guest, Asking.objects.all())) == [row]
    assert list(visible(STRANGER, Asking.objects.all())) == []


def test_an_answer_by_the_link_is_an_internal_note_once_and_ends_the_hand_over(case, mira, visitor):
    row = ask(case, mira)
    waiting = Case.objects.get(pk=case.pk).waiting_since
    _page, mark = opened(visitor, guest_token(row))
    fields = {"page": mark, "text": "It is the second one.", "lang": "en"}
    assert "has arrived" in visitor.post("/guest/answer/", fields).content.decode()
    visitor.post("/guest/answer/", fields)
    note = Post.objects.get(kind=Post.Kind.NOTE)
    assert (note.text, note.author_name, note.openness) == ("It is the second one.", "Kim Berger", "internal")
    row.refresh_from_db()
    assert row.answered_at is not None
    over = reads.hand_overs(reads.around(people.actor_of(mira), case))
    assert [(one.to, one.outside, one.until) for one in over] == [("Kim Berger", True, row.answered_at)]
    told = Fact.objects.get(kind="case.asked_answered")
    assert told.actor == f"guest:{row.pk}"
    assert told.data["seconds"] == int((row.answered_at - row.asked_at).total_seconds())
    case.refresh_from_db()
    assert case.waiting_since == waiting is not None
    assert [one.post.text for one in story.words_of(case)] == ["Der Scan ist nicht lesbar."]


def test_a_guest_may_add_to_the_answer_and_reads_the_own_words_again(case, mira, visitor):
    row = ask(case, mira)
    for words in ["First", "Second"]:
        page, mark = opened(visitor, guest_token(row))
        visitor.post("/guest/answer/", {"page": mark, "text": words, "lang": "en"})
    page, _mark = opened(visitor, guest_token(row))
    assert "First" in page
    assert "Second" in page
    assert AskedAnswer.objects.count() == 2


def test_a_reply_by_mail_is_an_internal_note_of_the_one_who_was_asked_and_nobody_is_met_or_answered(
    case, mira
):
    row = ask(case, mira)
    known = (Person.objects.count(), Handle.objects.count(), Sending.objects.count(), Case.objects.count())
    post = reply(row)
    post.refresh_from_db()
    assert (post.case_id, post.kind, post.openness) == (case.pk, Post.Kind.NOTE, "internal")
    assert (post.author_name, post.verified, post.person_id) == ("Kim Berger", True, case.person_id)
    assert (
        Person.objects.count(),
        Handle.objects.count(),
        Sending.objects.count(),
        Case.objects.count(),
    ) == known
    row.refresh_from_db()
    assert row.answered_at is not None
    assert [one.post.text for one in story.words_of(case)] == ["Der Scan ist nicht lesbar."]


@pytest.mark.parametrize(
    ("sender", "envelope", "remark"),
    [
        ("eve@evil.example", {}, asking.NOT_THE_ASKED),
        ("jana@post.example", {}, asking.NOT_THE_ASKED),
        (KIM, {"dmarc": "fail"}, asking.NOT_THE_ASKED),
    ],
)
def test_a_reply_of_somebody_else_is_kept_marked_and_counts_as_no_answer(
    case, mira, sender, envelope, remark
):
    row = ask(case, mira)
    post = reply(row, "Trust me.", sender=sender, envelope=envelope)
    post.refresh_from_db()
    assert (post.case_id, post.openness, post.verified) == (case.pk, "internal", False)
    assert remark in post.remarks
    assert post.author_name == sender
    row.refresh_from_db()
    assert row.answered_at is None


def test_an_out_of_office_note_is_kept_and_counts_as_no_answer(case, mira):
    row = ask(case, mira)
    reply(row, "I am away.", Auto_Submitted="auto-replied")
    row.refresh_from_db()
    assert row.answered_at is None
    assert Post.objects.filter(kind=Post.Kind.NOTE, automatic=True).count() == 1


def test_a_forged_address_of_a_question_is_an_ordinary_letter(case, mira):
    row = ask(case, mira)
    address = asking.address_of(row.pk)
    local, _, domain = address.partition("@")
    forged = f"{local[:-4]}{'0000' if not local.endswith('0000') else '1111'}@{domain}"
    post = mail_in("Let me in", sender="eve@evil.example", subject="x", To=forged)
    assert post.kind == Post.Kind.HEARD
    assert case_of(post) != case


def test_one_link_leaves_a_bounded_number_of_notes(case, mira, visitor, monkeypatch):
    monkeypatch.setattr(asking, "MOST_ANSWERS", 3)
    row = ask(case, mira)
    _page, mark = opened(visitor, guest_token(row))
    fields = {"page": mark, "lang": "en"}
    said = [visitor.post("/guest/answer/", {**fields, "text": f"Answer {n}"}) for n in range(5)]
    assert [answer.status_code for answer in said] == [200, 200, 200, 429, 429]
    assert "more is not taken" in said[-1].content.decode()
    assert "Answer 4</textarea>" in said[-1].content.decode(), "nobody loses what they typed"
    assert Post.objects.filter(kind=Post.Kind.NOTE).count() == 3
    again = visitor.post("/guest/answer/", {**fields, "text": "Answer 0"})
    assert again.status_code == 200, "a repeat is no further answer"


def test_a23_a_withdrawn_question_is_dead_at_once_on_every_door(case, mira, okafor, visitor):
    row = ask(case, mira, chosen=[Post.objects.get().pk])
    token = guest_token(row)
    _page, mark = opened(visitor, token)
    asking.withdraw(row, by=okafor, now=clock.now())
    assert Sending.objects.get(message_id=row.message_id).state == Sending.State.WITHDRAWN
    assert visitor.post("/guest/", {"token": token}).status_code == 404
    refused = visitor.post("/guest/answer/", {"page": mark, "text": "My long answer", "lang": "en"})
    assert refused.status_code == 404
    assert "My long answer" in refused.content.decode()
    assert visitor.post("/guest/file/", {"page": mark, "file": "x"}).status_code == 404
    late = reply(row, "Too late?")
    late.refresh_from_db()
    assert asking.TOO_LATE in late.remarks
    assert Post.objects.filter(kind=Post.Kind.NOTE).count() == 1
    with pytest.raises(asking.Closed):
        asking.answer(row, text="x", page="p", now=clock.now(), real_now=clock.real_now())


def test_a_question_ends_by_itself(case, mira):
    row = ask(case, mira, days=1)
    later = clock.real_now() + timedelta(days=1, seconds=1)
    assert asking.by_token(guest_token(row), real_now=later) is None
    assert asking.by_token(guest_token(row), real_now=later - timedelta(seconds=2)) == row
    assert asking.by_page(asking.new_page(row, real_now=clock.real_now()), real_now=later) is None


def test_a_page_of_one_question_opens_no_other(case, mira, visitor):
    one, other = ask(case, mira, question="One?"), ask(case, mira, question="Other?")
    _page, mark = opened(visitor, guest_token(one))
    assert visitor.post("/guest/answer/", {"page": mark[:-4] + "AAAA", "text": "x"}).status_code == 404
    visitor.post("/guest/answer/", {"page": mark, "text": "x"})
    assert AskedAnswer.objects.get().asking == one
    other.refresh_from_db()
    assert other.answered_at is None


def test_no_answer_for_hours_stands_among_the_alarms_until_it_comes(case, mira):
    row = ask(case, mira)
    actions.enter(case, staff=mira, channel="letter", ours=True, author_name="", text="Wir prüfen.", url="", public=False,
                  files=[], now=clock.now())  # fmt: skip
    me = people.actor_of(mira)
    assert case not in reads.shelf(me, "alarms", now=clock.now())
    steps.run_due(now=clock.now() + timedelta(days=5))
    assert case in reads.shelf(me, "alarms", now=clock.now())
    reply(row)
    assert case not in reads.shelf(me, "alarms", now=clock.now())


def test_a_question_that_did_not_arrive_says_so(case, mira):
    row = ask(case, mira)
    Sending.objects.filter(message_id=row.message_id).update(state=Sending.State.DELIVERED)
    outbox.came_back(message_id=row.message_id, status="5.1.1", now=clock.real_now())
    with translation.override("en"):
        told = [one.state for one in around.questions([row])]
    assert told == ["the mail did not arrive: see the outbox"]


def test_only_posts_of_the_case_can_be_shown(case, mira):
    foreign = mail_in("Hello", sender="tom@mail.example", subject="Router")
    with pytest.raises(merging.NotOfThisCase):
        ask(case, mira, chosen=[foreign.pk])
    assert Asking.objects.count() == 0


def test_a_question_goes_with_its_case_into_another_and_its_answer_too(case, mira):
    row = ask(case, mira)
    other = case_of(mail_in("Anderes", subject="Anderes"))
    merging.merge(kept_id=other.pk, merged_id=case.pk, by=mira, now=clock.now())
    post = reply(row)
    post.refresh_from_db()
    assert post.case_id == other.pk
    assert [one.pk for one in reads.askings_of(reads.family(other))] == [row.pk]
