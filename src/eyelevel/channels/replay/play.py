"""A recording heard again through the same door: at its own times or faster, or re-timed where it has no times."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from eyelevel.channels.contract import (
    MOST_WORDS,
    RECORDING_OVER,
    SECONDS_PER_BATCH,
    Caught,
    Malformed,
    Overheard,
    Plan,
    SourceEnded,
    SourceTrouble,
    Stop,
)
from eyelevel.channels.replay.lines import NoRecording, Read, read

RETIMED, REPLAYED = "re-timed", "replayed"
PER_MINUTE = 60.0  # words a minute of a recording without times, before `speed`
LONGEST_PAUSE = timedelta(hours=12)  # of recorded time; a longer hole in a recording is jumped over
MOST_MALFORMED = 20


def path_of(plan: Plan) -> Path:
    """The recording inside of the plan's folder. Raises SourceTrouble for a name that leads out of it."""
    name = str(plan.options.get("file", ""))
    if not name or name != Path(name).name or name.startswith("."):
        raise SourceTrouble("a recording is named by its file name alone")
    path = plan.folder / name
    if path.is_symlink() or not path.is_file():
        raise SourceTrouble(f"there is no file {name} in the folder replay of the data folder")
    return path


def listen(plan: Plan, *, stop: Stop, now: Callable[[], datetime]) -> Iterator[Caught]:
    """Play from where the cursor stands. Raises SourceEnded at its end."""
    path = path_of(plan)
    pace = Pace(plan, now=now)
    batch = Batch(entries=int(plan.cursor.get("entries", 0)))
    try:
        for entry in _after(read(path, source=plan.name, read_mail=plan.read_mail), batch.entries, pace):
            yield from _wait(pace.due(entry), batch, pace, stop=stop, now=now)
            if stop.is_set():
                break
            batch.add(entry, pace)
            if batch.full:
                yield from batch.take(pace)
    except (NoRecording, OSError) as error:
        raise SourceTrouble(str(error)) from error
    yield from batch.take(pace)
    if not stop.is_set():
        raise SourceEnded(RECORDING_OVER % batch.entries)


def _wait(
    due: datetime, batch: Batch, pace: Pace, *, stop: Stop, now: Callable[[], datetime]
) -> Iterator[Caught]:
    """Until this moment; what is in the batch goes on meanwhile."""
    while not stop.is_set() and (left := (due - now()).total_seconds()) > 0:
        if caught := batch.take(pace):
            yield from caught
        else:
            yield Caught()
            stop.wait(min(left, SECONDS_PER_BATCH))


def _after(entries: Iterator[Read], done: int, pace: Pace) -> Iterator[Read]:
    """The entries that were not yet heard; those before are drawn through the pace, so that chance falls alike."""
    for index, entry in enumerate(entries):
        if index < done:
            pace.skip(entry)
        else:
            yield entry


class Pace:
    """When each entry is due. Where one has no time, the pauses are drawn from a seeded Poisson process."""

    def __init__(self, plan: Plan, *, now: Callable[[], datetime]) -> None:
        self._speed = max(0.001, float(plan.options.get("speed", 1.0)))
        self._rate = max(0.001, float(plan.options.get("per_minute", PER_MINUTE)))
        self._chance = random.Random(int(plan.options.get("seed", 1)))  # noqa: S311 -- a process that can be repeated
        self._now = now
        self._last: datetime | None = None
        self._due: datetime | None = None
        self.retimed = False

    def skip(self, entry: Read) -> None:
        if entry.word is not None and entry.at is None:
            self._chance.expovariate(1.0)
        self._last = entry.at or self._last

    def due(self, entry: Read) -> datetime:
        """When to hear this entry, in the time of `now`; a malformed one at once."""
        before = self._due or self._now()
        if entry.word is None:
            self._due = before
        elif entry.at is None:
            self.retimed = True
            pause = timedelta(minutes=self._chance.expovariate(1.0) / self._rate)
            self._due = before + pause / self._speed
        else:
            pause = max(timedelta(0), min(entry.at - (self._last or entry.at), LONGEST_PAUSE))
            self._due, self._last = before + pause / self._speed, entry.at
        return self._due

    def heard(self, word: Overheard, entry: Read) -> Overheard:
        """The word with the mark of its timing; a re-timed one was said when it was heard."""
        if entry.at is None:
            return msgspec.structs.replace(word, at=self._due or self._now(), marks=(*word.marks, RETIMED))
        return msgspec.structs.replace(word, marks=(*word.marks, REPLAYED))


@dataclass(kw_only=True)
class Batch:
    """What is to be handed on next, and how many entries of the recording are behind us."""

    entries: int

    def __post_init__(self) -> None:
        self._words: list[Overheard] = []
        self._malformed: list[Malformed] = []
        self._said = False

    @property
    def full(self) -> bool:
        return len(self._words) >= MOST_WORDS or len(self._malformed) >= MOST_MALFORMED

    def add(self, entry: Read, pace: Pace) -> None:
        self.entries += 1
        if entry.malformed is not None:
            self._malformed.append(entry.malformed)
        if entry.word is not None:
            self._words.append(pace.heard(entry.word, entry))

    def take(self, pace: Pace) -> tuple[Caught, ...]:
        """What is to be handed on: one Caught, or none."""
        if not self._words and not self._malformed:
            return ()
        remark = RETIMED if pace.retimed and not self._said else ""
        self._said = self._said or bool(remark)
        cursor: dict[str, Any] = {"entries": self.entries}
        caught = Caught(
            words=tuple(self._words), malformed=tuple(self._malformed), cursor=cursor, remark=remark
        )
        self._words, self._malformed = [], []
        return (caught,)
