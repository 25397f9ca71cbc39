"""An engine for a child that some words break: it ends, hangs or raises. Otherwise it is the real one."""

from __future__ import annotations

import os
import time

import msgspec

from eyelevel.listening.engine import child


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
