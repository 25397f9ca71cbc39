"""Articles: versions that stay, two editors at once, what counts, who may do what, and doubts with their clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eyelevel.answers import actions as answers
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import STRANGER, Actor, can, visible
from eyelevel.kernel.search import indexer
from eyelevel.kernel.search import reads as search
from eyelevel.kernel.search.query import parse
from eyelevel.knowledge import actions, doubts, reads
from eyelevel.knowledge.models import Article, Doubt, Keyword
from tests.knowledge.writing import article, publish, revise, words
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")


def actor(staff):
    return Actor(kind=staff.role, staff_id=staff.pk)


def later(**time_passed):
    """House time moves on, and what is due is done."""
    clock.stand_apart(clock.now() - clock.real_now() + timedelta(**time_passed))
    steps.run_due()


def test_every_version_is_kept_and_what_is_published_stays_until_the_next_one_is(mira, okafor):
    row = article(mira)
    revise(row, okafor, "Sie haben 14 Tage.", title="Rückgabe")
    assert [(one.number, one.by.name) for one in reads.history(row)] == [
        (2, "Chidi Okafor"),
        (1, "Mira Lang"),
    ]
    assert "30 Tagen" in reads.version(row, 1).text
    row.refresh_from_db()
    assert (row.latest, row.published, row.title) == (2, 1, "Rückgabe")
    publish(row, mira)
    row.refresh_from_db()
    assert row.published == 2
    kinds = Fact.objects.filter(kind__startswith="article.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["article.written", "article.published", "article.revised", "article.published"]


def test_of_two_editors_at_once_the_later_is_told_and_can_save_again(mira, okafor):
    row = article(mira)
    other = Article.objects.get(pk=row.pk)
    revise(row, mira, "Mira war schneller.", seen=1)
    with pytest.raises(actions.ChangedMeanwhile):
        revise(other, okafor, "Chidi hat auch geschrieben.", seen=1)
    revise(other, okafor, "Chidi hat auch geschrieben.", seen=2)
    texts = [one.text for one in reads.history(row)]
    assert texts[:2] == ["Chidi hat auch geschrieben.", "Mira war schneller."]


def test_a_newer_draft_cannot_be_published_unseen(mira, okafor):
    row = article(mira, published=False)
    revise(row, okafor, "Anders.")
    with pytest.raises(actions.ChangedMeanwhile):
        actions.publish(row, number=1, keywords=[], by=mira, now=clock.now())


def test_an_article_has_a_title_and_a_text(mira):
    for title, text, wrong in (
        ("", "x", actions.NothingWritten), ("x", " ", actions.NothingWritten), ("x", "x" * 50_001, actions.TooLong),
    ):  # fmt: skip
        with pytest.raises(wrong):
            article(mira, title=title, text=text)
    assert not Article.objects.exists()


def test_what_is_withdrawn_counts_no_longer_and_can_be_published_again(mira):
    row = article(mira)
    assert reads.statements_like("Die Rücksendung ist kostenlos.")
    actions.withdraw(row, by=mira, now=clock.now())
    assert not reads.statements_like("Die Rücksendung ist kostenlos.")
    assert not visible(STRANGER, Article.objects.all()).exists()
    assert not Keyword.objects.exists()
    publish(row, mira)
    assert reads.statements_like("Die Rücksendung ist kostenlos.")


def test_who_may_do_what(mira, okafor):
    row = article(mira, public=False)
    boss = Actor(kind="supervisor", staff_id=99)
    for verb in ("article.read", "article.write", "article.doubt"):
        assert can(actor(okafor), verb, row)
        assert not can(STRANGER, verb, row)
    for verb in ("article.publish", "article.withdraw", "article.own"):
        assert can(actor(mira), verb, row)
        assert can(boss, verb, row)
        assert not can(actor(okafor), verb, row)
        assert not can(STRANGER, verb, row)
    row.audience = Article.Audience.PUBLIC
    assert can(STRANGER, "article.read", row)


def test_strangers_find_what_is_public_and_published_and_nothing_else(mira, okafor):
    shown = article(mira)
    article(mira, title="Rücksendung für Kollegen", public=False)
    article(mira, title="Rücksendung, noch nicht fertig", published=False)
    mail_in("Wo ist meine Rücksendung?")
    indexer.catch_up()
    question = parse("Rücksendung")
    assert [hit.text.thing for hit in search.find(STRANGER, question).hits] == [shown.pk]
    assert len(search.find(actor(okafor), question).hits) == 4
    assert dict(search.find(actor(okafor), question).facets["kind"])["article"] == 3
    actions.withdraw(shown, by=mira, now=clock.now())
    indexer.catch_up()
    assert search.find(STRANGER, question).hits == []


def test_the_date_of_doubt_flags_once_and_a_new_date_settles_it(mira):
    row = article(mira, on=(clock.now() + timedelta(days=30)).date())
    later(days=20)
    assert not Doubt.objects.exists()
    later(days=12)
    later(days=1)
    assert Doubt.objects.get().kind == "date"
    assert reads.doubted_of(mira.pk) == 1
    row.refresh_from_db()
    doubts.set_date(row, on=(clock.now() + timedelta(days=60)).date(), by=mira, now=clock.now())
    assert reads.doubted_of(mira.pk) == 0
    with pytest.raises(doubts.NotAhead):
        doubts.set_date(row, on=clock.now().date(), by=mira, now=clock.now())


def test_a_former_date_of_doubt_has_no_effect(mira):
    row = article(mira, on=(clock.now() + timedelta(days=30)).date())
    doubts.set_date(row, on=None, by=mira, now=clock.now())
    later(days=40)
    assert not Doubt.objects.exists()


def test_a_colleague_doubts_with_a_reason_and_the_owner_settles_it(mira, okafor):
    row = article(mira)
    with pytest.raises(doubts.NeedsReason):
        doubts.doubt(row, reason="  ", by=okafor, now=clock.now())
    made = doubts.doubt(row, reason="Seit Mai sind es 14 Tage.", by=okafor, now=clock.now())
    [listed] = reads.articles(actor(mira))
    assert listed.in_doubt
    doubts.settle(made, by=mira, note="geändert", now=clock.now())
    [listed] = reads.articles(actor(mira))
    assert not listed.in_doubt


def test_an_answer_that_says_otherwise_doubts_the_article_once_it_cannot_be_taken_back(mira):
    row = article(mira)
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    text = "Guten Tag. Die Rücksendung kostet 9,90 Euro."
    post = send(case, mira, text, reason="neuer Preis")
    steps.run_due()
    assert not Doubt.objects.exists()
    later(minutes=5)
    made = Doubt.objects.get()
    assert (made.article, made.kind, made.post_id) == (row, "answer", post.pk)
    assert made.sentence == "Die Rücksendung kostet 4,90 Euro."
    assert made.answer_sentence == "Die Rücksendung kostet 9,90 Euro."


def test_an_answer_that_agrees_or_was_taken_back_doubts_nothing(mira):
    article(mira)
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    send(case, mira, "Guten Tag. Die Rücksendung kostet 4,90 Euro.")
    gone = send(case, mira, "Guten Tag. Die Rücksendung kostet 19,90 Euro.", reason="x")
    answers.undo(gone, by=mira, now=clock.now())
    later(minutes=5)
    assert not Doubt.objects.exists()


def test_a_draft_is_held_against_articles_and_sending_needs_a_reason(mira):
    row = article(mira, public=False)
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    [found] = answers.reads.check(case, "Die Rücksendung kostet 9,90 Euro.").objections
    assert found.statement_id == f"article:{row.versions.get().pk}"
    with pytest.raises(answers.NeedsReason):
        send(case, mira, "Die Rücksendung kostet 9,90 Euro.")


def test_a_changed_article_does_not_send_a_checked_answer_back(mira):
    row = article(mira, text="Wir sind freundlich.")
    case = case_of(mail_in("Hallo"))
    check = answers.reads.check(case, "Guten Tag, gern.")
    revise(row, mira, "Wir sind sehr freundlich.")
    assert send(case, mira, "Guten Tag, gern.", check=check)


def test_the_sentence_that_answers_is_found_through_inflection_and_compounds(mira):
    article(mira)
    article(mira, title="Router", text="Der Router startet neu, wenn Sie den Knopf drücken.")
    article(
        mira,
        title="Shipping",
        text="We ship parcels on weekdays. A parcel takes 3 days to Austria.",
        language="en",
    )
    wanted = actor(mira)
    [one] = reads.suggestions("Was kosten Rücksendungen bei Ihnen?", actor=wanted)
    assert one.sentence == "Die Rücksendung kostet 4,90 Euro."
    [one] = reads.suggestions("How many days does a parcel take to Austria?", actor=wanted, language="en")
    assert one.sentence == "A parcel takes 3 days to Austria."
    assert not reads.suggestions("Guten Tag, vielen Dank!", actor=wanted)
    assert not reads.suggestions("", actor=wanted)


def test_what_is_for_colleagues_is_never_suggested_outside(mira):
    article(mira, public=False)
    assert reads.suggestions("Was kostet die Rücksendung?", actor=actor(mira))
    assert not reads.suggestions("Was kostet die Rücksendung?", actor=STRANGER)


def test_names_of_the_person_are_known_from_the_sources(mira):
    post = mail_in("Ich bin umgezogen.")
    case = case_of(post)
    answer = send(case, mira, "Guten Tag Frau Petersen, gern.")
    assert reads.known_names([f"post:{answer.pk}"]) == ["Jana Petersen", "jana@post.example"]
    assert reads.known_names(["https://example.com", "post:x", "post:999999"]) == []


def test_the_words_of_an_article_are_those_of_its_title_too(mira):
    row = article(mira, title="Garantie", text="Zwei Jahre lang.")
    assert "garantie" in set(Keyword.objects.values_list("word", flat=True))
    assert words(row.title).title == "Garantie"
