"""What all tests share: people of the stories, and a house without threads."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.db.backends.signals import connection_created

from eyelevel.kernel import clock
from eyelevel.people.models import Staff


def _wait_for_the_table(execute, sql, params, many, context):
    """Memory that threads share knows no busy timeout: who finds a table locked asks again, as a file would let them wait."""
    until = time.monotonic() + 10
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            if "is locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _like_a_file(connection, **_more):
    """The database of tests is memory, where a reader would lock a table and a writer would not wait; a file has its WAL for that."""
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        connection.connection.execute("PRAGMA read_uncommitted=ON")
        if _wait_for_the_table not in connection.execute_wrappers:
            connection.execute_wrappers.append(_wait_for_the_table)


connection_created.connect(_like_a_file)
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
