"""The readers of the house: started and stopped by the rows, the cursor after the words, trouble where people see it."""

from __future__ import annotations

import json
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings

from eyelevel.channels import source_actions as sources
from eyelevel.channels.models import Delivery, Source
from eyelevel.kernel import clock
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import NotKept
from eyelevel.server import replays
from eyelevel.server.ears import Ears
from tests.channels.streams import says, stream
from tests.channels.test_jetstream import START, line
from tests.running import wait_for

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


class Heard:
    """Takes words as the ear does, and can say that the disk is full."""

    def __init__(self):
        self.words, self.full = [], False

    def take(self, words):
        if self.full:
            raise NotKept("the disk is full")
        self.words.extend(words)

    def texts(self):
        return [word.text for word in self.words]


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def ears(heard, monkeypatch):
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.0/8"])
    one = Ears(heard.take)
    one.start()
    yield one
    began = time.monotonic()
    one.stop()
    assert not [
        thread.name for thread in threading.enumerate() if thread.name.startswith(("source-", "ears"))
    ]
    assert time.monotonic() - began < 20, "it hung"


def connect(kind="bluesky", **values):
    return sources.connect(
        kind=kind, name=values.pop("name", "Bluesky"), by="test", now=clock.now(), **values
    )


def row(source):
    return Source.objects.get(pk=source.pk)


def test_a_new_source_is_heard_within_seconds_and_its_row_says_how_far(ears, heard):
    with stream(says(line(), "no json", line(rkey="2"))) as server:
        source = connect(address=server.url)
        wait_for(lambda: row(source).heard == 2, why="two words on the row")
        held = row(source)
    assert heard.texts() == ["Der Zug steht."] * 2
    assert held.cursor["time_us"] == START
    assert (held.malformed, held.bad_number, held.bad_excerpt) == (1, 2, "no json")
    assert held.last_ok_at is not None


def test_the_cursor_is_kept_only_after_the_words_are(ears, heard):
    heard.full = True
    with stream(says(line())) as server:
        source = connect(address=server.url)
        wait_for(lambda: "the disk is full" in row(source).last_error, why="trouble on the row")
        assert row(source).cursor == {}
        heard.full = False
        wait_for(lambda: row(source).heard == 1, why="the word after all")
    assert heard.texts() == ["Der Zug steht."]
    assert row(source).last_error == ""


def test_a_paused_source_is_left_and_a_resumed_one_goes_on_from_its_cursor(ears, heard):
    with stream(says(line())) as server:
        source = connect(address=server.url)
        wait_for(lambda: row(source).heard == 1, why="the first word")
        sources.pause(row(source), paused=True, by="test", now=clock.now())
        wait_for(
            lambda: not any(thread.name == f"source-{source.pk}" for thread in threading.enumerate()),
            why="the thread to end",
        )
        sources.pause(row(source), paused=False, by="test", now=clock.now())
        wait_for(lambda: len(server.asked) == 2, why="it asks again")
    assert server.asked[1]["cursor"] == [str(START - 5_000_000)]


def test_a_source_that_cannot_be_heard_says_why_and_the_others_go_on(ears, heard):
    with stream(says(line())) as server:
        bad = connect(address="ws://127.0.0.1:9/", name="Nobody")
        connect(address=server.url)
        wait_for(heard.texts, why="the good one")
        wait_for(lambda: "127.0.0.1" in row(bad).last_error, why="the words of the trouble")


def test_an_ended_source_is_never_heard_again_and_its_secret_is_gone(ears, heard):
    with stream(says(line())) as server:
        source = connect(address=server.url, secret="app password")
        wait_for(lambda: row(source).heard == 1, why="the first word")
        sources.end(row(source), by="test", now=clock.now())
        wait_for(
            lambda: not any(thread.name == f"source-{source.pk}" for thread in threading.enumerate()),
            why="the thread to end",
        )
    assert row(source).secret == ""
    connect(address="ws://127.0.0.1:9/")


def test_a_list_that_came_by_webhook_reaches_the_ear_once_and_its_bytes_go(ears, heard):
    source = connect(kind="webhook", name="Shop")
    raw = json.dumps(
        {
            "kind": "heard",
            "words": [
                {"id": str(number), "text": f"Wort {number}", "author": "jana"} for number in range(600)
            ],
        }
    )
    for _ in range(2):
        sources.deliver(source, external_id="msg_1", raw=raw.encode(), now=clock.now())
    wait_for(lambda: row(source).heard == 600, why="600 words on the row")
    wait_for(lambda: Delivery.objects.get().taken_at is not None, why="the list is taken")
    delivery = Delivery.objects.get()
    assert (delivery.taken_at is not None, bytes(delivery.raw)) == (True, b"")
    assert heard.texts() == [f"Wort {number}" for number in range(600)]
    assert heard.words[0].external_id == f"{source.public_id}:0"


def test_the_same_trouble_is_told_once_whatever_signs_it_holds():
    source = connect()
    for _again in range(2):
        sources.note_trouble(source.pk, error="no\x00 answer\r\n" + "x" * 3_000, now=clock.real_now())
    assert Fact.objects.filter(kind="source.trouble").count() == 1


def test_the_ids_of_former_lists_go_after_a_week():
    source = connect(kind="webhook", name="Shop")
    old = sources.deliver(source, external_id="a", raw=b"{}", now=clock.now())
    sources.taken([old], now=clock.now() - timedelta(days=8))
    new = sources.deliver(source, external_id="b", raw=b"{}", now=clock.now())
    sources.taken([new], now=clock.now())
    assert list(Delivery.objects.values_list("external_id", flat=True)) == ["b"]


def test_a_recording_that_is_not_there_is_told_from_one_of_another_form(tmp_path, capsys):
    given = {"home": tmp_path, "speed": 1, "name": "", "seed": 1, "per_minute": 60}
    assert replays.ask(tmp_path / "nobody.jsonl", **given) == 2
    assert "There is no file" in capsys.readouterr().err
    (tmp_path / "letter.pdf").write_text("x")
    assert replays.ask(tmp_path / "letter.pdf", **given) == 2
    assert "is no recording" in capsys.readouterr().err


def test_a_recording_given_on_the_command_line_is_played_to_its_end(ears, heard, tmp_path):
    file = tmp_path / "Zug & Bahn.jsonl"
    file.write_text('{"text": "eins"}\n{broken\n{"text": "zwei"}\n')
    assert replays.ask(file, home=settings.HOME, speed=100_000, name="Bahn", seed=1, per_minute=60) == 0
    wait_for(lambda: Source.objects.filter(name="Bahn").exclude(ended_at=None).exists(), why="its end")
    held = Source.objects.get(name="Bahn")
    assert heard.texts() == ["eins", "zwei"]
    assert "3 entries" in held.ended_why
    assert (held.malformed, held.bad_number, held.remark) == (1, 2, "re-timed")


def test_a_note_that_is_no_plan_is_put_aside():
    folder = settings.HOME / "replay"
    folder.mkdir(exist_ok=True)
    note = folder / "x.jsonl.plan.json"
    note.write_text("{")
    replays.begin_asked(now=clock.now())
    assert not note.exists()
    assert Source.objects.count() == 0
