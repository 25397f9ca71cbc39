"""How soon a changed watch matches, in the child of the ear under load: a part of `python -m bench.listening --new-watch`."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench.house import quantile, tree_pss_mb
from eyelevel.channels.contract import Overheard
from eyelevel.listening.matching import Matcher, Watches


def new_watch(made: dict[int, str], texts: Sequence[str], *, keep_in: str) -> dict[str, Any]:
    """How soon a changed watch matches, and how long calls take while the large index is made anew."""
    at = datetime.now(UTC)
    words = [
        Overheard(network="bench", source="bench", external_id=str(number), text=text, at=at)
        for number, text in enumerate([*random.Random(1).choices(texts, k=511), "neuesmesswort"])
    ]
    matcher = Matcher(keep_in=keep_in)
    began = time.perf_counter()
    calls: list[float] = []
    while matcher.body != "compiled":
        matcher.match(words, Watches(version="0", queries=made))
    prepared = time.perf_counter() - began
    heard = []
    for turn in range(1, 4):
        made = made | {10_000_000 + turn: "neuesmesswort"}
        begins = time.perf_counter()
        judged = matcher.match(words, Watches(version=str(turn), queries=made))
        heard.append(time.perf_counter() - begins)
        assert 10_000_000 + turn in (judged[-1] or ())
        until = time.perf_counter() + 5
        while time.perf_counter() < until:
            begins = time.perf_counter()
            matcher.match(words, Watches(version=str(turn), queries=made))
            calls.append(time.perf_counter() - begins)
    memory = [round(size) for size in tree_pss_mb(os.getpid()).values()]
    matcher.stop()
    return {
        "prepared_s": round(prepared, 1), "new_watch_ms": [round(seconds * 1000) for seconds in heard],
        "call_p50_ms": round(quantile(calls, 0.5) * 1000, 1), "call_p99_ms": round(quantile(calls, 0.99) * 1000, 1),
        "pss_mb": memory,
    }  # fmt: skip
