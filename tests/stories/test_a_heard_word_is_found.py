"""What the ear keeps is found at the desk and by programs while the house runs, and no more once its author takes it back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from eyelevel.tokens.rules import SCOPES
from eyelevel_client import Eyelevel, Problem
from tests import running
from tests.running import plain, wait_for
from tests.stories.test_a_program_comes_in import make_token
from tests.stories.test_the_ear_listens import Source, word

ALL = " ".join(SCOPES)
POSTGRES = bool(os.environ.get("EYELEVEL_DATABASE"))


@pytest.fixture(scope="module")
def house():
    with tempfile.TemporaryDirectory(prefix="eyelevel-found-") as folder:
        one = running.Running(
            home=Path(folder) / "home", port=running.free_port(), smtp=running.free_port(), sink=None
        )
        one.home.mkdir()
        door = Path(folder) / "door"
        settings = {"demo": "true", **({"database": running.fresh_database()} if POSTGRES else {})}
        feeding = {"module": "tests.stories.feeding"}
        try:
            if POSTGRES:
                web = running.start(one, "web", port=one.port, smtp=one.smtp, **settings)
                running.wait_until_open(one, web, one.port)
                running.start(one, "worker", port=0, smtp=0, **settings)
                running.start(one, "listen", str(door), port=0, smtp=0, **feeding, **settings)
            else:
                whole = running.start(
                    one, "all", str(door), port=one.port, smtp=one.smtp, **feeding, **settings
                )
                running.wait_until_open(one, whole, one.port)
            wait_for(door.exists, why="the ear has no door")
            yield one, Source(door)
        finally:
            one.stop()


@pytest.fixture(scope="module")
def ruth(house):
    return house[0].owner()


def test_a_word_is_heard_found_edited_and_taken_back(house, ruth):
    one, source = house
    api = Eyelevel(one.url, token=make_token(ruth, scopes=ALL))
    watch = api.make_watch(name="Bahn", query="bahn OR klimaanlage")
    said = word("1", "Die Klimaanlage der Bahn tropft", author_name="jana.bsky.social", language="de")

    def heard():  # the watch is heard half a second after it was made
        assert source.ask(take=[said]) == "kept"
        return list(api.words(watch["id"]))

    (kept,) = wait_for(heard, why="the watch matched nothing")
    assert kept["text"] == said["text"]
    (hit,) = wait_for(lambda: list(api.search("Klimaanlagen kind:heard")), why="the word is not found")
    assert (hit["kind"], hit["id"], hit["channel"], hit["case"]) == ("heard", kept["id"], "bluesky", None)
    page = plain(ruth.get("/desk/search/?q=klimaanlagen+from%3Ajana.bsky.social"))
    assert "Die Klimaanlage der Bahn tropft" in page

    edit = {**said, "text": "Die Bahn hat sie repariert", "event": "edit"}
    assert source.ask(take=[edit]) == "kept"
    assert list(api.search("Klimaanlage")) == []
    wait_for(lambda: list(api.search("repariert")), why="the new words are not found")

    assert source.ask(take=[{**said, "text": "", "event": "delete"}]) == "kept"
    assert list(api.search("repariert")) == list(api.words(watch["id"])) == []
    assert "repariert" not in plain(ruth.get("/desk/search/?q=kind%3Aheard"))


def test_the_metrics_name_the_index_of_what_is_heard(house, ruth):
    index = "default" if POSTGRES else "heard"
    wait_for(
        lambda: f'eyelevel_search_behind{{index="{index}"}} 0.0' in ruth.get("/metrics"),
        why="it stays behind",
    )


def test_a_token_for_cases_finds_nothing_of_what_was_heard(house, ruth):
    one, source = house
    assert source.ask(take=[word("2", "Die Bahn steht wieder")]) == "kept"
    everything = Eyelevel(one.url, token=make_token(ruth, scopes=ALL))
    wait_for(lambda: list(everything.search("wieder kind:heard")), why="the word is not found")
    narrow = Eyelevel(one.url, token=make_token(ruth, scopes="cases:read"))
    assert list(narrow.search("Bahn")) == []
    with pytest.raises(Problem):
        list(narrow.watches())
