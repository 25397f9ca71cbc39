"""A tag on Mastodon: statuses as its API sends them, edits, limits, who asks not to be indexed, strange answers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from eyelevel.channels.contract import Plan, SourceTrouble
from eyelevel.channels.mastodon import poll
from tests.channels.streams import ALLOWED, data, words
from tests.channels.test_feed import site  # noqa: F401 -- a fixture
from tests.channels.test_replay import NOW, Time

PATH = "/api/v1/timelines/tag/bahn?limit=40"


def status(number=1, *, text="Der Zug steht.", acct="jana", edited=None, **account):
    return {
        "id": str(1_000 + number), "uri": f"https://a.example/{number}", "url": f"https://a.example/@jana/{number}",
        "created_at": "2026-11-02T08:00:00.000Z", "edited_at": edited, "content": f"<p>{text} <a href='#'>#bahn</a></p>",
        "language": "de", "spoiler_text": "", "account": {"acct": acct, "display_name": "Jana", "indexable": True, **account},
    }  # fmt: skip


def plan(site, *, cursor=None, secret=""):  # noqa: F811 -- the fixture
    return Plan(
        name="Bahn",
        address=site.url,
        options={"tag": "bahn"},
        cursor=cursor or {},
        secret=secret,
        allowed=ALLOWED,
    )


def ask(site, *, cursor=None, secret=""):  # noqa: F811 -- the fixture
    asked = poll.Asking(plan(site, secret=secret), cursor or {}, now=lambda: NOW)
    return list(asked.caught()), asked


def answers(site, *held, path=PATH, **more):  # noqa: F811 -- the fixture
    site.set(json.dumps(list(held)), path=path, **more)


def test_a_status_is_heard_in_words(site):  # noqa: F811
    answers(site, status())
    (word,) = words(ask(site)[0])
    assert word.text == "Der Zug steht. #bahn"
    assert (word.author, word.author_name, word.language) == ("jana@127.0.0.1", "Jana", "de")
    assert (word.external_id, word.at) == ("https://a.example/1", datetime(2026, 11, 2, 8, tzinfo=UTC))
    assert word.marks == ()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_a_moment_that_cannot_be_is_shown_as_malformed_and_the_others_are_heard(site, moment):  # noqa: F811
    answers(site, status(2), status() | {"created_at": moment})
    caught, _asked = ask(site)
    assert [word.external_id for word in words(caught)] == ["https://a.example/2"]
    assert [one.why for each in caught for one in each.malformed] == ["no content or no created_at"]


@pytest.mark.parametrize("wish", [{"indexable": False}, {"noindex": True}])
def test_who_asks_not_to_be_indexed_is_marked(site, wish):  # noqa: F811
    answers(site, status(**wish))
    assert words(ask(site)[0])[0].marks == ("no-index",)


def test_a_known_status_is_nothing_and_an_edited_one_an_edit(site):  # noqa: F811
    answers(site, status())
    _caught, first = ask(site)
    assert words(ask(site, cursor=first.cursor)[0]) == []
    answers(site, status(2), status(text="Er fährt.", edited="2026-11-02T09:00:00Z"))
    edit, new = words(ask(site, cursor=first.cursor)[0])
    assert (edit.event, edit.text) == ("edit", "Er fährt. #bahn")
    assert new.event == "new"


def test_what_came_since_is_fetched_page_by_page(site):  # noqa: F811
    answers(site, status(1))
    _caught, first = ask(site)
    answers(site, *(status(number) for number in range(80, 40, -1)))
    answers(site, *(status(number) for number in range(40, 0, -1)), path=f"{PATH}&max_id=1041")
    found = words(ask(site, cursor=first.cursor)[0])
    assert [word.external_id for word in found] == [f"https://a.example/{number}" for number in range(2, 81)]


def test_with_nothing_left_of_its_limit_it_waits_until_the_server_says(site):  # noqa: F811
    reset = NOW + timedelta(minutes=5)
    answers(site, status(), X_RateLimit_Remaining="0", X_RateLimit_Reset=reset.isoformat())
    clock = Time()
    for _one in poll.listen(plan(site), stop=clock, now=clock.now):
        clock.ended = len(site.asked) > 1 or clock.at > NOW + timedelta(minutes=10)
    assert clock.at >= reset
    answers(site, status=429, X_RateLimit_Reset=reset.isoformat())
    with pytest.raises(SourceTrouble) as trouble:
        ask(site)
    assert trouble.value.after == 300


def test_a_token_is_sent_where_there_is_one(site):  # noqa: F811
    answers(site, status())
    ask(site, secret="token")
    assert site.asked[-1][1]["Authorization"] == "Bearer token"


def test_strange_statuses_are_counted_and_the_rest_is_heard(site):  # noqa: F811
    answers(
        site,
        {"id": "1"},
        "text",
        None,
        {**status(2), "content": 5},
        {**status(4), "created_at": "0001-01-01T00:00:00+14:00"},
        status(3),
    )
    caught, _asked = ask(site)
    assert [word.external_id for word in words(caught)] == ["https://a.example/3"]
    assert len(caught[0].malformed) == 5


@pytest.mark.parametrize(
    "content", ["", "{}", "<html>", "[" * 100_000, '{"error": "This method requires an authenticated user"}']
)
def test_another_answer_is_trouble(site, content):  # noqa: F811
    site.set(content, path=PATH)
    with pytest.raises(SourceTrouble):
        ask(site)


def test_recorded_statuses_of_a_real_server_are_all_read():
    """Answers of a Mastodon server, from the recordings of a client library's tests."""
    recording = data("mastodon_api", "tests", "cassettes", "test_hashtag_tl.yaml")
    if recording is None:
        pytest.skip("EYELEVEL_DATA names no folder with mastodon_api/")
    yaml = pytest.importorskip("yaml")
    bodies = [
        one["response"]["body"]["string"] for one in yaml.safe_load(recording.read_text())["interactions"]
    ]
    lists = [held for body in bodies if isinstance(held := json.loads(body), list)]
    found = [poll.word_of(one, source="x", server="localhost") for held in lists for one in held]
    assert len(found) >= 1
    assert all("#hoot" in word.text and not re.search(r"<\w", word.text) for word in found)
