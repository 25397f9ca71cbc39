"""Signed transcripts of short and long cases: how long a file takes, how large it is, and what other pages feel meanwhile.

python -m bench.transcripts --posts 10 500 2000
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from bench.house import House, environment, free_port, machine, quantile, start, tree_pss_mb
from eyelevel.transcript import signed

ROUNDS = 5  # of each file; one case gives twelve a minute
FILL = """
import random, sys
from datetime import timedelta
import django; django.setup()
from eyelevel.server.schema import bring_up_to_date; bring_up_to_date()
from eyelevel.cases import actions as cases
from eyelevel.kernel import clock
from eyelevel.people.models import Person
from eyelevel.posts.models import Post
chance, now = random.Random(1), clock.now()
words = "Vertrag Rechnung Router Scan Tarif Rufnummer Lieferung Termin Erstattung Umzug über größer 🧾".split()
jana = Person.objects.create(name="Jana Petersen", language="de", first_seen_at=now)
for count in map(int, sys.argv[1:]):
    case = cases.open_case(person=jana, subject=f"Vertrag {count}", channel="mail", at=now, now=now)
    Post.objects.bulk_create([
        Post(kind="in" if n % 2 == 0 else "out", channel="mail", at=now - timedelta(minutes=count - n), case_id=case.pk, person=jana,
             author_name="Jana Petersen", text="Guten Tag,\\n\\n" + " ".join(chance.choices(words, k=120)))
        for n in range(count)])
    print(count, cases.new_code(case, now=now))
"""


def saved(one: House, **fields: str) -> tuple[float, bytes]:
    request = urllib.request.Request(
        f"{one.url}/receipt/transcript/", data=urlencode(fields).encode(), headers={"Origin": one.url}
    )
    began = time.monotonic()
    with urllib.request.urlopen(request, timeout=60) as answer:
        return time.monotonic() - began, answer.read()


def pages(one: House, ended: threading.Event, times: list[float]) -> None:
    while not ended.is_set():
        began = time.monotonic()
        urllib.request.urlopen(f"{one.url}/contact/", timeout=30).read()
        times.append((time.monotonic() - began) * 1000)
        ended.wait(0.02)


def measure(one: House, codes: dict[int, str]) -> None:
    idle: list[float] = []
    quiet = threading.Event()
    threading.Timer(3, quiet.set).start()
    pages(one, quiet, idle)
    print(json.dumps({"pages_alone_ms": {"p50": quantile(idle, 0.5), "p99": quantile(idle, 0.99)}}))
    for code, kind in ((code, kind) for code in codes.values() for kind in ("json", "pdf")):
        meanwhile: list[float] = []
        ended = threading.Event()
        beside = threading.Thread(target=pages, args=(one, ended, meanwhile))
        beside.start()
        made = [saved(one, code=code, kind=kind) for _ in range(ROUNDS)]
        ended.set()
        beside.join()
        began = time.monotonic()
        opened = signed.unseal(made[-1][1])
        told = {
            "posts": len(opened.document["posts"]), "kind": kind, "bytes": len(made[-1][1]),
            "seconds": [round(seconds, 3) for seconds, _ in made], "verify_ms": round((time.monotonic() - began) * 1000, 1),
            "pages_meanwhile_ms": {"p50": quantile(meanwhile, 0.5), "p99": quantile(meanwhile, 0.99), "count": len(meanwhile)},
        }  # fmt: skip
        print(json.dumps(told))
    print(json.dumps({"pss_mb": tree_pss_mb(one.process.pid)}))


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--posts", type=int, nargs="+", default=[10, 500, 2000])
    chosen = given.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="eyelevel-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        port, smtp = free_port(), free_port()
        settings = environment(home, port=port, smtp=smtp, DJANGO_SETTINGS_MODULE="eyelevel.server.settings")
        filled = subprocess.run(
            [sys.executable, "-c", FILL, *map(str, chosen.posts)], env=settings, check=True, capture_output=True, text=True
        )  # fmt: skip
        codes = {int(count): code for count, code in (line.split() for line in filled.stdout.splitlines())}
        one = start(home, port=port, smtp=smtp)
        try:
            measure(one, codes)
        finally:
            one.process.terminate()
            one.process.wait(30)


if __name__ == "__main__":
    main()
