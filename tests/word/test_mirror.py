"""The mirror in a house: what was sent, entered or imported is known, what was taken back is forgotten."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eyelevel.answers import actions as answers
from eyelevel.answers import rules as answer_rules
from eyelevel.cases import actions as cases
from eyelevel.cases import reads as case_reads
from eyelevel.kernel import clock, facts, steps
from eyelevel.kernel.models import Fact, Step
from eyelevel.moving import mails
from eyelevel.word import canned, mirror
from eyelevel.word.models import Learnt, Mirror, Passage, Trace
from tests.making import case_of, mail_in, send
from tests.moving.test_mails import ANSWER, QUESTION, mbox

pytestmark = pytest.mark.django_db(databases="__all__")
CANNED = "Wir haben Ihre Meldung an die Fachabteilung gegeben und prüfen den Vorgang dort mit der gebotenen Sorgfalt."
OWN = "Der zweite Scan Ihres Ausweises ist lesbar, das Foto auf Seite drei war nur zu dunkel."


def case(number=1, text="Mein Scan wurde abgelehnt."):
    return case_of(mail_in(text, sender=f"person{number}@post.example", subject="Scan"))


def case_address(one):
    return answer_rules.case_address(address=settings.ENV.mail_address, token=case_reads.token_of(one.pk))


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


def test_a_letter_of_ours_that_a_colleague_enters_is_known(mira):
    one = case(1)
    cases.enter(
        one, staff=mira, channel="letter", ours=True, author_name="", text=CANNED, public=False, url="", files=[],
        now=clock.now(),
    )  # fmt: skip
    steps.run_due()
    assert passages(CANNED, case(2)) == [CANNED]
    assert not Mirror.objects.exists(), "it was not written here"


def test_answers_of_former_years_are_known_and_their_month_is_not_counted(tmp_path):
    archive = mbox(tmp_path / "old.mbox", QUESTION, ANSWER.replace(b"Wir sehen nach.", CANNED.encode()))
    mails.bring(mails.Wish(place=archive, name="old"), now=clock.now(), tell=lambda *_so_far: None)
    steps.run_due()
    assert passages(CANNED, case(2)) == [CANNED]
    assert mirror.share_by_month() == []


def test_what_moved_in_is_learnt_some_at_a_time_and_once(mira, monkeypatch):
    monkeypatch.setattr(canned, "AT_ONCE", 2)
    for number in range(5):
        sent(f"{CANNED} Nummer {number}.", number, mira)
    for table in (Learnt, Trace, Passage):
        table.objects.all().delete()
    facts.record("moving.imported", at=clock.now())
    steps.run_due()
    facts.record("moving.imported", at=clock.now())
    steps.run_due()
    assert Learnt.objects.count() == 5
    assert [one.answers for one in shown(CANNED, case(9)).share.spans] == [5]


def test_a_house_that_has_answered_before_this_was_learns_by_a_step_of_the_migration(mira):
    send(case(1), mira, CANNED)
    Step.objects.all().delete()
    migration = import_module("eyelevel.word.migrations.0003_canned_text")
    migration.learn_what_was_said(apps, None)
    steps.run_due()
    assert passages(CANNED, case(2)) == [CANNED]


def test_an_empty_house_stays_empty():
    import_module("eyelevel.word.migrations.0003_canned_text").learn_what_was_said(apps, None)
    assert not Step.objects.exists()


def test_the_step_done_twice_counts_once(mira):
    sent(CANNED, 1, mira)
    fact = Fact.objects.get(kind="answer.approved")
    assert canned.learn(fact) is None
    assert Passage.objects.get().answers == 1


def test_forgetting_one_of_two_answers_leaves_the_passage_of_the_other(mira):
    first, _second = sent(f"{CANNED} {OWN}", 1, mira), sent(CANNED, 2, mira)
    canned.forget(first.pk)
    canned.forget(first.pk)
    assert [one.answers for one in shown(f"{CANNED} {OWN}", case(9)).share.spans] == [1]
    assert passages(f"{CANNED} {OWN}", case(9)) == [CANNED]
    assert Trace.objects.exclude(passage_id=Passage.objects.get().pk).count() == 0


def test_a_pair_of_words_that_many_share_is_not_laid_for_ever(mira, monkeypatch):
    monkeypatch.setattr(canned, "MOST_PER_TRACE", 2)
    for number in range(6):
        sent(f"{CANNED[:-1]}, {'sehr ' * number}genau.", number, mira)
    counts = Counter(Trace.objects.values_list("trace", flat=True))
    assert max(counts.values()) <= 2
    assert passages(f"{CANNED[:-1]} heute genau.", case(9)) == [f"{CANNED[:-1]} heute genau."]


def test_what_was_sent_is_counted_by_month_as_it_was_then(mira):
    at = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    clock.stand_apart(at - clock.real_now())
    sent(CANNED, 1, mira)
    clock.stand_apart(at + timedelta(hours=1) - clock.real_now())
    sent(f"{CANNED} {OWN}", 2, mira)
    sent(OWN.replace("zweite", "dritte"), 3, mira)
    november, october = mirror.share_by_month()
    assert (october.begins.month, october.answers, october.canned, october.middle) == (10, 1, 0.0, 0.0)
    half = len(CANNED.replace(" ", "")) / len((CANNED + OWN).replace(" ", ""))
    assert (november.begins.month, november.answers) == (11, 2)
    assert november.middle == pytest.approx((half + 1) / 2)
    assert half < november.canned < 1


def test_what_the_person_named_is_counted_with_the_answer(mira):
    one = case(1, "Meine Bestellung 4711-22 ist nicht da.")
    send(one, mira, "Ihre Bestellung 4711-22 kommt morgen.")
    steps.run_due()
    row = Mirror.objects.get()
    assert (row.named, row.things) == (1, 2), "the order, and not the scan of the subject"


def test_an_answer_of_which_nothing_is_left_to_measure_has_no_share(mira):
    sent("Guten Tag,\n\nMit freundlichen Grüßen\nMira", 1, mira)
    [month] = mirror.share_by_month()
    assert (month.answers, month.canned, month.middle) == (1, None, None)


def test_only_what_came_since_our_last_answer_is_asked_for(mira):
    one = case(1, "Meine Bestellung 4711-22 ist nicht da.")
    send(one, mira, "Wir sehen nach.")
    mail_in("Die Rechnung 8899-1 ist falsch.", subject="Rechnung", sender="person1@post.example",
            To=case_address(one))  # fmt: skip
    look = shown("Gern.", one)
    assert "Rechnung 8899-1" in [thing.words for thing in look.specificity.missed]
    assert "Bestellung 4711-22" not in [thing.words for thing in look.specificity.missed]


def test_a_look_asks_as_often_among_many_answers_as_among_few(mira):
    draft = (
        f"{CANNED} {OWN} " + "Wir haben Ihre Beschwerde an die Fachabteilung gegeben und prüfen den Vorgang."
    )

    def questions(one):
        with CaptureQueriesContext(connection) as asked:
            shown(draft, one)
        return len(asked)

    sent(f"{CANNED} {OWN}", 0, mira)
    few = questions(case(8))
    for number in range(1, 8):
        sent(f"{CANNED} {OWN} {number}", number, mira)
    assert questions(case(9)) == few <= 4
