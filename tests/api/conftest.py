"""Each test has a rate of its own: the rows of two tests may have the same numbers."""

from __future__ import annotations

import pytest

from eyelevel.api import frame, rates


@pytest.fixture(autouse=True)
def _fresh_buckets(monkeypatch):
    monkeypatch.setattr(frame, "buckets", rates.Buckets())
