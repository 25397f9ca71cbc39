"""A disk that is full or broken at random moments: what was acknowledged is there afterwards, once.

    python -m bench.faults --times 10

Each round runs the house under strace, which lets a random fdatasync fail with EIO or some writes with ENOSPC, sends
mails until the fault has struck, then starts the house again without strace. EIO must end the process (status 74) or be
answered with 452; ENOSPC must be answered with 452. Nothing that was answered with 250 may be lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.house import House, free_port, machine, start
from bench.kill import account, sender, settle

SENDERS = 4


async def load(one: House, number: int, ledger: int, seconds: float) -> None:
    stop = asyncio.Event()
    senders = [asyncio.create_task(sender(one, f"f{number}s{who}", ledger, stop)) for who in range(SENDERS)]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and one.process.poll() is None:
        await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*senders)


def inject(kind: str, chance: random.Random) -> tuple[str, ...]:
    """The strace command that injects one fault after the house is open."""
    if kind == "EIO":
        fault = f"fdatasync:error=EIO:when={chance.randint(40, 160)}"
    else:
        first = chance.randint(300, 900)
        fault = f"pwrite64:error=ENOSPC:when={first}..{first + chance.randint(1, 60)}"
    return (
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={fault.split(':', 1)[0]}",
        "-e",
        f"inject={fault}",
    )


def end(one: House) -> None:
    """Ask the house itself to end: strace, which stands before it, does not hand on a signal when it writes to a file."""
    strace = one.process.pid
    for child in Path(f"/proc/{strace}/task/{strace}/children").read_text().split():
        os.kill(int(child), signal.SIGTERM)
    one.process.wait(60)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance, folder = random.Random(given.seed), Path(tempfile.mkdtemp(prefix="eyelevel-faults-"))
    home = folder / "home"
    home.mkdir()
    acks = folder / "acks"
    ledger = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    ends: Counter[str] = Counter()
    # The tables are laid first and in peace: a fault in a migration is another question.
    first = start(home, port=free_port(), smtp=free_port())
    first.process.terminate()
    first.process.wait(60)
    for number in range(given.times):
        kind = ("EIO", "ENOSPC")[number % 2]
        one = start(home, port=free_port(), smtp=free_port(), before=inject(kind, chance))
        asyncio.run(load(one, number, ledger, given.seconds))
        ended = one.process.poll()
        if ended is None:
            end(one)
        ends[f"{kind}: {'ended by itself with ' + str(ended) if ended is not None else 'lived on'}"] += 1
    one = start(home, port=free_port(), smtp=free_port())
    left = settle(one)
    one.process.terminate()
    one.process.wait(30)
    result = {
        "faults": dict(ends),
        **account(home, Counter(acks.read_text().split())),
        "steps_left": left,
        "machine": machine(),
    }
    print(json.dumps(result, indent=1))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
