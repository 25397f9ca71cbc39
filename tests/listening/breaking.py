"""An engine for a child that some words break: it ends, hangs or raises. Otherwise it is the real one."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import msgspec

from eyelevel.listening.engine import child
from eyelevel.listening.engine.choose import Engine


def job(payload: bytes) -> bytes:
    words = list(msgspec.msgpack.decode(payload, type=child.Task).batch.texts)
    if any("POISON" in word for word in words):
        os._exit(3)
    if any("TREACLE" in word for word in words):
        time.sleep(60)
    if any("RAISES" in word for word in words):
        raise RecursionError
    return child.job(payload)


def broken(_payload: bytes) -> bytes:
    os._exit(3)


_fast: list[Engine] = []


def compiled(payload: bytes) -> bytes:
    """By the compiled body from the first word on; a word with AXE ends the child in mid-batch as `kill -9` would."""
    from tests.listening.compiled import KEPT

    task = msgspec.msgpack.decode(payload, type=child.Task)
    if not _fast:
        _fast.append(Engine(many=1))
    engine = _fast[0]
    if task.queries is not None:
        child.answer(msgspec.msgpack.encode(msgspec.structs.replace(task, keep_in=str(KEPT))), engine)
        engine.ready()
    answer = child.answer(payload, engine)
    for text in task.batch.texts:
        for left in re.findall(r"AXE(\S+)", text):
            if Path(left).exists():
                Path(left).unlink()
                os.kill(os.getpid(), signal.SIGKILL)
    return answer
