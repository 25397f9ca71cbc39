"""The watch language: what it means, what it refuses and where, and that any text is read or refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from eyelevel.listening.language import (
    EXPECTED,
    MOST_DEPTH,
    MOST_SIGNS,
    MOST_TERMS,
    NotUnderstood,
    parse,
)
from eyelevel.listening.meaning import matches
from eyelevel.listening.words import fold, name_of
from tests.listening.queries import any_text

MEANINGS = [
    ("Verspätung", "Zwei Stunden VERSPAETUNG!", True),
    ("Verspaetung", "zwei Stunden Verspätung", True),
    ("verspätung", "Verspa\u0308tung, mit einzelnem Trema", True),
    ("Verspätung", "Zugverspätungen", False),
    ("Straße", "in der STRASSE", True),
    ("cafe", "Im Café", True),
    ("bahn", "#Bahn fährt nicht", True),
    ("#bahn", "die Bahn fährt nicht", True),
    ("@dbregio", "danke, @DBRegio!", True),
    ("bahn", "S-Bahn", True),
    ("bahn", "Straßenbahn", False),
    ("*bahn", "Straßenbahn", True),
    ("bahn*", "Bahnhöfe", True),
    ("bahn*", "Straßenbahnen", False),
    ("*bahn*", "Straßenbahnen", True),
    ("*störung", "Signalstörung bei Hamm", True),
    ("*service", "Der Kundenservice schweigt", True),
    ('"fällt aus"', "Der ICE fällt, aus welchem Grund auch immer", True),
    ('"fällt aus"', "aus dem Zug fällt", False),
    ("„fällt aus“", "fällt aus", True),
    ("e-mail", "per E-Mail", True),
    ("e-mail", "mail e", False),
    ("12:30", "um 12:30 Uhr", True),
    ("AT&T", "bei AT&T", True),
    ("bahn zug", "Zug der Bahn", True),
    ("bahn zug", "Zug", False),
    ("bahn und zug", "Zug der Bahn", True),
    ("bahn OR zug", "Zug", True),
    ("bahn oder zug", "Zug", True),
    ("bahn -zug", "Zug der Bahn", False),
    ("bahn nicht zug", "Zug der Bahn", False),
    ("bahn –zug", "Zug der Bahn", False),
    ("bahn zug OR bus", "Bus", True),
    ("bahn (zug OR bus)", "Bus", False),
    ("bahn -zug OR bus", "Zug und Bus", True),
    ("bahn -(zug OR bus)", "Bahn mit Bus", False),
    ("bahn NOT NOT zug", "Zug der Bahn", True),
    ("bahn NEAR/2 spät", "Die Bahn kam spät", True), ("bahn NEAR/2 spät", "Spät kam die Bahn", False),
    ("bahn near/3 spät", "Spät kam die Bahn", True), ("*bahn NEAR/1 bahn*", "Bahn", False), ("*bahn NEAR/1 bahn*", "Bahn, Bahn", True),
    ("a NEAR/1 b NEAR/1 c", "c b a", True), ("a NEAR/1 b NEAR/1 c", "b a c", False), ("-(a NEAR/1 b) b", "a x b", True),
    ("x a NEAR/1 b", "x a b", True), ("x a NEAR/1 b", "a b", False), ("a NEAR/1 b OR c", "c", True),
    ("has:link bahn", "Bahn: https://x.de/a", True), ("has:link bahn", "Bahn: x.de", False), ("bahn -has:link", "Bahn HTTP://x.de", False),
    ("domain:x.de", "siehe https://www.x.de/a?b", True), ("domain:www.x.de", "https://a.b.X.DE", True), ("domain:x.de", "https://ax.de", False),
    ("domain:x.de", "http://user@y.de/x.de", False), ("domain:(x.de OR y.de)", "http://y.de.", True), ("domain:x.de", "https://x.de.evil.example", False),
    ("😡", "so 😡😡", True), ("😡", "so 😀", False), ("👍🏿", "👍", True), ("🇩🇪", "hallo 🇩🇪!", True), ("🇩🇪", "🇩🇰🇪🇪", False), ("❤️", "❤", True),
    ("東京", "新東京駅です", True), ("東京", "京東", False), ("京*", "東京駅", True), ("กรุงเทพ", "ในกรุงเทพมหานคร", True), ("jr東", "JR東日本", True),
    ('"und"', "dies und das", True),
    ("Ver\u00adspätung", "Verspätung", True),
    ("verspätung", "Ver\u200bspätung", True),
    ("ﬁliale", "Filiale", True),
]  # fmt: skip


@pytest.mark.parametrize(("query", "text", "expected"), MEANINGS)
def test_a_watch_means_what_the_page_says(query, text, expected):
    assert matches(parse(query), text=text) is expected


def test_fields_ask_who_where_and_in_which_language():
    said = {
        "text": "Die Bahn",
        "language": "de-AT",
        "network": "bluesky",
        "author": "did:plc:abc\n@Anna.bsky.social",
    }
    for query, expected in (
        ("bahn lang:de", True), ("bahn lang:DE", True), ("bahn lang:en", False), ("bahn -lang:en", True),
        ("bahn lang:(en ODER de)", True), ("bahn -lang:(en OR de)", False), ("bahn network:bluesky", True),
        ("bahn network:feed", False), ("author:did:plc:abc", True), ("author:@anna.bsky.social", True),
        ("author:anna.*", True), ("author:anna", False), ("bahn -author:(anna.* OR bob)", False),
    ):  # fmt: skip
        assert matches(parse(query), **said) is expected, query


def test_an_unknown_language_is_no_language():
    assert not matches(parse("bahn lang:de"), text="bahn")
    assert matches(parse("bahn -lang:en"), text="bahn")


BAD = [
    ("", 0, "term"), ("   ", 3, "term"), ("()", 1, "term"), ("bahn ()", 6, "term"), ("AND bahn", 0, "term"),
    ("ODER bahn", 0, "term"), ("bahn AND", 8, "term"), ("bahn OR", 7, "term"), ("bahn OR OR zug", 8, "term"),
    ("bahn AND OR zug", 9, "term"), ("bahn NOT", 8, "term"), ("bahn -", 5, "term"), ("bahn - zug", 5, "term"),
    ("bahn -)", 5, "term"), ("(bahn OR) zug", 8, "term"), ("-und bahn", 1, "term"),
    ("bahn)", 4, "end"), ("(bahn))", 6, "end"), (")", 0, "term"),
    ("(bahn", 0, "closing-parenthesis"), ("a (b (c)", 2, "closing-parenthesis"), ("lang:(de OR en", 5, "closing-parenthesis"),
    ('"bahn', 0, "closing-quote"), ('zug "bahn fährt', 4, "closing-quote"), ("„bahn", 0, "closing-quote"), ('bahn "', 5, "closing-quote"),
    ('""', 0, "letters"), ("bahn !", 5, "letters"), ("&", 0, "letters"), ("bahn ...", 5, "letters"),
    ("e-mail*", 0, "one-word"), ("*s-bahn", 0, "one-word"),
    ("ba*hn", 2, "star-at-edge"), ("**bahn", 1, "star-at-edge"), ("x *ba*hn*", 5, "star-at-edge"), ('"bahn*"', 5, "star-at-edge"),
    ("author:a*b", 7, "star-at-edge"),
    ("*", 0, "three-signs"), ("ab*", 0, "three-signs"), ("*ab", 0, "three-signs"), ("*ab*", 0, "three-signs"), ("x OR **", 5, "three-signs"),
    ("author:ab*", 7, "three-signs"),
    ("site:bahn.de", 0, "known-field"), ("Re: bahn", 0, "known-field"), ("zug sprache:de", 4, "known-field"),
    ("bahn lang:", 10, "value"), ("bahn network: feed", 13, "value"), ("author:", 7, "value"), ("bahn network:feed*", 13, "value"),
    ("author:@", 7, "value"), ('author:""', 7, "value"),
    ("bahn lang:deutsch", 10, "language"), ("bahn lang:d", 10, "language"), ("bahn lang:de*", 10, "language"), ("bahn lang:(de OR 12)", 17, "language"),
    ("lang:de", 0, "something-to-find"), ("network:bluesky", 0, "something-to-find"), ("bahn OR lang:de", 8, "something-to-find"),
    ("lang:de network:feed", 0, "something-to-find"),
    ("-bahn", 1, "something-wanted"), ("NOT bahn", 4, "something-wanted"), ("-bahn -zug", 1, "something-wanted"),
    ("bahn OR -zug", 9, "something-wanted"), ("-(bahn zug)", 2, "something-wanted"), ("NOT lang:de", 4, "something-wanted"),
    ("x" * (MOST_SIGNS + 1), MOST_SIGNS, "shorter"), ("ﷲ" * 1_500, 1_500, "shorter"),
    ("a " * (MOST_TERMS + 1), 2 * MOST_TERMS, "fewer-terms"), ('"' + "a " * (MOST_TERMS + 1) + '"', 0, "fewer-terms"),
    ("bahn NEAR/2", 11, "one-word-each"), ("NEAR/2 bahn", 0, "term"), ('"a b" NEAR/2 c', 0, "one-word-each"),
    ("a NEAR/2 (b)", 9, "one-word-each"), ("-a NEAR/2 b", 0, "one-word-each"), ("a NEAR/2 e-mail", 9, "one-word-each"),
    ("author:(a NEAR/2 b)", 8, "one-word-each"), ("has:image bahn", 4, "known-value"), ("is: bahn", 3, "value"),
    ("domain:bahn", 7, "domain"), ("domain:*.de", 7, "domain"), ("has:link", 0, "something-to-find"), ("is:reply lang:de", 0, "something-to-find"),
    ("(" * (MOST_DEPTH + 1) + "a", MOST_DEPTH + 1, "less-depth"), ("-" * (MOST_DEPTH + 2) + "a", MOST_DEPTH + 1, "less-depth"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "expected"), BAD)
def test_what_is_no_watch_is_refused_where_it_goes_wrong(text, position, expected):
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    assert (refused.value.position, refused.value.expected) == (position, expected)
    assert len(refused.value.found) <= 40


def test_every_reason_for_refusing_is_shown_by_an_example():
    assert {expected for _text, _position, expected in BAD} == EXPECTED


@settings(max_examples=500, deadline=None)
@given(any_text)
@example("(" * 10_000)
@example("a AND " * 10_000)
def test_any_text_is_read_or_refused_and_what_was_read_reads_the_same_again(text):
    try:
        query = parse(text)
    except NotUnderstood as error:
        query, refused = None, error
    if query is None:
        assert 0 <= refused.position <= len(text)
        assert refused.expected in EXPECTED
        return
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


def test_folding_twice_changes_nothing_more_whatever_the_sign():
    unstable = [
        number
        for number in [
            *range(0x3000),
            *range(0xA000, 0x11000),
            *range(0x1D400, 0x1D800),
            *range(0x1F100, 0x1F200),
        ]
        for text in (chr(number), "a" + chr(number))
        if fold(fold(text)) != fold(text) or name_of(name_of(text)) != name_of(text)
    ]
    assert unstable == []


@pytest.mark.parametrize(
    ("given_", "normal"),
    [
        ("Bahn UND (Zug ODER Bus) NICHT „fällt aus“", 'bahn (zug OR bus) -"faellt aus"'),
        ("(a b) (c)", "a b c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("x lang:(de OR en)", "x (lang:de OR lang:en)"),
        ('author:"Anna Müller"', 'author:"anna mueller"'),
        ("#und", '"und"'),
    ],
)
def test_a_watch_is_printed_in_one_normal_form(given_, normal):
    assert str(parse(given_)) == normal
