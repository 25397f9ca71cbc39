"""How often one case may be asked for what costs the house work. In memory, per process: it guards, it does not count."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

MOST_KNOWN = 10_000


class Pace:
    """At most `most` within `seconds` for each name; the longest unused name gives way where there are too many."""

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._taken: OrderedDict[int, deque[float]] = OrderedDict()

    def take(self, name: int, *, now: float) -> bool:
        """`now` in seconds of any steady clock."""
        with self._lock:
            times = self._taken.pop(name, deque())
            while times and times[0] <= now - self._seconds:
                times.popleft()
            allowed = len(times) < self._most
            if allowed:
                times.append(now)
            self._taken[name] = times
            if len(self._taken) > MOST_KNOWN:
                self._taken.popitem(last=False)
        return allowed
