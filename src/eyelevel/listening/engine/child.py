"""The job by which a child process matches: what goes in, what comes out, and what the child keeps in mind."""

from __future__ import annotations

import msgspec

from eyelevel.listening.engine.batch import Batch
from eyelevel.listening.engine.choose import Engine
from eyelevel.listening.engine.hits import Hits

JOB = "eyelevel.listening.engine.child.job"


class IndexMissing(LookupError):
    """The child does not know that version of the watches; ask again and send them along."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a child gets. `queries` and the folder for what it compiles only where it does not know `version` yet."""

    version: str
    batch: Batch
    queries: dict[int, str] | None = None
    keep_in: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a child answers. `broken`: watches that were not understood. `body`: which one matched, and why if not the fast one."""

    hits: Hits
    broken: tuple[int, ...] = ()
    body: str = "plain"


_engine = Engine()  # the child's memory: one version of the watches


def job(payload: bytes) -> bytes:
    """The child's side. Raises IndexMissing where the version is unknown and no queries came along."""
    return answer(payload, _engine)


def answer(payload: bytes, engine: Engine) -> bytes:
    task = msgspec.msgpack.decode(payload, type=Task)
    if engine.version != task.version:
        if task.queries is None:
            raise IndexMissing(task.version)
        engine.learn(task.version, task.queries, keep_in=task.keep_in)
    hits = engine.process(task.batch)
    return msgspec.msgpack.encode(Outcome(hits=hits, broken=engine.broken, body=engine.body))
