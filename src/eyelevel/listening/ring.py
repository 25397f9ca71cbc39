"""STAND-IN of the radar branch: the real ring is built beside the engine; keep that one when merging."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.channels.contract import Overheard
from eyelevel.listening.language import matches, parse

recent: deque[Overheard] = deque(maxlen=10_000)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a query matches among the words that were heard last, newest first, and among how many."""

    words: Sequence[Overheard]
    of: int


def matching(query: str, *, most: int) -> Preview:
    parsed = parse(query)
    found: list[Overheard] = []
    for word in reversed(recent):
        author = f"{word.author}\n{word.author_name}"
        if matches(parsed, text=word.text, language=word.language, network=word.network, author=author):
            found.append(word)
        if len(found) >= most:
            break
    return Preview(words=found, of=len(recent))
