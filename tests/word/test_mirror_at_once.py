"""Answers that are learnt and forgotten by two workers at once: every passage is counted as often as it stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from eyelevel.kernel import clock
from eyelevel.posts.models import Post
from eyelevel.word import canned
from eyelevel.word.models import Learnt, Passage, Trace

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite has one pen: nothing is written at once"
    ),
]
SENTENCES = [
    f"Den Stand der Sendung von {name} sehen Sie jederzeit in Ihrem eigenen Konto bei uns."
    for name in "Anton Berta Cäsar Dora Emil Friedrich Gustav Heinrich".split()
]


def kept(number):
    turned = SENTENCES[number % 8 :] + SENTENCES[: number % 8]
    post = Post.objects.create(
        kind=Post.Kind.ANSWER, channel="mail", at=clock.now(), case_id=number, text=" ".join(turned)
    )
    with transaction.atomic():
        canned.keep([(post, canned.rows_of(post.text))])
    return post.pk


def forgotten(post):
    with transaction.atomic():
        canned.forget(post)


def at_once(work, many):
    def alone(one):
        try:
            return work(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as workers:
        return list(workers.map(alone, many))


def test_what_is_learnt_and_forgotten_at_once_is_counted_right():
    posts = at_once(kept, range(24))
    assert set(Passage.objects.values_list("answers", flat=True)) == {24}
    assert Passage.objects.count() == len(SENTENCES)
    at_once(forgotten, posts[:23])
    assert set(Passage.objects.values_list("answers", flat=True)) == {1}
    forgotten(posts[23])
    assert (Passage.objects.count(), Trace.objects.count(), Learnt.objects.count()) == (0, 0, 0)
