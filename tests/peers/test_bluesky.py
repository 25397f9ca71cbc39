"""With a real Bluesky server: its firehose is heard, and our answer stands there under the post that it answers."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client

from eyelevel.cases import actions as cases
from eyelevel.channels import bluesky_accounts as accounts
from eyelevel.channels import source_actions as sources
from eyelevel.channels.bluesky import firehose, leave
from eyelevel.channels.bluesky.xrpc import Account
from eyelevel.channels.contract import Departure
from eyelevel.kernel import clock
from eyelevel.outbox import lanes
from eyelevel.outbox.models import Sending
from eyelevel.people import actions as people
from eyelevel.people.models import Login
from eyelevel.posts.models import Post
from eyelevel.server import house
from tests.channels.streams import plan, words
from tests.peers import pds
from tests.running import free_port, wait_for

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def server():
    if not pds.can_run():
        pytest.skip("a Bluesky server needs node and npm here")
    with pds.server() as one:
        yield one


@pytest.fixture(scope="module")
def jana(server):
    return server.member("jana")


@pytest.fixture(scope="module")
def bahn(server):
    return server.member("bahn")


@pytest.fixture(scope="module")
def account(server, bahn):
    return Account(
        identifier=bahn.handle, password=bahn.app_password(), host=server.url, directory=server.directory, allowed=("127.0.0.0/8",)
    )  # fmt: skip


@contextmanager
def listening(server, cursor=None):
    """What the firehose of the server gives us, while the block runs."""
    stop, caught = threading.Event(), []

    def run() -> None:
        caught.extend(firehose.listen(plan(server.url, cursor=cursor), stop=stop, now=clock.real_now))

    held = threading.Thread(target=run)
    held.start()
    try:
        yield caught
    finally:
        stop.set()
        held.join(10)


def about(caught, uri):
    return [word for word in words(caught) if word.external_id == uri]


def test_posts_edits_and_deletes_of_a_real_server_are_heard(server, jana):
    with listening(server) as caught:
        wait_for(lambda: caught, why="the stream is open")
        made = jana.posts("Der Zug nach Kiel fällt aus.")
        rkey = made["uri"].rpartition("/")[2]
        jana.posts("Der Zug nach Kiel fällt doch nicht aus.", rkey=rkey)
        jana.deletes(made["uri"])
        wait_for(lambda: len(about(caught, made["uri"])) == 3, why="three events")
    first, edit, gone = about(caught, made["uri"])
    assert [word.event for word in (first, edit, gone)] == ["new", "edit", "delete"]
    assert (first.text, first.language, first.author) == ("Der Zug nach Kiel fällt aus.", "de", jana.did)
    assert edit.text == "Der Zug nach Kiel fällt doch nicht aus."
    assert not [one for each in caught for one in each.malformed]


def test_what_was_said_while_nobody_listened_is_heard_afterwards(server, jana):
    with listening(server) as caught:
        wait_for(lambda: caught, why="the stream is open")
        one = jana.posts("Eins.")
        wait_for(lambda: about(caught, one["uri"]), why="one word")
    cursor = next(one.cursor for one in reversed(caught) if one.cursor)
    jana.posts("Zwei.")
    with listening(server, cursor) as caught:
        wait_for(lambda: words(caught), why="the word from meanwhile")
    assert [word.text for word in words(caught)] == ["Zwei."]


def test_a_cursor_of_the_future_is_given_up_and_told(server):
    stop = threading.Event()
    caught = []
    with pytest.raises(firehose.Refused, match="FutureCursor"):
        caught.extend(
            firehose.listen(plan(server.url, cursor={"seq": 10**12}), stop=stop, now=clock.real_now)
        )


def departure(bahn, parent, text="Wir sehen nach.", rkey="3mptbyoeyc22k"):
    return Departure(
        message_id=f"at://{bahn.did}/app.bsky.feed.post/{rkey}", to=("did:plc:x",), sender=bahn.did, text=text, in_reply_to=parent
    )  # fmt: skip


def test_a_reply_stands_under_its_post_and_within_its_conversation(server, jana, bahn, account):
    root = jana.posts("Seit drei Wochen keine Antwort.")
    parent = jana.posts("Noch immer nicht.", reply={"root": root, "parent": root})
    text = f"Guten Tag 🚆 @{jana.handle}, alles dazu: https://example.org/störung."
    receipt = leave.leave(departure(bahn, parent["uri"], text), account=account, now=clock.real_now)
    assert receipt.state == "delivered"
    (stands,) = [one for one in bahn.everything() if one["uri"].endswith("3mptbyoeyc22k")]
    assert stands["value"]["reply"]["parent"] == {"uri": parent["uri"], "cid": parent["cid"]}
    assert stands["value"]["reply"]["root"] == {"uri": root["uri"], "cid": root["cid"]}
    raw = text.encode()
    mention, link = stands["value"]["facets"]
    assert raw[mention["index"]["byteStart"] : mention["index"]["byteEnd"]].decode() == f"@{jana.handle}"
    assert mention["features"][0]["did"] == jana.did
    assert (
        raw[link["index"]["byteStart"] : link["index"]["byteEnd"]].decode() == "https://example.org/störung"
    )


def test_the_same_departure_twice_is_one_post(server, jana, bahn, account):
    parent = jana.posts("Hallo?")
    sent = departure(bahn, parent["uri"], rkey="3mptbyoeyc22m")
    assert {leave.leave(sent, account=account, now=clock.real_now).state for _ in range(3)} == {"delivered"}
    jana.posts("Hallo, hallo?", rkey=parent["uri"].rpartition("/")[2])
    again = leave.leave(sent, account=account, now=clock.real_now)
    assert again.state == "delivered", "the parent was edited meanwhile; ours is not written again"
    assert sum(one["uri"].endswith("3mptbyoeyc22m") for one in bahn.everything()) == 1


def test_a_post_that_was_deleted_is_not_answered(server, jana, bahn, account):
    parent = jana.posts("Vergessen Sie es.")
    jana.deletes(parent["uri"])
    receipt = leave.leave(
        departure(bahn, parent["uri"], rkey="3mptbyoeyc22n"), account=account, now=clock.real_now
    )
    assert (receipt.state, receipt.detail) == ("refused", "the post that it answers is not there any more")


def test_a_wrong_password_waits_for_a_person(server, jana, bahn, account):
    parent = jana.posts("Hallo?")
    wrong = replace(account, password="wrong", identifier=bahn.did)
    receipt = leave.leave(
        departure(bahn, parent["uri"], rkey="3mptbyoeyc22o"), account=wrong, now=clock.real_now
    )
    assert receipt.state == "later"
    assert "401" in receipt.detail


def test_a_server_that_is_away_is_tried_later(bahn, account):
    away = replace(account, host=f"http://127.0.0.1:{free_port()}")
    receipt = leave.leave(
        departure(bahn, "at://did:plc:x/app.bsky.feed.post/1"), account=away, now=clock.real_now
    )
    assert receipt.state == "later"


@pytest.mark.django_db(databases="__all__")
def test_a_colleague_answers_in_public_from_the_case(server, jana, bahn, monkeypatch):
    """The whole road: the account is connected, the case shows the public way, the answer is approved and stands there."""
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.0/8"])
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    now = clock.now()
    session = accounts.try_login(
        handle=bahn.handle, password=bahn.app_password(), host=server.url, directory=server.directory
    )
    sources.connect(
        kind="bluesky-account", name="@bahn", address=session.host, secret=bahn.app_password(), by="test", now=now,
        options={"did": session.did, "handle": session.handle, "directory": server.directory},
    )  # fmt: skip
    said = jana.posts("Die Bahn antwortet ja doch nicht.")
    handle = people.meet(channel="bluesky", address=jana.did, name=jana.handle, language="de", now=now)
    case = cases.open_case(person=handle.person, subject="Bahn", channel="bluesky", at=now, now=now)
    Post.objects.create(
        kind="in", openness="public", channel="bluesky", at=now, case_id=case.pk, person=handle.person, handle=handle,
        text="Die Bahn antwortet ja doch nicht.", message_id=said["uri"],
    )  # fmt: skip
    mira = people.seat(
        login=Login.objects.create_user("mira@x.example", "x"),
        name="Mira Lang",
        role="agent",
        language="en",
        now=now,
        by="test",
    )
    desk = Client(headers={"Origin": "http://testserver"})
    desk.force_login(mira.login)
    page = desk.get(f"/desk/cases/{case.pk}/").content.decode()
    assert "publicly on Bluesky" in page
    sent = desk.post(
        f"/desk/cases/{case.pk}/answer/",
        {"text": "Doch, hier sind wir.", "handle": handle.pk, "seen_post": "999999999"},
    )
    assert sent.status_code == 302, sent.content.decode()
    Sending.objects.update(not_before=clock.real_now())
    lanes.send_due(doors=house.DOORS, now=clock.real_now)
    sending = Sending.objects.get()
    assert sending.state == "delivered", sending.last_word
    (stands,) = [one for one in bahn.everything() if one["value"]["text"] == "Doch, hier sind wir."]
    assert stands["value"]["reply"]["parent"]["uri"] == said["uri"]
    answer = Post.objects.get(kind="out")
    assert (answer.openness, answer.message_id) == ("public", stands["uri"])
    assert answer.url == f"https://bsky.app/profile/{bahn.did}/post/{stands['uri'].rpartition('/')[2]}"
