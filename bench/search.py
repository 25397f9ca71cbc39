"""The search at a million posts: p50 and p95 of a mix of questions, the size of the index, and its lag under a stream.

    python -m bench.search --posts 1000000
    python -m bench.search --posts 100000 --per-second 1000 --seconds 20     # and the lag under a stream
    python -m bench.search --posts 1000000 --postgres          # on a throw-away cluster

Texts: posts of GermEval 2017 cut up and mixed anew where EYELEVEL_DATA has them, else made of our own words; one in
five is English; all seeded. They are analysed as in the house and put straight into the index, without rows behind
them, so the time of a question here is that of the database and of the page's rows without their texts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.house import machine, quantile

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
BATCH = 1_000
OWN = (
    "Guten Tag, meine Rechnung ist seit drei Wochen falsch und niemand ruft zurück. Der neue Router startet nicht, die "
    "Störung dauert an. Bitte bestätigen Sie die Kündigung des Mobilfunkvertrags und die Rufnummernmitnahme. Der Zug war "
    "wieder verspätet, im Kundenservice weiß keiner etwas von der Erstattung. Die Unterlagen sind nicht lesbar, heißt es. "
    "Warum dauert die Vertragsumstellung so lange? Ich warte auf die Gutschrift und die Lieferung der Bestellung."
).split()
ENGLISH = (
    "Hello, my invoice is wrong again and nobody called back. The router does not start and the outage goes on. Please "
    "confirm the cancellation of my contract and keep my number. The train was delayed, the refund has not arrived, and "
    "your service did not know about it. Which of your answers is right? I am waiting for the parcel and the credit note."
).split()
QUESTIONS = (
    "Verspätung", "Bahn", "Rechnung falsch", "Service", "Kündigung Vertrag", '"meine Rechnung"', "router -invoice",
    "from:person17", "is:open Störung", "channel:mail Erstattung", "refund", "verspät*", "lang:en contract",
    "after:2026-10-01 before:2026-11-01 Zug", "Rufnummernmitnahme", "die", "xyzzy", "is:closed", "-die", "Klimaanlage ICE",
)  # fmt: skip


def vocabulary() -> tuple[list[list[str]], str]:
    """Texts to cut from, and where they are from."""
    found = sorted(Path(os.environ.get("EYELEVEL_DATA", "nowhere")).glob("germeval2017/*.tsv"))
    if not found:
        return [OWN], "own words (EYELEVEL_DATA has no germeval2017)"
    lines = found[0].read_text(encoding="utf-8").splitlines()
    texts = [fields[1].split() for line in lines if len(fields := line.split("\t")) > 1]
    return [text for text in texts if len(text) > 5], "GermEval 2017, resampled"


def texts(count: int, *, start: int = 0, total: int = 0) -> Iterator[Any]:
    from eyelevel.kernel.search.providers import Findable

    chance, (german, _source) = random.Random(start + 1), vocabulary()
    step = timedelta(seconds=30)
    for number in range(start, start + count):
        english = number % 5 == 0
        pieces: list[str] = []
        while len(pieces) < 40:
            source = ENGLISH if english else chance.choice(german)
            at = chance.randrange(len(source))
            pieces += source[at : at + chance.randint(3, 14)]
        yield Findable(
            kind="post", thing=number + 1, at=NOW + step * (number - (total or count)), title=" ".join(pieces[:5]),
            body=" ".join(pieces[5:]), group=f"case:{number // 4}", scopes=("staff", f"case:{number // 4}"),
            channel=chance.choice(["mail", "form", "phone", "letter"]), language="en" if english else "de",
            state="open" if chance.random() < 0.1 else "closed", authors=(f"Person{chance.randrange(50_000)}",),
        )  # fmt: skip


def fill(count: int) -> dict[str, float]:
    from eyelevel.kernel.search import actions
    from eyelevel.kernel.writer import write

    began, spent, slowest = time.monotonic(), 0.0, 0.0
    waiting: list[Any] = []
    for text in texts(count):
        waiting.append(actions.prepared(text))
        if len(waiting) == BATCH:
            at = time.monotonic()
            write(actions.put, waiting)
            slowest, waiting = max(slowest, time.monotonic() - at), []
            spent += time.monotonic() - at
    write(actions.put, waiting)
    whole = time.monotonic() - began
    return {
        "posts_per_s": round(count / whole), "analysis_ms": round((whole - spent) / count * 1000, 3),
        "writing_ms": round(spent / count * 1000, 3), "slowest_write_of_1000_ms": round(slowest * 1000),
    }  # fmt: skip


def ask(seconds: float) -> dict[str, Any]:
    from eyelevel.kernel.policy import Actor
    from eyelevel.kernel.search import reads
    from eyelevel.kernel.search.query import parse

    mira = Actor(kind="agent", staff_id=1)
    took: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    for question in QUESTIONS:
        reads.find(mira, parse(question))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for question in QUESTIONS:
            at = time.monotonic()
            reads.find(mira, parse(question))
            took[question].append(time.monotonic() - at)
    every = [one for values in took.values() for one in values]
    slowest = sorted(took, key=lambda question: -quantile(took[question], 0.5))[:5]
    return {
        "questions": len(every), "p50_ms": round(quantile(every, 0.5) * 1000, 1), "p95_ms": round(quantile(every, 0.95) * 1000, 1),
        "max_ms": round(max(every) * 1000, 1),
        "slowest": {question: round(quantile(took[question], 0.5) * 1000, 1) for question in slowest},
    }  # fmt: skip


def stream(count: int, *, per_second: float, seconds: float) -> dict[str, Any]:
    """Posts with their facts are written at this rate, the house's own keeper indexes them; its lag is asked as pages do."""
    from eyelevel.kernel import clock
    from eyelevel.kernel.search import indexer, providers, reads
    from eyelevel.server.house import pen

    coming = list(texts(int(per_second * seconds), start=count, total=count))
    for one in providers.registered():
        walked(one.kind)
    keeper, lags, written = indexer.Keeper(), [], 0
    with pen():
        keeper.start()
        began = time.monotonic()
        while written < len(coming):
            come = min(len(coming), int((time.monotonic() - began) * per_second))
            come_in(coming[written:come])
            written = come
            lags.append(reads.lag(now=clock.now()))
            time.sleep(0.05)
        spent = time.monotonic() - began
        while reads.lag(now=clock.now()).behind:
            time.sleep(0.05)
        drained = time.monotonic() - began - spent
        keeper.stop()
    ages = [lag.seconds for lag in lags]
    return {
        "per_second": round(written / spent), "seconds": round(spent, 1), "lag_p50_s": round(quantile(ages, 0.5), 2),
        "lag_p95_s": round(quantile(ages, 0.95), 2), "most_behind": max(lag.behind for lag in lags),
        "caught_up_after_s": round(drained, 2),
    }  # fmt: skip


