"""A case that was called by the first line of a public word loses that title when the word is deleted where it stood."""

from __future__ import annotations

import pytest

from eyelevel.cases import actions as cases
from eyelevel.cases import overheard
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import Actor
from eyelevel.kernel.search import indexer, reads
from eyelevel.kernel.search.query import parse
from eyelevel.posts import withdrawn
from eyelevel.posts.models import Post
from tests.listening.heard import said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def heard(mira):
    word = said("Herr Kunze aus Wagen sieben ist unverschämt")
    return Case.objects.get(pk=overheard.open_from_heard([word], by=mira, now=clock.now()).case)


def delete():
    withdrawn.note_deleted(list(Post.objects.filter(kind=Post.Kind.HEARD)), now=clock.now())
    steps.run_due()


def test_the_title_goes_with_the_word_and_is_found_no_more_from_outside(heard):
    assert heard.subject.startswith("Herr Kunze")
    delete()
    heard.refresh_from_db()
    assert heard.subject == cases.UNTITLED
    told = Fact.objects.get(kind="case.title_taken_back")
    assert "Kunze" not in f"{told.data} {told.things}"
    indexer.catch_up()
    holder = Actor(kind="receipt", case_id=heard.pk, person_id=heard.person_id)
    assert reads.find(holder, parse("Kunze")).hits == []


def test_a_title_that_a_colleague_gave_stays(heard, mira):
    cases.rename(heard, subject="Beschwerde über Personal", by=mira, now=clock.now())
    delete()
    heard.refresh_from_db()
    assert heard.subject == "Beschwerde über Personal"


def test_the_title_of_a_case_that_another_word_opened_stays(heard, mira):
    other = said("Herr Kunze war freundlich", "2", author="did:plc:max", author_name="max.example")
    second = Case.objects.get(pk=overheard.open_from_heard([other], by=mira, now=clock.now()).case)
    withdrawn.note_deleted([Post.objects.get(case_id=second.pk)], now=clock.now())
    steps.run_due()
    heard.refresh_from_db()
    second.refresh_from_db()
    assert heard.subject.startswith("Herr Kunze")
    assert second.subject == cases.UNTITLED
