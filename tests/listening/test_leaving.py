"""Somebody asks not to be heard: proven by their own word, obeyed at the door, and what was kept of them is gone."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.test import Client

from eyelevel.kernel import clock, steps
from eyelevel.listening import actions, leaving
from eyelevel.listening.ear import Ear
from eyelevel.listening.matching import Matcher
from eyelevel.listening.models import Heard, Hearing, Match
from eyelevel.people import actions as people
from eyelevel.people import left_out
from eyelevel.people.models import LeftOut, Login
from eyelevel.public.forms import new_token
from tests.listening.heard import NOW, edited, said

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = {"Origin": "http://testserver"}


@pytest.fixture(scope="module")
def matcher():
    one = Matcher()
    yield one
    one.stop()


@pytest.fixture
def ear(matcher, monkeypatch):
    monkeypatch.setattr("eyelevel.listening.ear.SECONDS_BETWEEN_LOOKS", 0.0)
    actions.make_watch(name="Bahn", query="bahn", opens_cases=False, by="staff:1", now=NOW)
    return Ear(now=lambda: NOW, matcher=matcher)


def names():
    return set(Heard.objects.values_list("external_id", flat=True))


def leave(*, network="bluesky", name="did:plc:jana"):
    row = left_out.set_by_hand(network=network, name=name, by="staff:1", now=NOW)
    steps.run_due()
    return row


def asks(name="@jana.bsky.social", network="bluesky", **more):
    fields = {"token": new_token(), "lang": "en", "network": network, "name": name, **more}
    return Client(headers=HERE).post("/not-heard/", fields)


def code_on(answer):
    return re.search(r'<p class="code">(unheard-[0-9a-z]{12})</p>', answer.content.decode())[1]


def test_who_is_left_out_is_passed_over_before_anything_is_matched_or_kept(ear):
    leave()
    ear.take([said(name="hers"), said(name="his", author="did:plc:max", author_name="max.example")])
    assert names() == {"his"}
    assert [word.external_id for word in ear.recent.newest_first()] == ["his"]
    ear._write_counts()
    row = Hearing.objects.get(network="bluesky")
    assert (row.heard, row.matched, row.withheld) == (2, 1, 1)


def test_what_was_kept_of_them_is_deleted_with_its_matches_and_out_of_memory(ear):
    ear.take([said(name="hers"), said(name="his", author="did:plc:max", author_name="max.example")])
    leave()
    assert names() == {"his"}
    assert Match.objects.count() == 1
    ear.take([])
    ear.take([said("anything", "next", author="did:plc:max", author_name="max.example")])
    assert "hers" not in [word.external_id for word in ear.recent.newest_first()]


def test_an_edit_of_an_older_word_does_not_bring_it_back(ear):
    leave()
    ear.take([edited("Die Bahn, verbessert", "1")])
    assert names() == set()


@pytest.mark.parametrize(
    ("network", "name", "author", "shown", "heard"),
    [
        ("bluesky", "@Jana.bsky.social", "did:plc:jana", "jana.bsky.social", False),
        ("bluesky", "jana.bsky.social", "did:plc:max", "max.bsky.social", True),
        ("mastodon", "@Jana@server.example", "jana@server.example", "Jana", False),
        ("mastodon", "jana", "somebody@server.example", "Jana", True),  # anybody may call themselves so
        ("feed", "blog.example", "blog.example", "Ein Blog", False),
        ("bluesky", "jana@server.example", "jana@server.example", "x", False),
        ("mastodon", "did:plc:jana", "other@server.example", "did:plc:jana", True),
    ],
)
def test_by_which_names_somebody_is_known(ear, network, name, author, shown, heard):
    left_out.set_by_hand(network=network, name=name, by="staff:1", now=NOW)
    ear.take([said(network=network, author=author, author_name=shown)])
    assert bool(names()) is heard


def test_on_another_network_somebody_of_the_same_name_is_heard(ear):
    leave(network="mastodon")
    ear.take([said()])
    assert names() == {"1"}


def test_the_code_in_their_own_post_proves_it_and_that_post_is_not_kept_either(ear):
    ear.take([said(name="before")])
    code = code_on(asks())
    assert names() == {"before"}, "asked for is not proven"
    ear.take([said(f"Bahn {code.upper()}!", "proof"), said(name="after")])
    steps.run_due()
    assert names() == set()
    row = LeftOut.objects.get()
    assert (row.network, row.key, row.name, row.by, row.code) == ("bluesky", "did:plc:jana", "", "author", "")


def test_nobody_can_ask_that_somebody_else_falls_silent(ear):
    code = code_on(asks("@jana.bsky.social"))
    ear.take([said(code, "1", author="did:plc:rival", author_name="rival.example")])
    ear.take([said(name="hers"), said(name="his", author="did:plc:rival", author_name="rival.example")])
    assert names() == {"hers"}, "whoever says the code is left out, not whom the form named"


def test_passing_on_a_word_with_a_code_proves_nothing_about_who_passes_it_on(ear):
    code = code_on(asks())
    ear.take([said(code, "1", author="did:plc:max", repeats="at://jana/1")])
    assert LeftOut.objects.get().since is None


def test_a_code_is_good_once_and_an_unknown_one_for_nothing(ear):
    code = code_on(asks())
    ear.take([said(code, "1")])
    ear.take([said(code, "2", author="did:plc:max"), said("unheard-0123456789ab", "3", author="did:plc:kim")])
    assert LeftOut.objects.get().key == "did:plc:jana"


def test_a_wish_that_nobody_proved_is_forgotten_after_thirty_days(ear):
    asks()
    steps.run_due(now=clock.now() + timedelta(days=29))
    assert LeftOut.objects.exists()
    steps.run_due(now=clock.now() + timedelta(days=31))
    assert not LeftOut.objects.exists()


def test_too_many_wishes_are_a_flood_and_are_refused_with_another_way(monkeypatch):
    monkeypatch.setattr(left_out, "MOST_ASKED", 2)
    assert [asks(f"a{number}").status_code for number in range(3)] == [200, 200, 503]


@pytest.mark.parametrize("fields", [{"name": " @ "}, {"network": "other"}, {"token": "forged"}])
def test_the_public_page_says_what_is_missing(fields):
    assert asks(**fields).status_code == 400
    assert not LeftOut.objects.exists()


def test_who_is_heard_again_is_heard_again(ear):
    row = leave()
    left_out.end(row, by="staff:1", now=NOW)
    ear.take([said()])
    assert names() == {"1"}
    assert not LeftOut.objects.exists(), "nothing of the name stays"


def test_what_was_under_way_at_that_very_moment_goes_with_the_next_clean_up(ear):
    ear.take([said(name="hers")])
    left_out.set_by_hand(network="bluesky", name="did:plc:jana", by="staff:1", now=NOW)
    leaving.forget_lately(now=NOW + timedelta(hours=1))
    assert names() == set()


def test_the_key_behind_a_handle_is_learnt_from_what_was_kept(ear):
    ear.take([said()])
    row = leave(name="@Jana.bsky.social")
    row.refresh_from_db()
    assert row.key == "did:plc:jana"
    ear.take([said(author_name="")])
    assert names() == set(), "the stream seldom says the handle"


@pytest.fixture
def directory(monkeypatch):
    """A server that knows one handle."""

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.path.endswith("com.atproto.identity.resolveHandle?handle=jana.bsky.social")
            body = json.dumps({"did": "did:plc:jana"} if known else {"error": "InvalidRequest"}).encode()
            self.send_response(200 if known else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.0/8"])
    monkeypatch.setattr(
        "eyelevel.channels.bluesky_accounts.ENTRY", f"http://127.0.0.1:{server.server_address[1]}"
    )
    yield server
    server.shutdown()
    server.server_close()


def test_a_handle_of_which_nothing_was_kept_is_asked_for_at_its_network(ear, directory):
    known, unknown = leave(name="jana.bsky.social"), leave(name="nobody.bsky.social")
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.key, unknown.key) == ("did:plc:jana", "")
    ear.take([said(author_name="")])
    assert names() == set()


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)

    def open_as(role):
        login = Login.objects.create_user(f"{role}@x.example", "x")
        people.seat(login=login, name=role, role=role, language="en", now=clock.now(), by="test")
        client = Client(headers=HERE)
        client.force_login(login)
        return client

    return open_as


def test_a_supervisor_sets_it_at_the_desk_and_takes_it_back(desk):
    client = desk("supervisor")
    client.post("/desk/left-out/", {"do": "add", "network": "mastodon", "name": "@Jana@server.example"})
    row = LeftOut.objects.get()
    assert (row.network, row.name) == ("mastodon", "jana@server.example")
    assert row.since is not None
    assert "jana@server.example" in client.get("/desk/left-out/").content.decode()
    client.post("/desk/left-out/", {"do": "end", "row": row.pk})
    assert not LeftOut.objects.exists()


def test_a_colleague_who_knows_that_the_wish_is_theirs_says_so(desk):
    asks()
    row = LeftOut.objects.get()
    client = desk("supervisor")
    assert "Asked for, not proven" in client.get("/desk/left-out/").content.decode()
    client.post("/desk/left-out/", {"do": "confirm", "row": row.pk})
    row.refresh_from_db()
    assert row.since is not None


def test_an_agent_sees_the_list_and_changes_nothing(desk):
    row = left_out.set_by_hand(network="feed", name="blog.example", by="staff:1", now=NOW)
    client = desk("agent")
    page = client.get("/desk/left-out/").content.decode()
    assert "blog.example" in page
    assert '<button class="button first" name="do"' not in page
    assert client.post("/desk/left-out/", {"do": "end", "row": row.pk}).status_code == 403
    assert LeftOut.objects.exists()


def test_an_entry_of_a_feed_proves_nothing_because_its_author_is_whatever_it_says(ear):
    code = code_on(asks(name="Redaktion", network="feed"))
    ear.take(
        [
            said(
                f"Bahn, {code}",
                "1",
                network="feed",
                author="redaktion@zeitung.example",
                author_name="Redaktion",
            )
        ]
    )
    assert not LeftOut.objects.exclude(since=None).exists()
    assert names() == {"1"}
