"""kill -9 under load: what was acknowledged is there afterwards, once.

    python -m bench.kill --times 200 --ledger FILE

Each round starts the house on the same data folder, sends mails by SMTP from several senders, writes every ack to a
ledger OUTSIDE the house (fsync), kills the server or one of its children with SIGKILL at a random moment, starts it
again and waits until all steps are done. At the end every acknowledged mail must be one arrival and one post; a mail
that was sent but not acknowledged may be there or not, but not twice. The ledger file is kept, so runs add up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.house import House, free_port, machine, start, tree_pss_mb

SENDERS = 8
PAUSE_SECONDS = 0.03  # between two mails of one sender, so that what follows from a mail is struck too
NO_PROGRESS_SECONDS = 60


async def sender(one: House, name: str, ledger: int, stop: asyncio.Event) -> None:
    """Send until the house dies; an ack goes to the ledger before the next mail."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.smtp)
        await answer_of(reader)
        writer.write(b"HELO bench\r\n")
        await answer_of(reader)
        count = 0
        while not stop.is_set():
            count += 1
            key = f"{name}-{count}"
            for line in (f"MAIL FROM:<{name}@bench.example>", "RCPT TO:<service@nordlicht.example>", "DATA"):
                writer.write(line.encode() + b"\r\n")
                await answer_of(reader)
            writer.write(
                f"From: {name}@bench.example\r\nSubject: {key}\r\nMessage-ID: <{key}@bench.example>\r\n"
                f"Auto-Submitted: auto-generated\r\n\r\nmail {key}\r\n.\r\n".encode()
            )
            if (await answer_of(reader)).startswith(b"250"):
                os.write(ledger, f"{key}\n".encode())
                os.fsync(ledger)
            await asyncio.sleep(PAUSE_SECONDS)
        writer.close()
    except (OSError, EOFError):
        return


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """One line of the server. Raises EOFError where it is gone."""
    line = await reader.readline()
    if not line:
        raise EOFError("the house is gone")
    return line


async def round_of(one: House, number: int, ledger: int, chance: random.Random) -> str:
    stop = asyncio.Event()
    senders = [asyncio.create_task(sender(one, f"r{number}s{who}", ledger, stop)) for who in range(SENDERS)]
    await asyncio.sleep(chance.uniform(0.2, 1.5))
    everybody = list(tree_pss_mb(one.process.pid))
    victim = one.process.pid if chance.random() < 0.6 or len(everybody) == 1 else chance.choice(everybody[1:])
    os.kill(victim, signal.SIGKILL)
    await asyncio.sleep(0.3)
    stop.set()
    await asyncio.gather(*senders)
    return "server" if victim == one.process.pid else "child"


def open_steps(home: Path) -> int:
    with sqlite3.connect(f"file:{home}/eyelevel.sqlite3?mode=ro", uri=True) as reading:
        query = "SELECT count(*) FROM kernel_step s JOIN kernel_fact f ON f.id=s.fact_id"
        query += " WHERE s.state='waiting' AND f.kind IN ('arrival.kept','post.kept')"
        return int(reading.execute(query).fetchone()[0])


def settle(one: House) -> int:
    """Wait until every step is done, however long that takes while it goes on; returns how many are left."""
    left, deadline = open_steps(one.home), time.monotonic() + NO_PROGRESS_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.2)
        now = open_steps(one.home)
        if now != left:
            left, deadline = now, time.monotonic() + NO_PROGRESS_SECONDS
    return left


def account(home: Path, acked: Counter[str]) -> dict[str, int]:
    """Lost and doubled, for posts with a case; what stands in quarantine, where a person sees it, is among the lost."""
    with sqlite3.connect(f"file:{home}/eyelevel.sqlite3?mode=ro", uri=True) as reading:
        posts = Counter(
            row[0] for row in reading.execute("SELECT subject FROM posts_post WHERE case_id IS NOT NULL")
        )
        held = reading.execute(
            "SELECT count(*) FROM channels_quarantine WHERE resolved_at IS NULL"
        ).fetchone()[0]
        arrivals = reading.execute("SELECT count(*) FROM channels_arrival").fetchone()[0]
        integrity = reading.execute("PRAGMA integrity_check").fetchone()[0]
    return {
        "acked": len(acked), "arrivals": arrivals, "posts": sum(posts.values()), "quarantined": held, "lost": sum(key not in posts for key in acked),
        "doubled": sum(count > 1 for count in posts.values()), "integrity": int(integrity == "ok"),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--times", type=int, default=200)
    options.add_argument("--ledger", type=Path, default=Path("bench-kill.jsonl"))
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance, folder = random.Random(given.seed), Path(tempfile.mkdtemp(prefix="eyelevel-kill-"))
    home = folder / "home"
    home.mkdir()
    acks = folder / "acks"
    ledger = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    victims: Counter[str] = Counter()
    for number in range(given.times):
        one = start(home, port=free_port(), smtp=free_port())
        victims[asyncio.run(round_of(one, number, ledger, chance))] += 1
        if one.process.poll() is None:
            one.process.terminate()
        one.process.wait(30)
    one = start(home, port=free_port(), smtp=free_port())
    unsettled = settle(one)
    one.process.terminate()
    one.process.wait(30)
    acked = Counter(acks.read_text().split())
    result = {
        "at": time.strftime("%Y-%m-%d %H:%M"),
        "kills": dict(victims),
        **account(home, acked),
        "steps_left": unsettled,
        "machine": machine(),
    }
    with given.ledger.open("a") as file:
        file.write(json.dumps(result) + "\n")
    print(json.dumps(result, indent=1))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
