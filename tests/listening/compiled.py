"""The compiled body for tests; what it compiles is kept between runs, because compiling takes half a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numba", reason="NOT RUN: numba is not installed, so the compiled body is not tested")

from eyelevel.listening.engine import jit

KEPT = Path(__file__).resolve().parents[2] / ".pytest_cache" / "compiled"
jit.keep_in(str(KEPT))

from eyelevel.listening.engine.fast import FastIndex  # noqa: E402 -- the folder first
from eyelevel.listening.engine.layered import Layered  # noqa: E402

__all__ = ["KEPT", "FastIndex", "Layered"]
