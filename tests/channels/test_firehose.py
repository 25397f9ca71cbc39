"""The firehose of one server: recorded frames held against what Jetstream said of the same events, and strange frames."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from datetime import UTC, datetime

import libipld
import pytest

from eyelevel.channels.bluesky import firehose
from tests.channels.streams import all_of, data, plan, says, stream, words

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)


def frame(kind, **body):
    return libipld.encode_dag_cbor({"op": 1, "t": kind}) + libipld.encode_dag_cbor(body)


def account(seq=1, did="did:plc:jana", *, active=False, status="deleted"):
    return frame("#account", seq=seq, did=did, active=active, status=status, time="2026-11-02T09:00:00Z")


def heard(*frames, count=1, cursor=None):
    with stream(says(*frames)) as server:
        caught = all_of(
            firehose.listen, plan(server.url, cursor=cursor), now=lambda: NOW,
            until=lambda found: len(words(found)) + sum(len(one.malformed) for one in found) >= count,
        )  # fmt: skip
        return caught, server


def test_the_recorded_frames_say_what_jetstream_said_of_the_same_events():
    recording = data("bluesky", "internal", "corpus", "testdata", "frames.bin.zst")
    if recording is None or shutil.which("zstd") is None:
        pytest.skip("EYELEVEL_DATA names no folder with bluesky/, or there is no zstd here")
    raw = subprocess.run(["zstd", "-dc", str(recording)], capture_output=True, check=True).stdout
    frames, place = [], 0
    while place < len(raw):
        (size,) = struct.unpack_from("<I", raw, place)
        frames.append(raw[place + 4 : place + 4 + size])
        place += 4 + size
    lines = recording.with_name("expected_v1.jsonl").read_text(encoding="utf-8").splitlines()
    commits = [(one["did"], one["commit"]) for one in map(json.loads, lines) if one["kind"] == "commit"]
    expected = sorted(
        (f"at://{did}/app.bsky.feed.post/{commit['rkey']}", commit.get("record", {}).get("text", ""))
        for did, commit in commits
        if commit["collection"] == "app.bsky.feed.post"
    )
    caught, _server = heard(*frames, count=len(expected))
    assert len(frames) == 150
    assert sorted((word.external_id, word.text) for word in words(caught)) == expected
    assert not [one for each in caught for one in each.malformed]


@pytest.mark.parametrize(
    "garbage",
    [
        b"", b"\xff" * 20, os.urandom(300), b"\x81" * 100_000, "text", libipld.encode_dag_cbor({"op": 1}), frame("#commit"),
        frame("#commit", seq="one"), frame("#commit", seq=1, repo="jana", ops=[]), frame("#account", seq=1, did=5),
        frame("#commit", seq=1, repo="did:plc:x", ops=[{}] * 300),
        frame("#commit", seq=1, repo="did:plc:x", ops=[{"action": "create", "path": "app.bsky.feed.post/1", "cid": b"\x01"}], blocks=b"no car"),
        frame("#commit", seq=1, repo="did:plc:x", ops=[{"action": "create", "path": "app.bsky.feed.post/1", "cid": None}], blocks=b""),
        libipld.encode_dag_cbor({"op": 7, "t": "#commit"}) + libipld.encode_dag_cbor({}),
    ],
)  # fmt: skip
def test_a_strange_frame_is_counted_and_what_follows_is_heard(garbage):
    caught, _server = heard(garbage, account(seq=2), count=2)
    assert sum(len(one.malformed) for one in caught) == 1
    assert [word.external_id for word in words(caught)] == ["at://did:plc:jana"]


def test_it_asks_from_where_it_was_and_notes_a_jump_back():
    caught, server = heard(account(seq=10), account(seq=3, did="did:plc:erik"), count=2, cursor={"seq": 9})
    assert server.asked[0]["cursor"] == ["9"]
    assert "jumped back from number 10 to 3" in " ".join(one.remark for one in caught)
    assert caught[-1].cursor["seq"] == 10


def test_what_the_server_says_about_the_stream_is_shown():
    info = frame("#info", name="OutdatedCursor", message="some events were missed")
    caught, _server = heard(info, account())
    assert "OutdatedCursor some events were missed" in " ".join(one.remark for one in caught)
