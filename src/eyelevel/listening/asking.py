"""On PostgreSQL the editor of a watch is in one process and the words heard last are in another: it asks by NOTIFY.

Question and answer pass through the database server and are written into no table. A word's text is cut for it.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from django.db import connection

from eyelevel.channels.contract import Overheard
from eyelevel.kernel.notices import Connection, Notified, connect
from eyelevel.kernel.push import MOST_NOTIFY_BYTES

QUESTIONS = "eyelevel_preview"
SECONDS_TO_FIRST = 1.5  # then nobody listens
SECONDS_FOR_OTHERS = 0.3  # several processes may listen, each with words of its own
MOST_TEXT = 600
MOST_WORDS = 50

log = structlog.get_logger("ear")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a query matches among the newest `of` words: the newest of them, and how many there are."""

    words: Sequence[Overheard]
    matched: int
    of: int


def ask(query: str, *, most: int) -> Preview:
    """What the processes that listen answer; nothing of nothing where none does, or the query is too long to be sent."""
    token = secrets.token_hex(8)
    question = json.dumps([token, query, min(most, MOST_WORDS)], ensure_ascii=False)
    if connection.vendor != "postgresql" or len(question.encode()) > MOST_NOTIFY_BYTES:
        return Preview(words=[], matched=0, of=0)
    words: list[Overheard] = []
    matched, of = 0, 0
    with connect() as raw:
        raw.execute(f"LISTEN {_answers_to(token)}")
        raw.execute("SELECT pg_notify(%s, %s)", [QUESTIONS, question])
        for answer in _answers(raw):
            if isinstance(answer, list):
                matched, of = matched + answer[0], of + answer[1]
            else:
                words.append(msgspec.convert(answer, Overheard))
    words.sort(key=lambda word: word.at, reverse=True)
    return Preview(words=words[:most], matched=matched, of=of)


def _answers_to(token: str) -> str:
    return f"{QUESTIONS}_{token}"


def _answers(raw: Connection) -> Iterator[Any]:
    """Words, and after the words of each process a list: how many it matched, among how many."""
    until = time.monotonic() + SECONDS_TO_FIRST
    while (left := until - time.monotonic()) > 0:
        for notice in raw.notifies(timeout=left, stop_after=1):
            answer = json.loads(notice.payload)
            if isinstance(answer, list):
                until = min(until, time.monotonic() + SECONDS_FOR_OTHERS)
            yield answer


class Answers:
    """Answers questions of other processes from `start` to `stop`; without PostgreSQL there are none."""

    def __init__(self, preview: Callable[[str, int], Preview]) -> None:
        self._preview = preview
        self._asked = Notified(QUESTIONS, self._answer)

    def start(self) -> None:
        if connection.vendor == "postgresql":
            self._asked.start()

    def stop(self) -> None:
        self._asked.stop()

    def _answer(self, raw: Connection, question: str) -> None:
        token, query, most = json.loads(question)
        try:
            found = self._preview(query, most)
        except ValueError as error:  # another version of the language asks
            log.warning("a preview was not understood", error=str(error))
            return
        for word in found.words:
            short = msgspec.structs.replace(
                word, text=word.text[:MOST_TEXT], parent="", root="", repeats="", marks=()
            )
            told = json.dumps(msgspec.to_builtins(short), ensure_ascii=False)
            if len(told.encode()) <= MOST_NOTIFY_BYTES:
                raw.execute("SELECT pg_notify(%s, %s)", [_answers_to(token), told])
        raw.execute("SELECT pg_notify(%s, %s)", [_answers_to(token), json.dumps([found.matched, found.of])])
