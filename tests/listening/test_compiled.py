"""The compiled body says exactly what the reference says, whatever the watch and whatever the text."""

from __future__ import annotations

import random
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.listening.engine import marks, signs
from eyelevel.listening.engine.body import process
from eyelevel.listening.engine.fast import MOST_WORDS_A_BYTE
from eyelevel.listening.engine.index import build
from eyelevel.listening.engine.shapes import WORD
from eyelevel.listening.words import words_of
from tests.listening.compiled import FastIndex, Layered
from tests.listening.queries import (
    AUTHORS,
    KINDS,
    LANGUAGES,
    NETWORKS,
    WORDS,
    any_text,
    random_query,
    random_text,
)
from tests.listening.real import real_posts
from tests.listening.test_docs import EXAMPLES
from tests.listening.test_engine import batch_of, reference, sound

ROW = st.tuples(
    any_text,
    st.sampled_from(LANGUAGES),
    st.sampled_from(NETWORKS),
    st.sampled_from(AUTHORS),
    st.sampled_from(KINDS),
)
SENTENCE = st.lists(st.sampled_from([*WORDS, "поезда", "東京駅", "-", "did"]), max_size=12).map(" ".join)
CONSTRUCTS = {
    "a word": "störung", "words": "bahn zug", "or": "bahn OR ice", "no": "bahn -zug", "a phrase": '"fällt aus"',
    "a long phrase": '"deutsche bahn fällt aus aus"', "a beginning": "stö*", "an end": "*bahn", "an inside": "*erspa*",
    "a language": "bahn lang:(de OR en)", "a network": "-network:feed zug", "an author": "author:anna.bsky.social",
    "a beginning of an author": "author:did*", "a group": "(bahn OR zug) -(ice OR (café -lang:en))",
    "another script": "поезд* OR 東京 OR *京駅", "near": "bahn NEAR/2 zug", "pieces near": "bah* NEAR/1 *ahn", "near and near": "*ahn* NEAR/3 ice NEAR/1 aus",
    "a domain": "domain:bahn.de OR domain:b.bahn.de", "a link": "bahn has:link", "a reply": "bahn is:reply -is:repost", "an emoji": "😡 OR 👍 OR 🇩🇪", "an umlaut": "verspaetung OR *ärger*",
}  # fmt: skip


def same_as_the_reference(queries, rows):
    found = FastIndex(queries).process(batch_of(rows)).of_each()
    assert found == reference(queries, rows)
    return sum(map(len, found))


def clean(text):
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("construct", CONSTRUCTS)
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(SENTENCE, *map(st.sampled_from, (LANGUAGES, NETWORKS, AUTHORS, KINDS))), max_size=8)
)
def test_each_construct_means_what_the_reference_means(construct, rows):
    same_as_the_reference({3: CONSTRUCTS[construct], 5: "nirgends"}, rows)


@settings(max_examples=300, deadline=None)
@given(st.lists(any_text, max_size=6), st.lists(ROW, max_size=6))
def test_anything_at_all_is_matched_as_the_reference_matches_it(texts, rows):
    rows = [*rows, *((query, "de", "feed", query.replace("\n", " ")) for query in texts)]
    same_as_the_reference(
        sound(texts),
        [
            (clean(text), language, network, clean(author), *kinds)
            for text, language, network, author, *kinds in rows
        ],
    )


def test_random_watches_and_words_by_the_hundred():
    chance = random.Random(20_261_125)
    queries = sound(random_query(chance) for _ in range(900))
    rows = [
        (random_text(chance), *map(chance.choice, (LANGUAGES, NETWORKS, AUTHORS, KINDS))) for _ in range(250)
    ]
    assert same_as_the_reference(queries, rows) > 5_000


@pytest.mark.parametrize(("query", "matched", "unmatched"), EXAMPLES)
def test_the_examples_of_the_page_are_true(query, matched, unmatched):
    rows = [(matched, "", "", ""), (unmatched, "", "", "")]
    assert FastIndex({1: query}).process(batch_of(rows)).of_each() == [(1,), ()]


