"""Objections at the desk: what stands against the draft is quoted, and can be corrected openly by one button."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from eyelevel.answers import reads as answer_reads
from eyelevel.cases import actions as cases
from eyelevel.kernel import clock
from eyelevel.kernel.search import indexer
from eyelevel.posts.models import Post
from tests.desk.colleague import words
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")
TOLD = "Wir rufen Sie am Dienstag zurück."
NOW = "Guten Tag Frau Petersen, wir rufen Sie am Donnerstag zurück."


@pytest.fixture
def case(db):
    return case_of(mail_in("Wann rufen Sie an?", subject="Rückruf"))


def call(case, staff, said, *, days_ago=0):
    return cases.note_call(case, staff=staff, heard="", said=said, now=clock.now() - timedelta(days=days_ago))


def write(desk, case, text, **fields):
    return desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text, **fields}, follow=True)


def button(page):
    return re.findall(r'name="correct" value="([^"]+)"', page.content.decode())


def test_one_button_puts_the_open_correction_into_the_draft_and_then_it_may_leave(desk, mira, case):
    said = call(case, mira, TOLD, days_ago=2)[-1]
    page = write(desk, case, NOW)
    assert "One thing stands against this answer" in words(page)
    page = write(desk, case, NOW, correct=button(page)[0])
    day = timezone.localtime(said.at)
    text = answer_reads.open_draft(case, staff_id=mira.pk).text
    assert text.startswith("Guten Tag Frau Petersen, anders als am ")
    assert f"{day.day}. " in text
    assert text.endswith("mitgeteilt: Wir rufen Sie am Donnerstag zurück.")
    assert "stands against this answer" not in words(page)
    sent = desk.post(f"/desk/cases/{case.pk}/answer/", {"text": text})
    assert sent.status_code == 302
    assert Post.objects.get(kind=Post.Kind.ANSWER).text == text


def test_what_was_said_today_is_corrected_by_its_time(desk, mira, case):
    call(case, mira, TOLD)
    page = write(desk, case, NOW)
    write(desk, case, NOW, correct=button(page)[0])
    assert re.search(
        r"anders als heute um \d\d:\d\d Uhr mitgeteilt", answer_reads.open_draft(case, staff_id=mira.pk).text
    )


def test_what_somebody_else_was_told_is_named_so_and_not_corrected_before_the_reader(desk, mira, case):
    tom = case_of(mail_in("Frage", sender="tom@mail.example", subject="Frage"))
    send(tom, mira, "Matratzen können geöffnet zurückgegeben werden.")
    indexer.catch_up()
    page = write(desk, case, "Matratzen können geöffnet nicht zurückgegeben werden.")
    assert "to somebody else" in words(page)
    assert button(page) == []


def test_a_correction_of_what_no_longer_stands_against_it_changes_nothing(desk, mira, case):
    call(case, mira, TOLD)
    stale = button(write(desk, case, NOW))[0]
    write(desk, case, "Alles gut.", correct=stale)
    assert answer_reads.open_draft(case, staff_id=mira.pk).text == "Alles gut."
