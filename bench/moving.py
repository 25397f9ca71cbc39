"""How fast a house moves: rows/s of `eyelevel import` and `eyelevel export`, and the memory that they take.

    python -m bench.moving --cases 10000

Writes a file by the format of docs/moving.md (per case: a person, a handle, two mails with their posts, four facts, four
steps), brings it into an empty house on SQLite by the command, exports it again by the command, and compares the sums.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.house import environment, machine

AT = "2026-11-02T09:12:00.000000Z"
WORDS = (
    "Guten Tag, der Scan meines Vertrags ist unlesbar, und seit drei Wochen meldet sich niemand bei mir. " * 5
)
STEPS = ("posts.read_arrival", "cases.open_or_join", "answers.acknowledge", "cases.raise_silence_alarm")


def house_of(cases: int) -> dict[str, Iterator[dict[str, Any]]]:
    """Label of the table -> its rows, in the order of a file."""
    numbers = range(1, cases + 1)
    letters = range(1, 2 * cases + 1)
    return {
        "channels.arrival": (arrival(n) for n in letters),
        "people.person": ({"id": n, "public_id": f"p{n:025}", "name": f"Jana {n}", "language": "de", "first_seen_at": AT}
                          for n in numbers),
        "people.handle": ({"id": n, "person": n, "channel": "mail", "address": f"jana{n}@post.example"} for n in numbers),
        "posts.post": (post(n) for n in letters),
        "cases.case": ({"id": n, "public_id": f"c{n:025}", "person": n, "subject": f"Scan {n}", "channel": "mail",
                        "opened_at": AT, "last_word_at": AT, "waiting_since": AT} for n in numbers),
        "kernel.fact": ({"id": n, "kind": "case.opened", "at": AT, "actor": f"person:{n}", "things": [f"case:{n}", "list"],
                         "data": {"case": n, "post": n}} for n in range(1, 4 * cases + 1)),
        "kernel.step": ({"id": n, "fact": n, "name": STEPS[n % 4], "state": "done", "attempts": 1, "not_before": AT}
                        for n in range(1, 4 * cases + 1)),
    }  # fmt: skip


def arrival(number: int) -> dict[str, Any]:
    raw = f"From: jana{number}@post.example\r\nSubject: Scan\r\n\r\n{WORDS}".encode()
    return {
        "id": number, "channel": "mail", "source": "smtp", "external_id": f"{number:064x}", "received_at": AT,
        "envelope": {"mail_from": f"jana{number}@post.example"}, "raw": base64.b64encode(raw).decode(), "size": len(raw),
    }  # fmt: skip


def post(number: int) -> dict[str, Any]:
    person = (number + 1) // 2
    return {
        "id": number, "public_id": f"o{number:025}", "kind": "in", "openness": "dialogue", "channel": "mail", "at": AT,
        "case_id": person, "arrival": number, "person": person, "handle": person, "author_name": f"Jana {person}",
        "subject": "Scan", "text": WORDS, "language": "de", "message_id": f"<{number}@post.example>",
        "references": [], "recipients": ["service@nordlicht.example"], "remarks": [],
    }  # fmt: skip


def write_file(path: Path, cases: int) -> int:
    """The file, packed; returns the number of its rows. Written by pieces: a child's memory begins with ours."""
    parts = [spool(path.parent, label, rows) for label, rows in house_of(cases).items()]
    told = {
        "format": 1,
        "product": "bench",
        "made_at": AT,
        "with": [],
        "parts": parts,
        "files": {"count": 0, "bytes": 0},
    }
    (path.parent / "manifest.json").write_text(json.dumps(told))
    with tarfile.open(path, "w:gz", format=tarfile.USTAR_FORMAT, compresslevel=1) as tar:
        for name in ["manifest.json", *(str(part["name"]) for part in parts)]:
            entry = tarfile.TarInfo(name)
            entry.size = (path.parent / name).stat().st_size
            with (path.parent / name).open("rb") as file:
                tar.addfile(entry, file)
            (path.parent / name).unlink()
    return sum(part["rows"] for part in parts)


def spool(folder: Path, label: str, rows: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """One table in a file of its own; returns its part of the manifest."""
    path, hashing, count = folder / f"{label}.jsonl", hashlib.sha256(), 0
    with path.open("wb") as file:
        for row in rows:
            line = json.dumps(row).encode() + b"\n"
            hashing.update(line)
            file.write(line)
            count += 1
    return {
        "name": path.name, "rows": count, "bytes": path.stat().st_size, "sha256": hashing.hexdigest(), "last_id": count,
    }  # fmt: skip


def run(home: Path, *command: str) -> tuple[float, float, float]:
    """(seconds of wall clock and of CPU, with the start of Python; the largest memory of any command so far in MB)."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", *command], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=environment(home, port=0, smtp=0),
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, spent, after.ru_maxrss / 1024


def sums(path: Path) -> dict[str, str]:
    with tarfile.open(path) as tar:
        told = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type] # it is a plain file
    return {part["name"]: part["sha256"] for part in told["parts"]}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--cases", type=int, default=10_000)
    cases = options.parse_args().cases
    os.environ.pop("EYELEVEL_DATABASE", None)
    with tempfile.TemporaryDirectory(prefix="eyelevel-bench-") as name:
        folder = Path(name)
        rows = write_file(folder / "in.tar.gz", cases)
        size = (folder / "in.tar.gz").stat().st_size / 1024**2
        print(f"{machine()}\n{cases:,} cases, {rows:,} rows, {size:.0f} MB packed")
        for words, home, command in [
            ("import, dry run", "first", ("import", "--dry-run", str(folder / "in.tar.gz"))),
            ("import", "first", ("import", str(folder / "in.tar.gz"))),
            ("export, packed", "first", ("export", str(folder / "out.tar.gz"))),
            ("export, plain", "first", ("export", str(folder / "out.tar"))),
            ("import, plain", "second", ("import", str(folder / "out.tar"))),
            ("export again", "second", ("export", str(folder / "again.tar"))),
        ]:
            seconds, spent, memory = run(folder / home, *command)
            rates = f"{rows / seconds:9,.0f} rows/s, {rows / spent:9,.0f} per second of CPU"
            print(f"{words:<16} {seconds:6.1f} s  {rates}, at most {memory:4.0f} MB so far")
        print(
            "round trip:", "equal" if sums(folder / "out.tar") == sums(folder / "again.tar") else "DIFFERENT"
        )


if __name__ == "__main__":
    main()
