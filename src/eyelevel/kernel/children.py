"""Resident children that parse strangers' bytes: no database, no network use, bounded in memory and time.

Frames are a length and bytes over pipes; nothing is unpickled. A child that takes too long or dies is replaced, and
only the call at hand learns of it.
"""

from __future__ import annotations

import os
import queue
import select
import struct
import subprocess
import sys
import time
from collections.abc import Sequence

HEAD = struct.Struct("!I")
MOST_ANSWER = 256 * 1024 * 1024
START_SECONDS = 30.0


class ChildFailed(RuntimeError):
    """The call gave no answer: `reason` is "time", "memory" or "crash"."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Child:
    """One child process, started at its first call."""

    def __init__(self, *, allowed: Sequence[str], memory: int) -> None:
        self._allowed, self._memory = list(allowed), memory
        self._process: subprocess.Popen[bytes] | None = None

    def call(self, function: str, payload: bytes, *, seconds: float) -> bytes:
        """Run an allowed function in the child. Raises ChildFailed."""
        process = self._running()
        name = function.encode()
        frame = HEAD.pack(len(name)) + name + HEAD.pack(len(payload)) + payload
        try:
            status, answer = self._exchange(process, frame, seconds)
        except (OSError, EOFError) as error:
            self.stop()
            raise ChildFailed("crash", type(error).__name__) from error
        except TimeoutError as error:
            self.stop()
            raise ChildFailed("time", f"more than {seconds:g} s") from error
        if status != b"+":
            raise ChildFailed("memory" if answer == b"MemoryError" else "crash", answer.decode("utf-8", "replace"))
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "eyelevel.kernel.child_main", str(self._memory), *self._allowed]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
            try:
                _read(self._process, 1, time.monotonic() + START_SECONDS)
            except (EOFError, TimeoutError) as error:
                self.stop()
                raise ChildFailed("crash", "the child did not start") from error
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], frame: bytes, seconds: float) -> tuple[bytes, bytes]:
        deadline = time.monotonic() + seconds
        _write(process, frame, deadline)
        head = _read(process, 1 + HEAD.size, deadline)
        (size,) = HEAD.unpack(head[1:])
        if size > MOST_ANSWER:
            raise EOFError("an answer of an impossible size")
        return head[:1], _read(process, size, deadline)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None


def _write(process: subprocess.Popen[bytes], frame: bytes, deadline: float) -> None:
    assert process.stdin is not None
    descriptor = process.stdin.fileno()
    os.set_blocking(descriptor, False)
    view = memoryview(frame)
    while view:
        _, ready, _ = select.select([], [descriptor], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        view = view[os.write(descriptor, view[:65_536]) :]


def _read(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    got = bytearray()
    while len(got) < size:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        chunk = os.read(descriptor, min(size - len(got), 1 << 20))
        if not chunk:
            raise EOFError("the child died")
        got += chunk
    return bytes(got)


class Children:
    """A small pool; a call takes a free child, or waits for one."""

    def __init__(self, *, allowed: Sequence[str], memory: int, count: int = 1) -> None:
        self._all = [Child(allowed=allowed, memory=memory) for _ in range(count)]
        self._free: queue.SimpleQueue[Child] = queue.SimpleQueue()
        for child in self._all:
            self._free.put(child)

    def call(self, function: str, payload: bytes, *, seconds: float) -> bytes:
        """See Child.call. Thread-safe."""
        child = self._free.get()
        try:
            return child.call(function, payload, seconds=seconds)
        finally:
            self._free.put(child)

    def stop(self) -> None:
        for child in self._all:
            child.stop()
