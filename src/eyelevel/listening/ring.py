"""STAND-IN of the radar branch: the real ring is built beside the engine; keep that one when merging."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eyelevel.channels.contract import Overheard
from eyelevel.listening.language import matches, parse


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a query matches among the newest `of` words: the newest of them, and how many there are."""

    words: Sequence[Overheard]
    matched: int
    of: int


class Ring:
    """The newest words."""

    def __init__(self) -> None:
        self._words: deque[Overheard] = deque(maxlen=5_000)

    def add(self, words: Iterable[Overheard]) -> None:
        self._words.extendleft(words)

    def newest_first(self) -> list[Overheard]:
        return list(self._words)


_installed: Ring | None = None


def install(ring: Ring | None) -> None:
    global _installed  # noqa: PLW0603 -- one process has one ear
    _installed = ring


def matching(query: str, *, most: int) -> Preview:
    """Raises NotUnderstood."""
    parsed = parse(query)
    words = _installed.newest_first() if _installed is not None else []
    found = [
        word
        for word in words
        if matches(
            parsed, text=word.text, language=word.language, network=word.network,
            author=f"{word.author}\n{word.author_name}",
        )
    ]  # fmt: skip
    return Preview(words=found[:most], matched=len(found), of=len(words))
