"""What all tests share: people of the stories, and a house without threads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eyelevel.kernel import clock
from eyelevel.people.models import Staff

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def _real_time():
    yield
    clock.stand_apart(clock.real_now() - clock.real_now())


@pytest.fixture
def mira(db):
    return Staff.objects.create(name="Mira Lang", role="agent", language="de")


@pytest.fixture
def okafor(db):
    return Staff.objects.create(name="Chidi Okafor", role="agent", language="en")
