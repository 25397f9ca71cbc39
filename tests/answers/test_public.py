"""Answering in public: offered where it can work, bounded as the network bounds it, and said so before it is sent."""

from __future__ import annotations

import pytest
from django.test import Client

from eyelevel.answers import actions, reads
from eyelevel.cases import actions as cases
from eyelevel.channels import source_actions as sources
from eyelevel.kernel import clock
from eyelevel.outbox.models import Sending
from eyelevel.people import actions as people
from eyelevel.people import mandates
from eyelevel.people.mandates import Written
from eyelevel.people.models import Login, Staff
from eyelevel.people.reach import Frame
from eyelevel.posts.models import Post
from tests.making import send

pytestmark = pytest.mark.django_db
URI = "at://did:plc:jana/app.bsky.feed.post/3k1"


@pytest.fixture
def account():
    return sources.connect(
        kind="bluesky-account", name="@bahn.example", address="https://bsky.social", secret="x", by="test", now=clock.now(),
        options={"did": "did:plc:bahn", "handle": "bahn.example"},
    )  # fmt: skip


@pytest.fixture
def case():
    now = clock.now()
    handle = people.meet(
        channel="bluesky", address="did:plc:jana", name="jana.example", language="de", now=now
    )
    one = cases.open_case(person=handle.person, subject="Zug", channel="bluesky", at=now, now=now)
    Post.objects.create(
        kind="in", openness="public", channel="bluesky", at=now, case_id=one.pk, person=handle.person, handle=handle,
        text="Wo bleibt er?", url="https://bsky.app/profile/did:plc:jana/post/3k1",
    )  # fmt: skip
    return one


def desk(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("mira@x.example", "x")
    people.seat(login=login, name="Mira", role="agent", language="en", now=clock.now(), by="test")
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(login)
    return client


def test_the_answer_stands_under_the_post_that_it_answers(account, case, mira):
    post = send(case, mira, "Er kommt um acht.")
    sending = Sending.objects.get()
    assert (sending.channel, sending.lane, sending.departure["in_reply_to"]) == ("bluesky", "bluesky", URI)
    assert sending.message_id.startswith("at://did:plc:bahn/app.bsky.feed.post/")
    assert (post.openness, post.channel, post.message_id) == ("public", "bluesky", sending.message_id)


def test_it_can_be_taken_back_before_it_leaves(account, case, mira):
    post = send(case, mira, "Er kommt um acht.")
    actions.undo(post, by=mira, now=clock.now())
    assert Sending.objects.get().state == "withdrawn"
    assert not Post.objects.filter(kind="out").exists()


def test_three_hundred_signs_are_the_limit_whatever_they_are_made_of(account, case, mira):
    with pytest.raises(actions.TooLong):
        send(case, mira, "👨‍👩‍👧‍👦" * 301)
    assert not Sending.objects.exists()
    send(case, mira, "ä" * 300)


def test_three_thousand_bytes_are_the_other_limit(account, case, mira):
    with pytest.raises(actions.TooLong):
        send(case, mira, "👨‍👩‍👧‍👦" * 200)


def test_without_an_account_nobody_is_offered_the_public_way(case, mira):
    assert reads.handles(case) == []
    assert reads.default_handle(case) is None


def test_an_account_that_went_away_meanwhile_is_noticed(account, case, mira):
    handle = reads.default_handle(case)
    sources.end(account, by="test", now=clock.now())
    with pytest.raises(actions.NoWay):
        send(case, mira, "Er kommt um acht.", handle=handle)


def test_the_page_says_that_it_is_public_and_how_much_is_left(account, case, monkeypatch):
    client = desk(monkeypatch)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "in public: everybody can read it" in page
    assert "Public, under their post: 0 of 300 signs." in page
    assert "Answer in public" in page
    refused = client.post(
        f"/desk/cases/{case.pk}/answer/", {"text": "x" * 301, "handle": str(reads.default_handle(case).pk)}
    )
    assert refused.status_code == 409
    assert "longer than a public post can be" in refused.content.decode()
    assert "301 of 300" in refused.content.decode()


def test_a_person_with_a_mail_address_too_can_be_answered_by_either(account, case, monkeypatch):
    mail = people.meet(
        channel="mail", address="jana@post.example", name="Jana", language="de", now=clock.now()
    )
    mail.person = case.person
    mail.save()
    page = desk(monkeypatch).get(f"/desk/cases/{case.pk}/").content.decode()
    assert "jana.example, publicly on Bluesky" in page
    assert "Jana &lt;jana@post.example&gt; by mail" in page


def test_a_written_frame_can_keep_a_colleague_from_answering_in_public(account, case, mira, monkeypatch):
    written = Written(frame=Frame(), publishes=False)
    mandates.write_frame(mira, written, since=clock.now(), by=mira, now=clock.now())
    with pytest.raises(actions.NotInPublic):
        send(case, mira, "Er kommt um acht.")
    assert not Sending.objects.exists()
    client = desk(monkeypatch)
    author = Staff.objects.get(name="Mira")
    mandates.write_frame(author, written, since=clock.now(), by=mira, now=clock.now())
    fields = {"text": "Er kommt um acht.", "handle": case.person.handles.get().pk, "send": "1"}
    refused = client.post(f"/desk/cases/{case.pk}/answer/", fields)
    assert "your frame does not hold answers in public" in refused.content.decode()
