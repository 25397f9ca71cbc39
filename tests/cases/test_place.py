"""Which case a word belongs to: a proof joins, a mere claim does not."""

from __future__ import annotations

import pytest

from eyelevel.cases.rules import Claim, Place, place, read_token

JANA, EVE = 1, 2


@pytest.mark.parametrize(
    ("proof", "author", "expected"),
    [
        ("token", JANA, Place(case_id=7, known=True)),
        ("token", EVE, Place(case_id=7, known=False)),
        ("our-message", EVE, Place(case_id=7, known=False)),
        ("their-message", JANA, Place(case_id=7, known=True)),
        ("their-message", EVE, Place(case_id=None, known=True)),
        ("receipt", None, Place(case_id=7, known=True)),
    ],
)
def test_a_word_joins_by_what_it_proves(proof, author, expected):
    assert place([Claim(case_id=7, person_id=JANA, proof=proof)], author_person=author) == expected


def test_without_any_claim_it_opens_a_case():
    assert place([], author_person=JANA).case_id is None


@pytest.mark.parametrize(
    "bad", ["", "12", "12-abc", "x-0123456789abcdef", "1" * 13 + "-0123456789abcdef", "12-0123456789ABCDEF\n"]
)
def test_a_token_of_another_shape_is_none(bad):
    assert read_token(bad) is None or bad.strip().lower() == "12-0123456789abcdef"
