"""Seed 002: a delivery date is broken, nobody tells the company, and others confirm it until it is an avalanche.

Told by the demo itself: a recording of the open web goes in by the ordinary door of a source; colleagues watch.
"""

from __future__ import annotations

import re
import signal

import pytest

from eyelevel.demo import delay
from eyelevel.listening import language, meaning
from tests import running
from tests.running import plain, wait_for

pytestmark = pytest.mark.skipif(bool(running.fresh_database()), reason="the demo brings its own SQLite")
COLUMN = "Lieferung · Delivery"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("delay")
    one = running.Running(home=folder / "home", port=running.free_port(), smtp=0, sink=running._Sink())
    process = running.start(
        one, "demo", "--port", str(one.port), "--data", str(one.home), "--speed", "20", port=one.port, smtp=0
    )
    try:
        wait_for(lambda: "now it is your turn" in one.log(), why="the story was not told", seconds=90)
        yield one
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    finally:
        process.kill()


@pytest.fixture(scope="module")
def jonas(demo):
    browser = demo.browser()
    browser.post("/demo/", who="jonas")
    return browser


def column(page, name=COLUMN):
    """What stands in one column of the radar."""
    return next(piece for piece in re.split(r"(?=<h2)", page) if plain(piece).startswith(name))


def expected_people(name=COLUMN):
    """Who says something that this watch asks for, each once: from the words themselves, by the plain reference."""
    query = language.parse(dict(delay.WATCHES)[name])
    return {
        one.author for one in delay.lines() if meaning.matches(query, text=one.text, language=one.language)
    }


@pytest.fixture(scope="module")
def radar(jonas):
    wanted = f"{len(expected_people())} people in the last hour"

    def look():
        page = jonas.get("/desk/radar/")
        return page if wanted in plain(column(page)) or wanted in _german(page) else None

    return wait_for(look, why=f"the radar never said “{wanted}”", seconds=60)


def _german(page):
    return plain(column(page)).replace("Menschen in der letzten Stunde", "people in the last hour")


def test_the_radar_counts_people_and_not_words(radar):
    said = [one for one in delay.lines() if one.author in expected_people()]
    assert len(said) > len(expected_people())
    assert "people in the last hour" in _german(radar)


def test_the_small_talk_of_the_net_is_heard_and_not_kept(radar):
    assert "Tee auf dem Tisch" not in radar
    assert "Wattwandern" not in radar


def test_it_is_said_that_this_is_played_from_a_recording(radar):
    assert "nachgespielt" in plain(column(radar))


def test_a_word_becomes_a_case_by_one_click_and_is_not_taken_twice(jonas, radar):
    word = re.search(r'value="(case:w\d+-[0-9a-z]+)"', column(radar))
    jonas.post("/desk/radar/words/", do=word[1])
    number = re.search(r"case=(\d+)", jonas.at)[1]
    case = plain(jonas.get(f"/desk/cases/{number}/"))
    assert "Nordlicht" in case
    jonas.post("/desk/radar/words/", do=word[1])
    assert "did=already" in jonas.at
    assert f"case={number}" in jonas.at


def test_a_question_that_the_ear_does_not_understand_is_told_before_anything_starts(tmp_path):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", "demo", "--data", str(tmp_path), "--hear", 'bahn AND ("zug'],
        capture_output=True, text=True, env={"PYTHONPATH": str(running.ROOT / "src"), "PATH": "/usr/bin:/bin"}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "^" in done.stderr.splitlines()[1]
