"""What one piece of the radar costs the server, beside a column that hears 1,000 words a second.

    python -m bench.radar

One hot column (60,000 words in the last minute, 1,500 people in each of the 23 hours before) and eight calm ones; each
piece is fetched twelve times in one process, without network, after one fetch that warms up.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bench.house import machine

RATE = 1_000
FETCHES = 12


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(EYELEVEL_HOME=home, DJANGO_SETTINGS_MODULE="tests.settings")
        import django

        django.setup()
        from django.core.management import call_command

        for file in ("default", "heard"):
            call_command("migrate", database=file, verbosity=0)
        print(machine())
        measure()


def measure() -> None:
    from eyelevel.desk import radar
    from eyelevel.kernel import clock
    from eyelevel.kernel.policy import Actor
    from eyelevel.listening import reads

    now = clock.now()
    hot, calm = fill(now)
    actor = Actor(kind="agent", staff_id=1)

    def piece(*watches: Any) -> str:
        from django.template.loader import render_to_string

        columns = [radar.column(actor, one, words="", before=None, now=now) for one in watches]
        return render_to_string("desk/_columns.html", {"columns": columns, "now": now}, using="jinja2")

    took("the hot column", lambda: piece(hot))
    took("a calm column", lambda: piece(calm[0]))
    took("all nine", lambda: piece(hot, *calm))
    took("paused: only how many came", lambda: reads.words_since(hot.pk, now - timedelta(seconds=50)))


def fill(now: datetime) -> tuple[Any, list[Any]]:
    """The hot watch and the calm ones; typed loosely because tables exist only after setup."""
    from tests.listening.hearing import hear_many, watch

    hot, calm = watch(now=now), [watch(f"w{place}", place=place, now=now) for place in range(1, 9)]
    said = {"author_name": "Jana Petersen", "text": "Die Bahn steht. " * 8}
    for second in range(60):
        words = [
            {
                **said,
                "author": f"did:{n % 900}:{second % 10}",
                "at": now - timedelta(seconds=second + n / RATE),
            }
            for n in range(RATE)
        ]
        hear_many(words, [hot])
    for hour in range(1, 24):
        hear_many(
            [{**said, "author": f"did:{n}", "at": now - timedelta(hours=hour)} for n in range(1_500)], [hot]
        )
    for one in calm:
        hear_many(
            [{**said, "author": f"did:{n}", "at": now - timedelta(minutes=n)} for n in range(200)], [one]
        )
    return hot, calm


def took(what: str, work: Callable[[], object]) -> None:
    work()
    times = []
    for _ in range(FETCHES):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1_000)
    print(f"{what}: median {statistics.median(times):.1f} ms, longest {max(times):.1f} ms")


if __name__ == "__main__":
    main()