def test_ten_thousand_watches_on_twenty_thousand_real_posts():
    """All of them against the plain body, and a few of them, with every watch, against the reference itself."""
    chance = random.Random(2017)
    rows = [(*map(clean, row), number % 4) for number, row in enumerate(real_posts())]
    assert len(rows) > 15_000
    rows = [*rows, *chance.choices(rows, k=max(0, 20_000 - len(rows)))]
    counted = Counter(word for row in rows for word in set(words_of(row[0])))
    vocabulary = [word for word, count in counted.items() if 3 <= count < 2_000 and len(word) > 2]
    queries = {}
    while len(queries) < 10_000:
        queries = sound(
            [*queries.values(), *(random_query(chance, vocabulary, depth=2) for _ in range(4_000))]
        )
    queries = dict(list(queries.items())[:10_000])
    fast, plain = FastIndex(queries), build(queries)
    hits = 0
    for start in range(0, len(rows), 2_000):
        batch = batch_of(rows[start : start + 2_000])
        found = fast.process(batch)
        assert found == process(batch, plain)
        hits += len(found.watches) // 8
    assert hits > 100_000
    assert same_as_the_reference(queries, chance.sample(rows, 30)) > 100


def test_every_sign_folds_in_the_table_as_it_folds_in_python():
    table = signs.signs()
    chance = random.Random(3)
    known = [number for number in range(signs.SIGNS) if table.kinds[number] != signs.HARD]
    special = [number for number in known if table.kinds[number] != signs.STAYS]
    for _ in range(20_000):
        text = "".join(map(chr, (*chance.sample(special, 3), *chance.sample(known, 2))))
        assert "".join(_spelled(table, sign) for sign in text).split() == words_of(text)


def _spelled(table, sign):
    kind, start = table.kinds[ord(sign)], table.starts[ord(sign)]
    spelled = table.spelling[start : start + table.lengths[ord(sign)]].tobytes().decode()
    return {signs.SEPARATES: " ", signs.STAYS: sign, signs.VANISHES: "", signs.SPELLED: spelled}[int(kind)]


def test_nearly_all_of_real_german_is_folded_by_the_table():
    kinds = signs.signs().kinds
    hard = sum(
        any(kinds[ord(sign)] == signs.HARD for sign in row[0] if ord(sign) < signs.SIGNS)
        for row in real_posts()
    )
    assert hard < 200


def test_a_text_has_at_most_two_words_a_byte():
    """The room for the places of words is measured by this."""
    table = signs.signs()
    for number in np.flatnonzero(table.lengths):
        assert len(_spelled(table, chr(int(number))).split()) <= MOST_WORDS_A_BYTE * len(
            chr(int(number)).encode()
        )


def test_words_with_the_same_hash_are_told_apart_by_their_bytes():
    index = FastIndex({1: "bahn"})
    terms = index._all.terms
    word = np.frombuffer(b"zug", np.uint8)
    terms.slot_marks[:] = marks.mark_of(word, 0, 3, WORD)
    terms.bloom[:] = np.uint64(2**64 - 1)
    here = np.flatnonzero(terms.slots)[0]
    there = int(terms.slot_marks[0]) & (len(terms.slots) - 1)
    terms.slots[here], terms.slots[there] = 0, 1
    assert index.process(batch_of([("zug bahn", "", "", "")])).of_each() == [()]


