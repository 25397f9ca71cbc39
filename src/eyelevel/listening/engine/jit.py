"""Where numba comes in: compiles the functions of scan.py, kept on disk where that can be written to."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

_In, _Out = ParamSpec("_In"), TypeVar("_Out")
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


def compiled(function: Callable[_In, _Out]) -> Callable[_In, _Out]:
    """The same function, compiled at its first call; runs without the interpreter's lock."""
    import numba

    if _keeps:
        numba.config.CACHE_DIR = os.environ[CACHE]
    made: Any = numba.njit(nogil=True, cache=_keeps, _nrt=False)(function)  # numba describes no types of its own
    typed: Callable[_In, _Out] = made
    return typed
