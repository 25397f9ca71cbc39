"""The page "Sources": connect a network by a short form, try it first, see how it is doing, pause it, end it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from eyelevel.channels import source_actions as sources
from eyelevel.channels.contract import FEED_GONE, RECORDING_OVER, Caught, Malformed
from eyelevel.channels.models import Source
from eyelevel.kernel import clock
from eyelevel.people import actions as people
from eyelevel.people.models import Login
from tests.channels.streams import says, stream
from tests.channels.test_bluesky_leave import peer  # noqa: F401 -- a fixture
from tests.channels.test_feed import ATOM, PAGE, site  # noqa: F401 -- a fixture
from tests.channels.test_jetstream import line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_is_ours(monkeypatch):
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.0/8"])
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)


@pytest.fixture
def desk():
    return client("supervisor")


def client(role, language="en"):
    login = Login.objects.create_user(f"{role}@x.example", "x")
    people.seat(login=login, name=role, role=role, language=language, now=clock.now(), by="test")
    one = Client(headers={"Origin": "http://testserver"})
    one.force_login(login)
    return one


def page(answer):
    assert answer.status_code in {200, 400}, answer
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_trying_shows_what_is_heard_and_connects_nothing(desk):
    with stream(says(line("Der Zug steht."))) as server:
        seen = page(desk.post("/desk/sources/", {"kind": "bluesky", "address": server.url, "do": "try"}))
    assert "It answers." in seen
    assert "Der Zug steht." in seen
    assert not Source.objects.exists()


def test_connecting_tries_first_and_keeps_what_it_learnt(desk, site):  # noqa: F811 -- the fixture
    site.set(PAGE, path="/blog")
    site.set(ATOM)
    answer = desk.post(
        "/desk/sources/", {"kind": "feed", "address": f"{site.url}/blog", "minutes": "30", "do": "connect"}
    )
    assert answer.status_code == 302
    one = Source.objects.get()
    assert (one.address, one.options, one.name) == (f"{site.url}/feed.xml", {"minutes": 30.0}, "127.0.0.1")
    assert "not heard from yet" in page(desk.get("/desk/sources/"))


def test_an_account_is_let_in_before_it_is_kept_and_its_password_is_never_shown(desk, peer):  # noqa: F811 -- the fixture
    typed = {"kind": "bluesky-account", "handle": "@bahn.example", "address": peer.url, "do": "connect"}
    refused = page(desk.post("/desk/sources/", {**typed, "password": "wrong-canary"}))
    assert "The login did not work" in refused
    assert "wrong-canary" not in refused
    assert desk.post("/desk/sources/", {**typed, "password": "right"}).status_code == 302
    one = Source.objects.get()
    assert one.options == {"did": "did:plc:bahn", "handle": "bahn.example"}
    assert sources.revealed(one) == "right"
    assert "right" not in one.secret
    assert "speaks for us" in page(desk.get("/desk/sources/"))


def test_a_webhook_shows_its_address_and_its_secret_once(desk):
    seen = page(desk.post("/desk/sources/", {"kind": "webhook", "name": "Shop", "do": "connect"}))
    one = Source.objects.get()
    assert f"http://testserver/hooks/{one.public_id}/" in seen
    secret = re.search(r"whsec_\S+", seen)[0]
    assert list(sources.secrets_of(one)) == [secret]
    assert secret not in page(desk.get("/desk/sources/"))
    assert "whsec_" in page(desk.post(f"/desk/sources/{one.pk}/", {"do": "secret"}))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "feed", "address": "ftp://x.example"}, "This address does not answer"),
        ({"kind": "feed", "address": "http://169.254.169.254/"}, "no address of the public internet"),
        ({"kind": "feed", "address": "https://x.example/", "minutes": "1"}, "One of the numbers"),
        ({"kind": "feed", "address": "https://x.example/", "minutes": "nan"}, "One of the numbers"),
        ({"kind": "firehose", "address": "https://user@x.example"}, "This address does not answer"),
        ({"kind": "bluesky", "address": "wss://x.example https://y.example"}, "This address does not answer"),
        ({"kind": "replay", "file": "../eyelevel.sqlite3"}, "There is no such recording"),
        ({"kind": "webhook"}, "Give it a name"), ({"kind": "sing"}, "Choose what to connect"),
        ({"kind": "bluesky-account", "handle": "x"}, "The login did not work"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_source_is_refused_in_words(desk, typed, said):
    assert said in page(desk.post("/desk/sources/", {**typed, "do": "connect"}))
    assert not Source.objects.exists()


def test_two_open_sources_do_not_share_a_name(desk):
    first = sources.connect(kind="webhook", name="Shop", by="test", now=clock.now())
    assert "has this name already" in page(
        desk.post("/desk/sources/", {"kind": "webhook", "name": "Shop", "do": "connect"})
    )
    sources.end(first, by="test", now=clock.now())
    assert "whsec_" in page(desk.post("/desk/sources/", {"kind": "webhook", "name": "Shop", "do": "connect"}))


def test_the_page_shows_how_a_source_is_doing(desk):
    one = sources.connect(kind="bluesky", name="Bluesky", by="test", now=clock.now())
    bad = Malformed(number=17, excerpt='{"did": <b>\u202e', why="no event")
    caught = Caught(malformed=(bad,), reconnected=True, remark="a gap of 5 minutes")
    sources.note_caught(one.pk, [caught], now=clock.now() - timedelta(hours=1))
    seen = page(desk.get("/desk/sources/"))
    assert "1 unreadable" in seen
    assert "number 17: “{&#34;did&#34;: &lt;b&gt;” (no event)" in seen
    assert "connected again 1 time" in seen
    assert "a gap of 5 minutes" in seen
    sources.note_trouble(one.pk, error="Unreachable: nobody", now=clock.now())
    assert "Bluesky, all of it nobody" in page(desk.get("/desk/sources/?part=rows"))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (RECORDING_OVER % 1, "die Aufnahme ist zu Ende: 1 Eintrag"),
        (RECORDING_OVER % 208, "die Aufnahme ist zu Ende: 208 Einträge"),
        (FEED_GONE, "den Feed gibt es nicht mehr (410)"),
        ("", "von einem Menschen im Team getrennt"),
    ],
)
def test_why_a_source_ended_is_said_in_the_language_of_the_page(why, said):
    one = sources.connect(kind="replay", name="Bahn", by="test", now=clock.now())
    sources.end(one, why=why, by="test", now=clock.now())
    assert said in page(client("agent", language="de").get("/desk/sources/"))


def test_pausing_going_on_and_disconnecting(desk):
    one = sources.connect(kind="bluesky", name="Bluesky", secret="x", by="test", now=clock.now())
    desk.post(f"/desk/sources/{one.pk}/", {"do": "pause"})
    assert "paused" in page(desk.get("/desk/sources/"))
    desk.post(f"/desk/sources/{one.pk}/", {"do": "resume"})
    one.refresh_from_db()
    assert one.paused_at is None
    desk.post(f"/desk/sources/{one.pk}/", {"do": "end"})
    assert "ended by a colleague" in page(desk.get("/desk/sources/"))
    assert desk.post(f"/desk/sources/{one.pk}/", {"do": "resume"}).status_code == 404


def test_an_agent_sees_the_sources_and_changes_none():
    one = sources.connect(kind="bluesky", name="Bluesky", by="test", now=clock.now())
    agent = client("agent")
    seen = page(agent.get("/desk/sources/"))
    assert "Bluesky" in seen
    assert "Disconnect" not in seen
    assert agent.post(f"/desk/sources/{one.pk}/", {"do": "end"}).status_code == 403


def test_a_page_that_is_not_there_leads_back_to_the_desk_only_from_the_desk(desk):
    assert 'href="/desk/"' in desk.get("/desk/cases/999/").content.decode()
    assert 'href="/desk/"' not in desk.get("/nobody/").content.decode()
