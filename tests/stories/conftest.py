"""What most stories begin with; a story with a house of its own says so in its module."""

from __future__ import annotations

import pytest

from tests import running


@pytest.fixture(scope="module")
def house():
    with running.house() as one:
        yield one


@pytest.fixture(scope="module")
def ruth(house):
    return house.owner()
