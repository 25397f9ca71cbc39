"""A colleague of the desk, Mira, and her browser."""

from __future__ import annotations

import pytest

from tests.desk.colleague import browser_of, seated


@pytest.fixture
def mira(db):
    return seated("Mira Lang", address="mira@nordlicht.example")


@pytest.fixture
def desk(mira, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    return browser_of(mira)