def walked(kind: str) -> None:
    from eyelevel.kernel.search import actions

    actions.came_to(f"walk:{kind}", 0, done=True)


def come_in(some: list[Any]) -> None:
    from eyelevel.kernel import clock
    from eyelevel.kernel.models import Fact
    from eyelevel.kernel.writer import write
    from eyelevel.posts.models import Post

    def keep() -> None:
        now = clock.now()
        rows = [
            Post(
                kind="in",
                channel=text.channel,
                at=now,
                author_name=text.authors[0],
                subject=text.title,
                text=text.body,
            )
            for text in some
        ]
        Post.objects.bulk_create(rows)
        Fact.objects.bulk_create([Fact(kind="post.kept", at=now, data={"post": post.pk}) for post in rows])

    if some:
        write(keep)


def size_mb() -> float:
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return round(int(cursor.fetchone()[0]) / 1e6, 1)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return round((settings.HOME / "eyelevel.sqlite3").stat().st_size / 1e6, 1)


def resident_mb() -> float:
    line = re.search(r"^Pss:\s+(\d+)", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    return round(int(line[1]) / 1024, 1) if line else 0.0


def measure(given: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.db import connection

    from eyelevel.kernel.search import lemmas
    from eyelevel.server.schema import bring_up_to_date

    bring_up_to_date()
    before = resident_mb()
    lemmas.german("Haus"), lemmas.english("house")
    said: dict[str, Any] = {
        "database": connection.vendor, "posts": given.posts, "texts": vocabulary()[1], "machine": machine(),
        "dictionaries_mb": round(resident_mb() - before, 1),
    }  # fmt: skip
    said["fill"] = fill(given.posts)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    said["size_mb"] = size_mb()
    said["ask"] = ask(given.seconds)
    if given.per_second:
        said["stream"] = stream(given.posts, per_second=given.per_second, seconds=given.seconds)
    print(json.dumps(said, ensure_ascii=False, indent=1))


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--posts", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--per-second", type=float, default=0)
    options.add_argument("--postgres", action="store_true")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.inside:
        measure(given)
        return
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="eyelevel-search-"))
        more = {"EYELEVEL_HOME": home, "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings"}
        if given.postgres:
            from tests.on_postgres import cluster

            more["EYELEVEL_DATABASE"] = stack.enter_context(cluster())
        command = [sys.executable, "-m", "bench.search", *sys.argv[1:], "--inside"]
        subprocess.run(command, env={**os.environ, **more}, check=True)


if __name__ == "__main__":
    main()
