"""Watches that open cases: tells the main file which words they want, never more than a minute may bring."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from eyelevel.channels.contract import Overheard
from eyelevel.kernel.writer import write
from eyelevel.listening import actions, asked
from eyelevel.listening.actions import Found
from eyelevel.listening.matching import Watches
from eyelevel.listening.rules import Gate, Name, may_open_a_case, name_of

MOST_REMEMBERED = 10_000  # words already wanted; a repeat beyond that is one more fact, never one more case


class Wanting:
    """Called after the commit that kept the words; from any thread, one batch at a time."""

    def __init__(self) -> None:
        self._gate = Gate(clock=time.monotonic)
        self._wanted: OrderedDict[tuple[int, Name], None] = OrderedDict()
        self._lock = threading.Lock()

    def want(self, found: Sequence[Found], watches: Watches, *, now: datetime) -> None:
        """Record what must become cases. Raises NotKept or Overloaded: then the words come again and are wanted again."""
        hits = {
            watch: words
            for watch in watches.opens_cases
            if (words := [one.word for one in found if watch in one.watches])
        }
        if not hits:
            return
        ours = asked.our_accounts()
        with self._lock:
            for watch, words in hits.items():
                self._want(watch, [word for word in words if may_open_a_case(word, ours=ours)], now=now)

    def _want(self, watch: int, words: Sequence[Overheard], *, now: datetime) -> None:
        fresh = [word for word in words if (watch, name_of(word)) not in self._wanted]
        passing = fresh[: self._gate.let_through(watch, len(fresh))]
        if passing:
            write(actions.want_cases, watch, passing, now=now)
        held_back = len(fresh) - len(passing)
        if held_back and self._gate.tells(watch):
            write(actions.note_too_many, watch, held_back=held_back, now=now)
        self._wanted.update(dict.fromkeys((watch, name_of(word)) for word in fresh))
        while len(self._wanted) > MOST_REMEMBERED:
            self._wanted.popitem(last=False)
