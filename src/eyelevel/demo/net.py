"""The open web of the demo: watches on the radar, and a recording that the ear plays through its ordinary door.

With `--hear` there is no recording: the ear listens to the public stream of Bluesky for the words that were given.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from eyelevel.demo import delay

RECORDING = "open-web.jsonl"
NAME = "The open web"
SECONDS = 92.0  # how long the recording lasts at speed 1
CHATTER_PER_SECOND = 2.0


def write_recording(folder: Path, *, starts: datetime, speed: float) -> None:
    """The words of the story and the small talk between them, in their order; times stand as they will be heard."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    told = delay.lines()
    talk = list(delay.chatter(per_second=CHATTER_PER_SECOND, seconds=SECONDS))
    said = [(line, _row(line, f"d{place}", told)) for place, line in enumerate(told)]
    said += [(line, _row(line, f"c{place}", told)) for place, line in enumerate(talk)]
    with (folder / RECORDING).open("w", encoding="utf-8") as file:
        for line, row in sorted(said, key=lambda pair: pair[0].second):
            at = starts + timedelta(seconds=line.second / speed)
            file.write(json.dumps({**row, "at": at.isoformat()}, ensure_ascii=False) + "\n")


def _row(line: delay.Line, name: str, told: Any) -> dict[str, str]:
    answered = f"d{line.answers}" if line.answers is not None else ""
    return {
        "id": name, "text": line.text, "author": line.author, "author_name": line.author, "language": line.language,
        "url": f"https://social.example/@{line.author}/{name}", "parent": answered,
        "root": f"d{_root(line.answers, told)}" if line.answers is not None else "",
    }  # fmt: skip


def _root(place: int, told: Any) -> int:
    """The first word of the conversation that this one belongs to."""
    while told[place].answers is not None:
        place = told[place].answers
    return place


def make_watches(*, now: datetime) -> None:
    """The columns that this company would watch."""
    from eyelevel.listening import actions

    for name, query in delay.WATCHES:
        actions.make_watch(name=name, query=query, opens_cases=False, by="demo", now=now)


def play(*, now: datetime) -> None:
    """Let the ear play the recording; it begins within a second or two."""
    from eyelevel.channels import source_actions
    from eyelevel.channels.models import Source

    source_actions.connect(
        kind=Source.Kind.REPLAY, name=NAME, options={"file": RECORDING, "speed": 1.0}, by="demo", now=now
    )


def hear(words: str, *, now: datetime) -> None:
    """A watch for these words, and the public stream of Bluesky. Raises NotUnderstood."""
    from eyelevel.channels import source_actions
    from eyelevel.channels.models import Source
    from eyelevel.listening import actions

    actions.make_watch(name=words, query=words, opens_cases=False, by="demo", now=now)
    source_actions.connect(kind=Source.Kind.BLUESKY, name="Bluesky", by="demo", now=now)
