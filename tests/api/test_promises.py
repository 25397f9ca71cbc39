"""Programs read what was promised and say what became of it, as at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eyelevel.cases import actions as cases
from eyelevel.kernel import clock
from eyelevel.outbox.models import Sending
from eyelevel.word import promises
from eyelevel.word.models import Promise
from tests.api.programs import Program, problem, seat
from tests.making import case_of, form_in, mail_in

pytestmark = pytest.mark.django_db(databases="__all__")
WORDS = "Wir rufen Sie morgen bis 12 Uhr zurück."


@pytest.fixture
def program(db):
    return Program()


@pytest.fixture
def row(program):
    return promised(program, case_of(mail_in("Wann rufen Sie an?", subject="Rückruf")))


def promised(program, case):
    post = cases.note_call(case, staff=program.owner, heard="", said=WORDS, now=clock.now())[-1]
    chosen = promises.Chosen(text=WORDS, due_to=clock.now() + timedelta(hours=5))
    return promises.make(post, [chosen], owner=program.owner, now=clock.now())[0]


def test_the_promises_of_a_case_are_read_with_their_clock(program, row):
    (one,) = program.get(f"cases/{row.post.case_id}/promises")["items"]
    assert (one["words"], one["state"], one["late"], one["owner"]) == (WORDS, "open", False, program.owner.pk)
    assert one == program.get(f"promises/{one['id']}")


def test_what_became_of_it_is_said_once_and_kept_needs_what_shows_it(program, row):
    address = f"promises/{row.public_id}/outcome"
    problem(program.ask("POST", address, {"outcome": "kept"}), "not-valid")
    told = program.post(address, {"outcome": "kept", "evidence": "Anruf um 11:40"}, expect=200)
    assert (told["state"], told["evidence"], told["settled_by"]) == (
        "kept",
        "Anruf um 11:40",
        program.owner.pk,
    )
    problem(program.ask("POST", address, {"outcome": "released"}), "too-late")


def test_another_day_stands_in_the_draft_and_nothing_leaves(program, row):
    before = Sending.objects.count()
    due = (clock.now() + timedelta(days=3)).isoformat()
    told = program.post(
        f"promises/{row.public_id}/move", {"due": due, "reason": "Ersatzteil fehlt"}, expect=200
    )
    assert told["first_due"] is not None
    assert told["due"] > told["first_due"]
    assert "Ersatzteil fehlt" in program.get(f"cases/{row.post.case_id}/draft")["text"]
    assert Sending.objects.count() == before
    past = (clock.now() - timedelta(days=3)).isoformat()
    problem(program.ask("POST", f"promises/{row.public_id}/move", {"due": past, "reason": "x"}), "not-valid")


def test_a_colleague_keeps_it(program, row):
    other = seat("Chidi Okafor")
    assert program.post(f"promises/{row.public_id}/hand", {"to": other.pk}, expect=200)["owner"] == other.pk
    problem(program.ask("POST", f"promises/{row.public_id}/hand", {"to": 999_999}), "not-valid")


def test_the_person_is_told_at_once_that_it_will_be_late(program, row):
    assert program.post(f"promises/{row.public_id}/late", {}, expect=200)["foretold_at"] is not None
    assert Sending.objects.get(notice="promise-late").recipient == "jana@post.example"
    problem(program.ask("POST", f"promises/{row.public_id}/late", {}), "too-late")


def test_nobody_is_told_without_a_mail_address(program):
    row = promised(program, case_of(form_in("Idee")))
    problem(program.ask("POST", f"promises/{row.public_id}/late", {}), "too-late")
    assert Promise.objects.get().foretold_at is None


def test_a_repeat_with_the_same_key_has_one_effect(program, row):
    due = (clock.now() + timedelta(days=3)).isoformat()
    for _ in range(2):
        program.ask(
            "POST", f"promises/{row.public_id}/move", {"due": due, "reason": "krank"}, expect=200, Idempotency_Key="a"
        )  # fmt: skip
    assert row.amendments.count() == 1
