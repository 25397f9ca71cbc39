"""Where several processes listen on PostgreSQL, each source is heard by one of them, and by another when that one goes."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.db import connection

from eyelevel.channels import source_actions as sources
from eyelevel.kernel import clock
from eyelevel.server.ears import Ears
from tests.channels.streams import says, stream
from tests.channels.test_jetstream import line
from tests.running import wait_for

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_two_listening_processes_hear_a_source_once(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one process owns the database")
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.0/8"])
    first, second = [], []
    one, other = Ears(first.extend), Ears(second.extend)
    with stream(says(line())) as server:
        sources.connect(kind="bluesky", name="Bluesky", address=server.url, by="test", now=clock.now())
        one.start()
        wait_for(lambda: first, why="the first one hears it")
        other.start()
        try:
            time.sleep(2.5)  # the other has looked twice
            assert second == []
            assert len(server.asked) == 1
        finally:
            one.stop()
        try:
            wait_for(lambda: second, why="the other one takes over")
        finally:
            other.stop()
