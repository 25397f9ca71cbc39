"""Gathering single messages of a stream into batches: by number, by time, and by silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from websockets.sync.client import ClientConnection

from eyelevel.channels.contract import (
    MOST_WORDS,
    SECONDS_PER_BATCH,
    Caught,
    Malformed,
    Overheard,
    SourceTrouble,
    Stop,
)

MOST_GARBAGE = 1_000  # malformed messages in a row: whoever speaks like that does not speak this protocol
MOST_EXCERPT = 200
MOST_MALFORMED_KEPT = 20

Message = str | bytes


class Gathering:
    """What came since the last batch was handed on."""

    def __init__(self, *, number: int) -> None:
        self.number = number  # messages since the source was made, the malformed among them
        self.good = 0  # messages that could be read
        self.cursor: dict[str, Any] = {}
        self.remark = ""
        self.reconnected = False
        self._words: list[Overheard] = []
        self._malformed: list[Malformed] = []
        self._moved = False
        self._garbage = 0
        self._noted: set[str] = set()

    def heard(self, word: Overheard | None) -> None:
        self._garbage, self._moved = 0, True
        self.good += 1
        if word is not None:
            self._words.append(word)

    def strange(self, message: Message, why: str) -> None:
        """Count and show what could not be read. Raises SourceTrouble where nothing else comes."""
        self._garbage += 1
        start = message[:MOST_EXCERPT]
        excerpt = start if isinstance(start, str) else start.decode("utf-8", "backslashreplace")
        self._malformed.append(Malformed(number=self.number, excerpt=excerpt[:MOST_EXCERPT], why=why[:200]))
        if self._garbage >= MOST_GARBAGE:
            raise SourceTrouble(f"{MOST_GARBAGE} messages in a row could not be read")

    def note(self, kind: str, remark: str) -> None:
        """What happened to the stream, for people; of each kind once a connection, so that a bad host is not a flood."""
        if kind not in self._noted:
            self._noted.add(kind)
            self.remark = remark

    def begins(self, *, again: bool) -> None:
        """A connection is open."""
        self._noted.clear()
        self.reconnected = again

    @property
    def full(self) -> bool:
        return len(self._words) >= MOST_WORDS or len(self._malformed) >= MOST_MALFORMED_KEPT

    def take(self) -> Caught | None:
        """What is to be handed on, None where nothing came."""
        if not (self._words or self._malformed or self._moved or self.remark or self.reconnected):
            return None
        caught = Caught(
            words=tuple(self._words), malformed=tuple(self._malformed), remark=self.remark, reconnected=self.reconnected,
            cursor={**self.cursor, "number": self.number},
        )  # fmt: skip
        self._words, self._malformed = [], []
        self._moved, self.remark, self.reconnected = False, "", False
        return caught


def batches(
    socket: ClientConnection, read: Callable[[Message], None], gathering: Gathering, *, stop: Stop, silence: float
) -> Iterator[Caught]:  # fmt: skip
    """Receive until `stop`; `read` looks at one message and speaks to the gathering. In silence an empty Caught comes.

    Raises SourceTrouble after `silence` seconds without a whole message (0: silence is normal here).
    """
    last = due = time.monotonic()
    while not stop.is_set():
        try:
            message = socket.recv(timeout=max(0.01, due + SECONDS_PER_BATCH - time.monotonic()))
        except TimeoutError:
            if silence and time.monotonic() - last > silence:
                raise SourceTrouble(f"nothing whole was heard for {silence:g} seconds") from None
        else:
            last = time.monotonic()
            gathering.number += 1
            read(message)
        if gathering.full or time.monotonic() - due >= SECONDS_PER_BATCH:
            due = time.monotonic()
            yield gathering.take() or Caught()
