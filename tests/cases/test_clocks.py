"""Who waits for whom, counted from what was said: tables of examples, before and after cases were put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eyelevel.cases.rules import Joined, Later, Mergeable, Said, clocks, followers, why_not_merge

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HERE, THERE, BEYOND = 1, 2, 3


def at(hour):
    return START + timedelta(hours=hour)


def words(*said):
    """("heard", hour, strand) in the order in which the house got to know them."""
    return [
        Said(what=what, at=at(hour), strand=strand, order=0 if what == "closed" else number)
        for number, (what, hour, strand) in enumerate(said, start=1)
    ]


@pytest.mark.parametrize(
    ("said", "waiting", "asked", "first"),
    [
        ([], None, None, None),
        ([("heard", 0, HERE)], 0, None, None),
        ([("heard", 0, HERE), ("heard", 1, HERE)], 0, None, None),
        ([("heard", 0, HERE), ("ours", 1, HERE)], None, 1, 1),
        ([("heard", 0, HERE), ("ours", 1, HERE), ("heard", 2, HERE)], 2, None, 1),
        ([("heard", 0, HERE), ("ours", 1, HERE), ("ours", 3, HERE)], None, 3, 1),
        ([("ours", 0, HERE)], None, 0, 0),
        ([("heard", 0, HERE), ("closed", 1, HERE)], None, None, None),
        ([("heard", 0, HERE), ("closed", 1, HERE), ("heard", 2, HERE)], 2, None, None),
        ([("heard", 0, HERE), ("ours", 1, HERE), ("closed", 2, HERE)], None, None, 1),
        ([("heard", 0, HERE), ("closed", 1, HERE), ("ours", 2, HERE)], None, 2, 2),
    ],
)
def test_the_clocks_of_one_case(said, waiting, asked, first):
    counted = clocks(words(*said), joined={})
    hours = [None if one is None else at(one) for one in (waiting, asked, first)]
    assert [counted.waiting_since, counted.asked_since, counted.first_human_word_at] == hours


def test_an_answer_written_before_the_word_had_been_read_does_not_answer_it():
    late = [
        Said(what="ours", at=at(2), strand=HERE, order=5),
        Said(what="heard", at=at(1), strand=HERE, order=6),
    ]
    assert clocks(late, joined={}).waiting_since == at(1)


@pytest.mark.parametrize(
    ("said", "waiting"),
    [
        # what was said there before the merge (at 5) does not answer what was asked here
        ([("heard", 0, HERE), ("heard", 1, THERE), ("ours", 2, THERE)], 0),
        ([("heard", 1, HERE), ("ours", 2, HERE), ("heard", 0, THERE)], 0),
        # after it, an answer answers both
        ([("heard", 0, HERE), ("heard", 1, THERE), ("ours", 6, HERE)], None),
        # and so does closing
        ([("heard", 0, HERE), ("heard", 1, THERE), ("closed", 6, HERE)], None),
        ([("heard", 0, THERE), ("closed", 2, THERE), ("heard", 3, HERE)], 3),
    ],
)
def test_a_merge_loses_nobodys_wait(said, waiting):
    counted = clocks(words(*said), joined={THERE: Joined(into=HERE, at=at(5))})
    assert counted.waiting_since == (None if waiting is None else at(waiting))


def test_an_answer_in_the_middle_case_answers_what_had_been_merged_into_it_by_then():
    chain = {BEYOND: Joined(into=THERE, at=at(2)), THERE: Joined(into=HERE, at=at(6))}
    said = words(("heard", 0, BEYOND), ("heard", 1, HERE), ("ours", 4, THERE))
    assert clocks(said, joined=chain).waiting_since == at(1)
    early = words(("heard", 0, BEYOND), ("ours", 1, THERE))
    assert clocks(early, joined=chain).waiting_since == at(0)


JANA, TOM = 7, 8


def one(number, person, *, merged=False, followed=False):
    return Mergeable(case_id=number, person_id=person, merged=merged, followed=followed)


@pytest.mark.parametrize(
    ("kept", "merged", "why"),
    [
        (one(1, JANA), one(2, JANA), None),
        (one(1, JANA, followed=True), one(2, JANA, followed=True), None),
        (one(1, JANA), one(1, JANA), "itself"),
        (one(1, JANA), one(2, TOM), "other-person"),
        (one(1, JANA, followed=True), one(2, None), None),
        (one(1, JANA), one(2, None, followed=True), "somebody-follows"),
        (one(1, None), one(2, JANA), "keep-the-known"),
        (one(1, None), one(2, None), None),
        (one(1, None, followed=True), one(2, None), "somebody-follows"),
        (one(1, JANA, merged=True), one(2, JANA), "merged-already"),
        (one(1, JANA), one(2, JANA, merged=True), "merged-already"),
    ],
)
def test_nobody_comes_to_read_another_persons_words_by_a_merge(kept, merged, why):
    assert why_not_merge(kept, merged) == why


def test_later_posts_follow_their_thread():
    later = [
        Later(post_id=1, message_id="<r1>", references=["<k>", "<m>"], names_merged=False),
        Later(post_id=2, message_id="<r2>", references=["<m>", "<k>"], names_merged=False),
        Later(post_id=3, message_id="<r3>", references=["<r1>"], names_merged=False),
        Later(post_id=4, message_id="", references=[], names_merged=False),
        Later(post_id=5, message_id="", references=["<k>"], names_merged=True),
    ]
    assert followers(later, of_merged=["<m>"], of_kept=["<k>"]) == {1, 3, 5}
