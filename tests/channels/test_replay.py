"""Recordings through the same door: forms, times, seeds, bad lines, names that lead elsewhere."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from eyelevel.channels.contract import SourceEnded, SourceTrouble
from eyelevel.channels.reading import mail_of
from eyelevel.channels.replay import play
from tests.channels.streams import data, plan, words

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
GERMEVAL = """<?xml version="1.0" encoding="UTF-8"?>
<Documents>
  <Document id="http://twitter.com/jana\\_p/statuses/1"><relevance>true</relevance><text>Die Bahn steht &amp; steht.</text></Document>
  <Document id="http://www.gutefrage.net/a"><text>Wann kommt sie?</text></Document>
</Documents>"""


class Time:
    """A clock that moves on only by waiting, so that hours are played in no time."""

    def __init__(self):
        self.at, self.ended = NOW, False

    def now(self):
        return self.at

    def is_set(self):
        return self.ended

    def wait(self, seconds=0.0):
        self.at += timedelta(seconds=seconds)
        return self.ended


def played(folder, name, content, *, cursor=None, **options):
    if content is not None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    time, caught = Time(), []
    asked = plan(name="Replay", folder=folder, cursor=cursor, file=name, read_mail=mail_of, **options)
    heard = play.listen(asked, stop=time, now=time.now)
    with pytest.raises(SourceEnded) as ended:
        caught.extend(heard)
    return caught, str(ended.value), time.at - NOW


def lines(*held):
    return "\n".join(json.dumps(one) if isinstance(one, dict) else one for one in held)


def test_times_are_kept_and_played_n_times_as_fast(tmp_path):
    content = lines(
        {"text": "eins", "at": "2026-05-01T10:00:00Z", "author": "jana", "id": "1"},
        {"text": "zwei", "at": "2026-05-01T10:10:00Z", "author": "erik", "id": "2", "language": "de"},
    )
    caught, over, took = played(tmp_path, "a.jsonl", content, speed=10)
    first, second = words(caught)
    assert (first.text, second.text, second.author, second.language) == ("eins", "zwei", "erik", "de")
    assert second.at == datetime(2026, 5, 1, 10, 10, tzinfo=UTC)
    assert first.marks == ("replayed",)
    assert took == timedelta(minutes=1)
    assert over == "the recording is over: 2 entries"


def test_without_times_the_same_seed_gives_the_same_times_and_the_words_say_so(tmp_path):
    content = lines(*({"text": f"Wort {number}"} for number in range(50)))
    once, twice = (words(played(tmp_path, "a.jsonl", content, seed=7)[0]) for _ in range(2))
    other = words(played(tmp_path, "a.jsonl", content, seed=8)[0])
    assert [word.at for word in once] == [word.at for word in twice] != [word.at for word in other]
    assert {word.marks for word in once} == {("re-timed",)}
    assert [one.remark for one in played(tmp_path, "a.jsonl", content)[0] if one.remark] == ["re-timed"]


def test_a_recording_without_times_comes_at_its_rate(tmp_path):
    content = lines(*({"text": f"Wort {number}"} for number in range(600)))
    _caught, _over, took = played(tmp_path, "a.jsonl", content, per_minute=60, speed=2)
    assert timedelta(minutes=4) < took < timedelta(minutes=6)


def test_bad_lines_are_counted_with_their_numbers_and_the_rest_goes_on(tmp_path):
    content = lines(
        {"text": "eins"},
        "{broken",
        {"no": "text"},
        "[" * 100_000,
        {"text": "x" * 400_000},
        "",
        {"text": "zwei"},
    )
    caught, over, _took = played(tmp_path, "a.jsonl", content)
    bad = [one for each in caught for one in each.malformed]
    assert [one.number for one in bad] == [2, 3, 4, 5]
    assert bad[0].excerpt == "{broken\n"
    assert [word.text for word in words(caught)] == ["eins", "zwei"]
    assert over == "the recording is over: 6 entries"


def test_it_goes_on_where_it_stopped(tmp_path):
    content = lines(*({"text": f"Wort {number}"} for number in range(10)))
    whole = words(played(tmp_path, "a.jsonl", content, seed=3)[0])
    rest = words(played(tmp_path, "a.jsonl", None, seed=3, cursor={"entries": 4})[0])
    assert [word.text for word in rest] == [f"Wort {number}" for number in range(4, 10)]
    pauses = [after.at - before.at for before, after in pairwise(rest)]
    assert pauses == [after.at - before.at for before, after in pairwise(whole[4:])]


def test_a_pause_of_months_is_jumped_over(tmp_path):
    content = lines({"text": "a", "at": "2025-01-01T00:00:00Z"}, {"text": "b", "at": "2026-01-01T00:00:00Z"})
    assert played(tmp_path, "a.jsonl", content)[2] == timedelta(hours=12)


def test_edits_deletes_and_reposts_are_played_too(tmp_path):
    content = lines(
        {"text": "a", "id": "1"}, {"event": "edit", "id": "1", "text": "b"}, {"event": "delete", "id": "1"},
        {"id": "2", "repeats": "1"}, {"event": "sing", "text": "x"},
    )  # fmt: skip
    caught, _over, _took = played(tmp_path, "a.jsonl", content)
    assert [(word.event, word.external_id) for word in words(caught)] == [
        ("new", "1"),
        ("edit", "1"),
        ("delete", "1"),
        ("new", "2"),
    ]
    assert sum(len(one.malformed) for one in caught) == 1


def test_an_mbox_is_heard_mail_by_mail(tmp_path):
    mbox = (
        "From jana@post.example Fri May  1 10:00:00 2026\nFrom: Jana <jana@post.example>\nSubject: Zug\n"
        "Date: Fri, 01 May 2026 10:00:00 +0200\nMessage-ID: <1@x>\n\nWo bleibt er?\n>From heute an warte ich.\n\n"
        "From erik@post.example Fri May  1 11:00:00 2026\nFrom: Erik <erik@post.example>\nSubject: Re: Zug\n"
        "Date: Fri, 01 May 2026 11:00:00 +0200\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\n\nHier.\n"
    )  # fmt: skip
    caught, _over, took = played(tmp_path, "list.mbox", mbox)
    first, second = words(caught)
    assert "From heute an warte ich." in first.text
    assert first.text.startswith("Zug\n\nWo bleibt er?")
    assert (second.author, second.parent) == ("erik@post.example", first.external_id)
    assert took == timedelta(hours=1)


def test_germeval_documents_are_heard(tmp_path):
    first, second = words(played(tmp_path, "a.xml", GERMEVAL)[0])
    assert first.text == "Die Bahn steht & steht."
    assert (first.author, second.author) == ("@jana_p", "gutefrage.net")
    assert first.url == "http://twitter.com/jana_p/statuses/1"
    assert (first.language, first.marks) == ("de", ("re-timed",))


def test_an_entity_bomb_and_an_outside_entity_are_not_opened(tmp_path):
    """A19's relatives."""
    bomb = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + GERMEVAL.partition("?>")[2]
    outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + GERMEVAL.partition("?>")[2]
    for content in (bomb, outside):
        caught, _over, _took = played(tmp_path, "a.xml", content)
        assert words(caught) == []
        assert "document type" in caught[0].malformed[0].why


