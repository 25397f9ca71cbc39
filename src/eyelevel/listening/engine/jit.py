"""Where numba comes in: compiles the functions of scan.py, kept on disk where that can be written to."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])
CACHE = "NUMBA_CACHE_DIR"
_keeps = False


def keep_in(folder: str) -> bool:
    """From now on compiled functions are kept in this folder; False where it cannot be written to: then in memory alone.

    To be called before scan.py is imported.
    """
    global _keeps  # noqa: PLW0603 -- numba reads it when a function is decorated, once in a process
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103 -- a plain path from another process
        with tempfile.TemporaryFile(dir=folder):
            _keeps = True
    except OSError:
        _keeps = False
    if _keeps:
        os.environ[CACHE] = folder
    return _keeps


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
