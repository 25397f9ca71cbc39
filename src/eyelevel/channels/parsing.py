"""Between the house and the parser children: packs a task, calls the right reader, turns every trouble into a word.

Not for reading: that is each adapter's own `read`. No database here, the children import this file too.
"""

from __future__ import annotations

import msgspec

from eyelevel.channels.contract import Letter, Limits, Reads, Unreadable
from eyelevel.kernel.children import ChildDied, ChildRefused, Children, ChildTimeout

JOBS = {"mail": "eyelevel.channels.mail.read.job", "feed": "eyelevel.channels.feed.read.job"}


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a child gets."""

    raw: bytes
    envelope: dict[str, str]
    limits: Limits


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back: exactly one of the two is there."""

    letter: Letter | None = None
    unreadable: Unreadable | None = None


def start(*, count: int = 1) -> Children:
    """The children that parse what strangers sent; they come up at their first use. Call `stop()` in the end."""
    return Children(allow=tuple(JOBS.values()), count=count, memory=Limits().memory)


def parse(
    pool: Children, *, adapter: str, raw: bytes, envelope: dict[str, str], limits: Limits
) -> Letter | Unreadable:
    """Read an arrival in a child. Never raises for what stands in the bytes.

    Trouble is Unreadable with reason "too-large", "time" (limits.seconds of wall clock), "memory" or "crash". What was
    under way when a child ended is tried once more in a fresh one: the system may have killed it for another's sake.
    Raises KeyError for an adapter without a reader and ChildrenStopped while the house shuts down.
    """
    if len(raw) > limits.raw:
        return Unreadable(reason="too-large", detail=f"{len(raw)} bytes, at most {limits.raw} are read")
    task = msgspec.msgpack.encode(Task(raw=raw, envelope=envelope, limits=limits))
    try:
        try:
            packed = pool.call(JOBS[adapter], task, seconds=limits.seconds)
        except ChildDied:
            packed = pool.call(JOBS[adapter], task, seconds=limits.seconds)
    except ChildTimeout:
        return Unreadable(reason="time", detail=f"not read within {limits.seconds:g} s")
    except ChildDied as error:
        return Unreadable(reason="crash", detail=str(error))
    except ChildRefused as error:
        return Unreadable(reason="memory" if error.kind == "MemoryError" else "crash", detail=error.kind)
    outcome = msgspec.msgpack.decode(packed, type=Outcome)
    return outcome.letter or outcome.unreadable or Unreadable(reason="crash", detail="an empty outcome")


def answer(payload: bytes, reads: Reads) -> bytes:
    """The child's side of `parse`, for the `job` of each adapter."""
    task = msgspec.msgpack.decode(payload, type=Task)
    read = reads(task.raw, task.envelope, task.limits)
    outcome = Outcome(unreadable=read) if isinstance(read, Unreadable) else Outcome(letter=read)
    return msgspec.msgpack.encode(outcome)
