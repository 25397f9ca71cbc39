"""How well reused passages are found in a draft, and how long that takes against many stored answers.

    python -m bench.canned --json                               # 1,000 and 10,000 answers, the unseen half
    python -m bench.canned --answers 100000 --json              # takes some minutes to fill
    python -m bench.canned --answers 10000 --half tune --wrong  # what was missed, what was marked falsely

Drafts are built with a seed: sentences of their own, and between them passages out of stored answers with edits (words
swapped, left out or put in, names and dates put in, sentences in another order, two joined into one). What was reused is
known, so precision and recall are counted in signs, blanks left out. A swapped or inserted word inside of a reused sentence belongs to
it. The store is a real SQLite database, filled by the action that fills it in the house and asked by the read that the desk asks.

Sentences: bench/corpora/canned.txt, and real ones where EYELEVEL_DATA has them (GermEval 2017 and XNLI, both for
evaluation only; CrisisLex, MIT; BANKING77, CC BY 4.0). The constants of word/reuse.py were tuned on the odd lines
(`--half tune`); the even lines (`--half test`) and their seed are held back.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.canned_texts import Draft, answers, drafts, real
from bench.house import machine, quantile

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
BATCH = 500


def signs(text: str, places: Sequence[tuple[int, int]]) -> set[int]:
    return {at for start, end in places for at in range(start, end) if not text[at].isspace()}


def accuracy(some: Sequence[Draft], *, wrong: bool) -> dict[str, float]:
    from eyelevel.word import mirror

    found = right = wanted = marked_drafts = 0
    for one in some:
        spans = mirror.look(one.text, case_id=0, now=NOW).share.spans
        got, labelled = (
            signs(one.text, [(span.start, span.end) for span in spans]),
            signs(one.text, one.reused),
        )
        found, right, wanted = found + len(got), right + len(got & labelled), wanted + len(labelled)
        marked_drafts += bool(got) and not labelled
        if wrong:
            _show("MISSED", one.text, labelled - got)
            _show("FALSE ", one.text, got - labelled)
    return {
        "precision": round(right / (found or 1), 4), "recall": round(right / (wanted or 1), 4), "drafts": len(some),
        "without_reuse": sum(not one.reused for one in some), "of_them_marked": marked_drafts,
    }  # fmt: skip


def _show(what: str, text: str, places: set[int]) -> None:
    shown = "".join(sign if at in places or sign == " " else "\0" for at, sign in enumerate(text))
    for piece in re.split(r"[\0 ]{2,}|\0", shown):
        if len(piece.strip()) > 12:
            print(what, piece.strip())


def fill(stored: Sequence[tuple[str, str]]) -> dict[str, float]:
    from eyelevel.kernel.writer import write
    from eyelevel.posts.models import Post
    from eyelevel.word import canned

    began, thinking = time.monotonic(), 0.0
    for at in range(0, len(stored), BATCH):
        some = [
            Post(
                kind=Post.Kind.ANSWER,
                channel="mail",
                at=NOW - timedelta(minutes=at + number),
                case_id=at + number + 1,
                text=text,
            )
            for number, (_lang, text) in enumerate(stored[at : at + BATCH])
        ]
        posts = write(Post.objects.bulk_create, some)
        start = time.monotonic()
        ready = [(post, canned.rows_of(post.text)) for post in posts]
        thinking += time.monotonic() - start
        write(canned.keep, ready)
    each = 1000 / len(stored)
    return {"seconds": round(time.monotonic() - began, 1), "reading_ms_each": round(thinking * each, 2)}


ASKED = (
    "Guten Tag,\n\nmeine Bestellung 4711-22 vom 14. Mai ist noch nicht da, obwohl ich 59,90 € bezahlt habe. Die Spedition "
    "sagt, das Paket liege in Hamburg. Die Kaffeemaschine sollte ein Geschenk sein. Wann kommt das Paket?\n\nViele Grüße\nJana"
)


def latency(some: Sequence[Draft], *, seconds: float) -> dict[str, float]:
    """In a case with a letter of usual length, so that what it names is looked for as well; every draft is another one.

    The cpu_ figures leave out the time in which other processes had the machine.
    """
    from eyelevel.kernel.writer import write
    from eyelevel.posts.models import Post
    from eyelevel.word import mirror

    case = 1_000_000_000
    write(
        Post.objects.create,
        kind=Post.Kind.HEARD,
        channel="mail",
        at=NOW,
        case_id=case,
        subject="Bestellung",
        text=ASKED,
    )
    mirror.look(
        some[0].text, case_id=case, now=NOW
    )  # the dictionaries are loaded once in a process, half a second
    took: list[float] = []
    worked: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(took) < len(some):
        one = some[len(took) % len(some)]
        at, busy = time.perf_counter(), time.thread_time()
        mirror.look(one.text, case_id=case, now=NOW)
        took.append(time.perf_counter() - at)
        worked.append(time.thread_time() - busy)
    words = sorted(len(one.text.split()) for one in some)
    return {
        "median_ms": round(quantile(took, 0.5) * 1000, 2), "p95_ms": round(quantile(took, 0.95) * 1000, 2),
        "cpu_median_ms": round(quantile(worked, 0.5) * 1000, 2), "cpu_p95_ms": round(quantile(worked, 0.95) * 1000, 2),
        "max_ms": round(max(took) * 1000, 1), "words_of_a_draft": words[len(words) // 2],
    }  # fmt: skip


def sizes() -> dict[str, float]:
    """Rows and MB of what is kept for the mirror, and of the posts themselves."""
    from django.db import connection

    from eyelevel.posts.models import Post
    from eyelevel.word.models import Learnt, Passage, Trace

    tables = {"passages": Passage, "traces": Trace, "learnt": Learnt, "posts": Post}
    told: dict[str, float] = {f"{name}_rows": model.objects.count() for name, model in tables.items()}
    with connection.cursor() as cursor:
        for name, model in tables.items():
            table = model._meta.db_table  # noqa: SLF001 -- Django's public description of a model
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE name = %s OR name IN (SELECT name FROM sqlite_master WHERE tbl_name = %s)",
                [table, table],
            )
            told[f"{name}_mb"] = round((cursor.fetchone()[0] or 0) / 1e6, 1)
    return told


def resident_mb() -> float:
    line = re.search(r"^Pss:\s+(\d+)", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    return round(int(line[1]) / 1024, 1) if line else 0.0


def measure(given: argparse.Namespace, count: int) -> dict[str, Any]:
    import django

    django.setup()
    from eyelevel.server.schema import bring_up_to_date

    bring_up_to_date()
    stored = list(answers(count, half=given.half))
    some = list(drafts(stored, given.drafts, half=given.half))
    said: dict[str, Any] = {
        "answers": count,
        "half": given.half,
        "fill": fill(stored),
        "size": _or_nothing(sizes),
    }
    before = resident_mb()
    said |= accuracy(some, wrong=given.wrong)
    said["latency"] = latency(some, seconds=given.seconds)
    said["reading_grew_process_mb"] = round(resident_mb() - before, 1)
    return said


def _or_nothing(ask: Any) -> dict[str, float]:
    """This SQLite may have been built without dbstat."""
    from django.db import DatabaseError

    try:
        return dict(ask())
    except DatabaseError:
        return {}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--answers", type=int, nargs="+", default=[1_000, 10_000])
    options.add_argument("--drafts", type=int, default=300)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--half", choices=("tune", "test"), default="test")
    options.add_argument("--json", action="store_true")
    options.add_argument("--wrong", action="store_true", help="print what was missed or marked falsely")
    options.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.inside:
        print(json.dumps(measure(given, given.inside)))
        return
    source = (
        "EYELEVEL_DATA and own sentences"
        if real("de", "own", "test")
        else "own sentences only: EYELEVEL_DATA is absent or incomplete"
    )
    told: dict[str, Any] = {
        "machine": machine(),
        "texts": source,
        "sizes": [_house(count) for count in given.answers],
    }
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _house(count: int) -> Any:
    """One size in a process and a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="eyelevel-canned-") as home:
        more = {"EYELEVEL_HOME": home, "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings"}
        command = [sys.executable, "-m", "bench.canned", *sys.argv[1:], "--inside", str(count)]
        done = subprocess.run(
            command, env={**os.environ, **more}, check=True, stdout=subprocess.PIPE, text=True
        )
    *lines, last = done.stdout.strip().split("\n")
    print("\n".join(lines), end="\n" if lines else "")
    return json.loads(last)


if __name__ == "__main__":
    main()
