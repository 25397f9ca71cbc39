"""What a colleague does at the desk in these tests."""

from __future__ import annotations

import pytest

from tests.desk.colleague import words

__all__ = ["at_the_desk", "words", "write"]
at_the_desk = pytest.mark.django_db(databases="__all__")


def write(desk, case, text, **fields):
    return desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text, **fields}, follow=True)
