"""Another way to match the same watches: a well-made automaton for all words at once, and the rest in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from eyelevel.listening.engine.anchors import anchors_of
from eyelevel.listening.engine.batch import Batch
from eyelevel.listening.engine.evaluate import Said, compiled
from eyelevel.listening.engine.hits import Hits, hits_of
from eyelevel.listening.language import parse
from eyelevel.listening.words import language_of, name_of, words_of


def by_ahocorasick(queries: Mapping[int, str]) -> Callable[[Batch], Hits] | None:
    """ahocorasick_rs finds the anchors in the folded text; our own small functions ask the rest. None where it is absent."""
    try:
        from ahocorasick_rs import AhoCorasick
    except ImportError:
        return None
    patterns: dict[str, list[int]] = {}
    holds = {}
    for watch, text in queries.items():
        query = parse(text)
        holds[watch] = compiled(query)
        for kind, anchor in anchors_of(query):
            before, after = kind in {"word", "begins"}, kind in {"word", "ends"}
            patterns.setdefault(" " * before + anchor + " " * after, []).append(watch)
    hanging = list(patterns.values())
    automaton = AhoCorasick(list(patterns))

    def matched(text: str, language: str, network: str) -> list[int]:
        words = words_of(text)
        possible: set[int] = set()
        for number, _start, _end in automaton.find_matches_as_indexes(
            f" {' '.join(words)} ", overlapping=True
        ):
            possible.update(hanging[number])
        said = Said(words, frozenset(words), language_of(language), name_of(network), ())
        return sorted(watch for watch in possible if holds[watch](said))

    return lambda batch: hits_of(
        [matched(*row) for row in zip(batch.texts, batch.languages, batch.networks, strict=True)]
    )
