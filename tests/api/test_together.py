"""What only several connections at once can show; PostgreSQL lets them write at the same time."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from eyelevel.kernel import clock, facts, settled
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import write
from eyelevel.tokens import actions
from eyelevel.tokens.models import KeptAnswer
from tests.api.programs import Program, seat

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one pen writes on SQLite"),
]


def in_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_twin_in_another_process_waits_and_gets_the_same_answer():
    token = Program(seat()).token
    inside, go_on, effects, said = threading.Event(), threading.Event(), [], []

    def effect():
        effects.append(1)
        inside.set()
        go_on.wait(10)
        return f'{{"effect": {len(effects)}}}'

    def ask():
        kept = write(
            actions.answer_once,
            token,
            "k",
            request_hash="h",
            status=201,
            effect=effect,
            real_now=clock.real_now(),
        )
        said.append(kept.body)

    first = in_thread(ask)
    assert inside.wait(10)
    second = in_thread(ask)
    second.join(0.3)
    assert second.is_alive(), "the twin waits for the first"
    go_on.set()
    first.join(10)
    second.join(10)
    assert effects == [1]
    assert said == ['{"effect": 1}'] * 2
    assert KeptAnswer.objects.count() == 1


def test_the_journal_never_passes_over_a_fact_that_is_still_being_written():
    written, end = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            facts.record("case.slow", at=clock.now())
            written.set()
            end.wait(10)

    thread = in_thread(slow)
    assert written.wait(10)
    with pytest.raises(settled.Unsettled):
        settled.newest()
    end.set()
    thread.join(10)
    later = facts.record("case.fast", at=clock.now())
    assert settled.newest() == later.pk
    assert Fact.objects.filter(kind="case.slow", pk__lt=later.pk).exists()
