"""The API at N cases: requests per second, p99 and CPU of reading a list and a case, of writing a note, and of a webhook.

python -m bench.api --cases 20000 --seconds 4
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.house import House, environment, free_port, machine, quantile, start
from bench.pages import FILL, cpu_seconds, request

CONNECTIONS = 8
TOKEN = """
from eyelevel.hooks import actions as hooks
from eyelevel.tokens import actions as tokens
from eyelevel.tokens.rules import SCOPES
hooks.subscribe(url=sys.argv[2], kinds=["post.noted"], with_content=False, settled=0, by="staff:1", now=now)
print(tokens.make(owner=mira, name="bench", scopes=list(SCOPES), days=30, now=now, real_now=clock.real_now()))
"""
BODY = b'{"text": "Ruft morgen noch einmal an."}'


@contextmanager
def receiver() -> Iterator[tuple[str, list[float]]]:
    """Another system that takes webhooks; gives its address and the moments when they came."""
    came: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            came.append(time.monotonic())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_about: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", came
    server.shutdown()


async def measure(
    one: House, token: str, method: str, path: str, seconds: float, body: bytes = b""
) -> list[float]:
    until, took = time.monotonic() + seconds, []

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        while time.monotonic() < until:
            began = time.monotonic()
            status, _ = await request(head.encode() + b"\r\n" + body, reader, writer)
            if status not in {200, 201}:
                raise RuntimeError(f"{path}: {status}")
            took.append(time.monotonic() - began)

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return took


def report(one: House, name: str, token: str, given: argparse.Namespace, method: str, path: str) -> int:
    """Measure one operation and print its line; returns how many requests there were."""
    body = BODY if method == "POST" else b""
    before = cpu_seconds(one.process.pid)
    took = asyncio.run(measure(one, token, method, path, given.seconds, body))
    spent = cpu_seconds(one.process.pid) - before
    print(json.dumps({
        "operation": name, "cases": given.cases, "per_s": round(len(took) / given.seconds, 1),
        "p50_ms": round(quantile(took, 0.5) * 1000, 1), "p99_ms": round(quantile(took, 0.99) * 1000, 1),
        "cpu_ms": round(spent / len(took) * 1000, 1), "machine": machine(), "load": os.getloadavg()[0],
    }))  # fmt: skip
    return len(took)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--seconds", type=float, default=4)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="eyelevel-api-") as folder, receiver() as (url, came):
        home, port, smtp = Path(folder) / "home", free_port(), free_port()
        home.mkdir()
        more = {"EYELEVEL_API_PER_MINUTE": "10000000", "EYELEVEL_ALLOW_ADDRESSES": '["127.0.0.1/32"]'}
        known = {
            **environment(home, port=port, smtp=smtp),
            "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings",
        }
        command = [sys.executable, "-c", FILL + TOKEN, str(given.cases), url]
        filled = subprocess.run(command, env=known, capture_output=True, text=True, check=True)
        token = filled.stdout.split()[-1]
        one = start(home, port=port, smtp=smtp, **more)
        try:
            asyncio.run(measure(one, token, "GET", "/api/v1/cases", 1))
            case = f"/api/v1/cases/{given.cases // 2}"
            report(one, "list of 25", token, given, "GET", "/api/v1/cases")
            report(one, "case", token, given, "GET", case)
            report(one, "posts of a case", token, given, "GET", f"{case}/posts")
            notes = report(one, "note", token, given, "POST", f"{case}/notes")
            deadline = time.monotonic() + given.seconds
            while len(came) < notes and time.monotonic() < deadline:
                time.sleep(0.05)
            rate = (len(came) - 1) / (came[-1] - came[0])
            print(
                json.dumps({"operation": "webhook, one receiver", "came": len(came), "per_s": round(rate, 1)})
            )
        finally:
            one.process.terminate()
            one.process.wait(30)


if __name__ == "__main__":
    main()
