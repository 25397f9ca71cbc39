"""The ear in a house that runs: several sources at once, a radar that fills, an engine that is killed in the middle.

On SQLite one process does all; on PostgreSQL one serves pages and another listens.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import running
from tests.running import wait_for

POSTGRES = bool(os.environ.get("EYELEVEL_DATABASE"))
SOURCES = 3
WORDS_EACH = 600
IN_ONE_CALL = 50
MOST_A_SECOND = 8
EVERY = 10  # each tenth word is about the railway


@pytest.fixture(scope="module")
def house():
    with tempfile.TemporaryDirectory(prefix="eyelevel-ear-") as folder, running.sink() as (kept, sink_port):
        one = running.Running(
            home=Path(folder) / "home", port=running.free_port(), smtp=running.free_port(), sink=kept
        )
        one.home.mkdir()
        door = Path(folder) / "door"
        settings = {
            "smtp_out_host": "127.0.0.1", "smtp_out_port": str(sink_port), "smtp_out_tls": "none", "demo": "true",
            **({"database": running.fresh_database()} if POSTGRES else {}),
        }  # fmt: skip
        try:
            feeding = {"module": "tests.stories.feeding"}
            if POSTGRES:
                web = running.start(one, "web", port=one.port, smtp=one.smtp, **settings)
                running.wait_until_open(one, web, one.port)
                running.start(one, "listen", str(door), port=0, smtp=0, **feeding, **settings)
            else:
                whole = running.start(
                    one, "all", str(door), port=one.port, smtp=one.smtp, **feeding, **settings
                )
                running.wait_until_open(one, whole, one.port)
            wait_for(door.exists, why="the ear has no door")
            yield one, door
        finally:
            one.stop()


class Source:
    """One connection: what it sends is committed when the answer comes."""

    def __init__(self, door):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(door))
        self._stream = self._socket.makefile("rwb")

    def ask(self, **what):
        self._stream.write(json.dumps(what).encode() + b"\n")
        self._stream.flush()
        return self._stream.readline().decode().strip()


def word(name, text, **more):
    at = datetime.now(UTC).isoformat()
    return {
        "network": "bluesky",
        "source": "test",
        "external_id": name,
        "author": f"did:{hash(name) % 50}",
        "text": text,
        "at": at,
        **more,
    }


def counted(browser, what):
    found = re.search(
        rf'eyelevel_heard_words_total{{network="bluesky",what="{what}"}} (\d+)', browser.get("/metrics")
    )
    return int(found[1]) if found else 0


def kept(browser):
    return int(float(re.search(r"(?m)^eyelevel_heard_kept (\S+)", browser.get("/metrics"))[1]))


def hear(door, number, trouble):
    source = Source(door)
    for start in range(0, WORDS_EACH, IN_ONE_CALL):
        words = [
            word(f"{number}-{at}", "Die Bahn fällt aus" if at % EVERY == 0 else "Schönes Wetter heute")
            for at in range(start, start + IN_ONE_CALL)
        ]
        if (answer := source.ask(take=words)) != "kept":
            trouble.append(answer)


def listen_on(stream, told):
    """Gather the events of an open page until it ends."""
    with contextlib.suppress(OSError):
        told.extend(line for line in iter(stream.readline, b"") if line.startswith(b"data:"))


def engines(process):
    """The process ids of the engine's children."""
    found = set()
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread or a child has just ended
            for pid in (task / "children").read_text().split():
                if b"engine.child.job" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(int(pid))
    return sorted(found)


def test_what_many_sources_hear_fills_the_radar_even_when_the_engine_is_killed(house):
    one, door = house
    ruth = one.owner()
    watch = Source(door).ask(watch="bahn*", opens_cases=False)
    request = urllib.request.Request(f"{one.url}/events?things=radar,watch:{watch}")
    stream = ruth._opener.open(request, timeout=30)
    trouble: list[str] = []
    threads = [threading.Thread(target=hear, args=(door, number, trouble)) for number in range(SOURCES)]
    assert Source(door).ask(take=[word("first", "Bahn")]) == "kept"
    for line in stream:
        if line.startswith(b"data:"):
            assert f"watch:{watch}".encode() in line
            break
        assert not line.startswith(b"id:")
    told: list[bytes] = []
    threading.Thread(target=listen_on, args=(stream, told), daemon=True).start()
    began = time.monotonic()
    for thread in threads:
        thread.start()
    half = SOURCES * WORDS_EACH // EVERY // 2
    wait_for(lambda: kept(ruth) > half, why="half of the words did not come")
    killed = engines(one.processes[-1])
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert len(killed) == 1
    for thread in threads:
        thread.join(120)
    assert trouble == []
    wait_for(lambda: told, why="an open page was told nothing")
    lasted = time.monotonic() - began
    assert len(told) <= lasted * MOST_A_SECOND + 2  # however many words came
    expected = SOURCES * WORDS_EACH // EVERY + 1
    assert kept(ruth) == expected
    wait_for(lambda: counted(ruth, "heard") == SOURCES * WORDS_EACH + 1, why="not every word was counted")
    assert counted(ruth, "matched") == expected
    assert counted(ruth, "lost") == 0


def test_an_author_who_deletes_is_obeyed_while_the_house_runs(house):
    _one, door = house
    ruth = house[0].browser()
    source = Source(door)
    before = kept(ruth)
    assert source.ask(take=[word("gone", "Bahn zu spät"), word("stays", "Bahn pünktlich")]) == "kept"
    assert kept(ruth) == before + 2
    assert (
        source.ask(take=[{**word("gone", ""), "event": "delete"}, {**word("never", ""), "event": "delete"}])
        == "kept"
    )
    assert kept(ruth) == before + 1


@pytest.mark.skipif(POSTGRES, reason="on PostgreSQL this is how the house runs")
def test_listening_alone_is_refused_on_sqlite_with_the_reason(tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("EYELEVEL_", "DJANGO_"))
    }
    environment |= {"PYTHONPATH": str(running.ROOT / "src"), "EYELEVEL_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", "listen"], env=environment, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 69
    assert "needs PostgreSQL" in done.stderr
