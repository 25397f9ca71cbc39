"""Two colleagues at the same word at the same moment: on PostgreSQL both write at once, and still it is one case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from eyelevel.cases import overheard
from eyelevel.cases.models import Case
from eyelevel.kernel.writer import write
from eyelevel.listening import reads
from eyelevel.people.models import Staff
from eyelevel.posts.models import Post, Thread
from tests.listening.hearing import NOW, hear, watch

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.postgres]


def at_once(*works):
    barrier = Barrier(len(works))

    def run(work):
        try:
            barrier.wait(10)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def take():
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one pen writes")
    mira = Staff.objects.create(name="Mira Lang", role="agent")

    def make(*heard):
        words = [reads.as_overheard(one) for one in heard]
        return lambda: write(overheard.open_from_heard, words, by=mira, now=NOW)

    return make


def test_the_same_word_makes_one_case(take):
    for number in range(5):
        heard = hear(watch(), author=f"did:{number}")
        taken = at_once(take(heard), take(heard), take(heard))
        assert len({one.case for one in taken}) == 1
        assert sorted(one.joined for one in taken) == [0, 0, 1]
    assert Case.objects.count() == Post.objects.count() == 5


def test_two_words_of_one_author_in_one_conversation_make_one_case(take):
    seen = watch()
    root, answer = hear(seen, external_id="at://root"), hear(seen, root="at://root")
    taken = at_once(take(root), take(answer))
    assert len({one.case for one in taken}) == 1
    assert Thread.objects.count() == Case.objects.count() == 1
    assert Post.objects.count() == 2


def test_groups_that_overlap_are_taken_without_waiting_for_each_other(take):
    seen = watch()
    words = [hear(seen, author=f"did:{number}") for number in range(6)]
    taken = at_once(take(*words[:4]), take(*reversed(words[2:])))
    assert Post.objects.count() == 6
    assert sum(one.joined + one.evidence for one in taken) == 6
