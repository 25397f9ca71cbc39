"""What the ear decides before it matches."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from eyelevel.channels.webhook import calls
from eyelevel.listening import actions
from eyelevel.listening.models import Heard
from eyelevel.listening.rules import MOST_WANTED_A_MINUTE, Gate, may_open_a_case, sorted_out
from tests.listening.heard import NOW, deleted, edited, said


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


TIMES = [
    "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z",
    "2026-11-02T10:12:00+01:00", "2026-11-02T09:12:00",
]  # fmt: skip


@pytest.mark.parametrize("told", TIMES)
@pytest.mark.django_db(databases="__all__")
def test_whatever_time_a_stranger_writes_the_word_is_kept_and_can_be_shown_anywhere(told):
    """A time at the edge of the calendar cannot be moved into another zone: one such word must not stop its source."""
    body = json.dumps({"kind": "heard", "words": [{"id": "1", "text": "Zug steht", "at": told}]}).encode()
    by_hook = calls.words_of(calls.understood(body), source="Shop", prefix="p", received_at=NOW)
    straight = [said(at=datetime.fromisoformat(told))]
    for words in (by_hook, straight):
        (word,) = sorted_out(words).said
        found = actions.Found(word=word, watches=(1,), author=1)
        actions.keep_matched([found], gone=[], judged=frozenset({1}), counts={}, now=NOW)
        kept = Heard.objects.get(network=word.network, external_id=word.external_id).at
        assert [kept.astimezone(ZoneInfo(zone)).year for zone in ("Pacific/Kiritimati", "Etc/GMT+12")]
    assert Heard.objects.count() == 2
