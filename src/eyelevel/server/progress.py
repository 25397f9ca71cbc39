"""How far a long command is: one line that moves on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

WIDTH = 30
ON_A_TERMINAL, ELSEWHERE = 0.2, 5.0  # seconds between two looks


class Progress:
    """Call it with (done, all). What is counted is named once: "rows", "messages"."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._terminal = sys.stderr.isatty()
        self._began = self._shown = time.monotonic()
        self._first: int | None = None
        self._last = (0, 0)

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._first is None or done < self._last[0]:
            self._first, self._began = done, now
        self._last = (done, total)
        if now - self._shown >= (ON_A_TERMINAL if self._terminal else ELSEWHERE):
            self._shown = now
            self._show(now)

    def end(self) -> None:
        """Leave the last state standing."""
        self._show(time.monotonic())
        if self._terminal:
            sys.stderr.write("\n")

    def _show(self, now: float) -> None:
        done, total = self._last
        share = min(1.0, done / total) if total else 1.0
        rate = (done - (self._first or 0)) / max(now - self._began, 0.001)
        left = f", {_duration((total - done) / rate)} left" if rate and total > done else ""
        words = f"{share:4.0%}  {done:,} of {total:,} {self._what}, {rate:,.0f}/s{left}"
        if self._terminal:
            bar = "█" * round(share * WIDTH)
            sys.stderr.write(f"\r\033[K{bar:·<{WIDTH}} {words}")
        else:
            sys.stderr.write(words + "\n")
        sys.stderr.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
