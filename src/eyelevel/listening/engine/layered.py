"""Two compiled indexes, one over the other: a large one, and a small one of the watches that changed since it was made.

So a new watch hears within milliseconds, however many there are. The large one is made anew in a thread beside the work.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

import numpy as np

from eyelevel.listening.engine.batch import Batch, column
from eyelevel.listening.engine.fast import FastIndex, hits_of_pairs, together
from eyelevel.listening.engine.hits import Hits

MOST_CHANGED = (
    2_000  # a larger change makes the large index anew at once: that takes less than sending it again
)
_NONE: dict[int, str] = {}
_TRIED = column(["a"])


class Layered:
    """Watches that change while they are used. `learn` and `process` from one thread."""

    def __init__(self, queries: Mapping[int, str]) -> None:
        self._base = _Base(dict(queries))
        self._changed, self._changes = FastIndex(_NONE), dict(_NONE)
        self._gone = np.zeros(len(self._base.index), np.bool_)
        self._wanted: Mapping[int, str] = self._base.queries
        self._making: _Making | None = None

    @property
    def broken(self) -> tuple[int, ...]:
        """Watches that were not understood."""
        old = (
            watch for watch in self._base.index.broken if self._wanted.get(watch) == self._base.queries[watch]
        )
        return tuple(sorted({*old, *self._changed.broken}))

    def learn(self, queries: Mapping[int, str]) -> None:
        """From now on these watches."""
        self._wanted = dict(queries)
        self._take_over()
        self._lay_over()

    def process(self, batch: Batch) -> Hits:
        """Which watches match which word of the batch."""
        if self._take_over():
            self._lay_over()
        hits = self._base.index.pairs(batch, gone=self._gone)
        if len(self._changed):
            hits = together(hits, self._changed.pairs(batch))
        return hits_of_pairs(hits, len(batch))

    def ready(self) -> None:
        """Wait until the large index holds everything."""
        while self._making:
            self._making.join()
            if self._take_over():
                self._lay_over()

    def _lay_over(self) -> None:
        """Put what differs from the large index over it, and have that made anew."""
        base = self._base.queries
        changes = {watch: query for watch, query in self._wanted.items() if base.get(watch) != query}
        if len(changes) > MOST_CHANGED:
            self._base, self._making, changes, base = _Base(self._wanted), None, _NONE, self._wanted
        if changes != self._changes:
            self._changed, self._changes = FastIndex(changes), changes
        gone = [watch for watch, query in base.items() if self._wanted.get(watch) != query]
        self._gone = np.isin(self._base.index.ids, np.array(gone, np.int64))
        if (changes or gone) and self._making is None:
            self._making = _Making(self._wanted)
            self._making.start()

    def _take_over(self) -> bool:
        """Use the large index that was made beside, if it is there."""
        making = self._making
        if making is None or making.is_alive():
            return False
        self._making = None
        if making.made is None:
            return False
        self._base = making.made
        return True


class _Base:
    """A large index that was tried once: so everything is compiled."""

    def __init__(self, queries: Mapping[int, str]) -> None:
        self.queries, self.index = queries, FastIndex(queries)
        self.index.pairs(Batch(texts=_TRIED, languages=_TRIED, networks=_TRIED, authors=_TRIED))


class _Making(threading.Thread):
    """Makes a large index beside the work."""

    def __init__(self, queries: Mapping[int, str]) -> None:
        super().__init__(name="index", daemon=True)
        self._queries = queries
        self.made: _Base | None = None

    def run(self) -> None:
        self.made = _Base(self._queries)
