"""The desk at 100,000 cases: pages per second, p99, and CPU per page.

python -m bench.pages --cases 100000 --seconds 20
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.house import House, environment, free_port, machine, quantile, start

CONNECTIONS = 8
TICKS = os.sysconf("SC_CLK_TCK")

FILL = """
import random, sys
from datetime import timedelta
import django; django.setup()
from eyelevel.server.schema import bring_up_to_date; bring_up_to_date()
from django.db import transaction
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.people import actions
from eyelevel.people.models import Handle, Login, Person, Staff
from eyelevel.posts.models import Post
chance, now, count = random.Random(1), clock.now(), int(sys.argv[1])
words = "Vertrag Rechnung Router Scan Tarif Rufnummer Lieferung Termin Erstattung Umzug".split()
login = Login.objects.create_user("mira@nordlicht.example")
mira = Staff.objects.create(login=login, name="Mira Lang", role="agent")
with transaction.atomic():
    for start in range(0, count, 2000):
        size = min(2000, count - start)
        people = Person.objects.bulk_create([Person(name=f"Person {start + n}", language="de", first_seen_at=now) for n in range(size)])
        Handle.objects.bulk_create([Handle(person=p, channel="mail", address=f"p{p.pk}@mail.example") for p in people])
        cases = Case.objects.bulk_create([
            Case(person=p, subject=f"{chance.choice(words)} {p.pk}", channel="mail", opened_at=now - timedelta(minutes=p.pk),
                 last_word_at=now - timedelta(minutes=p.pk), waiting_since=now - timedelta(minutes=p.pk) if p.pk % 3 else None)
            for p in people])
        Post.objects.bulk_create([
            Post(kind="in" if n % 2 == 0 else "out", channel="mail", at=now - timedelta(minutes=c.pk - n), case_id=c.pk, person=c.person,
                 author_name=c.person.name, text="Guten Tag, " + " ".join(chance.choices(words, k=60)))
            for c in cases for n in range(4)])
from eyelevel.kernel.search import actions as index
for kind in ("case", "post"):  # bench.search measures the index; here nothing shall run beside the pages
    index.came_to(f"walk:{kind}", 0, done=True)
print(actions.new_login_link(login, now=clock.real_now(), valid=actions.A_DAY))
"""


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def request(
    head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[int, dict[str, str]]:
    writer.write(head)
    status = int((await reader.readline()).split()[1])
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    else:
        while (size := int(await reader.readline(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    return status, headers


async def log_in(one: House, token: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    body = f"token={token}".encode()
    head = f"POST /enter/ HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    status, headers = await request(head.encode() + body, reader, writer)
    if status != 302:
        raise RuntimeError(f"could not log in: {status}")
    return headers["set-cookie"].split(";")[0]


async def measure(one: House, cookie: str, path: str, seconds: float) -> list[float]:
    until, took = time.monotonic() + seconds, []

    async def visit() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
        while time.monotonic() < until:
            began = time.monotonic()
            status, _ = await request(head, reader, writer)
            if status != 200:
                raise RuntimeError(f"{path}: {status}")
            took.append(time.monotonic() - began)

    await asyncio.gather(*(visit() for _ in range(CONNECTIONS)))
    return took


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="eyelevel-pages-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        port, smtp = free_port(), free_port()
        settings = {
            **environment(home, port=port, smtp=smtp, EYELEVEL_DEMO="true"),
            "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings",
        }
        filled = subprocess.run(
            [sys.executable, "-c", FILL, str(given.cases)],
            env=settings,
            capture_output=True,
            text=True,
            check=True,
        )
        one = start(home, port=port, smtp=smtp, EYELEVEL_DEMO="true")
        try:
            cookie = asyncio.run(log_in(one, filled.stdout.split()[-1]))
            for name, path in (
                ("list", "/desk/"),
                ("case", f"/desk/cases/{given.cases // 2}/"),
                ("form", "/contact/"),
            ):
                asyncio.run(measure(one, cookie, path, 2))
                before = cpu_seconds(one.process.pid)
                took = asyncio.run(measure(one, cookie, path, given.seconds))
                spent = cpu_seconds(one.process.pid) - before
                print(json.dumps({
                    "page": name, "cases": given.cases, "per_s": round(len(took) / given.seconds, 1),
                    "p50_ms": round(quantile(took, 0.5) * 1000, 1), "p99_ms": round(quantile(took, 0.99) * 1000, 1),
                    "cpu_ms": round(spent / len(took) * 1000, 1), "machine": machine(),
                }))  # fmt: skip
        finally:
            one.process.terminate()
            one.process.wait(30)


if __name__ == "__main__":
    main()
