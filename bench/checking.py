"""How long the objection check takes in a house that has said much: the real question of the desk, against a real database.

    python -m bench.checking --statements 100000 [--postgres]

Each case has one word of a customer and one answer of three sentences from bench/corpora, mixed anew, seeded; one in ten
names an order. One person has heard 300 answers. `cold` is the first check of a case whose answers no check has read
before, `warm` the next ones, as a writer pauses. `candidates` are the statements that a draft was held against.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.house import machine, quantile
from bench.search import resident_mb

CORPUS = Path(__file__).parent / "corpora" / "contradictions.jsonl"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
BATCH = 2_000
CHECKS = 60
TALKATIVE = 300


def fill(count: int) -> dict[str, list[str]]:
    """Persons, cases, words and answers; the index is brought up to them. Returns the drafts by language."""
    from eyelevel.kernel.search import indexer

    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    earlier = {lang: [row["earlier"]["text"] for row in rows if row["lang"] == lang] for lang in ("de", "en")}
    for start in range(0, count, BATCH):
        _some(start, min(BATCH, count - start), earlier, total=count)
    indexer.rebuild()
    return {lang: [row["draft"] for row in rows if row["lang"] == lang] for lang in ("de", "en")}


def _some(start: int, count: int, earlier: dict[str, list[str]], *, total: int) -> None:
    from django.db import transaction

    from eyelevel.cases.models import Case
    from eyelevel.people.models import Person
    from eyelevel.posts.models import Post

    chance = random.Random(start)
    with transaction.atomic():
        talkative = Person.objects.order_by("id").first()
        people = [Person(name=f"Person {start + one}", first_seen_at=NOW) for one in range(count)]
        Person.objects.bulk_create(people)
        whose = [
            talkative
            if talkative is not None and start + one < TALKATIVE
            else people[0 if start + one < TALKATIVE else one]
            for one in range(count)
        ]
        at = [NOW - timedelta(minutes=5 * (total - start - one)) for one in range(count)]
        cases = [
            Case(person=whose[one], subject=f"Anliegen {start + one}", channel="mail", opened_at=at[one], last_word_at=at[one])
            for one in range(count)
        ]  # fmt: skip
        Case.objects.bulk_create(cases)
        posts: list[Post] = []
        for one, case in enumerate(cases):
            lang = "de" if chance.random() < 0.6 else "en"
            order = f" Bestellung {200_000 + chance.randrange(total)}." if chance.random() < 0.1 else ""
            common = {
                "case_id": case.pk,
                "person": case.person,
                "channel": "mail",
                "at": at[one],
                "language": lang,
            }
            posts.append(
                Post(
                    kind="in", author_name="Person", text=f"Guten Tag, ich habe eine Frage.{order}", **common
                )
            )
            posts.append(
                Post(
                    kind="out",
                    author_name="Mira",
                    text=" ".join(chance.sample(earlier[lang], 3)) + order,
                    **common,
                )
            )
        Post.objects.bulk_create(posts)


def ask(drafts: dict[str, list[str]], count: int) -> dict[str, Any]:
    from eyelevel.answers import earlier, reads
    from eyelevel.cases.models import Case
    from eyelevel.word import rules

    rules.warm()
    chance = random.Random(7)
    cases = [Case.objects.get(pk=chance.randrange(TALKATIVE + 1, count)) for _ in range(CHECKS)]
    cold: list[float] = []
    warm: list[float] = []
    held: list[float] = []
    found = 0
    for case in cases:
        draft = " ".join(chance.sample(drafts[chance.choice(["de", "en"])], 2))
        held.append(len(earlier.held_against(case, draft).statements))
        for times in (cold, warm):
            began = time.perf_counter()
            found += bool(reads.check(case, draft).objections)
            times.append((time.perf_counter() - began) * 1000)
    loud = Case.objects.get(pk=1)
    began = time.perf_counter()
    reads.check(loud, chance.choice(drafts["de"]))
    first = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    reads.check(loud, chance.choice(drafts["de"]))
    return {
        "checks": CHECKS, "candidates_p50": quantile(held, 0.5), "candidates_most": max(held),
        "cold_p50_ms": round(quantile(cold, 0.5)), "cold_p95_ms": round(quantile(cold, 0.95)),
        "warm_p50_ms": round(quantile(warm, 0.5)), "warm_p95_ms": round(quantile(warm, 0.95)),
        "who_heard_300_first_ms": round(first), "who_heard_300_next_ms": round((time.perf_counter() - began) * 1000),
        "with_objections": found // 2,
    }  # fmt: skip


def measure(given: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.db import connection

    from eyelevel.server.schema import bring_up_to_date

    bring_up_to_date()
    drafts = fill(given.statements)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    before = resident_mb()
    asked = ask(drafts, given.statements)
    said = {"database": connection.vendor, "statements": given.statements, "machine": machine(), **asked}
    print(
        json.dumps(
            {**said, "memory_mb": resident_mb(), "of_it_by_checking_mb": round(resident_mb() - before, 1)}
        )
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--statements", type=int, default=100_000)
    options.add_argument("--postgres", action="store_true")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.inside:
        measure(given)
        return
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="eyelevel-checking-"))
        more = {"EYELEVEL_HOME": home, "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings"}
        if given.postgres:
            from tests.on_postgres import cluster

            more["EYELEVEL_DATABASE"] = stack.enter_context(cluster())
        command = [sys.executable, "-m", "bench.checking", *sys.argv[1:], "--inside"]
        subprocess.run(command, env={**os.environ, **more}, check=True)


if __name__ == "__main__":
    main()
