"""Seed 003: three departments, three answers to one person about one scan, weeks of silence, and a public post.

Told by the demo itself, through the doors that every house has; then a newcomer sits down and writes the wrong thing.
"""

from __future__ import annotations

import re
import signal
import subprocess

import pytest

from tests import running
from tests.running import plain, wait_for

pytestmark = pytest.mark.skipif(bool(running.fresh_database()), reason="the demo brings its own SQLite")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, its story told forty times as fast."""
    folder = tmp_path_factory.mktemp("demo")
    one = running.Running(home=folder / "home", port=running.free_port(), smtp=0, sink=running._Sink())
    process = running.start(
        one, "demo", "--port", str(one.port), "--data", str(one.home), "--speed", "40", port=one.port, smtp=0
    )
    try:
        yield from _told(one, process)
    finally:
        process.kill()


def _told(one, process):
    wait_for(lambda: "now it is your turn" in one.log(), why="the story did not come to its end", seconds=90)
    assert "Lost" not in one.log()
    yield one
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    assert not _left_over(process.pid)


def _left_over(pid):
    """Processes of the demo's group that outlived it."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    return [
        line for line in listed.splitlines() if "eyelevel.kernel.child_main" in line and f" {pid} " in line
    ]


@pytest.fixture(scope="module")
def mira(demo):
    browser = demo.browser()
    browser.post("/demo/", who="mira")
    return browser


@pytest.fixture(scope="module")
def case(mira):
    return mira.case_about("Vertrag umstellen")


WRONG = "Guten Tag Frau Petersen,\n\nIhre Unterlagen sind vollständig. Wir rufen Sie am Donnerstag an.\n\nMira Lang"


def test_everything_said_to_jana_stands_in_one_case(mira, case):
    page = plain(mira.get(f"/desk/cases/{case}/"))
    for said in (
        "vollständig angekommen",
        "nicht lesbar",
        "Fehler bei der Digitalisierung",
        "drei verschiedene Antworten",
    ):
        assert said in page
    for who in ("Chidi Okafor · für uns", "Petra Sommer · für uns", "Jonas Weber · für uns", "@jana"):
        assert who in page
    assert "Vertrag_unterschrieben.pdf" in page


def test_both_sides_see_since_when_jana_waits(mira, case):
    assert "Jana Petersen wartet auf uns seit" in plain(mira.get(f"/desk/cases/{case}/"))
    assert "Sie warten auf uns seit" in plain(mira.get(f"/receipt/of/{case}/"))


def test_the_silence_has_raised_an_alarm_for_waldmeister(mira):
    assert "Idee: Vertrag pausieren" in plain(mira.get("/desk/?list=alarms"))


def test_the_newcomer_meets_the_objections_with_both_sentences_side_by_side(mira, case):
    page = plain(mira.post(f"/desk/cases/{case}/draft/", text=WRONG))
    assert "2 Aussagen stehen gegen diese Antwort." in page
    assert "Ihre Unterlagen sind damit unvollständig" in page
    assert "Wir rufen Sie am Dienstag bis 12 Uhr zurück." in page
    assert "gesagt von Petra Sommer als Brief" in page
    assert "gesagt von Chidi Okafor am Telefon" in page


def test_without_a_reason_nothing_leaves(demo, mira, case):
    before = len(re.findall("<article", mira.get("/demo/post/")))
    page = plain(mira.post(f"/desk/cases/{case}/answer/", text=WRONG, expect=409))
    assert "Nicht gesendet: Es steht gegen das, was wir früher gesagt haben." in page
    assert len(re.findall("<article", mira.get("/demo/post/"))) == before


def test_the_corrected_answer_arrives_in_janas_thread(mira, case):
    right = (
        "Guten Tag Frau Petersen,\n\nes tut uns leid: Drei von uns haben Ihnen Verschiedenes gesagt. Ich habe Ihren Scan "
        "vor mir. Welche Telefonnummer ist Ihnen recht?\n\nMira Lang"
    )
    page = plain(mira.post(f"/desk/cases/{case}/answer/", text=right))
    assert "Zurücknehmen" in page
    arrived = wait_for(
        lambda: "Drei von uns haben" in mira.get("/demo/post/"), why="the answer did not arrive"
    )
    assert arrived
    assert "zugestellt" in plain(mira.get(f"/desk/cases/{case}/"))
    assert "Wir haben geantwortet. Sie sind dran seit" in plain(mira.get(f"/receipt/of/{case}/"))


def test_jana_answers_and_her_word_joins_the_same_case(mira, case):
    page = mira.get("/demo/post/")
    article = next(part for part in page.split("<article") if "Drei von uns" in part)
    message_id = (
        re.search(r'name="message_id" value="([^"]+)"', article)[1].replace("&lt;", "<").replace("&gt;", ">")
    )
    mira.post("/demo/post/", message_id=message_id, text="0431 5550123, am liebsten vormittags.")
    seen = wait_for(
        lambda: "0431 5550123" in plain(mira.get(f"/desk/cases/{case}/")),
        why="her reply did not come into the case",
    )
    assert seen


CALL_BACK = "We will call you back by tomorrow noon"


@pytest.fixture(scope="module")
def tom(mira):
    return mira.case_about("Invoice 2231")


def test_a_promise_came_near_rang_and_was_broken_and_everybody_can_see_when(mira, tom):
    page = plain(mira.get(f"/desk/cases/{tom}/"))
    story = page[page.index(CALL_BACK) :]
    assert "der Person per Mail gesagt: Die Zusage bis" in story
    assert "blieb bis zu ihrer Zeit ohne Ergebnis" in story
    assert "überfällig" in page


def test_tom_was_told_by_mail_before_the_time_was_over(mira):
    page = plain(mira.get("/demo/post/"))
    assert "Our promise until" in page
    assert "So far it is not noted here as done." in page
    assert "Chidi Okafor will tell you where it stands." in page


def test_toms_page_tells_the_same(mira, tom):
    page = plain(mira.get(f"/receipt/of/{tom}/?lang=en"))
    promised = page[page.index(CALL_BACK) :]
    assert "late" in promised or "überfällig" in promised
    assert "we told you by mail that it may be late" in promised or "per Mail gesagt" in promised


def test_a_newcomers_promise_comes_due_when_the_clock_of_the_demo_is_moved_on(mira, case):
    said = "Wir rufen Sie morgen bis 12 Uhr an."
    page = mira.post(f"/desk/cases/{case}/calls/", said=said)
    action = re.search(r'action="(/desk/cases/\d+/posts/\d+/promises/)"', page)[1]
    offered = dict(re.findall(r'name="(due-\d+)" value="([^"]*)"', page))
    mira.post(action, offered=said.rstrip("."), promise="0", **offered)
    mira.post("/demo/time/", to="promise")
    ledger = wait_for(
        lambda: (
            "bald fällig" in plain(mira.get(f"/desk/cases/{case}/"))
            and plain(mira.get(f"/desk/cases/{case}/"))
        ),
        why="nobody was reminded",
    )
    assert said.rstrip(".") in ledger
    mira.post("/demo/time/", to="half")
    wait_for(
        lambda: "Unsere Zusage bis" in plain(mira.get("/demo/post/")), why="Jana was not told before the time"
    )
    mira.post("/demo/time/", to="half")
    wait_for(
        lambda: "per Mail gesagt" in plain(mira.get(f"/receipt/of/{case}/")),
        why="her page does not say that she was told",
    )
    promised = plain(mira.get(f"/receipt/of/{case}/")).partition(said.rstrip("."))[2]
    assert promised.partition("per Mail gesagt")[0].count("überfällig") == 1
