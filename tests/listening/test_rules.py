"""What the ear decides before it matches."""

from __future__ import annotations

from datetime import UTC, datetime

from eyelevel.listening.rules import MOST_WANTED_A_MINUTE, Gate, may_open_a_case, sorted_out
from tests.listening.heard import deleted, edited, said


def shown(heard):
    return [(word.external_id, word.event, word.text) for word in heard.said], list(heard.deleted)


def test_of_each_word_the_last_telling_counts():
    for told, expected in (
        ([said("a"), said("a")], ([("1", "new", "a")], [])),
        ([said("a"), edited("b")], ([("1", "edit", "b")], [])),
        ([edited("b"), said("a")], ([("1", "edit", "b")], [])),
        ([said("a"), deleted()], ([], [("bluesky", "1")])),
        ([deleted(), said("a")], ([("1", "new", "a")], [("bluesky", "1")])),
        ([said("a"), said("b", "2"), deleted("2"), deleted("2")], ([("1", "new", "a")], [("bluesky", "2")])),
    ):
        assert shown(sorted_out(told)) == expected


def test_only_web_and_network_addresses_are_kept_as_addresses():
    urls = [
        "https://a.example/x",
        "http://a.example",
        "at://did/app",
        "javascript:alert(1)",
        "data:x",
        "//a.example",
    ]
    kept = [sorted_out([said(url=url)]).said[0].url for url in urls]
    assert kept == ["https://a.example/x", "http://a.example", "at://did/app", "", "", ""]


def test_a_word_from_no_possible_moment_is_refused_and_counted():
    heard = sorted_out([said("a"), said("b", "2", at=datetime(9999, 12, 31, 23, tzinfo=UTC))])
    assert [word.text for word in heard.said] == ["a"]
    assert heard.refused == {"bluesky": 1}


def test_a_gate_lets_so_many_a_minute_through_and_each_watch_has_its_own():
    now = [0.0]
    gate = Gate(clock=lambda: now[0])
    assert gate.let_through(1, 7) == 7
    assert gate.let_through(1, 7) == MOST_WANTED_A_MINUTE - 7
    assert gate.let_through(1, 1) == 0
    assert gate.let_through(2, 3) == 3
    assert gate.tells(1)
    assert not gate.tells(1)
    now[0] = 61.0
    assert gate.let_through(1, 99) == MOST_WANTED_A_MINUTE
    assert gate.tells(1)


def test_a_repost_and_our_own_words_open_no_case():
    ours = frozenset({("bluesky", "did:us")})
    assert may_open_a_case(said(), ours=ours)
    assert may_open_a_case(said(author="did:us", network="feed"), ours=ours)
    assert not may_open_a_case(said(author="did:us"), ours=ours)
    assert not may_open_a_case(said(marks=("ours",)), ours=ours)
    assert not may_open_a_case(said(repeats="at://x"), ours=ours)
