"""How many requests a token may make: a bucket that fills evenly. In memory, per process: it guards, it does not bill."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

WINDOW_SECONDS = 60
MOST_BUCKETS = 10_000


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is left after this request, and how many seconds until the next one (0 where one is left)."""

    allowed: bool
    quota: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"token";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"token";r={self.left};t={self.seconds}',
        }


class Buckets:
    """One bucket per token; the longest unused one gives way where there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._full: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def take(self, token_id: int, *, quota: int, now: float) -> Taken:
        """Take one of `quota` per minute. `now` in seconds of any steady clock."""
        each = WINDOW_SECONDS / quota
        with self._lock:
            level, at = self._full.pop(token_id, (float(quota), now))
            level = min(float(quota), level + max(now - at, 0.0) / each)
            allowed = level >= 1
            level -= 1 if allowed else 0
            self._full[token_id] = (level, now)
            if len(self._full) > MOST_BUCKETS:
                self._full.popitem(last=False)
        wait = 0 if level >= 1 else math.ceil((1 - level) * each)
        return Taken(allowed=allowed, quota=quota, left=int(level), seconds=wait)
