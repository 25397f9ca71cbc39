"""The one pen of the house: all writes of this process go through `write`.

On SQLite a single thread takes the waiting actions, runs each in a savepoint of one IMMEDIATE transaction, commits with
synchronous=FULL and only then answers (group commit: one fsync for many acknowledgements). On PostgreSQL and in
commands that run alone, `write` is a transaction on the caller's own connection.

What comes in crowds (arrivals) is handed over by `write_together`: whatever waits for the same action goes into one call of
it, and a call that fails is repeated one by one, so that one of a crowd never takes its neighbours along.

What is overheard has a file of its own on SQLite (kernel/databases.py): `write_heard` is the same pen on that file, with
a transaction of its own.

Actions are short: no network, no model, no parsing.
"""

from __future__ import annotations

import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, connections, transaction

from eyelevel.kernel import databases, faults, ownership

P = ParamSpec("P")
T = TypeVar("T")
Many = Callable[[Sequence[Any]], Sequence[Any]]
"""An action for a crowd: takes all items, returns a value for each, in their order."""

MOST_WAITING = 20_000  # beyond this the house sheds load instead of sinking
MOST_IN_ONE_COMMIT = 512
A_CROWD = 4  # items of one kind in one commit: more than one sender pushes
CROWDED_SECONDS = 1.0  # so long after a crowd the house counts as crowded
EXIT_AFTER_IO_ERROR = 74  # EX_IOERR of sysexits.h
EXIT_AFTER_BUG = 70  # EX_SOFTWARE

log = structlog.get_logger("writer")


class Overloaded(RuntimeError):
    """Too many writes are waiting; the caller should answer "later" (SMTP 452, HTTP 503)."""


class NotKept(RuntimeError):
    """The transaction did not reach the disk, so nothing of it happened; the caller may try again later."""


@dataclass(frozen=True)
class _Job:
    action: Callable[[], Any]
    future: Future[Any]
    file: str
    many: Many | None = None  # where set, `action` is `many` with only `item`
    item: Any = None


class Writer:
    """The writer thread. `start` once, `submit` from anywhere, `stop` drains what is waiting."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._crowded_until = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self, *, seconds: float = 10.0) -> None:
        self._jobs.put(None)
        self._thread.join(seconds)

    @property
    def waiting(self) -> int:
        return self._jobs.qsize()

    @property
    def crowded(self) -> bool:
        """Do many wait for an ack at once, now or a moment ago? Then what can wait should."""
        return time.monotonic() < self._crowded_until

    def submit(self, action: Callable[[], T], *, file: str = databases.DEFAULT) -> Future[T]:
        """Queue an action for one database; the future answers after the commit that holds it. Raises Overloaded."""
        return self._queue(_Job(action, Future(), databases.alias(file)))

    def submit_together(self, many: Many, item: Any) -> Future[Any]:
        """Queue one item of a crowd; the future answers with its value. Raises Overloaded."""
        return self._queue(_Job(lambda: many([item])[0], Future(), databases.DEFAULT, many, item))

    def _queue(self, job: _Job) -> Future[Any]:
        if self._jobs.qsize() >= MOST_WAITING:
            raise Overloaded(f"{MOST_WAITING} writes are waiting")
        self._jobs.put(job)
        return job.future

    def _run(self) -> None:
        ownership.this_thread_writes()
        try:
            self._write_until_stopped()
        except BaseException:  # a house whose pen broke must not look alive: everybody would wait for ever
            log.critical("the writer broke: stopping", exc_info=True)
            os._exit(EXIT_AFTER_BUG)
        connections.close_all()
        ownership.everyone_writes()

    def _write_until_stopped(self) -> None:
        stopping = False
        while not stopping:
            batch, stopping = self._gather()
            for file in sorted({job.file for job in batch}):
                self._commit(file, [job for job in batch if job.file == file])

    def _gather(self) -> tuple[list[_Job], bool]:
        """Wait for one action, then take along what is waiting too."""
        batch: list[_Job] = []
        job = self._jobs.get()
        while True:
            if job is None:
                return batch, True
            batch.append(job)
            if len(batch) >= MOST_IN_ONE_COMMIT:
                return batch, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, False

    def _commit(self, file: str, batch: list[_Job]) -> None:
        answers: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            with transaction.atomic(using=file):
                for jobs in _crowds(batch):
                    if len(jobs) >= A_CROWD:
                        self._crowded_until = time.monotonic() + CROWDED_SECONDS
                    answers.extend(_answers(jobs, file))
        except (DatabaseError, NotKept) as error:
            self._refuse(file, batch, error)
            return
        for job, value, failure in answers:
            if failure is None:
                job.future.set_result(value)
            else:
                job.future.set_exception(failure)

    def _refuse(self, file: str, batch: list[_Job], error: BaseException) -> None:
        log.error("transaction lost", file=file, actions=len(batch), error=str(error))
        for job in batch:
            refusal = NotKept(f"the database refused: {faults.told(str(error))}")
            refusal.__cause__ = error
            job.future.set_exception(refusal)
        if is_io_error(error):
            # After a failed fsync nobody knows what the disk holds; go on and we might serve a lie (the PostgreSQL rule).
            log.critical("disk I/O error: stopping; restart when the disk is sound")
            os._exit(EXIT_AFTER_IO_ERROR)
        connections[file].close()


def _crowds(batch: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Each action by itself, and all items of one crowd together, at the place of its first."""
    crowds: dict[object, list[_Job]] = {}
    for job in batch:
        crowds.setdefault(job.many or job, []).append(job)
    return iter(crowds.values())


