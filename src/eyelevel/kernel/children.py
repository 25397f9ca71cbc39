"""Resident child processes for work on strangers' bytes: bytes in, bytes out, by length-prefixed frames over pipes.

A child knows no database, no secrets and no settings; it may call only the functions named at its start. One that
takes too long or too much is killed and replaced, and nothing else stops. Not for work that needs the house.
"""

from __future__ import annotations

import os
import queue
import struct
import subprocess
import sys
import threading
from typing import IO

FRAME = struct.Struct(">Q")
DONE, REFUSED = b"\x00", b"\x01"
READY = b"ready"
MOST_IN_FRAME = 256 * 1024 * 1024  # bytes; six times the largest mail
SECONDS_TO_START = 30.0  # imports of the allowed functions, on a machine under load
SECONDS_TO_STOP = 2.0
MEMORY = 512 * 1024 * 1024  # bytes of address space
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "VIRTUAL_ENV")


class ChildTimeout(RuntimeError):
    """The child did not answer in time; it was killed, the next call starts another."""


class ChildDied(RuntimeError):
    """The child ended before it answered; the next call starts another."""


class ChildrenStopped(RuntimeError):
    """The pool was stopped; ask again after the next start."""


class ChildRefused(RuntimeError):
    """The function raised, or is not allowed; the child lives on. `kind` is the name of the exception's type."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the child refused: {kind}")
        self.kind = kind


class Child:
    """One child process, started by its first call. For one thread at a time."""

    def __init__(self, *, allow: tuple[str, ...], memory: int = MEMORY) -> None:
        self._allow, self._memory = allow, memory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, None while none runs."""
        return self._process.pid if self._process else None

    def call(self, function: str, payload: bytes, *, seconds: float) -> bytes:
        """What `function(payload)` returns there, within `seconds` of wall clock.

        Raises ChildTimeout, ChildDied or ChildRefused.
        """
        process = self._running()
        answer = self._exchange(process, frame(function.encode()) + frame(payload), seconds)
        if answer[:1] == DONE:
            return answer[1:]
        raise ChildRefused(answer[1:].decode("utf-8", "replace"))

    def stop(self) -> None:
        """End the process: first by closing its input, then by force."""
        process, self._process = self._process, None
        if process is None:
            return
        _close(process.stdin)
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _close(process.stdout)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._drop()
        self._process = _spawn(self._allow, self._memory)
        if self._exchange(self._process, b"", SECONDS_TO_START) != READY:
            self._drop()
            raise ChildDied("the child did not say that it is ready")
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
        watch = _Watch(process, seconds)
        try:
            answer = _ask(process, request)
        except (OSError, EOFError) as error:
            late = watch.end()
            code = self._drop()
            if late:
                raise ChildTimeout(f"no answer within {seconds:g} s") from error
            raise ChildDied(f"the child ended with code {code}") from error
        if watch.end():
            self._drop()  # the answer came in the same moment as the axe: keep the answer, replace the child
        return answer

    def _drop(self) -> int | None:
        """Forget the process, whatever state it is in, and reap it."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        code = process.wait()
        _close(process.stdin)
        _close(process.stdout)
        return code


class _Watch:
    """Kills a process after some seconds, unless it is ended before."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process, self._lock = process, threading.Lock()
        self._ended = self._killed = False
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True
        self._timer.start()

    def _kill(self) -> None:
        with self._lock:
            if not self._ended:
                self._killed = True
                self._process.kill()

    def end(self) -> bool:
        """Stop watching; True where it had to kill."""
        with self._lock:
            self._ended = True
        self._timer.cancel()
        return self._killed


class Children:
    """A pool of children. `call` from any thread; each child starts when it is first needed."""

    def __init__(self, *, allow: tuple[str, ...], count: int = 1, memory: int = MEMORY) -> None:
        self._children = [Child(allow=allow, memory=memory) for _ in range(count)]
        self._idle: queue.LifoQueue[Child] = queue.LifoQueue()
        self._stopped = threading.Event()
        for child in self._children:
            self._idle.put(child)

    def start(self) -> None:
        """Open the pool again after `stop`; a new one is open."""
        self._stopped.clear()

    def call(self, function: str, payload: bytes, *, seconds: float) -> bytes:
        """`Child.call` on the next free child; waiting for one is not part of `seconds`.

        Raises ChildTimeout, ChildDied, ChildRefused or, once stopped, ChildrenStopped.
        """
        child = self._idle.get()
        try:
            if self._stopped.is_set():
                raise ChildrenStopped("the children were stopped")
            return child.call(function, payload, seconds=seconds)
        finally:
            self._idle.put(child)

    def stop(self) -> None:
        """End all children; calls under way end first."""
        self._stopped.set()
        held = [self._idle.get() for _ in self._children]
        for child in held:
            child.stop()
            self._idle.put(child)


def frame(content: bytes) -> bytes:
    return FRAME.pack(len(content)) + content


def read_frame(stream: IO[bytes]) -> bytes:
    """The next frame. Raises EOFError where the other side is gone or sends what is no frame."""
    size = FRAME.unpack(_exactly(stream, FRAME.size))[0]
    if size > MOST_IN_FRAME:
        raise EOFError(f"a frame of {size} bytes, at most {MOST_IN_FRAME} are taken")
    return _exactly(stream, size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("the other side is gone")
    return content


def _ask(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    sending, receiving = process.stdin, process.stdout
    if sending is None or receiving is None:
        raise EOFError("the child has no pipes")
    if request:
        sending.write(request)
        sending.flush()
    return read_frame(receiving)


def _spawn(allow: tuple[str, ...], memory: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "eyelevel.kernel.child_main"]
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and our own module
        [*command, "--memory", str(memory), "--allow", ",".join(allow)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd="/",
    )  # fmt: skip


def _close(stream: IO[bytes] | None) -> None:
    if stream is None:
        return
    try:
        stream.close()
    except OSError:  # bytes that a dead child did not take
        return
