"""`eyelevel replay`: a recording is copied into the data folder with a note beside it, and the house begins to play it.

The note travels by the folder because on SQLite only the running house may write its database; whoever can write into
the data folder owns the house anyway. From the web a recording is named, never a path.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

NOTE = ".plan.json"
KINDS = frozenset({".jsonl", ".ndjson", ".mbox", ".xml"})
MOST_NOTE = 10_000

log = structlog.get_logger("replay")


def ask(file: Path, *, home: Path, speed: float, name: str, seed: int, per_minute: float) -> int:
    """Copy the recording and leave the note; 0 when the house will play it."""
    if not file.is_file():
        sys.stderr.write(f"There is no file {file}.\n")
        return 2
    if file.suffix.lower() not in KINDS:
        sys.stderr.write(f"{file} is no recording: a file that ends with {', '.join(sorted(KINDS))}\n")
        return 2
    folder = home / "replay"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / (re.sub(r"[^\w.-]", "_", file.stem)[:80] + file.suffix.lower())
    if file.resolve() != target.resolve():
        shutil.copyfile(file, target)
    plan = {"file": target.name, "speed": speed, "seed": seed, "per_minute": per_minute}
    note = folder / (target.name + NOTE)
    partial = note.with_suffix(".partial")
    partial.write_text(json.dumps({"name": name or file.stem, "options": plan}), encoding="utf-8")
    partial.replace(note)
    print(f"{target.name} is played as soon as the house runs; see Sources at the desk.")
    return 0


def begin_asked(*, now: datetime) -> None:
    """Make a source of each note, and take the note away. One that cannot be read is put aside and logged."""
    from eyelevel.channels import source_actions as actions
    from eyelevel.channels.listening import recordings
    from eyelevel.channels.models import Source
    from eyelevel.kernel.writer import write

    for note in sorted(recordings().glob("*" + NOTE)):
        asked = _read(note)
        if asked is None:
            note.replace(note.with_suffix(".unreadable"))
            log.error("this note is no plan of a replay", file=note.name)
            continue
        for name in _names(asked["name"]):
            try:
                write(
                    actions.connect, kind=Source.Kind.REPLAY, name=name, options=asked["options"], by="system", now=now
                )  # fmt: skip
            except actions.NameTaken:
                continue
            break
        note.unlink(missing_ok=True)


def _names(wanted: str) -> list[str]:
    return [wanted, *(f"{wanted} {number}" for number in range(2, 100))]


def _read(note: Path) -> dict[str, Any] | None:
    try:
        if note.stat().st_size > MOST_NOTE:
            return None
        held = json.loads(note.read_text(encoding="utf-8"))
        options = held["options"]
        speed, per_minute = float(options["speed"]), float(options["per_minute"])
        return {
            "name": str(held["name"])[:100],
            "options": {
                "file": str(options["file"]), "speed": speed, "seed": int(options["seed"]), "per_minute": per_minute,
            },
        }  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None
