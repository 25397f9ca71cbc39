"""Loopback servers that speak to our readers as networks do: recorded lines, garbage, nothing at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from eyelevel.channels.contract import Plan

ALLOWED = ("127.0.0.0/8", "::1/128")


@dataclass
class Stream:
    """One running server: where it listens, and with which queries it was asked."""

    url: str
    asked: list[dict[str, list[str]]] = field(default_factory=list)


@contextmanager
def stream(speak: Callable[[ServerConnection, int], None]) -> Iterator[Stream]:
    """A WebSocket server; `speak(connection, n)` is called for the n-th connection (from 0)."""
    held: list[Stream] = []

    def talk(connection: ServerConnection) -> None:
        one = held[0]
        one.asked.append(parse_qs(urlsplit(connection.request.path).query))
        with suppress(ConnectionClosed):
            speak(connection, len(one.asked) - 1)

    with serve(talk, "127.0.0.1", 0, compression=None, close_timeout=1) as server:
        held.append(Stream(url=f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe"))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield held[0]
        finally:
            server.shutdown()
            thread.join(5)


def says(*lines: str | bytes, then: Callable[[ServerConnection], None] | None = None):
    """Speak these lines and wait until the other side goes, or do something else then."""

    def speak(connection: ServerConnection, _number: int) -> None:
        for line in lines:
            connection.send(line)
        if then is None:
            connection.recv()
        else:
            then(connection)

    return speak


def plan(address: str = "", *, name: str = "Bluesky", cursor=None, secret: str = "", folder: Path = Path(), read_mail=None, **options) -> Plan:  # fmt: skip
    return Plan(
        name=name, address=address, options=options, cursor=cursor or {}, secret=secret, allowed=ALLOWED, folder=folder,
        read_mail=read_mail,
    )  # fmt: skip


def data(*parts: str) -> Path | None:
    """A file of the data folder, where there is one."""
    folder = os.environ.get("EYELEVEL_DATA", "")
    path = Path(folder, *parts) if folder else None
    return path if path is not None and path.exists() else None


def all_of(listen, plan, *, until, now, seconds: float = 20.0):
    """What a reader catches until `until(caught so far)` is true; then it is stopped."""
    stop, caught = threading.Event(), []
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    try:
        for one in listen(plan, stop=stop, now=now):
            caught.append(one)
            if until(caught):
                stop.set()
    finally:
        timer.cancel()
    assert until(caught), f"only this was caught: {caught}"
    return caught


def words(caught):
    return [word for one in caught for word in one.words]
