"""The page about watches is true: each example in its table is run, and its limits are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eyelevel.listening import language, ring, rules
from eyelevel.listening.engine import choose
from eyelevel.listening.engine.batch import REPLY, REPOST
from eyelevel.listening.engine.index import build
from eyelevel.listening.language import NotUnderstood, parse
from eyelevel.listening.meaning import matches
from tests.listening.test_engine import batch_of, process

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "watches.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def test_the_page_has_examples():
    assert len(EXAMPLES) >= 13


@pytest.mark.parametrize(("query", "matched", "unmatched"), EXAMPLES)
def test_an_example_of_the_page_is_true_for_the_reference_and_the_engine(query, matched, unmatched):
    assert matches(parse(query), text=matched)
    assert not matches(parse(query), text=unmatched)
    rows = [(matched, "", "", ""), (unmatched, "", "", "")]
    assert process(batch_of(rows), build({1: query})).of_each() == [(1,), ()]


@pytest.mark.parametrize(
    "query", ["lang:(de OR en) bahn", "-author:(bot* OR spam) bahn", 'author:"Anna Müller"', '"oder"']
)
def test_what_the_page_mentions_is_understood(query):
    assert query.split(" bahn")[0] in PAGE
    parse(query)


@pytest.mark.parametrize("query", ["-bahn", "lang:de", "bahn OR lang:de"])
def test_what_the_page_says_is_refused_is_refused(query):
    assert f"`{query}`" in PAGE
    with pytest.raises(NotUnderstood):
        parse(query)


def test_the_limits_on_the_page_are_those_of_the_code():
    words = " ".join(PAGE.split())
    assert (
        f"at most {language.MOST_SIGNS:,} signs, {language.MOST_TERMS} words and {language.MOST_DEPTH} levels"
        in words
    )
    assert f"newest {ring.MOST_WORDS:,} words ({ring.MOST_BYTES // 1024**2} MB at most)" in words
    assert f"above {rules.MOST_TEXT:,} signs" in words
    assert rules.MOST_WANTED_A_MINUTE == 10


def test_what_the_page_says_about_the_compiled_body_is_in_the_code():
    words = " ".join(PAGE.split())
    assert f"From {choose.MANY_WATCHES:,} watches on" in words
    assert "a quarter of the time over ten seconds" in words
    assert (choose.BUSY_SHARE, choose.BUSY_SECONDS) == (0.25, 10.0)


@pytest.mark.parametrize(
    ("query", "kinds"), [("bahn is:reply", {"reply": True}), ("bahn is:repost", {"repost": True})]
)
def test_replies_and_reposts_are_told_apart(query, kinds):
    assert f"`{query.split()[1]}`" in PAGE
    assert matches(parse(query), text="bahn", **kinds)
    assert not matches(parse(query), text="bahn")
    batch = batch_of([("bahn", "", "", "", REPLY if "reply" in kinds else REPOST), ("bahn", "", "", "", 0)])
    assert process(batch, build({1: query})).of_each() == [(1,), ()]
