"""Another system's end of a webhook: a real HTTP server on loopback that checks signatures by their specification.

Written without our own code, so that both cannot be wrong in the same way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Keeps what came; answers with `status` (or the next of `script`)."""

    def __init__(self) -> None:
        self.came: list[dict] = []
        self.status = 204
        self.script: list[int] = []
        self.headers: dict[str, str] = {}
        self.slow = threading.Event()
        self.slow.set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def ids(self) -> list[str]:
        return [one["id"] for one in self.came]


def signed_by(secret: str, one: dict) -> bool:
    """Does a v1 signature of this secret stand on these bytes?"""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{one['id']}.{one['timestamp']}.".encode() + one["raw"]
    right = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return right in one["signature"].split(" ")


@contextmanager
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            kept.came.append(
                {
                    "id": self.headers["webhook-id"], "timestamp": self.headers["webhook-timestamp"],
                    "signature": self.headers["webhook-signature"], "raw": raw, "body": json.loads(raw),
                }
            )  # fmt: skip
            kept.slow.wait(20)
            self.send_response(kept.script.pop(0) if kept.script else kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_about):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.slow.set()
        server.shutdown()
        server.server_close()
