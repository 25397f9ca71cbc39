"""What the ear keeps of what it hears: matches once, edits and deletes obeyed, and nothing of what nobody asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from eyelevel.cases.models import Case
from eyelevel.channels.contract import WHOLE_AUTHOR
from eyelevel.channels.models import Source
from eyelevel.kernel import clock, push, steps
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import NotKept, write
from eyelevel.listening import actions, matching, people, ring
from eyelevel.listening.ear import Ear, author_number
from eyelevel.listening.language import NotUnderstood
from eyelevel.listening.matching import Matcher
from eyelevel.listening.models import Heard, Hearing, Match, Tally
from eyelevel.listening.rules import MOST_TEXT, MOST_WANTED_A_MINUTE
from eyelevel.people import actions as people_actions
from eyelevel.posts.models import Post
from eyelevel.posts.policy import words_shown_outside
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
    return Ear(now=lambda: NOW, matcher=matcher)


def watch(query="bahn", *, name="Bahn", opens_cases=False):
    return actions.make_watch(name=name, query=query, opens_cases=opens_cases, by="staff:1", now=NOW)


def texts():
    return list(Heard.objects.order_by("external_id").values_list("text", flat=True))


def counts(network="bluesky"):
    row = Hearing.objects.get(network=network)
    return {name: getattr(row, name) for name in ("heard", "matched", "withheld", "refused", "lost")}


def test_only_what_a_watch_matches_is_kept(ear):
    first, second = watch("bahn"), watch('"fällt aus" lang:de', name="Ausfall")
    ear.take([said(), said("Schönes Wetter", "2"), said("Bahn again", "3", language="en")])
    assert texts() == ["Die Bahn fällt aus", "Bahn again"]
    pairs = set(Match.objects.values_list("watch_id", "heard__external_id"))
    assert pairs == {(first.pk, "1"), (second.pk, "1"), (first.pk, "3")}
    row = Heard.objects.get(external_id="1")
    assert (row.author, row.author_name, row.network, row.source) == (
        "did:plc:jana", "jana.bsky.social", "bluesky", "jetstream",
    )  # fmt: skip
    assert row.edited_at is None


def test_without_a_watch_nothing_is_kept_and_what_was_heard_is_only_counted(ear):
    ear.take([said(), said("zwei", "2")])
    assert texts() == []
    ear._write_counts()
    assert counts() == {"heard": 2, "matched": 0, "withheld": 0, "refused": 0, "lost": 0}


def test_the_same_word_twice_is_one_row_one_match_and_counted_once(ear):
    one = watch()
    ear.take([said(), said()])
    ear.take([said()])
    assert Heard.objects.count() == Match.objects.count() == 1
    assert Tally.objects.get(watch_id=one.pk).words == 1
    assert Heard.objects.get().edited_at is None


def test_a_new_watch_hears_from_then_on_and_a_paused_or_ended_one_no_longer(ear):
    ear.take([said(name="before")])
    one = watch()
    ear.take([said(name="during")])
    actions.pause_watch(one, paused=True, by="staff:1", now=NOW)
    ear.take([said(name="paused")])
    actions.pause_watch(one, paused=False, by="staff:1", now=NOW)
    ear.take([said(name="again")])
    actions.end_watch(one, by="staff:1", now=NOW)
    ear.take([said(name="ended")])
    assert set(Heard.objects.values_list("external_id", flat=True)) == {"during", "again"}


def test_a_changed_watch_hears_what_it_asks_now(ear):
    one = watch("bahn")
    ear.take([said("Bahn", "1")])
    actions.change_watch(one, name="Bus", query="bus", opens_cases=False, by="staff:1", now=NOW)
    ear.take([said("Bahn", "2"), said("Bus", "3")])
    assert set(Heard.objects.values_list("external_id", flat=True)) == {"1", "3"}


def test_a_bad_query_is_refused_and_changes_nothing(ear):
    one = watch()
    with pytest.raises(NotUnderstood):
        watch("-bahn")
    with pytest.raises(NotUnderstood):
        actions.change_watch(one, name="x", query="(bahn", opens_cases=False, by="staff:1", now=NOW)
    one.refresh_from_db()
    assert one.query == "bahn"


def test_an_edit_changes_the_row_and_is_judged_anew(ear):
    train, bus = watch("bahn"), watch("bus", name="Bus")
    ear.take([said("Bahn", "1")])
    ear.take([edited("Bus statt Zug", "1")])
    row = Heard.objects.get()
    assert row.text == "Bus statt Zug"
    assert row.edited_at == NOW
    assert set(Match.objects.values_list("watch_id", flat=True)) == {bus.pk}
    assert Tally.objects.get(watch_id=train.pk).words == 1


def test_an_edit_after_which_nothing_matches_takes_the_word_off_the_radar(ear):
    watch("bahn")
    ear.take([said("Bahn", "1")])
    ear.take([edited("etwas anderes", "1")])
    assert texts() == []
    assert Match.objects.count() == 0


def test_an_edit_that_matches_for_the_first_time_is_kept(ear):
    watch("bahn")
    ear.take([edited("nun doch die Bahn", "9"), edited("nichts", "10")])
    assert texts() == ["nun doch die Bahn"]


def test_an_edit_leaves_the_matches_of_a_watch_that_does_not_listen_now(ear):
    paused = watch("bahn")
    watch("bus", name="Bus")
    ear.take([said("Bahn", "1")])
    actions.pause_watch(paused, paused=True, by="staff:1", now=NOW)
    ear.take([edited("Bahn und Bus", "1")])
    assert Match.objects.count() == 2


def test_an_old_telling_does_not_undo_an_edit(ear):
    watch("bahn")
    ear.take([said("Bahn", "1")])
    ear.take([edited("Bahn, verbessert", "1")])
    ear.take([said("Bahn", "1")])
    assert texts() == ["Bahn, verbessert"]


def test_a_delete_removes_the_word_with_its_matches_and_one_that_is_not_there_is_no_trouble(ear):
    watch("bahn")
    ear.take([said("Bahn", "1"), said("Bahn", "2")])
    ear.take([deleted("1"), deleted("unheard")])
    assert list(Heard.objects.values_list("external_id", flat=True)) == ["2"]
    assert Match.objects.count() == 1


def test_whoever_closes_their_account_takes_everything_back(ear):
    watch("bahn")
    ear.take([said("Bahn", "1"), said("Bahn", "2", author="did:plc:tom"), said("Bahn", "3")])
    gone = deleted("at://did:plc:jana", marks=(WHOLE_AUTHOR,))
    ear.take([said("Bahn", "4"), gone, gone])
    assert list(Heard.objects.values_list("external_id", flat=True)) == ["2"]
    assert [word.external_id for word in ear.recent.newest_first()] == ["2"]


def test_said_and_deleted_in_one_batch_is_not_kept_and_said_again_is(ear):
    watch("bahn")
    ear.take([said("Bahn", "1"), deleted("1"), deleted("2"), said("Bahn", "2")])
    assert list(Heard.objects.values_list("external_id", flat=True)) == ["2"]


def test_the_same_name_on_another_network_is_another_word(ear):
    watch("bahn")
    ear.take([said("Bahn", "1"), said("Bahn", "1", network="feed")])
    ear.take([deleted("1")])
    assert [row.network for row in Heard.objects.all()] == ["feed"]


def test_who_asks_not_to_be_indexed_is_counted_and_not_kept_even_later(ear):
    watch("bahn")
    ear.take([said("Bahn", "1"), said("Bahn", "2", marks=("no-index",))])
    ear.take([edited("Bahn", "1", marks=("no-index",))])
    ear._write_counts()
    assert texts() == []
    assert [word.external_id for word in ear.recent.newest_first()] == []
    assert counts() == {"heard": 3, "matched": 1, "withheld": 2, "refused": 0, "lost": 0}


def test_a_word_without_a_usable_name_is_counted_not_kept(ear):
    watch("bahn")
    ear.take([said("Bahn", ""), said("Bahn", "x" * 501), said("Bahn", "a\x00b"), said("Bahn", "1")])
    assert texts() == ["Bahn"]
    ear._write_counts()
    assert counts()["refused"] == 3


def test_what_strangers_write_is_bounded_and_cleaned(ear):
    watch("bahn")
    wild = said("Bahn \x00\ud800" + "x" * 2 * MOST_TEXT, author_name="a\nb" * 300, url="javascript:alert(1)", language="de-Latn-AT-1901",
                parent="p" * 900, marks=tuple(str(number) for number in range(50)))  # fmt: skip
    ear.take([wild])
    row = Heard.objects.get()
    assert len(row.text) == MOST_TEXT
    assert "cut-when-heard" in row.marks
    assert len(row.marks) <= 11
    assert (len(row.author_name), row.url, row.language, len(row.parent)) == (200, "", "de", 500)


def test_people_are_counted_not_words(ear):
    one = watch("bahn")
    words = [said("Bahn", str(number), author=f"did:{number % 7}") for number in range(40)]
    ear.take(words)
    tally = Tally.objects.get(watch_id=one.pk)
    assert tally.words == 40
    assert people.count(tally.people) == 7
    assert tally.hour == NOW.replace(minute=0)
    assert Match.objects.values("author").distinct().count() == 7


def test_an_author_is_counted_by_a_number_that_says_nothing_elsewhere():
    one, same, other_network = said(), said("anders", "2"), said(network="feed")
    assert author_number(one) == author_number(same) != author_number(other_network)
    assert 0 <= author_number(one) < 2**63
    assert author_number(said(author="", network="feed")) == author_number(
        said("x", author="", network="feed")
    )
    assert author_number(one) != settings.KEYS.number("another-purpose", "bluesky\ndid:plc:jana")


def test_a_word_that_breaks_the_engine_is_counted_and_named_and_its_neighbours_are_kept(monkeypatch):
    monkeypatch.setattr(matching, "SECONDS_FOR_A_BATCH", 3.0)
    monkeypatch.setattr(matching, "SECONDS_FOR_ONE_WORD", 3.0)
    breaking = Matcher(job="tests.listening.breaking.job")
    ear = Ear(now=lambda: NOW, matcher=breaking)
    watch("bahn")
    try:
        ear.take([said("Bahn 1", "1"), said("Bahn POISON", "2"), said("Bahn 3", "3")])
        ear.take([said("Bahn RAISES", "4"), said("Bahn 5", "5")])
        ear.take([said("Bahn TREACLE", "6"), said("Bahn 7", "7")])
        ear.take([said("Bahn 8", "8")])
        ear._write_counts()
    finally:
        breaking.stop()
    assert texts() == ["Bahn 1", "Bahn 3", "Bahn 5", "Bahn 7", "Bahn 8"]
    assert counts() == {"heard": 8, "matched": 5, "withheld": 0, "refused": 0, "lost": 3}
    assert Hearing.objects.get().lost_name == "6"


def test_an_engine_that_does_not_work_at_all_loses_no_word():
    broken = Matcher(job="tests.listening.breaking.broken")
    ear = Ear(now=lambda: NOW, matcher=broken)
    watch("bahn")
    with pytest.raises(NotKept, match="the engine does not work"):
        ear.take([said()])
    broken.stop()
    assert not Hearing.objects.exists()


def test_after_the_ear_was_stopped_words_are_refused_and_their_source_brings_them_again():
    ear = Ear(now=lambda: NOW)
    watch("bahn")
    ear._matcher.stop()
    with pytest.raises(NotKept):
        ear.take([said()])
    assert texts() == []


def test_open_pages_are_told_which_column_changed_in_one_message(ear):
    told = []
    push.listen(lambda fact, things: told.append((fact, list(things))))
    try:
        one, two = watch("bahn"), watch("fällt", name="fällt")
        told.clear()
        for number in range(20):
            ear.take([said(name=str(number))])
        assert told == []
        assert ear._news.taken() == {"radar", f"watch:{one.pk}", f"watch:{two.pk}"}
    finally:
        push.forget_listeners()


def wanted():
    return [
        (fact.data["watch"], [word["external_id"] for word in fact.data["words"]])
        for fact in Fact.objects.filter(kind="heard.wanted").order_by("id")
    ]


def test_a_watch_that_opens_cases_wants_each_word_once_and_keeps_its_name_alone(ear):
    """A fact outlives what was heard; what an author takes back must not stay in one."""
    one = watch("bahn", opens_cases=True)
    watch("fällt", name="only looks")
    ear.take([said(), said("Sonne", "2")])
    ear.take([said()])
    assert wanted() == [(one.pk, ["1"])]
    [named] = Fact.objects.get(kind="heard.wanted").data["words"]
    assert set(named) == {"network", "external_id"}


def test_our_own_words_and_reposts_never_open_a_case(ear):
    Source.objects.create(
        kind="bluesky-account", name="us", options={"did": "did:plc:us"}, made_at=NOW, changed_at=NOW
    )
    watch("bahn", opens_cases=True)
    ear.take([
        said(name="1", author="did:plc:us"), said(name="2", marks=("ours",)), said(name="3", repeats="99"),
        said(name="4"),
    ])  # fmt: skip
    assert [names for _watch, names in wanted()] == [["4"]]


def test_a_watch_that_wants_too_much_is_held_back_and_marked(ear):
    one = watch("bahn", opens_cases=True)
    ear.take([said(name=str(number)) for number in range(MOST_WANTED_A_MINUTE + 5)])
    ear.take([said(name="later")])
    assert sum(len(names) for _watch, names in wanted()) == MOST_WANTED_A_MINUTE
    one.refresh_from_db()
    assert one.too_many_at == NOW
    told = Fact.objects.get(kind="watch.too_many")
    assert told.data["held_back"] == 5
    assert f"watch:{one.pk}" in told.things
    assert Heard.objects.count() == MOST_WANTED_A_MINUTE + 6
    actions.change_watch(one, name="x", query="bahn zug", opens_cases=True, by="staff:1", now=NOW)
    one.refresh_from_db()
    assert one.too_many_at is None


def test_a_case_that_could_not_be_asked_for_is_asked_for_when_the_word_comes_again(ear, monkeypatch):
    one = watch("bahn", opens_cases=True)

    def no_room(*_args, **_more):
        raise NotKept("no room")

    with monkeypatch.context() as patched:
        patched.setattr("eyelevel.listening.wanting.write", no_room)
        with pytest.raises(NotKept):
            ear.take([said()])
    ear.take([said()])
    assert wanted() == [(one.pk, ["1"])]
    ear._write_counts()
    assert counts()["heard"] == 1


def a_case_with(name="1", text="Die Bahn fällt aus"):
    case = Case.objects.create(subject="Bahn", channel="bluesky", opened_at=NOW, last_word_at=NOW)
    return Post.objects.create(
        kind=Post.Kind.HEARD, openness=Post.Openness.PUBLIC, channel="bluesky", at=NOW, case_id=case.pk, text=text,
        message_id=name, author_name="jana.bsky.social",
    )  # fmt: skip


def test_a_word_that_became_a_post_stays_for_colleagues_when_its_author_deletes_it_and_is_hidden_outside(ear):
    from eyelevel.public import story

    watch("bahn")
    ear.take([said("Die Bahn fällt aus", "1")])
    post, other = a_case_with("1"), a_case_with("2")
    ear.take([deleted("1")])
    ear.take([deleted("1")])
    steps.run_due(now=clock.now() + timedelta(days=1))
    post.refresh_from_db()
    other.refresh_from_db()
    assert Heard.objects.count() == 0
    assert (post.text, post.remarks) == ("Die Bahn fällt aus", ["deleted-by-author"])
    assert other.remarks == []
    shown = story.words_of(Case.objects.get(pk=post.case_id))
    assert [word.shown for word in shown] == [False]
    told = [fact.things for fact in Fact.objects.filter(kind="post.withdrawn")]
    assert told == [[f"case:{post.case_id}"]]


def test_a_post_of_whoever_closed_their_account_is_hidden_outside_too(ear):
    jana = people_actions.meet(channel="bluesky", address="did:plc:jana", name="Jana", language="de", now=NOW)
    post = a_case_with()
    Post.objects.filter(pk=post.pk).update(handle=jana)
    gone = deleted("at://did:plc:jana", marks=(WHOLE_AUTHOR,))
    ear.take([gone])
    steps.run_due(now=clock.now() + timedelta(days=1))
    post.refresh_from_db()
    assert post.remarks == ["deleted-by-author"]
    assert not words_shown_outside(post)


def test_what_is_older_than_its_days_goes_in_small_batches(ear):
    watch("bahn")
    old = Ear(now=lambda: NOW - timedelta(days=40), matcher=ear._matcher)
    old.take([said("Bahn", str(number)) for number in range(5)])
    ear.take([said("Bahn", "new")])
    before = NOW - timedelta(days=settings.ENV.heard_days)
    assert actions.purge(before=before, most=3) == 3
    assert actions.purge(before=before, most=3) == 2
    assert actions.purge(before=before) == 0
    assert list(Heard.objects.values_list("external_id", flat=True)) == ["new"]
    assert Match.objects.count() == 1


def test_a_watch_is_tried_on_what_was_heard_last_matched_or_not(ear):
    ear.take([said("Zug", str(number)) for number in range(30)])
    ear.take(
        [
            said("Zug der Bahn", "a"),
            said("Bahn", "b"),
            said("Bahn weg", "c"),
            edited("Bus", "b"),
            deleted("c"),
        ]
    )
    found = ring.preview("zug", ear.recent.newest_first(), most=3)
    assert ([word.external_id for word in found.words], found.matched, found.of) == (
        ["a", "29", "28"],
        31,
        32,
    )
    assert ring.preview("bahn", ear.recent.newest_first(), most=3).matched == 1
    with pytest.raises(NotUnderstood):
        ring.preview("-bahn", ear.recent.newest_first(), most=3)


def test_the_ring_holds_a_bounded_number_of_words_and_bytes():
    small = ring.Ring()
    small.add(said("x", str(number)) for number in range(ring.MOST_WORDS + 100))
    assert len(small) == ring.MOST_WORDS
    assert small.newest_first()[-1].external_id == "100"
    small.add(said("ü" * 20_000, f"long {number}") for number in range(300))
    assert small._bytes <= ring.MOST_BYTES
    assert len(small) < 110


def test_where_nobody_listens_a_preview_looks_at_nothing():
    ring.install(None)
    found = ring.matching("bahn", most=5)
    assert (found.words, found.of) == ([], 0)


def test_a_watch_is_changed_through_the_pen_like_everything_else():
    made = write(
        actions.make_watch, name="Bahn\n", query="bahn\x00", opens_cases=False, by="staff:1", now=NOW
    )
    assert (made.name, made.query, made.place) == ("Bahn", "bahn", 0)
    assert watch().place == 1


def test_another_process_is_asked_on_postgres_and_nobody_on_sqlite(ear):
    from django.db import connection

    from eyelevel.listening.asking import Answers

    ear.take([said("Bahn ü" + "x" * 5_000, str(number), author=f"did:{number}") for number in range(30)])
    answers = Answers(lambda query, most: ring.preview(query, ear.recent.newest_first(), most=most))
    ring.install(None)
    answers.start()
    try:
        found = ring.matching("bahn", most=20)
        for _again in range(5):  # the other side may still be coming up
            found = found if found.of else ring.matching("bahn", most=20)
    finally:
        answers.stop()
    there = (20, 30, 30) if connection.vendor == "postgresql" else (0, 0, 0)
    assert (len(found.words), found.matched, found.of) == there
    with pytest.raises(NotUnderstood):
        ring.matching("-bahn", most=5)
