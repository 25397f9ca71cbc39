"""The words heard last, all of them, in memory alone: what a watch would match is tried on these. Nothing is written down."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from eyelevel.channels.contract import Overheard
from eyelevel.listening import asking
from eyelevel.listening.asking import Preview
from eyelevel.listening.engine.batch import batch_of
from eyelevel.listening.engine.body import process
from eyelevel.listening.engine.index import build
from eyelevel.listening.language import parse
from eyelevel.listening.rules import Name, is_left_out, name_of

MOST_WORDS = 5_000
MOST_BYTES = 4 * 1024 * 1024
AT_A_TIME = 250
SECONDS = 0.5  # so long a preview may look; then it says how far it came
_OVERHEAD = 600  # bytes of one word beside its texts, measured roughly


class Ring:
    """The newest words, each once, as it was said last. From any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: OrderedDict[Name, Overheard] = OrderedDict()
        self._bytes = 0
        self._left_out: frozenset[Name] = frozenset()

    def __len__(self) -> int:
        return len(self._words)

    def add(
        self, words: Iterable[Overheard], *, gone: Iterable[Name] = (), left: Sequence[Name] = ()
    ) -> None:
        """New words come in, edited ones replace what they were, those gone are forgotten; the oldest make room.

        `left` are authors (network, key) who took everything back.
        """
        with self._lock:
            if left:
                for name in [one for one, word in self._words.items() if (word.network, word.author) in left]:
                    self._drop(name)
            for name in gone:
                self._drop(name)
            for word in words:
                self._drop(name_of(word))
                self._words[name_of(word)] = word
                self._bytes += _size(word)
            while len(self._words) > MOST_WORDS or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._words)))

    def leave_out(self, names: frozenset[Name]) -> None:
        """Forget the words of authors who are left out (network, folded name); costs nothing while these are the same."""
        with self._lock:
            if names != self._left_out:
                self._left_out = names
                for name in [one for one, word in self._words.items() if is_left_out(word, names)]:
                    self._drop(name)

    def newest_first(self) -> list[Overheard]:
        with self._lock:
            return list(reversed(self._words.values()))

    def _drop(self, name: Name) -> None:
        word = self._words.pop(name, None)
        if word is not None:
            self._bytes -= _size(word)


def _size(word: Overheard) -> int:
    return _OVERHEAD + len(word.text.encode()) + len(word.author_name) + len(word.url) + len(word.external_id)


def preview(query: str, words: Sequence[Overheard], *, most: int) -> Preview:
    """Try a query on these words, newest first, for half a second at most. Raises NotUnderstood."""
    parse(query)
    index = build({0: query})
    found: list[Overheard] = []
    matched, looked = 0, 0
    until = time.monotonic() + SECONDS
    while looked < len(words) and time.monotonic() < until:
        piece = words[looked : looked + AT_A_TIME]
        hit = [
            word
            for word, watches in zip(piece, process(batch_of(piece), index).of_each(), strict=True)
            if watches
        ]
        found.extend(hit[: most - len(found)])
        matched += len(hit)
        looked += len(piece)
    return Preview(words=found, matched=matched, of=looked)


_installed: Ring | None = None


def install(ring: Ring | None) -> None:
    """Make `matching` look into the ring of the ear that runs in this process."""
    global _installed  # noqa: PLW0603 -- one process has one ear
    _installed = ring


def matching(query: str, *, most: int) -> Preview:
    """What this query matches among the words heard last, here or in the processes that listen. Raises NotUnderstood."""
    parse(query)
    if _installed is not None:
        return preview(query, _installed.newest_first(), most=most)
    return asking.ask(query, most=most)
