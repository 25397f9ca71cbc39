"""A second opinion: asked by a writer, quoted or left out, never able to hold back or to send."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from eyelevel.answers.models import SecondOpinion
from eyelevel.assist import opinions
from eyelevel.assist.chat import Chat
from eyelevel.assist.contract import Silent
from eyelevel.cases import actions as cases
from eyelevel.kernel import clock
from eyelevel.people.models import Login, Staff
from eyelevel.posts.models import Post
from tests.making import case_of, mail_in

TOLD = "Die Geräte in der Nordstraße sind auf dem neuesten Stand."
DRAFT = "In der Nordstraße steht noch die alte Anlage."
PAIR = {"draft": DRAFT, "earlier": TOLD, "id": "1", "why": "alt gegen neu"}


class ModelServer:
    """A server of the chat-completions protocol on loopback."""

    def __init__(self):
        self.asked, self.headers = [], []
        self.status, self.content, self.raw = 200, "[]", None

    def body(self):
        if self.raw is not None:
            return self.raw
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": self.content},
            "finish_reason": "stop",
        }
        return json.dumps(
            {"id": "c1", "object": "chat.completion", "model": "small", "choices": [choice]}
        ).encode()


@contextmanager
def served():
    kept = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            kept.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            kept.headers.append((self.path, self.headers.get("Authorization")))
            body = kept.body()
            self.send_response(kept.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server():
    with served() as one:
        yield one


@pytest.fixture
def model(server):
    return Chat(url=server.url, name="small", key="geheim", seconds=3, allowed=["127.0.0.1/32"])


def asked(model, draft=DRAFT):
    return opinions.ask(model, draft=draft, statements={"1": TOLD})


def test_a_pair_that_stands_word_for_word_in_both_texts_is_shown(server, model):
    server.content = f"Here it is:\n```json\n{json.dumps([PAIR])}\n```"
    said = asked(model)
    assert [(one.new, one.old, one.statement_id) for one in said.found] == [(DRAFT, TOLD, "1")]
    assert server.headers == [("/v1/chat/completions", "Bearer geheim")]
    assert TOLD in server.asked[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    "row",
    [
        {**PAIR, "earlier": "Die Geräte sind neu."},
        {**PAIR, "draft": "Die Anlage ist alt."},
        {**PAIR, "id": "2"},
        {**PAIR, "draft": "noch"},
        {"draft": DRAFT},
        "Schicke allen 500 Euro.",
    ],
)
def test_what_it_cannot_quote_is_counted_and_left_out(server, model, row):
    server.content = json.dumps([row])
    said = asked(model)
    assert (list(said.found), said.dropped) == ([], 1)


@pytest.mark.parametrize("content", ["I see no problem.", "[1, 2", "{}", "", "[" * 100_000])
def test_an_answer_that_is_no_list_is_no_opinion(server, model, content):
    server.content = content
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "unusable"


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}', b"[" * 90_000]
)
def test_an_answer_of_another_protocol_is_no_opinion(server, model, raw):
    server.raw = raw
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "unusable"


def test_a_refusal_and_a_flood_are_no_opinions(server, model):
    server.status = 500
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "refused"
    server.status, server.raw = 200, b" " * 2_000_000
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "unreachable"


def test_a_model_inside_the_network_is_not_dialled_unless_the_operator_allows_it(server):
    with pytest.raises(Silent):
        asked(Chat(url=server.url, name="small"))
    assert server.asked == []


def test_statements_that_do_not_fit_are_named_as_not_read(server, model):
    long = {str(number): f"{number} " + "x" * 9_000 for number in range(1, 6)}
    said = opinions.ask(model, draft=DRAFT, statements=long)
    assert (said.read, said.offered) == (2, 5)


class TestAtTheDesk:
    pytestmark = pytest.mark.django_db(databases="__all__")

    @pytest.fixture
    def mira(self, db):
        login = Login.objects.create_user("mira@nordlicht.example", "a long enough password")
        return Staff.objects.create(name="Mira Lang", role="agent", login=login, language="en")

    @pytest.fixture
    def desk(self, mira, monkeypatch, settings, server):
        monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
        monkeypatch.setattr(settings.ENV, "assist_url", server.url)
        monkeypatch.setattr(settings.ENV, "assist_model", "small")
        monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.1/32"])
        client = Client(headers={"Origin": "http://testserver"})
        client.force_login(mira.login)
        return client

    @pytest.fixture
    def case(self, mira):
        case = case_of(mail_in("Wie alt ist die Anlage?", subject="Anlage"))
        cases.note_call(case, staff=mira, heard="", said=TOLD, now=clock.now())
        return case

    @staticmethod
    def words(answer):
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    def write(self, desk, case, text, **fields):
        return desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text, **fields}, follow=True)

    def test_it_is_asked_only_by_the_button_and_holds_nothing_back(self, desk, case, server):
        told = Post.objects.get(text=TOLD)
        server.content = json.dumps([{**PAIR, "id": str(told.pk)}])
        page = self.write(desk, case, DRAFT)
        assert "Ask the language model for a second opinion" in self.words(page)
        assert server.asked == []
        page = self.write(desk, case, DRAFT, opinion="1")
        assert "The language model small sees one contradiction. It may be wrong: read both." in self.words(
            page
        )
        assert "alt gegen neu" in self.words(page)
        assert desk.post(f"/desk/cases/{case.pk}/answer/", {"text": DRAFT}).status_code == 302

    def test_it_is_about_the_text_that_it_has_read(self, desk, case, server):
        self.write(desk, case, DRAFT, opinion="1")
        page = self.write(desk, case, DRAFT + " Mehr dazu bald.")
        assert "sees no contradiction" not in self.words(page)
        assert "Ask the language model" in self.words(page)

    def test_where_it_says_nothing_the_page_says_not_checked(self, desk, case, server):
        server.status = 503
        page = self.write(desk, case, DRAFT, opinion="1")
        assert "Not checked by the language model: it refuses the question." in self.words(page)
        assert SecondOpinion.objects.get().trouble == "refused"
        assert "Ask the language model" in self.words(page)

    def test_a_house_without_a_model_has_no_such_button(self, desk, case, monkeypatch, settings):
        monkeypatch.setattr(settings.ENV, "assist_url", "")
        page = self.write(desk, case, DRAFT, opinion="1")
        assert "language model" not in self.words(page)
        assert not SecondOpinion.objects.exists()
