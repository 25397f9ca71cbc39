"""The Unix socket by which commands talk to the running house: one request, then answers, each one line of JSON.

`control.sock` in the data folder, for the user that runs the house and nobody else: the file is 0600 and the kernel
says whose process is at the other end (SO_PEERCRED). One job at a time; a command that goes away stops its job at the
next batch, and every job can be started again.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog
from django.db import connections

NAME = "control.sock"
MOST_REQUEST = 4 * 1024 * 1024  # bytes; an import names the lines that it leaves out
SECONDS_FOR_A_REQUEST = 10.0
SECONDS_FOR_AN_ANSWER = 60.0
MOST_AT_ONCE = 4
_PEER = struct.Struct("3i")  # pid, uid, gid

Say = Callable[[dict[str, Any]], None]
Job = Callable[[dict[str, Any], Say], dict[str, Any]]
log = structlog.get_logger("control")


class Refused(RuntimeError):
    """The house answers "no", and why; the words are for the terminal."""


class _Gone(RuntimeError):
    """The command went away; its job ends at this word."""


class NotRunning(RuntimeError):
    """No house listens in this data folder."""


@contextlib.contextmanager
def _address(home: Path) -> Iterator[str]:
    """The socket's path, short enough for a socket address however deep the data folder lies."""
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{NAME}"
    finally:
        os.close(descriptor)


class Control:
    """The house's end, from `start` to `stop`."""

    def __init__(self, home: Path, jobs: dict[str, Job]) -> None:
        self._home, self._jobs = home, jobs
        self._ended = threading.Event()
        self._busy = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._socket: socket.socket | None = None

    def start(self) -> None:
        """Listen; where another process of this folder does already, this one leaves it to that one."""
        try:
            if listens(self._home):
                log.info("another process listens", socket=NAME)
                return
            (self._home / NAME).unlink(missing_ok=True)
            self._socket = self._bound()
        except OSError as error:  # the house serves all the same; commands will say that it does not answer
            log.warning("no commands while it runs", socket=NAME, error=str(error))
            return
        self._thread.start()

    def _bound(self) -> socket.socket:
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            with _address(self._home) as address:
                door.bind(address)
        finally:
            os.umask(before)
        door.listen(MOST_AT_ONCE)
        door.settimeout(0.5)
        return door

    def stop(self) -> None:
        if self._socket is None:
            return
        self._ended.set()
        self._thread.join(10)
        self._socket.close()
        (self._home / NAME).unlink(missing_ok=True)
        if self._busy.acquire(timeout=10):  # a job ends at its next word
            self._busy.release()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                visitor, _ = self._socket.accept()  # type: ignore[union-attr] # start set it
            except TimeoutError:
                continue
            except OSError:
                return
            if self._places.acquire(blocking=False):
                threading.Thread(
                    target=self._serve, args=(visitor,), name="control-visitor", daemon=True
                ).start()
            else:
                visitor.close()

    def _serve(self, visitor: socket.socket) -> None:
        try:
            with visitor:
                _insist_on_our_user(visitor)
                request = _request(visitor)
                visitor.settimeout(SECONDS_FOR_AN_ANSWER)
                _send(visitor, self._answer(request, visitor))
        except (OSError, Refused, ValueError) as error:
            log.info("control visitor left", why=str(error))
        finally:
            connections.close_all()
            self._places.release()

    def _answer(self, request: dict[str, Any], visitor: socket.socket) -> dict[str, Any]:
        job = self._jobs.get(str(request.get("do", "")))
        if job is None:
            return {"error": "this house knows no such job; is it an older Eyelevel?"}
        if not self._busy.acquire(blocking=False):
            return {"error": "another import is running in this house; wait for it, or stop it"}

        def say(words: dict[str, Any]) -> None:
            if self._ended.is_set():
                raise Refused("the house is being stopped; start the same command again afterwards")
            try:
                _send(visitor, words)
            except OSError as error:
                raise _Gone(str(error)) from error

        try:
            return {"end": job(request, say)}
        except (Refused, _Gone) as refused:
            return {"error": str(refused)}
        except Exception as error:  # the job runner: the command is told, the house goes on
            log.exception("a control job broke", do=request.get("do"))
            return {"error": f"{type(error).__name__}: {error}"}
        finally:
            self._busy.release()


def ask(home: Path, request: dict[str, Any], *, say: Say) -> dict[str, Any]:
    """What the running house answers in the end; everything before goes to `say`. Raises NotRunning or Refused."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            with _address(home) as address:
                door.connect(address)
        except OSError as error:
            raise NotRunning(f"no running house listens in {home}: {error.strerror}") from error
        _send(door, request)
        with door.makefile("rb") as answers:
            for line in answers:
                words = json.loads(line)
                if "end" in words:
                    return dict(words["end"])
                if "error" in words:
                    raise Refused(words["error"])
                say(words)
    raise Refused("the house went away before it had answered; start the same command again")


def listens(home: Path) -> bool:
    """Does a running house hear commands in this data folder?"""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, _address(home) as address:
        return probe.connect_ex(address) == 0


def _insist_on_our_user(visitor: socket.socket) -> None:
    _, user, _ = _PEER.unpack(visitor.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    if user not in {os.geteuid(), 0}:
        raise Refused(f"user {user} is not the one that runs this house")


def _request(visitor: socket.socket) -> dict[str, Any]:
    """The one line of the visitor. Raises ValueError or TimeoutError."""
    visitor.settimeout(SECONDS_FOR_A_REQUEST)
    held = b""
    while not held.endswith(b"\n"):
        more = visitor.recv(65_536)
        held += more
        if not more or len(held) > MOST_REQUEST:
            raise ValueError("no request in one line")
    request = json.loads(held)
    if not isinstance(request, dict):
        raise ValueError("the request is no object")  # noqa: TRY004 -- a wrong word of a visitor, not of our code
    return request


def _send(door: socket.socket, words: dict[str, Any]) -> None:
    door.sendall(json.dumps(words).encode() + b"\n")
