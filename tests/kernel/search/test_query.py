"""The box: nothing that is typed is an error, what reaches the database is bounded, and the answer says what was left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyelevel.kernel.policy import Actor
from eyelevel.kernel.search import query, reads
from eyelevel.kernel.search.query import parse

MIRA = Actor(kind="agent", staff_id=1)
SAFE = re.compile(r"[\w@.+=:-]+")
ODD = [
    '"', '""', '"""', "-", "--", "- -", "*", "**", '-"', 'a"b"c', "from:", "from:*", 'from:"', "is:", "after:", ":", "::", "a:b:c",
    "NEAR(a b, 5)", "^anfang", "title:x", "{title body}: x", "a AND b", "NOT", "a OR", "(((", ")))", "+a +b", "'; DROP TABLE x; --",
    "x' OR '1'='1", "a\x00b", "\ud800", "\u202e\u202d", "١٢٣", "⑴⑵", "½", "ﬁ", "İ", "ŉ", "😀", "a" * 10_000, "ä" * 400, "#", "#x", "%", "_",
    "\\", "\\'", "''", ":*", "a:*", "a<->b", "a & b | !c", "from:' OR 1=1", 'kind:"x" OR "y"',
]  # fmt: skip


def codes(text):
    return [note.code for note in parse(text).notes]


def test_a29_ten_thousand_stars_ask_nothing_and_say_so():
    asked = parse("*" * 10_000)
    assert asked.terms == 0
    assert {note.code for note in asked.notes} == {"too-long", "short-star"}


@pytest.mark.parametrize(
    "text", ["ab* " * 5_000, "verspät* " * 5_000, "wort " * 5_000, "-wort " * 5_000, 'from:x "y z" ' * 3_000]
)
def test_a29_however_much_is_typed_little_reaches_the_database(text):
    asked = parse(text)
    prefixes = sum(term.prefix for group in (*asked.wanted, *asked.unwanted) for term in group)
    assert prefixes <= query.MOST_PREFIXES
    assert asked.terms <= 4 * query.MOST_WORDS + query.MOST_FILTERS
    assert asked.notes
    assert len(asked.notes) <= 12


@pytest.mark.parametrize("text", ODD)
@pytest.mark.django_db(databases="__all__")
def test_a29_a19_odd_questions_are_answered_by_both_databases(text):
    found = reads.find(MIRA, parse(text))
    assert list(found.hits) == []


@pytest.mark.django_db(databases="__all__")
def test_a19_no_filter_reaches_the_database_as_anything_but_one_token():
    for evil in ODD:
        for name in query.FILTERS:
            reads.find(MIRA, parse(f'{name}:"{evil}"'))
            reads.find(MIRA, parse(f"{name}:{evil}"))


@given(st.text(max_size=600))
def test_any_text_is_read_and_every_term_is_a_plain_token(text):
    asked = parse(text)
    for group in (*asked.wanted, *asked.unwanted):
        for term in group:
            assert all(SAFE.fullmatch(token) for token in term.tokens)


@given(st.text(alphabet='abä"-*: .from:is\n', max_size=80))
def test_narrowing_a_question_keeps_its_words(text):
    asked = parse(text)
    narrowed = parse(query.narrowed(asked.text, kind="case"))
    assert narrowed.chosen.get("kind") == "case" or "open-quote" in [note.code for note in asked.notes]


def test_what_was_not_understood_is_named_with_its_place():
    note = parse("router after:gestern").notes[0]
    assert (note.code, note.at, note.piece) == ("no-date", 8, "after:gestern")
    note = parse("router is:kaputt").notes[0]
    assert (note.code, note.at, note.piece) == ("no-state", 8, "is:kaputt")
    note = parse('a "b c').notes[0]
    assert (note.code, note.at) == ("open-quote", 3)
    assert codes("farbe:rot") == ["no-filter"]
    assert codes("a AND b") == ["no-operator"]
    assert codes("ab*") == ["short-star"]
    assert codes("ver*ung") == ["star-inside"]
    assert codes("from:") == []
    assert codes('from:""') == ["no-value"]


def test_an_address_of_a_page_is_words_and_no_filter():
    assert codes("https://nordlicht.example/tarife") == []


def test_dates_are_read_as_people_here_write_them():
    for text in ("after:2026-10-01", "ab:1.10.2026", "after:2026-10"):
        assert str(parse(text).after) == "2026-10-01"
    assert codes("after:2026-02-30") == ["no-date"]


def test_choosing_a_filter_again_replaces_it():
    assert query.narrowed("router is:open from:jana", state="closed") == "router from:jana is:closed"
    assert query.narrowed("router is:open", state="") == "router"
    assert query.narrowed("ist:offen router", state="closed") == "router is:closed"


def groups(text):
    return [sorted(" ".join(term.tokens) for term in group) for group in parse(text).wanted]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("bahn OR bus", "bus ODER bahn"), ("bahn OR bus OR tram", "tram OR bus OR bahn"),
        ("bahn OR bus spät", "spät bus OR bahn"), ('"rote bahn" OR bus', 'bus OR "rote bahn"'),
        ("bahn* OR bus", "bus OR bahn*"), ("channel:mail OR channel:form x", "x channel:form OR channel:mail"),
    ],
)  # fmt: skip
def test_either_of_two_is_enough_where_or_stands_between(text, same):
    assert sorted(groups(text)) == sorted(groups(same))
    assert codes(text) == []
    assert len(groups(text)) == len(
        text.replace("ODER", "OR").replace('"rote bahn"', "x").split()
    ) - 2 * text.count(" OR ")


@pytest.mark.parametrize(
    "text",
    [
        "OR",
        "OR bahn",
        "bahn OR",
        "bahn OR OR bus",
        "-bahn OR bus",
        "bahn OR -bus",
        "49,90 OR bus",
        "bahn OR 49,90",
    ],
)
def test_an_or_that_stands_between_no_two_words_is_left_out_and_named(text):
    assert codes(text) == ["no-operator"]


def test_or_in_small_letters_is_a_word():
    assert len(groups("bahn oder bus")) == 3
    assert codes("bahn or bus") == []
