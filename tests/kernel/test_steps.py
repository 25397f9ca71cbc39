"""The one queue: nothing forgotten, nothing done twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from eyelevel.kernel import clock, facts, steps
from eyelevel.kernel.models import Fact, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def road():
    """A road of our own for one test; the real one is laid again afterwards."""
    from eyelevel.flow import ROAD

    yield facts.lay_road
    facts.lay_road(ROAD)


def test_a_fact_leaves_its_steps_and_they_are_done_once(road):
    done = []

    def greet(fact):
        return lambda: done.append(fact.data["who"])

    road({"visitor.came": (greet,)})
    facts.record("visitor.came", at=clock.now(), who="Jana")
    assert steps.run_due() == 1
    assert steps.run_due() == 0
    assert done == ["Jana"]


def test_what_was_rolled_back_leaves_no_step(road):
    road({"visitor.came": (lambda fact: None,)})
    with transaction.atomic():
        facts.record("visitor.came", at=clock.now())
        transaction.set_rollback(True)
    assert not Fact.objects.exists()
    assert not Step.objects.exists()


def test_a_failing_step_waits_tries_again_and_ends_where_a_person_sees_it(road):
    tried = []

    def stumble(fact):
        tried.append(fact.pk)
        raise ValueError("the scanner is away")

    road({"letter.came": (stumble,)})
    facts.record("letter.came", at=clock.now())
    now = clock.now()
    for _ in range(steps.MOST_ATTEMPTS):
        steps.run_due(now=now)
        now += timedelta(hours=1)
    step = Step.objects.get()
    assert len(tried) == steps.MOST_ATTEMPTS
    assert step.state == Step.State.DEAD
    assert "the scanner is away" in step.error


def test_the_effect_of_a_step_that_another_process_finished_does_not_happen_again(road):
    effects = []

    def work(fact):
        return lambda: effects.append(fact.pk)

    road({"mail.came": (work,)})
    facts.record("mail.came", at=clock.now())
    first = steps.claim(now=clock.now(), real_now=clock.real_now())[0]
    steps.finish(first, lambda: effects.append(first.fact_id))
    steps.finish(first, lambda: effects.append(first.fact_id))
    assert len(effects) == 1


def test_a_step_whose_process_died_is_taken_over_after_its_lease(road):
    road({"mail.came": (lambda fact: None,)})
    facts.record("mail.came", at=clock.now())
    now = clock.now()
    assert len(steps.claim(now=now, real_now=now)) == 1
    assert steps.claim(now=now, real_now=now) == []
    assert len(steps.claim(now=now, real_now=now + steps.LEASE + timedelta(seconds=1))) == 1


def test_a_step_does_not_run_before_its_time(road):
    road({"case.waits": (lambda fact: None,)})
    later = clock.now() + timedelta(hours=8)
    facts.record("case.waits", at=clock.now(), not_before=later)
    assert steps.run_due() == 0
    assert steps.run_due(now=later) == 1
