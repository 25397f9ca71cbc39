"""The public stream of Bluesky by Jetstream: JSON over a WebSocket, no login, a cursor in microseconds.

The cursor is a time, so it is good on every host; after a break we ask for some seconds that we know already, because
hosts see events in slightly different order, and the ear takes a repeated word only once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from eyelevel.channels.bluesky.batches import Gathering, Message, batches
from eyelevel.channels.bluesky.sockets import opened
from eyelevel.channels.bluesky.words import (
    POST,
    PROFILE,
    REPOST,
    Authors,
    Strange,
    gone_account,
    word_of,
)
from eyelevel.channels.contract import Caught, Overheard, Plan, SourceTrouble, Stop

HOSTS = tuple(
    f"wss://jetstream{number}.us-{side}.bsky.network/subscribe"
    for number in (1, 2)
    for side in ("east", "west")
)
MOST_MESSAGE = 1024 * 1024
SILENCE = 60.0  # seconds; all of Bluesky is never as quiet as this
A_SECOND = 1_000_000  # of the cursor
ENOUGH = 10  # events from a host that did work, before its trouble
REWIND = 5 * A_SECOND
JUMP = 60 * A_SECOND


def listen(plan: Plan, *, stop: Stop, now: Callable[[], datetime]) -> Iterator[Caught]:
    """Hear from one host after the other: each trouble moves on to the next, and only more than a full round is told on."""
    hosts = hosts_of(plan)
    stream = Stream(plan.name, cursor=plan.cursor, now=now)
    place = int(plan.cursor.get("host", 0)) % len(hosts)
    troubles: list[SourceTrouble] = []
    while not stop.is_set():
        stream.gathering.cursor["host"] = place
        before = stream.gathering.good
        try:
            yield from _from_host(hosts[place], plan, stream, stop)
        except SourceTrouble as trouble:
            if (left := stream.gathering.take()) is not None:
                yield left
            if stream.gathering.good > before + ENOUGH:
                troubles.clear()
            troubles.append(SourceTrouble(f"{urlsplit(hosts[place]).hostname}: {trouble}"))
            place = (place + 1) % len(hosts)
            stream.gathering.cursor["host"] = place
            if len(troubles) > len(hosts):
                raise troubles[-1] from trouble
            stop.wait(0.2 * len(troubles))


def hosts_of(plan: Plan) -> tuple[str, ...]:
    """The hosts to hear from, in order: those of the address (separated by spaces), else the public four."""
    return tuple(plan.address.split()) or HOSTS


def _from_host(host: str, plan: Plan, stream: Stream, stop: Stop) -> Iterator[Caught]:
    wanted = [POST, PROFILE, *([REPOST] if plan.options.get("reposts") else [])]
    query: list[tuple[str, str]] = [("wantedCollections", one) for one in wanted]
    if stream.cursor:
        query.append(("cursor", str(max(0, stream.cursor - REWIND))))
    parts = urlsplit(host)
    address = urlunsplit((parts.scheme, parts.netloc, parts.path or "/subscribe", urlencode(query), ""))
    with opened(address, allowed=plan.allowed, most=MOST_MESSAGE) as socket:
        stream.begins()
        yield from batches(
            socket,
            stream.read,
            stream.gathering,
            stop=stop,
            silence=float(plan.options.get("silence", SILENCE)),
        )


class Stream:
    """One stream over all its connections: where it stands, and what was strange about it."""

    def __init__(self, source: str, *, cursor: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self.cursor = int(cursor.get("time_us", 0))
        self.gathering = Gathering(number=int(cursor.get("number", 0)))
        self.gathering.cursor = dict(cursor)
        self._source, self._now, self._authors = source, now, Authors()
        self._first, self._opened = True, False

    def begins(self) -> None:
        """A new connection; all but the first of this process are counted."""
        self.gathering.begins(again=self._opened)
        self._first = self._opened = True

    def read(self, message: Message) -> None:
        try:
            self.gathering.heard(self._word(message))
        except (msgspec.DecodeError, Strange, RecursionError, UnicodeError) as error:
            self.gathering.strange(message, str(error))

    def _word(self, message: Message) -> Overheard | None:
        event = msgspec.json.decode(message)
        if not isinstance(event, dict):
            raise Strange("no event")
        did, stamp, kind = event.get("did"), event.get("time_us"), event.get("kind")
        if not isinstance(did, str) or not did.startswith("did:") or len(did) > 300:
            raise Strange("no did")
        if not isinstance(stamp, int) or isinstance(stamp, bool) or stamp < 0:
            raise Strange("no time_us")
        at = self._moved_to(stamp)
        held = event.get(kind) if kind in {"commit", "account", "identity"} else None
        if not isinstance(held, dict):
            raise Strange("no commit, account or identity")
        if kind == "commit":
            return word_of(self._source, did, held, at=at, authors=self._authors)
        if kind == "account":
            return gone_account(self._source, did, held, at=at)
        self._authors.is_called(did, held.get("handle"))
        return None

    def _moved_to(self, stamp: int) -> datetime:
        """Take the cursor along; a time that cannot be is noted, not followed."""
        now = self._now()
        latest = int(now.timestamp() * A_SECOND) + JUMP
        if stamp > latest:
            remark = f"the stream spoke of a time to come ({stamp}); its cursor was not followed"
            self.gathering.note("ahead", remark)
            return now
        at = datetime.fromtimestamp(stamp / A_SECOND, UTC)
        if self._first and self.cursor and stamp > self.cursor + JUMP:
            minutes = (stamp - self.cursor) / A_SECOND / 60
            remark = f"a gap of {minutes:.0f} minutes: the stream no longer had what was said then"
            self.gathering.note("gap", remark)
        elif stamp < self.cursor - REWIND - JUMP:
            seconds = (self.cursor - stamp) / A_SECOND
            remark = f"the stream jumped back by {seconds:.0f} seconds; words come twice, they count once"
            self.gathering.note("back", remark)
        self._first = False
        self.cursor = max(self.cursor, stamp)
        self.gathering.cursor["time_us"] = self.cursor
        return at
