"""The form of an article, its comparison by sentence, and what in it may be about a person."""

from __future__ import annotations

import pytest

from eyelevel.knowledge import rules


def test_empty_lines_hashes_and_dashes_make_the_structure():
    text = "## Geräte\nErste Zeile\nzweite Zeile\n\nNeuer Absatz\n- eins\n- zwei\n- drei\n\n- vier"
    assert [(one.kind, one.lines) for one in rules.blocks(text)] == [
        ("heading", ("Geräte",)),
        ("paragraph", ("Erste Zeile", "zweite Zeile")),
        ("paragraph", ("Neuer Absatz",)),
        ("list", ("eins", "zwei", "drei")),
        ("list", ("vier",)),
    ]


def test_a_comparison_tells_what_stayed_what_went_and_what_came():
    before = "Sie haben 30 Tage. Das ist kostenlos. Gern."
    after = "Sie haben 14 Tage. Das ist kostenlos. Gern. Immer."
    assert [(one.kind, one.text) for one in rules.compared(before, after)] == [
        ("gone", "Sie haben 30 Tage."),
        ("new", "Sie haben 14 Tage."),
        ("same", "Das ist kostenlos."),
        ("same", "Gern."),
        ("new", "Immer."),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Guten Tag Frau Petersen, gern.", ["Frau Petersen"]),
        ("Schreiben Sie an jana@post.example oder 040 123 45 67.", ["jana@post.example", "040 123 45 67"]),
        ("Ihre Kundennummer 4711998877 gilt.", ["4711998877"]),
        ("Wir liefern in die Gartenstraße 12, 24103 Kiel.", ["Gartenstraße 12", "24103 Kiel"]),
        ("IBAN DE89 3704 0044 0532 0130 00", ["DE89 3704 0044 0532 0130 00"]),
        ("Hallo Jana, der Router steht.", ["Jana"]),
        ("Sie haben 30 Tage und zahlen 4,90 Euro, also 1.250,00 Euro im Jahr 2026.", []),
    ],
)
def test_names_addresses_and_numbers_are_noticed(text, found):
    assert rules.personal_words(text, known=["Jana Petersen", "waldmeister"]) == found


def test_what_is_noticed_is_marked_where_it_stands():
    assert rules.marked_in("Hallo Jana, Jana!", ["Jana"]) == [
        ("Hallo ", False), ("Jana", True), (", ", False), ("Jana", True), ("!", False),
    ]  # fmt: skip


def test_a_huge_or_odd_text_is_read_in_bounds():
    assert (
        len(rules.keywords("wort " * 20_000 + " ".join(f"wort{n}" for n in range(9_000))))
        <= rules.MOST_KEYWORDS
    )
    assert rules.keywords("\u200bRück\u00adsendung") == rules.keywords("Rücksendung")
    assert rules.personal_words("0" * 50_000, known=["a" * 400]) is not None
    assert rules.posts_in(["post:7", "post:-1", "post:x", 5, "https://x"]) == [7]
