"""A language model of the protocol that servers of models speak, and a desk that may ask it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eyelevel.assist.chat import Chat
from eyelevel.cases import actions as cases
from eyelevel.kernel import clock
from tests.desk.colleague import browser_of, seated
from tests.making import case_of, mail_in

TOLD = "Die Geräte in der Nordstraße sind auf dem neuesten Stand."


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


@pytest.fixture
def mira(db):
    return seated("Mira Lang", address="mira@nordlicht.example")


@pytest.fixture
def desk(mira, monkeypatch, settings, server):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    monkeypatch.setattr(settings.ENV, "assist_url", server.url)
    monkeypatch.setattr(settings.ENV, "assist_model", "small")
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.1/32"])
    return browser_of(mira)


@pytest.fixture
def case(mira):
    case = case_of(mail_in("Wie alt ist die Anlage?", subject="Anlage"))
    cases.note_call(case, staff=mira, heard="", said=TOLD, now=clock.now())
    return case
