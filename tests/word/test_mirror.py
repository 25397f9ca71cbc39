"""The mirror in a house: what was sent, entered or imported is known, what was taken back is forgotten."""

from __future__ import annotations

import pytest

from eyelevel.answers import actions as answers
from eyelevel.kernel import clock, steps
from eyelevel.word import mirror
from eyelevel.word.models import Learnt, Mirror, Passage, Trace
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")
CANNED = "Wir haben Ihre Meldung an die Fachabteilung gegeben und prüfen den Vorgang dort mit der gebotenen Sorgfalt."
OWN = "Der zweite Scan Ihres Ausweises ist lesbar, das Foto auf Seite drei war nur zu dunkel."


def case(number=1, text="Mein Scan wurde abgelehnt."):
    return case_of(mail_in(text, sender=f"person{number}@post.example", subject="Scan"))


def shown(text, case):
    return mirror.look(text, case_id=case.pk, now=clock.now())


def passages(text, case):
    return [text[one.start : one.end] for one in shown(text, case).share.spans]


def sent(text, number, mira):
    post = send(case(number), mira, text)
    steps.run_due()
    return post


def test_what_was_sent_once_is_seen_in_the_next_case(mira):
    sent(f"Guten Tag,\n\n{CANNED}", 1, mira)
    look = shown(f"Hallo Frau Petersen,\n\n{CANNED} {OWN}", case(2))
    assert [one.answers for one in look.share.spans] == [1]
    assert 40 < look.share.percent < 60


def test_it_counts_the_answers_in_which_it_stands(mira):
    for number in range(3):
        sent(CANNED, number, mira)
    assert [one.answers for one in shown(CANNED, case(9)).share.spans] == [3]


def test_words_are_changed_and_it_is_seen_all_the_same(mira):
    sent(CANNED, 1, mira)
    changed = "Wir haben Ihre Beschwerde heute an die Fachabteilung gegeben und prüfen den Vorgang mit der gebotenen Sorgfalt."
    assert passages(changed, case(2)) == [changed]


def test_what_this_case_alone_has_heard_is_no_reuse(mira):
    post = sent(CANNED, 1, mira)
    assert passages(CANNED, case_of(post)) == []


def test_taken_back_it_was_never_said(mira):
    post = sent(CANNED, 1, mira)
    answers.undo(post, by=mira, now=clock.now())
    assert passages(CANNED, case(2)) == []
    assert [row.objects.count() for row in (Passage, Trace, Learnt, Mirror)] == [0, 0, 0, 0]


def test_taken_back_before_the_step_it_is_never_learnt(mira):
    post = send(case(1), mira, CANNED)
    answers.undo(post, by=mira, now=clock.now())
    steps.run_due()
    assert Passage.objects.count() == 0
