"""Who may write to the embedded database: the writer thread, or the whole process where it runs alone.

Nothing here opens a database; the backend asks when it opens a connection.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import IO

_thread = threading.local()
_alone = True  # commands and tests run alone until a writer thread takes over


class DataFolderTaken(RuntimeError):
    """Another process owns this data folder; two owners would corrupt what both believe to hold."""


def may_write() -> bool:
    return _alone or getattr(_thread, "writes", False)


def this_thread_writes() -> None:
    """From here on only this thread may write; connections opened before must be closed."""
    global _alone  # noqa: PLW0603 -- one process has one owner
    _alone = False
    _thread.writes = True


def nobody_writes() -> None:
    """The process only reads: it looks at a house that another process may own."""
    global _alone  # noqa: PLW0603 -- one process has one owner
    _alone = False


def everyone_writes() -> None:
    """Give the right back after the writer thread ended: the process runs alone again."""
    global _alone  # noqa: PLW0603 -- one process has one owner
    _alone = True


def take(folder: Path) -> IO[str]:
    """Lock the data folder for this process until the returned file is closed.

    Raises DataFolderTaken with the process id of the present owner.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (folder / "owner.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise DataFolderTaken(
            f"{folder} is in use by process {owner}. Stop it first, or name another folder with --data."
        ) from error
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
