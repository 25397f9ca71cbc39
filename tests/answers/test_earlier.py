"""What a draft is held against beyond this person's own dialogue: linked cases, the same number, public words, others."""

from __future__ import annotations

import pytest

from eyelevel.answers import reads
from eyelevel.cases import actions as cases
from eyelevel.cases import merging
from eyelevel.cases.models import Link
from eyelevel.kernel import clock
from eyelevel.kernel.search import indexer
from eyelevel.word.actions import SomethingWasSaid
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def case(db):
    return case_of(mail_in("Guten Tag, wie lange kann ich die Matratze zurückgeben?", subject="Rückgabe"))


@pytest.fixture
def tom(db):
    return case_of(mail_in("Hallo, eine Frage.", sender="tom@mail.example", subject="Frage"))


def against(case, text):
    indexer.catch_up()
    return [(one.near, one.kind, one.old_sentence) for one in reads.check(case, text).objections]


def test_a_rule_that_somebody_else_was_told_otherwise_is_shown(case, tom, mira):
    told = "Matratzen können geöffnet zurückgegeben werden."
    send(tom, mira, told)
    found = against(case, "Matratzen können geöffnet nicht zurückgegeben werden.")
    assert [(near, old) for near, _kind, old in found] == [("others", told)]


def test_what_concerns_somebody_else_alone_is_let_through(case, tom, mira):
    for told, now in [
        ("Ihr Paket kommt am Dienstag.", "Ihr Paket kommt am Donnerstag."),
        ("Wir rufen Sie am Dienstag zurück.", "Wir rufen Sie am Donnerstag zurück."),
        ("Die Erstattung beträgt 25 Euro.", "Die Erstattung beträgt 15 Euro."),
        ("We will call you on Tuesday.", "We will call you on Thursday."),
    ]:
        send(tom, mira, told)
        assert against(case, now) == [], now


def test_what_was_said_about_the_same_order_counts_whoever_heard_it(case, tom, mira):
    send(tom, mira, "Bestellung 88124 wird am Dienstag geliefert.")
    assert against(case, "Bestellung 88124 wird am Donnerstag geliefert.")[0][:2] == ("number", "date")
    assert against(case, "Bestellung 90017 wird am Donnerstag geliefert.") == []


def test_the_number_may_stand_in_the_words_of_the_person(tom, mira):
    send(tom, mira, "Zu RE-2041: Die Gutschrift beträgt 25 Euro.")
    case = case_of(mail_in("Was ist mit RE-2041?", subject="Rechnung"))
    assert against(case, "Die Gutschrift beträgt 15 Euro.")[0][:2] == ("number", "amount")


def test_a_linked_case_counts_and_says_so(case, tom, mira):
    told = "Die Störung in Köln kam durch einen Bagger."
    send(tom, mira, told)
    merging.link(case, tom, kind=Link.Kind.RELATED, note="", by=mira, now=clock.now())
    assert against(case, "Die Störung in Köln liegt an Ihrem Router.") == [("linked", "cause", told)]


def test_a_public_word_of_ours_counts(case, mira):
    other = case_of(mail_in("Haben Sie montags offen?", sender="ute@mail.example", subject="Öffnung"))
    cases.enter(
        other, staff=mira, channel="paste", ours=True, author_name="", text="Unser Laden hat montags geöffnet.",
        public=True, url="", files=[], now=clock.now(),
    )  # fmt: skip
    assert against(case, "Unser Laden ist montags geschlossen.")[0][:2] == ("public", "yes_no")


def test_two_answers_on_linked_cases_written_at_once_meet(case, tom, mira, okafor):
    merging.link(case, tom, kind=Link.Kind.RELATED, note="", by=mira, now=clock.now())
    seen = reads.check(case, "Die Störung endet am Donnerstag.")
    send(tom, okafor, "Die Störung endet am Dienstag.")
    with pytest.raises(SomethingWasSaid):
        send(case, mira, "Die Störung endet am Donnerstag.", check=seen)
    assert reads.check(case, "Die Störung endet am Donnerstag.").objections


def test_an_empty_draft_asks_for_nothing(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert reads.check(case, "  ").objections == ()
