"""The child's side of children.py: answers frames until its input closes, under limits that it sets for itself.

Started as `python -m eyelevel.kernel.child_main --allow module.function,...`. No database, no Django, no network.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import IO

from eyelevel.kernel.children import DONE, MEMORY, READY, REFUSED, frame, read_frame

Job = Callable[[bytes], bytes]

NICENESS = 5  # the house and its pages go first
OPEN_FILES = 64
LONGEST_SECONDS = 120  # the parent's clock is far shorter; this one ends a child whose parent died meanwhile


def main() -> int:
    options = argparse.ArgumentParser(prog="child")
    options.add_argument("--allow", required=True)
    options.add_argument("--memory", type=int, default=MEMORY)
    chosen = options.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair, which then closes our input
    jobs = {name: _load(name) for name in chosen.allow.split(",")}
    _bound(chosen.memory)
    _serve(sys.stdin.buffer, _own_output(), jobs)
    return 0


def _load(name: str) -> Job:
    module, _, function = name.rpartition(".")
    loaded: Job = getattr(importlib.import_module(module), function)
    return loaded


def _bound(memory: int) -> None:
    """Soft limits below whatever hard limits the machine already sets."""
    for kind, wanted in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (soft, hard))
    os.nice(NICENESS)


def _own_output() -> IO[bytes]:
    """The pipe to the parent, out of reach of anything that prints."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "wb")


def _serve(incoming: IO[bytes], outgoing: IO[bytes], jobs: dict[str, Job]) -> None:
    _send(outgoing, READY)
    while True:
        try:
            name = read_frame(incoming).decode("utf-8", "replace")
            payload = read_frame(incoming)
        except EOFError:
            return  # the parent closed the pipe or died
        signal.alarm(LONGEST_SECONDS)
        answer = _answer(jobs, name, payload)
        signal.alarm(0)
        try:
            _send(outgoing, answer)
        except BrokenPipeError:
            return


def _answer(jobs: dict[str, Job], name: str, payload: bytes) -> bytes:
    if name not in jobs:
        return REFUSED + b"NotAllowed"
    try:
        return DONE + jobs[name](payload)
    except Exception as error:  # noqa: BLE001 -- the process border: whatever a stranger's bytes trigger, only its name leaves
        return REFUSED + type(error).__name__.encode()


def _send(outgoing: IO[bytes], content: bytes) -> None:
    outgoing.write(frame(content))
    outgoing.flush()


if __name__ == "__main__":
    raise SystemExit(main())
