"""How many words a second come in: through one WebSocket, and through the signed webhook.

    python -m bench.sources                    # needs EYELEVEL_DATA for the recorded lines of bluesky/

The WebSocket side is a loopback server in a process of its own that repeats recorded posts with keys of their own; the
reader is the product's, its words are counted and dropped. The webhook side is a running house; each call holds 200
words and is acknowledged after its commit.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SECONDS = 12.0
CALLERS = 8
WORDS_IN_CALL = 200
CALLS_EACH = 110  # together fewer than the door keeps waiting: the door is measured, not the ear behind it


def recorded() -> list[str]:
    """The recorded posts, in two halves around their key."""
    folder = os.environ.get("EYELEVEL_DATA", "")
    path = Path(folder, "bluesky", "internal", "corpus", "testdata", "expected_v1.jsonl")
    if not folder or not path.exists():
        sys.exit("EYELEVEL_DATA names no folder with the recorded lines of bluesky/")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        one for one in lines if '"collection":"app.bsky.feed.post"' in one and '"operation":"create"' in one
    ]


def speak(port: Any, lines: list[str]) -> None:
    from websockets.sync.server import serve

    halves = [one.partition('"rkey":"') for one in lines]

    def talk(connection: Any) -> None:
        number = 0
        while True:
            for start, key, rest in halves:
                number += 1
                connection.send(f"{start}{key}{number:x}{rest}")

    with serve(talk, "127.0.0.1", 0, compression=None) as server:
        port.value = server.socket.getsockname()[1]
        server.serve_forever()


def by_socket() -> tuple[int, float]:
    from eyelevel.channels.bluesky import jetstream
    from eyelevel.channels.contract import Plan
    from eyelevel.kernel import clock

    port = multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=speak, args=(port, recorded()), daemon=True)
    server.start()
    while not port.value:
        time.sleep(0.05)
    plan = Plan(
        name="bench", address=f"ws://127.0.0.1:{port.value}/subscribe", options={}, cursor={}, allowed=("127.0.0.0/8",)
    )  # fmt: skip
    stop, words, began = threading.Event(), 0, time.monotonic()
    threading.Timer(SECONDS, stop.set).start()
    for caught in jetstream.listen(plan, stop=stop, now=clock.real_now):
        words += len(caught.words)
    took = time.monotonic() - began
    server.terminate()
    return words, took


def by_webhook() -> tuple[int, float, list[float]]:
    import re

    from eyelevel.kernel import hooks
    from tests import running

    with running.house() as house:
        owner = house.owner()
        page = owner.post("/desk/sources/", kind="webhook", name="bench", do="connect")
        path, secret = re.search(r"/hooks/\w+/", page), re.search(r"whsec_[\w+/=]+", page)
        assert path is not None
        assert secret is not None
        waits: list[float] = []
        until = time.monotonic() + SECONDS

        def call(caller: int) -> int:
            number = 0
            while time.monotonic() < until and number < CALLS_EACH:
                name = f"msg_{caller}_{number}"
                words = [
                    {"id": f"{name}_{place}", "text": "Der Zug steht. " * 6, "author": f"a{place}"}
                    for place in range(WORDS_IN_CALL)
                ]
                body, stamp = json.dumps({"kind": "heard", "words": words}).encode(), int(time.time())
                headers = {
                    "Content-Type": "application/json", "webhook-id": name, "webhook-timestamp": str(stamp),
                    "webhook-signature": hooks.sign(secrets=secret[:1], message_id=name, timestamp=stamp, body=body),
                }  # fmt: skip
                began = time.monotonic()
                try:
                    with urllib.request.urlopen(
                        urllib.request.Request(house.url + path[0], data=body, headers=headers)
                    ):
                        waits.append(time.monotonic() - began)
                        number += 1
                except urllib.error.HTTPError as error:
                    if error.code != 503:
                        raise
                    time.sleep(0.1)
            return number

        began = time.monotonic()
        with ThreadPoolExecutor(CALLERS) as pool:
            calls = sum(pool.map(call, range(CALLERS)))
        return calls, time.monotonic() - began, sorted(waits)


def main() -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    words, took = by_socket()
    print(f"one WebSocket: {words} words in {took:.1f} s, {words / took:,.0f} a second")
    calls, took, waits = by_webhook()
    print(
        f"webhook: {calls} calls of {WORDS_IN_CALL} words by {CALLERS} callers in {took:.1f} s, {calls / took:,.0f} calls and "
        f"{calls * WORDS_IN_CALL / took:,.0f} words a second, acknowledged p50 {waits[len(waits) // 2] * 1000:.0f} ms, "
        f"p99 {waits[len(waits) * 99 // 100] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
