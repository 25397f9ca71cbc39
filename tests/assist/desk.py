"""What a colleague does at the desk in these tests."""

from __future__ import annotations

import re
from html import unescape

import pytest

at_the_desk = pytest.mark.django_db(databases="__all__")


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def write(desk, case, text, **fields):
    return desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text, **fields}, follow=True)
