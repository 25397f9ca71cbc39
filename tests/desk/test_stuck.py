"""The page "What got stuck": work that failed eight times, why, and trying it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from eyelevel.desk import names
from eyelevel.flow import ROAD
from eyelevel.kernel import clock, facts, steps
from eyelevel.kernel.models import Fact, Step
from eyelevel.people import actions as people
from eyelevel.people.models import Login

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)

    def open_as(role, language="en"):
        login = Login.objects.create_user(f"{role}@x.example", "x")
        people.seat(login=login, name=role, role=role, language=language, now=clock.now(), by="test")
        client = Client(headers={"Origin": "http://testserver"})
        client.force_login(login)
        return client

    return open_as


@pytest.fixture
def scanner():
    """A road with one step that fails until the scanner is there."""
    there = []

    def scan(_fact):
        if not there:
            raise OSError("the scanner <is away>")
        return lambda: there.append("scanned")

    facts.lay_road({"letter.came": (scan,)})
    facts.record("letter.came", at=clock.now(), things=["case:412"])
    now = clock.now()
    for _ in range(steps.MOST_ATTEMPTS):
        steps.run_due(now=now)
        now += timedelta(hours=1)
    yield there
    facts.lay_road(ROAD)


def test_what_failed_eight_times_is_shown_with_its_reason_and_its_case(desk, scanner):
    page = desk("supervisor").get("/desk/stuck/").content.decode()
    assert "OSError: the scanner &lt;is away&gt;" in page
    assert '<a href="/desk/cases/412/">case 412</a>' in page
    assert "letter.came" in page
    assert f"{steps.MOST_ATTEMPTS} tries" in page


def test_trying_again_does_it_and_says_on_whose_word(desk, scanner):
    client = desk("supervisor")
    assert ">1</span>" in client.get("/desk/house/").content.decode()
    scanner.append("there")
    client.post("/desk/stuck/", {"step": Step.objects.get(state="dead").pk})
    steps.run_due(now=clock.now())
    assert scanner == ["there", "scanned"]
    assert "Nothing is stuck." in client.get("/desk/stuck/").content.decode()
    assert Fact.objects.get(kind="step.revived").actor.startswith("staff:")


def test_what_is_tried_again_in_vain_comes_back(desk, scanner):
    client = desk("operator")
    client.post("/desk/stuck/", {"step": Step.objects.get(state="dead").pk})
    assert "Nothing is stuck." in client.get("/desk/stuck/").content.decode()
    now = clock.now()
    for _ in range(steps.MOST_ATTEMPTS):
        steps.run_due(now=now)
        now += timedelta(hours=1)
    assert "the scanner" in client.get("/desk/stuck/").content.decode()


@pytest.mark.parametrize("number", ["", "x", "999999", "9" * 30])
def test_a_step_that_is_not_stuck_cannot_be_tried_again(desk, scanner, number):
    client = desk("operator")
    assert client.post("/desk/stuck/", {"step": number}).status_code == 302
    assert Step.objects.filter(state="dead").count() == 1
    assert not Fact.objects.filter(kind="step.revived").exists()


def test_an_agent_neither_sees_nor_revives(desk, scanner):
    client = desk("agent")
    assert client.get("/desk/stuck/").status_code == 403
    assert "What got stuck" not in client.get("/desk/house/").content.decode()


def test_each_step_of_the_road_has_words_for_people_in_both_languages():
    works = {facts.name_of(work) for works in ROAD.values() for work in works}
    for language in ("en", "de"):
        with translation.override(language):
            silent = sorted(name for name in works if names.step(name) == name)
            assert silent == [], "say in desk/names.py, step(), what these do"
