"""Printing in a child process, so that a long case takes neither the pages' threads nor the house's memory.

`children` is entered once by the house; without it (a test, a command) the same function runs in this process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from eyelevel.kernel.children import ChildDied, ChildRefused, Children, ChildrenStopped, ChildTimeout
from eyelevel.transcript.printing import JOB, Printed, Task, TooLong, job

SECONDS = 30.0  # thousands of pages take three
AT_ONCE = 2  # of four threads for pages: one prints, one waits, all others go on

_pool: Children | None = None
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(RuntimeError):
    """Others print right now, or the press broke; ask again in a moment."""


@contextmanager
def children() -> Iterator[None]:
    """Print in a resident child until the block ends; it starts with the first transcript."""
    global _pool  # noqa: PLW0603 -- one house has one press
    _pool = Children(allow=(JOB,))
    try:
        yield
    finally:
        pool, _pool = _pool, None
        pool.stop()


def print_task(task: Task) -> Printed:
    """Raises Busy, and TooLong for more pages than are printed."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        packed = msgspec.msgpack.encode(task)
        answer = job(packed) if _pool is None else _pool.call(JOB, packed, seconds=SECONDS)
    except ChildRefused as error:
        if error.kind == "TooLong":
            raise TooLong from error
        raise Busy from error
    except (ChildTimeout, ChildDied, ChildrenStopped) as error:
        raise Busy from error
    finally:
        _places.release()
    return msgspec.msgpack.decode(answer, type=Printed)