def _answers(jobs: Sequence[_Job], file: str) -> Iterator[tuple[_Job, Any, BaseException | None]]:
    many = jobs[0].many
    if many is not None and len(jobs) > 1:
        values, failure = _attempt(lambda: many([job.item for job in jobs]), file)
        if failure is None:
            yield from ((job, value, None) for job, value in zip(jobs, values, strict=True))
            return
    for job in jobs:
        yield (job, *_attempt(job.action, file))


def _attempt(action: Callable[[], Any], file: str) -> tuple[Any, BaseException | None]:
    try:
        with transaction.atomic(using=file):
            value, failure = action(), None
    except Exception as error:  # noqa: BLE001 -- the job runner: the error belongs to the caller, not to the batch
        value, failure = None, error
    _insist_on_open_transaction(file)
    return value, failure


def _insist_on_open_transaction(file: str) -> None:
    """SQLite rolls back by itself when the disk is full; what was answered before must not be acknowledged then."""
    raw = connections[file].connection
    broken = isinstance(raw, sqlite3.Connection) and not raw.in_transaction
    if broken or transaction.get_rollback(using=file):
        raise NotKept("the transaction was rolled back by the database")


def is_io_error(error: BaseException | None) -> bool:
    """True where the disk itself failed (SQLITE_IOERR and its kinds), False for a full disk or a busy database."""
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF == sqlite3.SQLITE_IOERR:
            return True
        error = error.__cause__
    return False


_current: Writer | None = None


def install(writer: Writer | None) -> None:
    """Make `write` use this writer thread, or with None run on the caller's own connection."""
    global _current  # noqa: PLW0603 -- one process has one pen
    _current = writer


def installed() -> Writer | None:
    return _current


def write(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `action` in a transaction and return its value once it is committed (FULL).

    Raises what the action raises, Overloaded, or NotKept. Called on the writer thread it joins the open transaction.
    """
    if _current is None or ownership.may_write():
        with transaction.atomic():
            return action(*args, **kwargs)
    return _current.submit(lambda: action(*args, **kwargs)).result()


def write_together(many: Many, item: Any) -> Any:
    """Write one item of a crowd by `many` and return its value once it is committed. Raises as `write` does."""
    if _current is None or ownership.may_write():
        return write(lambda: many([item])[0])
    return _current.submit_together(many, item).result()


def write_heard(action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Like `write`, in the file of what is overheard; never from within an action of the other file."""
    if _current is None or ownership.may_write():
        with transaction.atomic(using=databases.alias(databases.HEARD)):
            return action(*args, **kwargs)
    return _current.submit(lambda: action(*args, **kwargs), file=databases.HEARD).result()


def write_later(action: Callable[[], T]) -> Future[T]:
    """Like `write` without waiting; the future answers after the commit."""
    if _current is not None and not ownership.may_write():
        return _current.submit(action)
    future: Future[T] = Future()
    try:
        with transaction.atomic():
            value = action()
    except Exception as error:  # noqa: BLE001 -- belongs to whoever asks the future
        future.set_exception(error)
    else:
        future.set_result(value)
    return future
