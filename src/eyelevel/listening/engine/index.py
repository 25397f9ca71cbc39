"""All watches of the house, arranged so that a word brings up only those that may match it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eyelevel.listening.engine.anchors import Anchor, anchors_of
from eyelevel.listening.engine.evaluate import Holds, Said, compiled
from eyelevel.listening.language import LEAST_SIGNS_WITH_STAR, NotUnderstood, parse

MOST_REMEMBERED = 50_000  # words whose watches are remembered; then the memory starts anew
_NONE: tuple[int, ...] = ()


class Index:
    """Made by `build`; never changed afterwards, apart from what it remembers for speed."""

    def __init__(
        self, entries: Iterable[tuple[int, tuple[Anchor, ...], Holds]], *, broken: Iterable[int] = ()
    ) -> None:
        self.watches: dict[int, Holds] = {}
        self.broken = tuple(broken)  # watches that were not understood: a person must see them
        self._tables: dict[str, dict[str, list[int]]] = {}
        for watch, anchors, holds in entries:
            self.watches[watch] = holds
            for kind, text in anchors:
                self._tables.setdefault(kind, {}).setdefault(text, []).append(watch)
        self._lengths = {kind: sorted({len(text) for text in table}) for kind, table in self._tables.items()}
        self._inside = self._by_trigram()
        self._remembered: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.watches)

    def matched(self, said: Said) -> list[int]:
        """The watches that this word matches, in ascending order."""
        possible: set[int] = set()
        for word in said.distinct:
            if brought := self._brought_up(word):
                possible.update(brought)
        if said.authors and ("author" in self._tables or "author-begins" in self._tables):
            for name in said.authors:
                possible.update(self._by_author(name))
        for host in said.hosts:
            possible.update(self._by_host(host))
        watches = self.watches
        return sorted(watch for watch in possible if watches[watch](said))

    def _brought_up(self, word: str) -> tuple[int, ...]:
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            known = tuple(self._look_up(word)) or _NONE
            self._remembered[word] = known
        return known

    def _look_up(self, word: str) -> set[int]:
        found = set(self._table("word").get(word, ()))
        begins, ends = self._table("begins"), self._table("ends")
        for length in self._lengths.get("begins", ()):
            found.update(begins.get(word[:length], ()))
        for length in self._lengths.get("ends", ()):
            found.update(ends.get(word[-length:], ()))
        if self._inside:
            for at in range(len(word) - LEAST_SIGNS_WITH_STAR + 1):
                for text, watches in self._inside.get(word[at : at + LEAST_SIGNS_WITH_STAR], ()):
                    if word.startswith(text, at):
                        found.update(watches)
        return found

    def _by_author(self, name: str) -> set[int]:
        found = set(self._table("author").get(name, ()))
        begins = self._table("author-begins")
        for length in self._lengths.get("author-begins", ()):
            found.update(begins.get(name[:length], ()))
        return found

    def _by_host(self, host: str) -> set[int]:
        domains, labels = self._table("domain"), host.split(".") if "domain" in self._tables else []
        return {watch for first in range(len(labels)) for watch in domains.get(".".join(labels[first:]), ())}

    def _table(self, kind: str) -> dict[str, list[int]]:
        return self._tables.get(kind, {})

    def _by_trigram(self) -> dict[str, list[tuple[str, list[int]]]]:
        """Pieces to find inside of words, by their first three signs."""
        inside: dict[str, list[tuple[str, list[int]]]] = {}
        for text, watches in self._table("contains").items():
            inside.setdefault(text[:LEAST_SIGNS_WITH_STAR], []).append((text, watches))
        return inside


def build(queries: Mapping[int, str]) -> Index:
    """The index of these watches. One that is not understood (an older version kept it) is left out and named in `broken`."""
    entries, broken = [], []
    for watch, text in queries.items():
        try:
            query = parse(text)
        except NotUnderstood:
            broken.append(watch)
            continue
        entries.append((watch, anchors_of(query), compiled(query)))
    return Index(entries, broken=broken)
