"""Telling open pages: what is a fact can be replayed, what passes cannot; and who may watch what."""

from __future__ import annotations

import pytest
from django.db import connection

from eyelevel.kernel import push
from eyelevel.kernel.policy import STRANGER
from eyelevel.people import reads as people
from eyelevel.server.hub import event
from eyelevel.server.streams import allowed


@pytest.fixture
def told():
    heard = []
    push.listen(lambda fact, things: heard.append((fact, list(things))))
    yield heard
    push.forget_listeners()


def test_an_event_of_a_fact_has_its_id_and_one_that_passes_has_none():
    assert event(412, ["case:1"]) == b'id: 412\ndata: {"things":["case:1"]}\n\n'
    assert event(push.PASSING, ["radar"]) == b'data: {"things":["radar"]}\n\n'


@pytest.mark.django_db
def test_what_passes_is_told_once_with_each_name_once(told):
    push.announce_passing(["watch:7", "radar", "watch:7"])
    expected = [] if connection.vendor == "postgresql" else [(push.PASSING, ["radar", "watch:7"])]
    assert told == expected  # on PostgreSQL it travels by NOTIFY: tests/stories/test_the_ear_listens.py


@pytest.mark.django_db
def test_nothing_is_told_where_nothing_passed(told):
    push.announce_passing([])
    assert told == []


@pytest.mark.django_db
def test_colleagues_may_watch_columns_and_the_radar_and_strangers_may_not(mira):
    actor = people.actor_of(mira)
    for thing in ("radar", "watch:7"):
        assert allowed(actor, thing)
        assert not allowed(STRANGER, thing)
    assert not allowed(actor, "watch:x")
    assert not allowed(actor, "watch:")
    assert not allowed(actor, "case:²")
