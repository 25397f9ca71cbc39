"""Open pages and what they watch: server-sent events that name the thing that changed, never its content.

Lives on the event loop. `can()` is asked when a stream opens and again every second for all streams together, so a
revoked session loses its streams within two seconds.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from eyelevel.kernel.push import PASSING

MOST_UNSENT = 200
HEARTBEAT_SECONDS = 15.0

log = structlog.get_logger("hub")


@dataclass(eq=False)
class Stream:
    """One open page: what it may watch, whose session it is, and what it has not read yet."""

    things: frozenset[str]
    session_key: str
    staff_id: int | None
    unsent: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(MOST_UNSENT))

    def end(self) -> None:
        """Close it; a page that is away comes back with Last-Event-ID."""
        while self.unsent.full():
            self.unsent.get_nowait()
        self.unsent.put_nowait(None)


class Hub:
    """All streams of this process."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._streams: dict[str, set[Stream]] = {}
        self._all: set[Stream] = set()

    def __len__(self) -> int:
        return len(self._all)

    def open(self, stream: Stream) -> None:
        self._all.add(stream)
        for thing in stream.things:
            self._streams.setdefault(thing, set()).add(stream)

    def close(self, stream: Stream) -> None:
        self._all.discard(stream)
        for thing in stream.things:
            watching = self._streams.get(thing, set())
            watching.discard(stream)
            if not watching:
                self._streams.pop(thing, None)

    def end_all(self) -> None:
        """The house closes: every page is told by the end of its stream."""
        for stream in list(self._all):
            stream.end()

    def announce(self, fact_id: int, things: Sequence[str]) -> None:
        """Called on any thread after a commit."""
        if self._all and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, fact_id, tuple(things))

    def _tell(self, fact_id: int, things: tuple[str, ...]) -> None:
        told: dict[Stream, list[str]] = {}
        for thing in things:
            for stream in self._streams.get(thing, ()):
                told.setdefault(stream, []).append(thing)
        for stream, its in told.items():
            if stream.unsent.full():
                stream.end()  # a page that does not read is closed; it catches up when it comes back
            else:
                stream.unsent.put_nowait(event(fact_id, its))

    async def watch_access(
        self, still_allowed: Callable[[set[tuple[str, int | None]]], set[tuple[str, int | None]]]
    ) -> None:
        """Ask once a second which sessions still hold their seat; end the streams of the others."""
        while True:
            await asyncio.sleep(1.0)
            asked = {(stream.session_key, stream.staff_id) for stream in self._all}
            if not asked:
                continue
            try:
                kept = await asyncio.to_thread(still_allowed, asked)
            except Exception:  # a check that cannot be made must not end: it would leave revoked streams open
                log.exception("access could not be checked; closing all streams")
                kept = set()
            for stream in [one for one in self._all if (one.session_key, one.staff_id) not in kept]:
                stream.end()


def event(fact_id: int, things: Sequence[str]) -> bytes:
    """One event: its id is the fact, its content the names of what changed. What has no fact has no id."""
    body = json.dumps({"things": list(things)}, separators=(",", ":"))
    head = f"id: {fact_id}\n" if fact_id != PASSING else ""
    return f"{head}data: {body}\n\n".encode()
