"""What an author edits where it stood: the post says the new words, the former ones are kept with their time."""

from __future__ import annotations

import pytest

from eyelevel.cases import overheard as cases
from eyelevel.kernel import steps
from eyelevel.kernel.models import Fact
from eyelevel.listening import actions
from eyelevel.listening.ear import Ear
from eyelevel.listening.matching import Matcher
from eyelevel.people.models import Staff
from eyelevel.posts import edited as posts
from eyelevel.posts.models import Post, Version
from tests.listening.heard import NOW, deleted, edited, said

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(scope="module")
def matcher():
    one = Matcher()
    yield one
    one.stop()


@pytest.fixture
def ear(matcher, monkeypatch):
    monkeypatch.setattr("eyelevel.listening.ear.SECONDS_BETWEEN_LOOKS", 0.0)
    actions.make_watch(name="Bahn", query="bahn", opens_cases=False, by="staff:1", now=NOW)
    return Ear(now=lambda: NOW, matcher=matcher)


@pytest.fixture
def post(ear):
    word = said("Die Bahn fällt aus")
    ear.take([word])
    mira = Staff.objects.create(name="Mira Lang", role="agent")
    cases.open_from_heard([word], by=mira, now=NOW)
    return Post.objects.get()


def versions():
    return list(Version.objects.values_list("text", flat=True))


def test_the_post_says_the_new_words_and_keeps_the_former(ear, post):
    ear.take([edited("Die Bahn fällt doch nicht aus")])
    post.refresh_from_db()
    assert post.text == "Die Bahn fällt doch nicht aus"
    assert versions() == ["Die Bahn fällt aus"]
    assert Version.objects.get().replaced_at == NOW
    assert Fact.objects.get(kind="post.edited").things == [f"case:{post.case_id}"]


def test_the_same_edit_told_twice_is_one_version(ear, post):
    for _ in range(2):
        ear.take([edited("Die Bahn fällt doch nicht aus")])
    assert versions() == ["Die Bahn fällt aus"]


def test_every_version_is_kept_in_its_order_also_one_that_no_watch_matches(ear, post):
    ear.take([edited("Nichts mehr davon")])
    ear.take([edited("Die Bahn fällt aus")])
    assert versions() == ["Die Bahn fällt aus", "Nichts mehr davon"]


def test_an_edit_of_a_word_that_is_no_post_keeps_nothing(ear):
    ear.take([said("Die Bahn kommt", "2"), edited("Die Bahn kommt spät", "2")])
    assert versions() == []


def test_an_edit_on_another_network_with_the_same_name_changes_nothing(ear, post):
    ear.take([edited("Die Bahn auf Mastodon", network="mastodon")])
    assert versions() == []


def test_after_a_delete_nothing_is_changed_any_more(ear, post):
    ear.take([deleted()])
    steps.run_due()
    ear.take([edited("Die Bahn, noch einmal")])
    post.refresh_from_db()
    assert post.text == "Die Bahn fällt aus"


def test_whoever_edits_without_end_fills_no_disk_and_it_is_written_down(ear, post, monkeypatch):
    monkeypatch.setattr(posts, "MOST_VERSIONS", 2)
    for number in range(4):
        ear.take([edited(f"Die Bahn {number}")])
    post.refresh_from_db()
    assert post.text == "Die Bahn 3"
    assert versions() == ["Die Bahn fällt aus", "Die Bahn 0"]
    assert [fact.data["kept"] for fact in Fact.objects.filter(kind="post.edited").order_by("id")] == [
        True,
        True,
        False,
        False,
    ]
