"""How many words a second the ear takes, all the way to the commit; and what the engine does alone.

    python -m bench.ear --watches 100 1000 10000 --seconds 10
    python -m bench.ear --found 1000 --seconds 20

The words are those of EYELEVEL_DATA/germeval2017 where that is there (524 signs on average), else made up of its own
vocabulary; the watches are random over the same vocabulary. Every word gets a name of its own. `ear` is Ear.take with 256
words a call from one thread: a child process matches, one transaction a call keeps what matched (SQLite, FULL). `engine`
is process() in this process, without a database. `--found` feeds that many words a second instead, all of them matched by
one watch, beside the house's own keeper of the index, and says how far the index of what is heard is behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.house import machine, quantile, tree_pss_mb

IN_ONE_CALL = 256
MADE_UP = 2_000


def texts() -> tuple[str, list[str]]:
    """Where they are from, and they."""
    path = Path(os.environ.get("EYELEVEL_DATA", "")) / "germeval2017" / "dev_v1.4.tsv"
    if os.environ.get("EYELEVEL_DATA") and path.exists():
        rows = path.read_text(encoding="utf-8").splitlines()
        return "germeval2017", [row.split("\t")[1] for row in rows if row.count("\t") > 1]
    print("EYELEVEL_DATA names no folder with germeval2017: the texts are MADE UP", flush=True)
    chance = random.Random(1)
    words = [
        "".join(chance.choices("enisratdhulcgmobwfkzvüpäßjöyqx", k=chance.randint(2, 14)))
        for _ in range(20_000)
    ]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    return "made up", [" ".join(chance.choices(words, weights, k=75)) for _ in range(MADE_UP)]


def queries(many: int, vocabulary: Sequence[str]) -> dict[int, str]:
    """Words, pairs, groups, phrases, prefixes and suffixes in equal parts."""
    from eyelevel.listening.query import KEYWORDS
    from eyelevel.listening.words import stands_alone

    chance = random.Random(many)
    vocabulary = [word for word in vocabulary if word not in KEYWORDS and not stands_alone(word)]
    made = {}
    for number in range(1, many + 1):
        one, two, three, four = chance.sample(vocabulary, 4)
        made[number] = chance.choice((
            one, f"{one} {two}", f"{one} OR ({two} -{three})", f'"{one} {two}"', f"{(one + 'ung')[:6]}* ({two} OR {three}) -{four}",
            f"*{('ver' + one)[-6:]} {two}",
        ))  # fmt: skip
    return made


def calls(said: Sequence[str]) -> Iterator[list[Any]]:
    """Lists of words without end, each word with a name of its own."""
    from eyelevel.channels.contract import Overheard

    chance, number = random.Random(3), 0
    while True:
        at = datetime.now(UTC)
        words = []
        for _ in range(IN_ONE_CALL):
            number += 1
            words.append(
                Overheard(network="bench", source="bench", external_id=str(number), author=f"did:{number % 5_000}",
                          text=chance.choice(said), at=at, language="de")
            )  # fmt: skip
        yield words


def engine(said: Sequence[str], made: dict[int, str], seconds: float) -> dict[str, object]:
    from eyelevel.listening.engine.batch import batch_of
    from eyelevel.listening.engine.body import process
    from eyelevel.listening.engine.index import build

    began = time.perf_counter()
    index = build(made)
    built = time.perf_counter() - began
    words, hits, spent = 0, 0, 0.0
    for call in calls(said):
        batch = batch_of(call)
        began = time.perf_counter()
        hits += sum(process(batch, index).counts.values())
        spent += time.perf_counter() - began
        words += len(call)
        if spent >= seconds:
            break
    return {
        "engine_words_per_s": round(words / spent),
        "matches_a_word": round(hits / words, 2),
        "build_s": round(built, 2),
    }


def ear(said: Sequence[str], made: dict[int, str], seconds: float) -> dict[str, object]:
    from eyelevel.kernel import clock
    from eyelevel.kernel.writer import write
    from eyelevel.listening.ear import Ear
    from eyelevel.listening.models import Heard, Match, Watch

    now = clock.now()
    write(lambda: Watch.objects.update(ended_at=now, changed_at=now))
    rows = [
        Watch(name=str(number), query=query, made_at=now, changed_at=now) for number, query in made.items()
    ]
    write(Watch.objects.bulk_create, rows)
    one = Ear()
    one.start()
    took: list[float] = []
    coming = calls(said)
    one.take(next(coming))  # the child starts and builds its index
    kept = (Heard.objects.count(), Match.objects.count())
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        words = next(coming)
        began = time.monotonic()
        one.take(words)
        took.append(time.monotonic() - began)
    memory = tree_pss_mb(os.getpid())
    one.stop()
    words_taken = len(took) * IN_ONE_CALL
    return {
        "ear_words_per_s": round(words_taken / sum(took)), "call_p50_ms": round(quantile(took, 0.5) * 1000),
        "call_p99_ms": round(quantile(took, 0.99) * 1000), "kept": Heard.objects.count() - kept[0],
        "matches": Match.objects.count() - kept[1], "pss_mb": [round(size) for size in memory.values()],
    }  # fmt: skip


def lag(said: Sequence[str], *, per_second: float, seconds: float) -> dict[str, object]:
    """Every word holds the one that the watch names; the lag is asked twenty times a second, as pages ask it."""
    from eyelevel.kernel import clock, databases
    from eyelevel.kernel.search import indexer, reads
    from eyelevel.kernel.writer import write
    from eyelevel.listening import actions
    from eyelevel.listening.ear import Ear

    using = databases.alias(databases.HEARD)
    write(actions.make_watch, name="all", query="messwort", opens_cases=False, by="bench", now=clock.now())
    keeper, one = indexer.Keeper(using=using), Ear()
    coming = calls([f"{text} messwort" for text in said])
    one.start()
    one.take(next(coming))  # the child starts and builds its index
    keeper.start()
    while reads.lag(now=clock.now(), using=using).behind:
        time.sleep(0.05)
    lags: list[reads.Lag] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.05):
            lags.append(reads.lag(now=clock.now(), using=using))

    looking = threading.Thread(target=look)
    looking.start()
    taken, began = 0, time.monotonic()
    while (gone := time.monotonic() - began) < seconds:
        if taken > gone * per_second:
            time.sleep(0.005)
            continue
        one.take(next(coming))
        taken += IN_ONE_CALL
    spent = time.monotonic() - began
    while reads.lag(now=clock.now(), using=using).behind:
        time.sleep(0.05)
    drained = time.monotonic() - began - spent
    ended.set()
    looking.join()
    keeper.stop()
    one.stop()
    ages = [lag.seconds for lag in lags]
    return {
        "taken_per_s": round(taken / spent), "lag_p50_s": round(quantile(ages, 0.5), 2), "lag_p95_s": round(quantile(ages, 0.95), 2),
        "most_behind": max(lag.behind for lag in lags), "caught_up_after_s": round(drained, 2),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--watches", type=int, nargs="+", default=[100, 1_000, 10_000])
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--found", type=float, default=0.0, metavar="WORDS_PER_SECOND")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="eyelevel-bench-") as folder:
        os.environ |= {"EYELEVEL_HOME": folder, "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings"}
        import django

        django.setup()
        from eyelevel.listening.words import words_of
        from eyelevel.server import house, logs
        from eyelevel.server.schema import bring_up_to_date

        logs.configure("text")
        bring_up_to_date()
        source, said = texts()
        vocabulary = sorted({word for text in said for word in words_of(text)})
        print(
            f"{source}, {sum(map(len, said)) // len(said)} signs a word on average; {machine()}", flush=True
        )
        with house.pen():
            if given.found:
                print(json.dumps(lag(said, per_second=given.found, seconds=given.seconds)), flush=True)
                return
            for many in given.watches:
                made = queries(many, vocabulary)
                found = engine(said, made, given.seconds) | ear(said, made, given.seconds)
                print(json.dumps({"watches": many, **found}), flush=True)


if __name__ == "__main__":
    main()