def test_a_broken_xml_is_heard_up_to_where_it_breaks(tmp_path):
    broken = GERMEVAL.replace('<Document id="http://www', "<Document id=http://www")
    caught, _over, _took = played(tmp_path, "a.xml", broken)
    assert [word.author for word in words(caught)] == ["@jana_p"]
    assert caught[-1].malformed[0].number == 2


@pytest.mark.parametrize(
    "name", ["../secret.jsonl", "/etc/passwd", ".hidden.jsonl", "", "none.jsonl", "a/b.jsonl", "link.jsonl"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    folder = tmp_path / "replay"
    folder.mkdir()
    (tmp_path / "secret.jsonl").write_text('{"text": "secret"}')
    (folder / ".hidden.jsonl").write_text('{"text": "secret"}')
    (folder / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    with pytest.raises(SourceTrouble):
        list(play.listen(plan(folder=folder, file=name), stop=threading.Event(), now=lambda: NOW))


def test_the_posts_about_deutsche_bahn_are_all_heard(tmp_path):
    recording = data("germeval2017", "dev-2017-09-15.xml")
    if recording is None:
        pytest.skip("EYELEVEL_DATA names no folder with germeval2017/")
    caught, over, _took = played(tmp_path, "bahn.xml", recording.read_bytes(), speed=1_000)
    found = words(caught)
    assert len(found) == 2_369
    assert len({word.external_id for word in found}) == len(found)
    assert over.endswith("2369 entries")
    assert not [one for each in caught for one in each.malformed]


def test_a_line_whose_moment_cannot_be_is_heard_as_one_without_a_time(tmp_path):
    content = lines({"text": "uralt", "at": "0001-01-01T00:00:00+14:00"}, {"text": "danach"})
    caught, _ended, _lasted = played(tmp_path, "a.jsonl", content)
    assert [(word.text, "re-timed" in word.marks) for word in words(caught)] == [
        ("uralt", True),
        ("danach", True),
    ]
