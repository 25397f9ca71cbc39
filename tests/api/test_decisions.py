"""A program decides as its colleague: within the same frame, once, and is told who may where it ends."""

from __future__ import annotations

import pytest

from eyelevel.cases.deciding_models import Decision
from tests.api.programs import Program, problem, seat
from tests.cases.test_deciding import frame
from tests.making import case_of, mail_in

pytestmark = pytest.mark.django_db(databases="__all__")
THIRTY = {"kind": "goodwill", "amount_cents": 3_000, "words": "Credit for the missed visit"}


@pytest.fixture
def case(db):
    return case_of(mail_in("Der Techniker kam nicht."))


def test_it_decides_within_the_frame_and_reads_what_was_decided(case):
    program = Program()
    frame(program.owner)
    path = f"/api/v1/cases/{case.pk}/decisions"
    made = program.ask("POST", path, THIRTY, expect=201).json()
    assert (made["amount_cents"], made["currency"], made["frame_version"]) == (3_000, "EUR", 1)
    assert program.ask("GET", path, expect=200).json()["items"] == [made]


def test_a_repeat_with_the_same_key_decides_once(case):
    program = Program()
    frame(program.owner)
    path = f"/api/v1/cases/{case.pk}/decisions"
    for _ in range(2):
        program.ask("POST", path, THIRTY, expect=201, Idempotency_Key="refund-1")
    assert Decision.objects.count() == 1


def test_beyond_the_frame_it_learns_by_how_much_and_who_may(case):
    program, ines = Program(), seat("Ines Falk")
    frame(program.owner)
    frame(ines, case=20_000)
    answer = program.ask("POST", f"/api/v1/cases/{case.pk}/decisions", THIRTY | {"amount_cents": 8_000})
    said = problem(answer, "frame")
    assert (said["limit"], said["allowed"], said["used"], said["asked"]) == ("case", 5_000, 0, 8_000)
    assert [one["name"] for one in said["who_may"]] == ["Ines Falk"]
    assert answer.status_code == 409
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_cents": 0}, {"amount_cents": "3000"}, {"amount_cents": 30.0}, {"amount_cents": -1}, {"words": " "},
        {"kind": "gift"}, {"currency": "USD"}, {"kind": "deadline"}, {"amount_cents": 10**12},
    ],
)  # fmt: skip
def test_what_is_not_whole_is_not_valid(case, wrong):
    program = Program()
    frame(program.owner)
    answer = program.ask("POST", f"/api/v1/cases/{case.pk}/decisions", THIRTY | wrong)
    problem(answer, "not-valid")
    assert not Decision.objects.exists()
