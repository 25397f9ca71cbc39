"""Calling the mail parser in a child and turning every way of failing into an Unreadable."""

from __future__ import annotations

import msgspec

from eyelevel.channels.contract import Letter, Limits, Unreadable
from eyelevel.kernel.children import ChildFailed, Children

JOBS = {"mail": "eyelevel.channels.mail.read.job"}
SPARE_SECONDS = 0.5


def start(*, count: int = 1) -> Children:
    """The pool of parser children; each starts at its first call."""
    return Children(allowed=list(JOBS.values()), memory=Limits().memory, count=count)


def parse(
    pool: Children, *, adapter: str, raw: bytes, envelope: dict[str, str], limits: Limits
) -> Letter | Unreadable:
    """The letter in these bytes, or why it could not be read: too slow, too large for its memory, or a crash."""
    payload = msgspec.msgpack.encode((raw, envelope, limits))
    try:
        answer = pool.call(JOBS[adapter], payload, seconds=limits.seconds + SPARE_SECONDS)
    except ChildFailed as failed:
        return Unreadable(reason=failed.reason, detail=failed.detail)
    kind: type[Letter | Unreadable] = Letter if answer[:1] == b"L" else Unreadable
    return msgspec.msgpack.decode(answer[1:], type=kind)
