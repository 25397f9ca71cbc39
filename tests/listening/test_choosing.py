"""The child matches by the plain body until the compiled one is called for and ready; nothing is lost on the way."""

from __future__ import annotations

import importlib.util
import os
import random

import pytest

from eyelevel.listening.engine.choose import BUSY_SECONDS, Engine
from eyelevel.listening.matching import Matcher, Watches
from eyelevel.listening.models import Heard, Hearing, Match
from tests.listening.compiled import KEPT
from tests.listening.heard import said
from tests.listening.queries import random_query, random_text
from tests.listening.test_ear import NOW, Ear, actions
from tests.listening.test_engine import batch_of, reference, sound


def some(seed=5):
    chance = random.Random(seed)
    queries = sound(random_query(chance) for _ in range(120))
    return queries, [(random_text(chance), "de", "feed", "") for _ in range(40)]


def test_many_watches_call_for_the_compiled_body_which_takes_over_when_it_is_ready():
    queries, rows = some()
    engine = Engine(many=50)
    engine.learn("1", queries, keep_in=str(KEPT))
    assert engine.process(batch_of(rows)).of_each() == reference(queries, rows)
    queries[7_000] = "bahn OR zug"
    engine.learn("2", queries)  # while it is being compiled
    assert engine.process(batch_of(rows)).of_each() == reference(queries, rows)
    engine.ready()
    assert engine.body == "compiled"
    assert engine.process(batch_of(rows)).of_each() == reference(queries, rows)


def test_few_watches_and_few_words_never_load_numba():
    queries, rows = some()
    engine = Engine(many=5_000)
    engine.learn("1", queries)
    engine.process(batch_of(rows))
    engine.ready()
    assert engine.body == "plain"


def test_few_watches_and_many_words_call_for_it_too():
    queries, rows = some()
    seconds = iter(
        range(0, 10_000, 4)
    )  # each look at the clock is four seconds later: half of the time goes by in here
    engine = Engine(many=5_000, clock=lambda: float(next(seconds)))
    engine.learn("1", queries, keep_in=str(KEPT))
    for _ in range(int(BUSY_SECONDS)):
        engine.process(batch_of(rows))
    engine.ready()
    assert engine.body == "compiled"
    assert engine.process(batch_of(rows)).of_each() == reference(queries, rows)


def test_without_numba_everything_is_matched_by_the_plain_body(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "numba" else found(name))
    queries, rows = some()
    engine = Engine(many=1)
    engine.learn("1", queries)
    for _ in range(2):
        assert engine.process(batch_of(rows)).of_each() == reference(queries, rows)
    assert engine.body == "plain: numba is missing"


def test_a_folder_that_cannot_be_trusted_or_written_to_only_costs_the_next_start_its_seconds(tmp_path):
    from eyelevel.listening.engine import jit

    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert not jit.keep_in(str(in_the_way / "compiled"))
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    assert not jit.keep_in(str(open_to_all))  # others could have put code there
    assert jit.keep_in(str(KEPT))


def test_what_other_sources_compiled_is_deleted_and_nothing_else(tmp_path):
    from eyelevel.listening.engine import jit

    tmp_path.chmod(0o700)
    (tmp_path / "0123456789abcdef").mkdir()
    (tmp_path / "mine").mkdir()
    try:
        assert jit.keep_in(str(tmp_path))
        assert len(list(tmp_path.iterdir())) == 2
        assert (tmp_path / "mine").exists()
    finally:
        assert jit.keep_in(str(KEPT))


@pytest.mark.django_db(databases="__all__")
def test_a_child_killed_in_mid_batch_loses_nothing_and_doubles_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("eyelevel.listening.ear.SECONDS_BETWEEN_LOOKS", 0.0)
    axe = tmp_path / "axe"
    axe.touch()
    bahn = actions.make_watch(name="Bahn", query="bahn", opens_cases=False, by="staff:1", now=NOW)
    matcher = Matcher(job="tests.listening.breaking.compiled")
    ear = Ear(now=lambda: NOW, matcher=matcher)
    try:
        ear.take([said("Bahn 1", "1"), said(f"Bahn AXE{axe}", "2"), said("nichts", "3"), said("Bahn 4", "4")])
        ear.take([said("Bahn 5", "5")])
        ear._write_counts()
    finally:
        matcher.stop()
    assert not axe.exists()  # it fell
    kept = Heard.objects.order_by("external_id").values_list("external_id", flat=True)
    assert list(kept) == ["1", "2", "4", "5"]
    assert Match.objects.filter(watch_id=bahn.pk).count() == 4
    told = Hearing.objects.get()
    assert (told.heard, told.matched, told.lost) == (5, 4, 0)


def test_the_child_says_which_body_it_uses_and_keeps_what_it_compiled(tmp_path, caplog):
    matcher = Matcher(job="tests.listening.breaking.compiled", keep_in=str(tmp_path))
    try:
        watches = Watches(version="1", queries={1: "bahn", 2: "zug*"})
        assert matcher.match([said("Bahn und Züge", "1")], watches) == [(1,)]
        assert matcher.body == "compiled"
    finally:
        matcher.stop()
    assert any(KEPT.rglob("*.nbi"))
    assert os.stat(KEPT).st_mode & 0o077 == 0
