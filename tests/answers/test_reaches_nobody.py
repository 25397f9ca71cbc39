"""An answer that stands where nobody can read it is no answer: the person goes on waiting, and the alarm comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from eyelevel.answers import actions as answers
from eyelevel.cases import actions as cases
from eyelevel.cases import merging, overheard, states
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.people.models import Login, Staff
from eyelevel.posts.actions import REACHES_NOBODY
from tests.listening.heard import said
from tests.making import form_in, send

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def heard(mira):
    """A case made of a word in a feed: its author has no address that we could write to."""
    now = clock.now()
    taken = overheard.open_from_heard(
        [said("Die Bahn steht", network="feed", author="blog.example", author_name="Ein Blog", at=now)], by=mira, now=now
    )  # fmt: skip
    return Case.objects.get(pk=taken.case)


def test_an_answer_on_a_page_that_nobody_can_open_does_not_end_the_waiting(heard, mira):
    since = heard.waiting_since
    post = send(heard, mira, "We are looking into it.")
    heard.refresh_from_db()
    assert heard.waiting_since == since
    assert (heard.asked_since, heard.first_human_word_at) == (None, None)
    assert post.remarks == [REACHES_NOBODY]
    assert not Fact.objects.filter(kind="case.first_human_word").exists()
    steps.run_due(now=clock.now() + timedelta(days=14))
    heard.refresh_from_db()
    assert heard.alarm_since is not None


def test_it_stays_so_when_the_clocks_are_counted_anew(heard, mira):
    since = heard.waiting_since
    send(heard, mira, "We are looking into it.")
    states.recount(heard, now=clock.now())
    heard.refresh_from_db()
    assert heard.waiting_since == since
    assert heard.first_human_word_at is None


def test_with_a_code_the_receipt_page_is_an_answer(mira):
    post = form_in("Where is it?", code_hash="x" * 64)
    case = Case.objects.get(pk=post.case_id)
    cases.new_code(case, now=clock.now())
    ours = send(case, mira, "On its way.", handle=None)
    case.refresh_from_db()
    assert case.waiting_since is None
    assert ours.remarks == []


def test_the_code_of_a_case_that_was_merged_into_it_opens_it_too(mira):
    first = form_in("Where is it?", code_hash="x" * 64)
    merged = Case.objects.get(pk=first.case_id)
    cases.new_code(merged, now=clock.now())
    kept = cases.open_by_hand(person=merged.person, subject="It", by=mira, now=clock.now())
    merging.merge(kept_id=kept.pk, merged_id=merged.pk, by=mira, now=clock.now())
    assert send(kept, mira, "On its way.", handle=None).remarks == []


def test_closing_is_how_such_a_case_ends_and_an_undone_answer_changes_nothing(heard, mira):
    since = heard.waiting_since
    post = send(heard, mira, "We are looking into it.")
    answers.undo(post, by=mira, now=clock.now())
    heard.refresh_from_db()
    assert heard.waiting_since == since
    cases.close(heard, by=mira, now=clock.now())
    heard.refresh_from_db()
    assert heard.waiting_since is None


def test_the_desk_says_so_before_and_after(heard, mira, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("kim@nordlicht.example", "x")
    Staff.objects.create(name="Kim", role="agent", login=login, language="en")
    client = Client()
    client.force_login(login)
    page = client.get(f"/desk/cases/{heard.pk}/").content.decode()
    assert "would stand there unread, and the person would go on waiting" in page
    send(heard, mira, "We are looking into it.")
    page = client.get(f"/desk/cases/{heard.pk}/").content.decode()
    assert "reaches nobody: no address is known, and nobody has a code" in page