def test_what_is_broken_long_or_strange_stops_nothing():
    rows = [
        ("bahn \ud800 zug", "", "", ""), ("\x00bahn", "", "", ""), ("bahn " * 5_000, "", "", "@" * 5_000),
        ("#bahn " * 2_000, "", "", "\n" * 5_000), ("x" * 100_000 + "bahn", "", "", ""), ("ba\u0308hn", "", "", ""),
        ("\u202ebahn\u200b", "", "", ""), ("ﷺ" * 20_000 + " bahn", "", "", ""), ("", "", "", ""), ("bahn" + "\u0301" * 9_000, "", "", ""),
    ]  # fmt: skip
    rows = [tuple(map(clean, row)) for row in rows]
    many = " OR ".join(f"w{number}" for number in range(395))
    assert (
        same_as_the_reference(
            {1: "bahn", 2: "*bahn", 3: '"bahn bahn bahn"', 4: "baehn", 5: many, 6: "*xxx*"}, rows
        )
        > 10
    )


def test_a_megabyte_is_read_like_anything_else():
    texts = [
        "bahn " * 200_000,
        "#bahn " * 100_000,
        "x" * 1_000_000 + "bahn",
        "\u0301" * 300_000 + " bahn",
        "zug",
    ]
    index = FastIndex({1: "bahn", 2: "*bahn", 3: '"bahn bahn bahn"', 4: "*xxbahn*"})
    found = index.process(batch_of([(text, "", "", "") for text in texts])).of_each()
    assert found == [(1, 2, 3), (1, 2, 3), (2, 4), (1, 2), ()]


def test_broken_bytes_are_read_as_python_reads_them():
    batch = batch_of([("bahn zug", "", "", "")])
    for broken in (
        b"\xff bahn",
        b"bahn\xc3",
        b"\xed\xa0\x80bahn",
        b"\xf4\x90\x80\x80 bahn",
        b"\xc0\xafbahn",
        b"ba\xc3\xbf\xe4hn",
    ):
        texts = batch.texts.__class__(broken, np.array([0, len(broken)], "<u4").tobytes())
        one = batch.__class__(
            texts=texts, languages=batch.languages, networks=batch.networks, authors=batch.authors
        )
        queries = {1: "bahn", 2: "*hn*"}
        assert FastIndex(queries).process(one) == process(one, build(queries)), broken


def test_a_text_that_every_watch_matches_and_more_hits_than_fit_at_once():
    queries = dict.fromkeys(range(3000), "bahn")
    found = (
        FastIndex(queries).process(batch_of([("bahn", "", "", "")] * 90 + [("zug", "", "", "")])).of_each()
    )
    assert found == [tuple(range(3_000))] * 90 + [()]


def test_changed_watches_are_heard_at_once_and_gone_ones_no_more():
    chance = random.Random(11)
    queries = sound(random_query(chance) for _ in range(500))
    rows = [(random_text(chance), "de", "feed", chance.choice(AUTHORS)) for _ in range(60)]
    layered = Layered(queries)
    for turn in range(8):
        for watch in chance.sample(sorted(queries), 6):
            queries[watch] = chance.choice(["zug OR bahn", "ba*hn", "*ung*"])
        for watch in chance.sample(sorted(queries), 4):
            del queries[watch]
        queries[1_000_000 + turn] = "öl OR störung*"
        layered.learn(queries)
        if turn % 3 == 2:
            layered.ready()
        sound_ones = {watch: query for watch, query in queries.items() if query != "ba*hn"}
        assert layered.process(batch_of(rows)).of_each() == reference(sound_ones, rows)
        assert layered.broken == tuple(sorted(set(queries) - set(sound_ones)))


def test_accents_that_stand_alone_are_the_letters_they_make():
    text = unicodedata.normalize("NFD", "Verspätung im Café")
    assert FastIndex({1: "verspätung cafe"}).process(batch_of([(text, "", "", "")])).of_each() == [(1,)]


def test_one_word_can_hold_more_pieces_than_there_is_room_for():
    """Their places are kept for NEAR; the text comes again with more room."""
    pieces = {number: f"*{'x' * number}* NEAR/2 bahn" for number in range(3, 200)}
    rows = [
        ("x" * 250 + " bahn", "", "", ""),
        ("zug", "", "", ""),
        (("x" * 250 + " ") * 20 + "und die bahn", "", "", ""),
    ]
    assert same_as_the_reference(pieces, rows) == 197
