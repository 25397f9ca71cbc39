"""Where numba comes in: compiles the functions of scan.py, kept on disk where that can be written to."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])
CACHE = "NUMBA_CACHE_DIR"
_STATE = re.compile("[0-9a-f]{16}")
_keeps = False


def keep_in(folder: str) -> bool:
    """From now on compiled functions are kept in this folder; False where it cannot be written to,
    or where others could write: then in memory alone.

    To be called before scan.py is imported. numba notices a changed file only for the functions in it, not for those that they
    call, so each state of our sources has a folder of its own; those of other states are deleted.
    """
    global _keeps  # noqa: PLW0603 -- numba reads it when a function is decorated, once in a process
    own = Path(folder) / _state_of_sources()
    try:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=own):
            _keeps = _is_ours_alone(own.parent) and _is_ours_alone(own)
    except OSError:
        _keeps = False
    if _keeps:
        os.environ[CACHE] = str(own)
        for other in own.parent.iterdir():
            if other != own and _STATE.fullmatch(other.name):
                shutil.rmtree(other, ignore_errors=True)
    return _keeps


def _is_ours_alone(folder: Path) -> bool:
    """Code is loaded from there: nobody else may have put it there."""
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _state_of_sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compiled(function: _Function) -> _Function:
    """The same function, compiled at its first call; runs without the interpreter's lock.

    It may not make arrays: nothing counts references in it, which would cost more than all the rest.
    """
    import numba

    untyped: Any = numba  # its stubs know neither the setting nor the option
    if _keeps:
        untyped.config.CACHE_DIR = os.environ[CACHE]
    made: _Function = untyped.njit(nogil=True, cache=_keeps, _nrt=False)(function)
    return made
