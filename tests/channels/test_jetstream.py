"""The public stream of Bluesky, spoken by a loopback server: words, edits, deletes, breaks, garbage."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from eyelevel.channels.bluesky import jetstream
from eyelevel.channels.contract import SourceTrouble
from tests.channels.streams import all_of, data, plan, says, stream, words

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
JANA = "did:plc:jana"
START = int(NOW.timestamp() * 1_000_000)


def line(
    text="Der Zug steht.",
    *,
    at=START,
    rkey="3k1",
    did=JANA,
    operation="create",
    collection="app.bsky.feed.post",
    **record,
):
    commit = {"operation": operation, "collection": collection, "rkey": rkey}
    if operation != "delete":
        commit["record"] = {
            "$type": collection,
            "text": text,
            "createdAt": "2026-11-02T09:11:00.000Z",
            "langs": ["de-DE"],
            **record,
        }
    return json.dumps({"did": did, "time_us": at, "kind": "commit", "commit": commit})


def heard(*lines, count=1, cursor=None, then=None, **options):
    with stream(says(*lines, then=then)) as server:
        caught = all_of(
            jetstream.listen, plan(server.url, cursor=cursor, **options), now=lambda: NOW,
            until=lambda found: len(words(found)) + sum(len(one.malformed) for one in found) >= count,
        )  # fmt: skip
        return caught, server


def test_a_post_is_heard_with_its_author_language_address_and_conversation():
    reply = {
        "parent": {"uri": "at://did:plc:db/app.bsky.feed.post/1"},
        "root": {"uri": "at://did:plc:db/app.bsky.feed.post/0"},
    }
    (word,) = words(heard(line(reply=reply))[0])
    assert word.text == "Der Zug steht."
    assert word.author == JANA
    assert word.language == "de"
    assert word.external_id == "at://did:plc:jana/app.bsky.feed.post/3k1"
    assert word.url == "https://bsky.app/profile/did:plc:jana/post/3k1"
    assert (word.parent, word.root) == (reply["parent"]["uri"], reply["root"]["uri"])
    assert word.at == datetime(2026, 11, 2, 9, 11, tzinfo=UTC)


def test_an_edit_and_a_delete_name_the_word_that_they_change():
    first, edit, gone = words(
        heard(line(), line("Der Zug fährt.", operation="update"), line(operation="delete"), count=3)[0]
    )
    assert {first.external_id, edit.external_id, gone.external_id} == {first.external_id}
    assert [first.event, edit.event, gone.event] == ["new", "edit", "delete"]
    assert gone.text == ""


def test_whoever_ends_their_account_is_to_be_forgotten_wholly():
    account = {
        "did": JANA,
        "time_us": START,
        "kind": "account",
        "account": {"active": False, "did": JANA, "status": "deleted"},
    }
    (gone,) = words(heard(json.dumps(account))[0])
    assert (gone.event, gone.author, gone.external_id, gone.marks) == (
        "delete",
        JANA,
        f"at://{JANA}",
        ("whole-author",),
    )


def test_an_account_that_only_a_machine_lost_is_not_forgotten():
    account = {
        "did": JANA,
        "time_us": START,
        "kind": "account",
        "account": {"active": False, "status": "desynchronized"},
    }
    (word,) = words(heard(json.dumps(account), line())[0])
    assert word.event == "new"


def test_who_asks_not_to_be_shown_to_strangers_is_marked_from_then_on():
    asks = {"values": [{"val": "!no-unauthenticated"}]}
    profile = line("", collection="app.bsky.actor.profile", rkey="self", labels=asks)
    before, after = words(heard(line(rkey="1"), profile, line(rkey="2"), count=2)[0])
    assert before.marks == ()
    assert after.marks == ("no-index",)


def test_a_quote_and_a_repost_say_what_they_pass_on():
    there = "at://did:plc:db/app.bsky.feed.post/7"
    quote = line("Ach.", embed={"$type": "app.bsky.embed.record", "record": {"uri": there, "cid": "x"}})
    repost = line(collection="app.bsky.feed.repost", subject={"uri": there, "cid": "x"})
    said, passed_on = words(heard(quote, repost, count=2, reposts=True)[0])
    assert said.marks == (f"quotes:{there}",)
    assert passed_on.repeats == there


def test_a_time_to_come_that_an_author_gives_is_not_believed():
    (word,) = words(heard(line(createdAt="2031-01-01T00:00:00Z"))[0])
    assert word.at == NOW


def test_a_malformed_line_is_shown_with_its_number_and_the_rest_goes_on():
    caught, _server = heard(line(rkey="1"), '{"did": "did:plc:x", "time', line(rkey="2"), count=3)
    (bad,) = [one for each in caught for one in each.malformed]
    assert bad.number == 2
    assert bad.excerpt.startswith('{"did": "did:plc:x"')
    assert [word.external_id[-1] for word in words(caught)] == ["1", "2"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff\xfe\x00", b"[" * 100_000, '"text"', "[]", "{}", '{"did":"did:plc:x","time_us":true,"kind":"commit","commit":{}}',
        '{"did":"did:plc:x","time_us":1e300,"kind":"commit"}', '{"did":5,"time_us":1}', "null", "NaN",
        '{"did":"did:plc:x","time_us":5,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"1"}}',
        '{"did":"did:plc:x","time_us":5,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"1","record":{"text":5}}}',
        '{"did":"did:plc:x","time_us":5,"kind":"commit","commit":{"operation":"sing","collection":"app.bsky.feed.post","rkey":"1","record":{"text":"a"}}}',
    ],
)  # fmt: skip
def test_garbage_is_counted_and_what_follows_is_heard(garbage):
    caught, _server = heard(garbage, line(), count=2)
    assert sum(len(one.malformed) for one in caught) == 1
    assert [word.text for word in words(caught)] == ["Der Zug steht."]


def test_a_socket_with_nothing_but_garbage_is_left_for_the_next_host():
    with stream(says(*["\x00 no json"] * 1_500)) as bad, stream(says(line())) as good:
        caught = all_of(
            jetstream.listen,
            plan(f"{bad.url} {good.url}"),
            now=lambda: NOW,
            until=lambda found: bool(words(found)),
        )
    assert sum(len(one.malformed) for one in caught) == 1_000


def test_a_message_that_is_too_large_is_not_read_and_the_next_host_is_heard():
    with stream(says("x" * (jetstream.MOST_MESSAGE + 1))) as bad, stream(says(line())) as good:
        caught = all_of(
            jetstream.listen,
            plan(f"{bad.url} {good.url}"),
            now=lambda: NOW,
            until=lambda found: bool(words(found)),
        )
    assert [word.text for word in words(caught)] == ["Der Zug steht."]


def test_a_socket_that_sends_a_byte_a_second_is_left_for_the_next_host():
    def drip(connection):
        connection.socket.sendall(b"\x81\x7e\x03\xe8")  # a text frame of 1,000 bytes is announced
        for _ in range(60):
            connection.socket.sendall(b"x")
            time.sleep(0.2)

    with stream(says(then=drip)) as bad, stream(says(line())) as good:
        caught = all_of(
            jetstream.listen, plan(f"{bad.url} {good.url}", silence=1.0), now=lambda: NOW, until=lambda found: bool(words(found))
        )  # fmt: skip
    assert [word.text for word in words(caught)] == ["Der Zug steht."]


def test_after_a_break_it_asks_for_some_seconds_that_it_knows():
    def speak(connection, number):
        connection.send(line(rkey=str(number), at=START + number))
        if number:
            connection.recv()

    with stream(speak) as server:
        caught = all_of(
            jetstream.listen, plan(server.url), now=lambda: NOW, until=lambda found: len(words(found)) == 2
        )
    assert "cursor" not in server.asked[0]
    assert server.asked[1]["cursor"] == [str(START - 5_000_000)]
    assert server.asked[0]["wantedCollections"] == ["app.bsky.feed.post", "app.bsky.actor.profile"]
    assert any(one.reconnected for one in caught)
    assert caught[-1].cursor["time_us"] == START + 1


def test_a_stream_that_jumps_back_is_noted_and_its_cursor_does_not_go_back():
    caught, _server = heard(line(rkey="1"), line(rkey="2", at=START - 3_600_000_000), count=2)
    assert "jumped back by 3600 seconds" in " ".join(one.remark for one in caught)
    assert caught[-1].cursor["time_us"] == START


def test_a_stream_that_speaks_of_the_future_does_not_take_the_cursor_along():
    caught, _server = heard(line(rkey="1"), line(rkey="2", at=START * 2), count=2)
    assert "a time to come" in " ".join(one.remark for one in caught)
    assert caught[-1].cursor["time_us"] == START


def test_a_gap_is_told():
    caught, server = heard(line(), cursor={"time_us": START - 7_200_000_000})
    assert server.asked[0]["cursor"] == [str(START - 7_205_000_000)]
    assert "a gap of 120 minutes" in " ".join(one.remark for one in caught)


def test_where_no_host_answers_it_says_so():
    with pytest.raises(SourceTrouble, match="Unreachable"):
        all_of(
            jetstream.listen, plan("ws://127.0.0.1:9/subscribe"), now=lambda: NOW, until=lambda _found: False
        )


def test_an_inner_address_is_never_dialled():
    """A25."""
    inner = plan(
        "ws://169.254.169.254/subscribe ws://[fd00::1]/x ws://10.0.0.1/ http://example.org/ ws://user@example.org/"
    )
    with pytest.raises(SourceTrouble):
        all_of(jetstream.listen, inner, now=lambda: NOW, until=lambda _found: False)


def test_the_recorded_lines_are_all_read():
    """Lines as the public Jetstream sent them; the numbers are counted from the recording itself."""
    recording = data("bluesky", "internal", "corpus", "testdata", "expected_v1.jsonl")
    if recording is None:
        pytest.skip("EYELEVEL_DATA names no folder with bluesky/")
    lines = recording.read_text(encoding="utf-8").splitlines()
    events = [json.loads(one).get("commit", {}) for one in lines]
    posts = [one for one in events if one.get("collection") == "app.bsky.feed.post"]
    caught, _server = heard(*lines, count=len(posts) + 15, reposts=True)
    found = words(caught)
    assert not [one for each in caught for one in each.malformed]
    assert [word.text for word in found if word.event == "new" and not word.repeats] == [
        one["record"]["text"] for one in posts if one["operation"] == "create"
    ]
    assert sum(word.event == "delete" for word in found) == 1
    assert sum(bool(word.repeats) for word in found) == 15
