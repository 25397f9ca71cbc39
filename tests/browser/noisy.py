"""A demo house that hears a noisy network: a thread of its own process keeps words as the ear does.

The first line of HOME/noise says what: the watch, words a second, seconds, and how many different people say them.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from eyelevel.server import cli

A_BATCH = 0.1
BATCHES_BETWEEN_PUSHES = 3


def listen(home: Path) -> None:
    order = home / "noise"
    while True:
        if order.exists():
            number, rate, seconds, people = map(int, order.read_text().split())
            order.unlink()
            _hear(number, rate=rate, seconds=seconds, people=people)
            (home / "silence").touch()
        time.sleep(0.1)


def _hear(number: int, *, rate: int, seconds: int, people: int) -> None:
    from eyelevel.kernel import clock, push
    from eyelevel.listening.models import Watch
    from tests.listening.hearing import hear_many

    seen, said = Watch.objects.get(pk=number), 0
    for batch in range(int(seconds / A_BATCH)):
        now, each = clock.now(), int(rate * A_BATCH)
        words = [
            {"author": f"did:{(said + n) % people}", "author_name": f"Stimme {said + n}", "text": "Kein Fahrplan gilt.", "at": now}
            for n in range(each)
        ]  # fmt: skip
        hear_many(words, [seen])
        said += each
        if batch % BATCHES_BETWEEN_PUSHES == 0:
            push.announce(0, [f"watch:{number}"])
        time.sleep(A_BATCH)
    push.announce(0, [f"watch:{number}"])


if __name__ == "__main__":
    threading.Thread(target=listen, args=[Path(sys.argv[1])], daemon=True).start()
    sys.exit(cli.main(sys.argv[2:]))
