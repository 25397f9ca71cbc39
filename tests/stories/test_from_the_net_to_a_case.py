"""A word on the net, end to end: a program calls our webhook, the ear matches it, the radar shows it, it becomes a case.

One house on SQLite, in processes of its own; on PostgreSQL `serve` does the same on one database.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest

from eyelevel.kernel import hooks
from tests.running import plain, wait_for


@pytest.fixture(scope="module")
def door(house, ruth):
    """The webhook as its page shows it, once: where, and with which secret."""
    page = plain(ruth.post("/desk/sources/", kind="webhook", name="Monitor", do="connect"))
    address, secret = re.search(r"/hooks/(\w+)/", page), re.search(r"whsec_[\w+/=]+", page)
    assert address, page
    assert secret, page
    return f"{house.url}/hooks/{address[1]}/", secret[0]


def call(door, name, *words):
    """One signed call with overheard words; returns its status."""
    address, secret = door
    body = json.dumps({"kind": "heard", "words": list(words)}).encode()
    stamp = int(time.time())
    headers = {
        hooks.ID: name, hooks.TIMESTAMP: str(stamp), "Content-Type": "application/json",
        hooks.SIGNATURE: hooks.sign(secrets=[secret], message_id=name, timestamp=stamp, body=body),
    }  # fmt: skip
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, data=body, headers=headers), timeout=20
        ) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def said(name, text, *, author="jana", **more):
    return {
        "id": name,
        "text": text,
        "author": author,
        "author_name": author,
        "at": datetime.now(UTC).isoformat(),
        **more,
    }


@pytest.fixture(scope="module")
def watching(ruth):
    ruth.post("/desk/watches/new/", name="Lieferung", query="nordlicht* AND *liefer*")
    ruth.post("/desk/watches/new/", name="Notfall", query='nordlicht* "kein notruf"', opens="1")


@pytest.fixture(scope="module")
def heard(door, watching, ruth):
    """Three words came in; the radar shows the one that a watch asks for."""
    time.sleep(1)  # a changed watch is heard within half a second
    assert call(
        door, "call-1", said("w1", "Nordlicht hat meine Lieferung vergessen."), said("w2", "Schönes Wetter am Deich."),
        said("w3", "Bei Nordlicht geht kein Notruf!", author="uwe"),
    ) == 202  # fmt: skip

    def look():
        page = ruth.get("/desk/radar/")
        return page if "Lieferung vergessen" in page else None

    return wait_for(look, why="the word did not come to the radar")


def test_what_a_watch_asks_for_stands_on_the_radar_and_nothing_else(heard):
    assert "Schönes Wetter" not in heard


def test_a_signed_call_that_comes_again_changes_nothing(door, heard, ruth):
    assert call(door, "call-1", said("w1", "Nordlicht hat meine Lieferung vergessen.")) == 202
    assert len(re.findall("Lieferung vergessen", ruth.get("/desk/radar/"))) == len(
        re.findall("Lieferung vergessen", heard)
    )


def test_a_call_that_is_not_signed_is_refused(door):
    assert call((door[0], hooks.new_secret()), "call-x", said("w9", "Nordlicht liefert nie.")) == 401


def test_a_watch_that_opens_cases_opened_one_by_itself(heard, ruth):
    number = ruth.case_about("Notruf")
    page = plain(ruth.get(f"/desk/cases/{number}/"))
    assert "uwe" in page
    assert "Bei Nordlicht geht kein Notruf!" in page


def test_a_click_makes_a_case_and_a_later_word_of_the_same_talk_joins_it(door, heard, ruth):
    word = re.search(r'value="(case:w\d+-[0-9a-z]+)"', heard.partition("Lieferung vergessen")[2])
    ruth.post("/desk/radar/words/", do=word[1])
    number = ruth.case_about("Lieferung vergessen")
    assert (
        call(door, "call-2", said("w4", "Nordlicht, Lieferung weiter offen.", parent="w1", root="w1")) == 202
    )
    wait_for(lambda: "weiter offen" in ruth.get("/desk/radar/"), why="the second word did not come")
    more = re.search(r'value="(case:w\d+-[0-9a-z]+)"', ruth.get("/desk/radar/").partition("weiter offen")[2])
    ruth.post("/desk/radar/words/", do=more[1])
    case = plain(ruth.get(f"/desk/cases/{number}/"))
    assert "Lieferung vergessen" in case
    assert "Lieferung weiter offen" in case


def test_what_its_author_deletes_goes_from_the_radar(door, heard, ruth):
    assert call(door, "call-3", said("w5", "Nordlicht liefert Quatsch.")) == 202
    wait_for(lambda: "liefert Quatsch" in ruth.get("/desk/radar/"), why="it did not come")
    assert call(door, "call-4", {"id": "w5", "event": "delete"}) == 202
    wait_for(lambda: "liefert Quatsch" not in ruth.get("/desk/radar/"), why="it did not go")
