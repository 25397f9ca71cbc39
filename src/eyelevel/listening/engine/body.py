"""process(batch, index) -> hits, and the job by which a child process does it."""

from __future__ import annotations

import msgspec

from eyelevel.listening.engine.batch import Batch
from eyelevel.listening.engine.evaluate import Said
from eyelevel.listening.engine.hits import Hits, hits_of
from eyelevel.listening.engine.index import Index, build
from eyelevel.listening.words import language_of, name_of, words_of

JOB = "eyelevel.listening.engine.body.job"


class IndexMissing(LookupError):
    """The child does not know that version of the watches; ask again and send them along."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a child gets. `queries` only where it does not know `version` yet."""

    version: str
    batch: Batch
    queries: dict[int, str] | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a child answers. `broken`: watches that were not understood."""

    hits: Hits
    broken: tuple[int, ...] = ()


def process(batch: Batch, index: Index) -> Hits:
    """Which watches match which word of the batch. Pure: the same batch and index give the same hits."""
    return hits_of(
        [
            index.matched(_taken_apart(text, language, network, author))
            for text, language, network, author in zip(
                batch.texts, batch.languages, batch.networks, batch.authors, strict=True
            )
        ]
    )


def _taken_apart(text: str, language: str, network: str, author: str) -> Said:
    words = words_of(text)
    authors = tuple(name for line in author.split("\n") if (name := name_of(line))) if author else ()
    return Said(words, frozenset(words), language_of(language), name_of(network), authors)


_known: dict[str, Index] = {}  # the child's memory: one version of the watches


def job(payload: bytes) -> bytes:
    """The child's side. Raises IndexMissing where the version is unknown and no queries came along."""
    task = msgspec.msgpack.decode(payload, type=Task)
    index = _known.get(task.version)
    if index is None:
        if task.queries is None:
            raise IndexMissing(task.version)
        _known.clear()
        index = _known[task.version] = build(task.queries)
    return msgspec.msgpack.encode(Outcome(hits=process(task.batch, index), broken=index.broken))
