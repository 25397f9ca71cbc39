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
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bench.house import machine, quantile

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OWN = Path(__file__).parent / "corpora" / "canned.txt"
DATA = Path(os.environ.get("EYELEVEL_DATA", "nowhere"))
BATCH = 500
LEAST = 8  # words of a real sentence that is used
NAMES = "Petersen Okafor Lang Yıldız Novak Hansen Brandt Meyer Ferreira Sørensen".split()
ASIDES = {
    "de": [
        "am 14. Mai",
        "nach unserem Telefonat",
        "wie besprochen",
        "Frau {name}",
        "seit Montag",
        "unter der Nummer 4711",
    ],
    "en": ["on 14 May", "after our call", "as discussed", "Ms {name}", "since Monday", "under number 4711"],
}
FRAME = {
    "de": ("Guten Tag Frau {name},\n\n", "\n\nMit freundlichen Grüßen\n{name}"),
    "en": ("Dear Ms {name},\n\n", "\n\nKind regards\n{name}"),
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text and the places of what was reused in it."""

    text: str
    reused: Sequence[tuple[int, int]]


@cache
def written(kind: str, lang: str, half: str) -> list[str]:
    """Sentences of bench/corpora/canned.txt: kind "canned" or "own"."""
    found: list[str] = []
    for line in OWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            here, number = line == f"[{kind} {lang}]", 0
        elif line and not line.startswith("#") and here:
            number += 1
            found += [line] if half == ("tune" if number % 2 else "test") else []
    return found


@cache
def real(lang: str, use: str, half: str) -> list[str]:
    """Real sentences: "stored" ones go into answers, "own" ones into drafts; no sentence is both. What is in quotation
    marks is not ours by definition, so sentences with such marks are left out.
    """
    texts = _texts(lang, use)
    whole = (
        one.strip()
        for text in texts
        for one in re.split(r"(?<=[.!?])\s+", re.sub(r"\S*(?:https?:|@|#)\S*", "", text))
    )
    kept = dict.fromkeys(
        one for one in whole if LEAST <= len(one.split()) <= 30 and not re.search(r"[|\"“”„»«]", one)
    )
    return list(kept)[0 if half == "tune" else 1 :: 2]


def _texts(lang: str, use: str) -> list[str]:
    if lang == "de" and use == "stored":
        return [
            line.split("\t")[1]
            for path in DATA.glob("germeval2017/*.tsv")
            for line in _lines(path)
            if "\t" in line
        ]
    if lang == "de":
        return [line.split("\t")[0] for path in sorted(DATA.glob("xnli_de/*.txt")) for line in _lines(path)]
    paths = (
        sorted(DATA.glob("crisislex/*/*labeled*.csv"))
        if use == "stored"
        else sorted(DATA.glob("banking77/*/train.csv"))
    )
    return [row[use == "stored"] for path in paths for row in csv.reader(_lines(path)) if len(row) > 1]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def answers(count: int, *, half: str) -> Iterator[tuple[str, str]]:
    """(language, text) of stored answers: a third of their sentences canned, the rest real ones cut up and mixed anew."""
    chance = random.Random(f"stored {half}")
    for _number in range(count):
        lang = "en" if chance.random() < 0.4 else "de"
        canned, pool = written("canned", lang, half), real(lang, "stored", half)
        body = [
            chance.choice(canned) if chance.random() < 0.33 or not pool else _mixed(pool, chance)
            for _sentence in range(chance.randint(4, 9))
        ]
        head, tail = FRAME[lang]
        name = chance.choice(NAMES)
        yield lang, head.format(name=name) + " ".join(body) + tail.format(name=name)


def _mixed(pool: Sequence[str], chance: random.Random) -> str:
    """A sentence nobody wrote, of pieces of three."""
    words: list[str] = []
    while len(words) < 10:
        source = chance.choice(pool).rstrip(".!?").split()
        at = chance.randrange(max(1, len(source) - 4))
        words += source[at : at + chance.randint(4, 9)]
    return " ".join(words).capitalize() + "."


def drafts(stored: Sequence[tuple[str, str]], count: int, *, half: str) -> Iterator[Draft]:
    """Own sentences and, in four of five drafts, one or two reused passages of one to three sentences."""
    chance = random.Random(f"drafts {half}")
    for number in range(count):
        lang, source = chance.choice(stored)
        body = source.split("\n\n")[1]
        own = [*written("own", lang, half), *real(lang, "own", half)]
        parts: list[tuple[str, bool]] = [
            (chance.choice(own), False) for _sentence in range(chance.randint(2, 5))
        ]
        parts += [(chance.choice(written("own", lang, half)), False)]
        for _passage in range(chance.randint(1, 2) if number % 5 else 0):
            at = chance.randrange(len(parts) + 1)
            parts[at:at] = [(one, True) for one in _reused(body, lang, chance)]
        yield _put_together(parts, lang, chance)


def _reused(body: str, lang: str, chance: random.Random) -> list[str]:
    whole = re.split(r"(?<=[.!?])\s+", body)
    at = chance.randrange(len(whole))
    taken = [_edited(one, lang, chance) for one in whole[at : at + chance.randint(1, 3)]]
    if len(taken) > 1 and chance.random() < 0.3:
        chance.shuffle(taken)
    if len(taken) > 1 and chance.random() < 0.2:
        joined = f"{taken[0].rstrip('.!?')}, {'und' if lang == 'de' else 'and'} {taken[1]}"
        taken[:2] = [joined]
    return taken


def _edited(sentence: str, lang: str, chance: random.Random) -> str:
    """None to three edits, never more than one for four words."""
    words = sentence.split()
    for _edit in range(min(chance.choice((0, 0, 1, 1, 2, 3)), len(words) // 4)):
        at = chance.randrange(1, len(words) - 1)
        how = chance.random()
        if how < 0.5:
            words[at] = chance.choice(
                chance.choice(real(lang, "own", "test") or written("own", lang, "tune")).split()
            ).strip(".,!?")
        elif how < 0.75:
            words[at:at] = chance.choice(ASIDES[lang]).format(name=chance.choice(NAMES)).split()
        elif len(words) > 6:
            del words[at]
    return " ".join(words)


def _put_together(parts: Sequence[tuple[str, bool]], lang: str, chance: random.Random) -> Draft:
    head, tail = FRAME[lang]
    text = head.format(name=chance.choice(NAMES))
    places: list[tuple[int, int]] = []
    for words, reused in parts:
        if reused:
            places.append((len(text), len(text) + len(words)))
        text += words + chance.choice((" ", " ", "\n\n"))
    return Draft(text=text.rstrip() + tail.format(name=chance.choice(NAMES)), reused=places)


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
    """In a case with a letter of usual length, so that what it names is looked for as well."""
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
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(took) < len(some):
        one = some[len(took) % len(some)]
        at = time.perf_counter()
        mirror.look(one.text, case_id=case, now=NOW)
        took.append(time.perf_counter() - at)
    words = sorted(len(one.text.split()) for one in some)
    return {
        "median_ms": round(quantile(took, 0.5) * 1000, 2), "p95_ms": round(quantile(took, 0.95) * 1000, 2),
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
