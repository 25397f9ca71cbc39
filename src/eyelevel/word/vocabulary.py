"""The written vocabulary of the objection check, read from vocabulary/*.txt: same matters, concepts, words to leave out.

Everything is folded (lower case, ä = ae, ß = ss). The lists were written by hand for German and English service talk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "vocabulary"
_GAP = 4  # words that "_" stands for, at most


@dataclass(frozen=True)
class Concept:
    """Something a sentence can say is so (`holds`) or not so, in one of its wordings."""

    name: str
    kind: str
    holds: bool
    words: tuple[str, ...]


def _lines(name: str) -> Iterator[str]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


@lru_cache(maxsize=1)
def stop() -> frozenset[str]:
    return frozenset(word for line in _lines("stop.txt") for word in line.split())


@lru_cache(maxsize=1)
def groups() -> dict[str, tuple[str, ...]]:
    """Base form to the names of its groups of words for the same matter."""
    found: dict[str, tuple[str, ...]] = {}
    lines = (line for name in ("same.txt", "same_german.txt", "same_english.txt") for line in _lines(name))
    for number, line in enumerate(lines):
        for word in line.split():
            found[word] = (*found.get(word, ()), f"={number}")
    return found


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Phrases for one matter by the first three letters of their first word: (the word they stand for, words)."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    stands_for = ""
    for line in _lines("phrases.txt"):
        name, _, listed = line.rpartition("]")
        stands_for = name.strip("[ ") or stands_for
        for phrase in listed.split(","):
            words = tuple(phrase.split())
            found.setdefault(words[0][:3], []).append((stands_for, words))
    return {start: tuple(many) for start, many in found.items()}


def phrases_at(words: Sequence[str], place: int) -> Iterator[str]:
    """The words that a phrase beginning at this place stands for."""
    for stands_for, phrase in _phrases().get(words[place][:3], ()):
        if _end(phrase, words, place) is not None:
            yield stands_for


@lru_cache(maxsize=1)
def _concepts() -> dict[str, tuple[Concept, ...]]:
    """Concepts by the first three letters of their first word."""
    found: dict[str, list[Concept]] = {}
    name, kind = "", ""
    for line in _lines("concepts.txt"):
        if line.startswith("["):
            name, kind = line.strip("[]").split()
            continue
        for phrase in line[1:].split(","):
            words = tuple(phrase.split())
            found.setdefault(words[0][:3], []).append(Concept(name, kind, line[0] == "+", words))
    return {start: tuple(sorted(many, key=lambda one: -len(one.words))) for start, many in found.items()}


@lru_cache(maxsize=1)
def _acts() -> dict[str, tuple[tuple[str, str], ...]]:
    """Acts by the first three letters of a word: (word, name)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in _lines("acts.txt"):
        name, *words = line.replace("[", "").replace("]", "").split()
        for word in words:
            found.setdefault(word[:3], []).append((word, name))
    return {start: tuple(many) for start, many in found.items()}


def acts_of(words: Sequence[str]) -> frozenset[str]:
    """What is done or happens, by the names of vocabulary/acts.txt."""
    known = _acts()
    return frozenset(name for word in words for part, name in known.get(word[:3], ()) if _is(word, part))


@lru_cache(maxsize=1)
def _rivals() -> dict[str, tuple[tuple[str, int, str], ...]]:
    found: dict[str, list[tuple[str, int, str]]] = {}
    for number, line in enumerate(_lines("rivals.txt")):
        for word in line.split():
            found.setdefault(word[:3], []).append((word, number, word))
    return {start: tuple(many) for start, many in found.items()}


def sorts_of(words: Sequence[str]) -> dict[int, frozenset[str]]:
    """Which words of the lines of vocabulary/rivals.txt a sentence names, by line."""
    known = _rivals()
    found: dict[int, set[str]] = {}
    for word in words:
        for part, line, name in known.get(word[:3], ()):
            if _is(word, part):
                found.setdefault(line, set()).add(name)
    return {line: frozenset(names) for line, names in found.items()}


def concepts_at(words: Sequence[str], place: int) -> Iterator[tuple[Concept, int]]:
    """The concepts that are worded from this place on, with the place behind their last word."""
    for concept in _concepts().get(words[place][:3], ()):
        end = _end(concept.words, words, place)
        if end is not None:
            yield concept, end


def _end(phrase: Sequence[str], words: Sequence[str], place: int) -> int | None:
    for number, part in enumerate(phrase):
        if part == "_":
            rest = phrase[number + 1 :]
            return next(
                (end for ahead in range(_GAP + 1) if (end := _end(rest, words, place + ahead)) is not None),
                None,
            )
        if place >= len(words) or not _is(words[place], part):
            return None
        place += 1
    return place


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
