"""The child's side: reads frames from standard input, runs allowed functions, answers. Ends when the parent is gone."""

from __future__ import annotations

import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from importlib import import_module

HEAD = struct.Struct("!I")
NICENESS = 5


def main() -> None:
    memory, allowed = int(sys.argv[1]), sys.argv[2:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    functions = {name: _function(name) for name in allowed}
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.write(1, b"!")
    while (name := _frame()) is not None:
        payload = _frame()
        if payload is None:
            return
        status, answer = _answer(functions.get(name.decode("ascii", "replace")), payload)
        _write_all(status + HEAD.pack(len(answer)) + answer)


def _function(name: str) -> Callable[[bytes], bytes]:
    module, _, function = name.rpartition(".")
    found: Callable[[bytes], bytes] = getattr(import_module(module), function)
    return found


def _answer(function: Callable[[bytes], bytes] | None, payload: bytes) -> tuple[bytes, bytes]:
    if function is None:
        return b"-", b"NotAllowed"
    try:
        return b"+", function(payload)
    except Exception as error:  # noqa: BLE001 -- the process border: the parent hears the kind, the child lives on
        return b"-", type(error).__name__.encode()


def _frame() -> bytes | None:
    head = _read(HEAD.size)
    return None if head is None else _read(HEAD.unpack(head)[0])


def _read(size: int) -> bytes | None:
    got = bytearray()
    while len(got) < size:
        chunk = os.read(0, min(size - len(got), 1 << 20))
        if not chunk:
            return None
        got += chunk
    return bytes(got)


def _write_all(frame: bytes) -> None:
    view = memoryview(frame)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
