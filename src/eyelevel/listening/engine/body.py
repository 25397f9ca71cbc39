"""process(batch, index) -> hits: the plain body, which needs nothing but Python."""

from __future__ import annotations

from eyelevel.listening.engine.batch import Batch
from eyelevel.listening.engine.evaluate import Said
from eyelevel.listening.engine.hits import Hits, hits_of
from eyelevel.listening.engine.index import Index
from eyelevel.listening.words import hosts_of, language_of, name_of, words_of


def process(batch: Batch, index: Index) -> Hits:
    """Which watches match which word of the batch. Pure: the same batch and index give the same hits."""
    rows = zip(
        batch.texts,
        batch.languages,
        batch.networks,
        batch.authors,
        batch.kinds or bytes(len(batch)),
        strict=True,
    )
    return hits_of([index.matched(_taken_apart(*row)) for row in rows])


def _taken_apart(text: str, language: str, network: str, author: str, kinds: int) -> Said:
    words = words_of(text)
    authors = tuple(name for line in author.split("\n") if (name := name_of(line))) if author else ()
    hosts = tuple(hosts_of(text)) if "://" in text else ()
    return Said(words, frozenset(words), language_of(language), name_of(network), authors, hosts, kinds)
