"""Between the ear and the engine's child: sends batches, replaces a child that dies or hangs, finds the word that broke it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import structlog

from eyelevel.channels.contract import Overheard
from eyelevel.kernel.children import ChildDied, ChildRefused, Children, ChildTimeout
from eyelevel.listening.engine.batch import batch_of
from eyelevel.listening.engine.child import JOB, IndexMissing, Outcome, Task
from eyelevel.listening.rules import name_of

SECONDS_FOR_A_BATCH = 20.0
SECONDS_FOR_ONE_WORD = 5.0
SECONDS_FOR_THE_INDEX = 60.0  # ten thousand watches take half a second on an idle machine
MEMORY = 1024 * 1024 * 1024  # bytes of address space; the compiled body with 100,000 watches takes half of it
LOST = None
Judged = tuple[int, ...] | None
"""The watches that match a word; LOST where the engine broke on it."""

log = structlog.get_logger("ear")


class EngineBroken(RuntimeError):
    """The engine fails even on an empty word: nothing can be matched now, and no word is to blame."""


@dataclass(frozen=True, kw_only=True)
class Watches:
    """What is asked now: the queries by watch, under a name made of them (a child keeps its index by that name)."""

    version: str
    queries: Mapping[int, str]
    opens_cases: frozenset[int] = frozenset()


class Matcher:
    """Matches in a child process. From any thread."""

    def __init__(self, *, count: int = 1, job: str = JOB, keep_in: str = "") -> None:
        """`keep_in`: the folder where compiled code may be kept from one start to the next, "" for none."""
        self._pool, self._job = Children(allow=(job,), count=count, memory=MEMORY), job
        self._keep_in = keep_in
        self.body = "plain"  # that which matched last, as the child says
        self._told = ""  # the version of the watches for which it was said which are broken

    def stop(self) -> None:
        self._pool.stop()

    def match(self, words: Sequence[Overheard], watches: Watches) -> list[Judged]:
        """The watches of each word; LOST for a word on which the engine breaks even when it is alone.

        Raises EngineBroken and, once stopped, ChildrenStopped.
        """
        if not words or not watches.queries:
            return [()] * len(words)
        try:
            return list(self._ask(words, watches, seconds=SECONDS_FOR_A_BATCH))
        except (ChildDied, ChildTimeout, ChildRefused) as error:
            log.warning(
                "the engine broke on a batch; trying word by word", words=len(words), error=str(error)
            )
        found = [self._one(word, watches) for word in words]
        if LOST in found:
            self._insist_that_it_works(watches)
        return found

    def _one(self, word: Overheard, watches: Watches) -> Judged:
        """A word alone; where the child ends on it, twice: something else may have ended it."""
        trouble: RuntimeError | None = None
        for _try in range(2):
            try:
                return self._ask([word], watches, seconds=SECONDS_FOR_ONE_WORD)[0]
            except ChildDied as error:
                trouble = error
            except (ChildTimeout, ChildRefused) as error:
                trouble = error
                break
        log.error("a word was lost: the engine breaks on it", word=name_of(word), error=str(trouble))
        return LOST

    def _insist_that_it_works(self, watches: Watches) -> None:
        try:
            self._ask([], watches, seconds=SECONDS_FOR_ONE_WORD)
        except (ChildDied, ChildTimeout, ChildRefused) as error:
            raise EngineBroken(f"the engine does not work: {error}") from error

    def _ask(self, words: Sequence[Overheard], watches: Watches, *, seconds: float) -> list[tuple[int, ...]]:
        """One call; where the child does not know these watches yet, once more with them."""
        task = Task(version=watches.version, batch=batch_of(words))
        try:
            packed = self._pool.call(self._job, msgspec.msgpack.encode(task), seconds=seconds)
        except ChildRefused as error:
            if error.kind != IndexMissing.__name__:
                raise
            whole = msgspec.structs.replace(task, queries=dict(watches.queries), keep_in=self._keep_in)
            packed = self._pool.call(
                self._job, msgspec.msgpack.encode(whole), seconds=seconds + SECONDS_FOR_THE_INDEX
            )
        outcome = msgspec.msgpack.decode(packed, type=Outcome)
        if outcome.broken and self._told != watches.version:
            self._told = watches.version
            log.warning("watches that are not understood hear nothing", watches=outcome.broken)
        if outcome.body != self.body:
            self.body = outcome.body
            log.info("how words are matched", body=outcome.body)
        return outcome.hits.of_each()
