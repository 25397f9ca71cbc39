"""What a Bluesky server can answer to our reply, and what we say came of it. A real one is in tests/peers."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from eyelevel.channels.bluesky import leave, names, rich
from eyelevel.channels.bluesky.xrpc import Account
from eyelevel.channels.contract import Departure

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
BAHN = "did:plc:bahn"
PARENT = "at://did:plc:jana/app.bsky.feed.post/3k1"


class Peer:
    """A server that keeps records, and breaks where a test says so."""

    def __init__(self):
        self.records = {PARENT: {"text": "Hallo?"}}
        self.logins, self.refreshed, self.written = 0, 0, 0
        self.put = "well"
        self.expired = False
        self.url = ""

    def answer(self, name, query, body, token):  # noqa: PLR0911 -- one answer for each procedure
        if name.startswith("did:"):
            return 404, {}, {}
        if name == "com.atproto.server.createSession":
            self.logins += 1
            if body["password"] != "right":
                return (
                    401,
                    {"error": "AuthenticationRequired", "message": "Invalid identifier or password"},
                    {},
                )
            return 200, self.session(), {}
        if name == "com.atproto.server.refreshSession":
            self.refreshed += 1
            self.expired = False
            return 200, self.session(), {}
        if name == "com.atproto.repo.getRecord":
            uri = f"at://{query['repo']}/{query['collection']}/{query['rkey']}"
            if uri not in self.records:
                return 400, {"error": "RecordNotFound", "message": "Could not locate record"}, {}
            return 200, {"uri": uri, "cid": "bafyparent", "value": self.records[uri]}, {}
        if name == "com.atproto.identity.resolveHandle":
            return (
                (200, {"did": "did:plc:jana"}, {})
                if query["handle"] == "jana.example"
                else (400, {"error": "InvalidRequest"}, {})
            )
        return self.keep(body, token)

    def session(self):
        return {
            "did": BAHN,
            "handle": "bahn.example",
            "accessJwt": f"access{self.refreshed}",
            "refreshJwt": "refresh",
        }

    def keep(self, body, token):
        if self.expired:
            return 400, {"error": "ExpiredToken", "message": "Token has expired"}, {}
        if self.put == "limit":
            return (
                429,
                {"error": "RateLimitExceeded"},
                {"ratelimit-reset": str(int((NOW + timedelta(hours=1)).timestamp()))},
            )
        if self.put == "bad":
            return 400, {"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record"}, {}
        if self.put == "broken":
            return 500, {"error": "InternalServerError"}, {}
        if self.put != "lost before":
            self.records[f"at://{body['repo']}/{body['collection']}/{body['rkey']}"] = body["record"]
            self.written += 1
        return (0, {}, {}) if self.put.startswith("lost") else (200, {"uri": "x", "cid": "y"}, {})


@pytest.fixture
def peer():
    one = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.respond(None)

        def do_POST(self):
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.respond(json.loads(raw) if raw else None)

        def respond(self, body):
            parts = urlsplit(self.path)
            query = {key: value[0] for key, value in parse_qs(parts.query).items()}
            status, held, headers = one.answer(
                parts.path.rpartition("/")[2], query, body, self.headers.get("Authorization")
            )
            if not status:
                self.connection.close()
                return
            raw = json.dumps(held).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    server.server_close()


def sent(peer, *, text="Wir sehen nach.", parent=PARENT, password="right"):
    account = Account(
        identifier=BAHN, password=password, host=peer.url, directory=peer.url, allowed=("127.0.0.0/8",)
    )
    ours = names.Address(BAHN, names.POST, names.key(NOW, clock=7))
    departure = Departure(
        message_id=str(ours), to=("did:plc:jana",), sender=BAHN, text=text, in_reply_to=parent
    )
    return leave.leave(departure, account=account, now=lambda: NOW)


def ours(peer):
    return [one for uri, one in peer.records.items() if uri.startswith(f"at://{BAHN}/")]


def test_a_reply_is_delivered_under_its_post(peer):
    receipt = sent(peer)
    assert receipt.state == "delivered"
    assert receipt.detail.startswith(f"https://bsky.app/profile/{BAHN}/post/")
    (post,) = ours(peer)
    assert post["reply"]["parent"] == post["reply"]["root"] == {"uri": PARENT, "cid": "bafyparent"}
    assert post["createdAt"] == "2026-11-02T09:12:00.000Z"


def test_a_login_is_used_again_and_renewed_when_it_ends(peer):
    sent(peer)
    peer.expired = True
    assert sent(peer).state == "delivered"
    assert (peer.logins, peer.refreshed) == (1, 1)


def test_an_answer_that_was_lost_after_it_was_kept_is_found(peer):
    peer.put = "lost after"
    assert sent(peer).state == "delivered"
    assert len(ours(peer)) == 1


def test_an_answer_that_was_lost_before_it_was_kept_is_tried_later_and_stands_once(peer):
    peer.put = "lost before"
    assert sent(peer).state == "later"
    peer.put = "well"
    assert sent(peer).state == "delivered"
    assert len(ours(peer)) == 1


def test_a_limit_is_respected_until_it_ends(peer):
    peer.put = "limit"
    receipt = sent(peer)
    assert (receipt.state, receipt.again_at) == ("later", NOW + timedelta(hours=1))


@pytest.mark.parametrize(("what", "state"), [("bad", "refused"), ("broken", "later")])
def test_a_refused_record_is_refused_for_good_and_a_broken_server_is_tried_later(peer, what, state):
    peer.put = what
    assert sent(peer).state == state


def test_a_deleted_parent_is_not_answered(peer):
    peer.records.clear()
    assert sent(peer).state == "refused"
    assert peer.written == 0


def test_a_wrong_password_waits(peer):
    assert sent(peer, password="wrong").state == "later"


@pytest.mark.parametrize(
    "parent", ["", "<1@x>", "at://jana/app.bsky.feed.post/1", "https://example.org/profile/did:plc:x/post/1"]
)
def test_what_names_no_post_is_not_sent(peer, parent):
    assert sent(peer, parent=parent).state == "refused"


def test_facets_count_bytes_and_unknown_names_stay_text():
    text = "Grüße 🚆 an @jana.example und @niemand.example: https://example.org/ä, (https://b.example/x)."
    found = rich.facets(text, did_of={"jana.example": "did:plc:jana"}.get)
    raw = text.encode()
    pieces = [raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in found]
    assert pieces == ["@jana.example", "https://example.org/ä", "https://b.example/x"]


def test_a_mail_address_is_no_mention():
    assert rich.facets("an jana@post.example", did_of=lambda _name: "did:plc:x") == []


def test_keys_sort_by_time_and_tell_it():
    keys = [names.key(NOW + timedelta(seconds=seconds), clock=1) for seconds in range(50)]
    assert keys == sorted(keys)
    assert names.time_of(keys[0]) == NOW
    assert {len(key) for key in keys} == {13}
    assert names.key(NOW, clock=1) != names.key(NOW, clock=2)


def test_addresses_are_taken_apart_and_nothing_else_is():
    one = names.address("at://did:plc:jana/app.bsky.feed.post/3k1")
    assert names.address(one.page) == one
    assert names.address("at://did:plc:jana/app.bsky.feed.post/3k1?x=/../") is None
    assert names.address("https://bsky.app.evil.example/profile/did:plc:x/post/1") is None
