"""What a person named, and whether the answer names it, by examples."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.word import naming

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
ORDER = (
    "Bestellung verspätet\nGuten Tag,\n\nmeine Bestellung 4711-22 vom 14. Mai ist noch nicht da. Ich habe 59,90 € bezahlt. Die "
    "Kaffeemaschine sollte ein Geschenk sein.\n\nViele Grüße\nJana Petersen\nTel. 0170 1234567"
)
KETTLE = (
    "Broken kettle\nHello,\n\nmy kettle (order AB-4711) leaks since 3 November. I paid £39.90 at your shop in Leeds. The kettle "
    "leaks at the handle.\n\nRegards\nBob"
)


def look(asked, answer):
    found = naming.specificity([asked], answer, said_at=NOW, zone="Europe/Berlin")
    return [one.words for one in found.named], [one.words for one in found.missed]


def test_everything_that_was_named_is_found_and_nothing_of_the_signature():
    named, missed = look(ORDER, "Wir prüfen das.")
    assert named == []
    assert missed == ["Bestellung 4711-22", "59,90 €", "14. Mai", "Kaffeemaschine", "Geschenk"]


def test_in_english_too():
    _named, missed = look(KETTLE, "We are looking into it.")
    assert missed[:3] == ["order AB-4711", "£39.90", "3 November"]
    assert "kettle" in missed


NAMED = [
    (ORDER, "Ihre Bestellung 4711 22 ist auf dem Weg.", []),
    (ORDER, "Ihre Bestellung 4711-22 ist auf dem Weg.", ["Bestellung 4711-22"]),
    (ORDER, "Bestellung Nr. 471122 ist auf dem Weg.", ["Bestellung 4711-22"]),
    (ORDER, "Bestellung 4711-23 ist auf dem Weg.", []),
    (ORDER, "Sie bekommen EUR 59,90 zurück.", ["59,90 €"]),
    (ORDER, "Sie bekommen EUR 59,00 zurück.", []),
    (ORDER, "Am 14.05. kam sie an.", ["14. Mai"]),
    (ORDER, "Am 15. Mai kam sie an.", []),
    (ORDER, "Die Kaffeemaschinen kommen aus Italien.", ["Kaffeemaschine"]),
    (ORDER, "Ihre Maschine kommt am Freitag.", ["Kaffeemaschine"]),
    (ORDER, "> meine Bestellung 4711-22\nIst da.", []),
    (KETTLE, "Two kettles are on their way.", ["kettle"]),
    (KETTLE, "Order ab4711 is paid back: GBP 39.90.", ["order AB-4711", "£39.90"]),
]


@pytest.mark.parametrize(("asked", "answer", "wanted"), NAMED)
def test_an_answer_names_a_thing_by_its_number_its_value_its_day_or_its_word(asked, answer, wanted):
    assert look(asked, answer)[0] == wanted


def test_without_capitals_the_dictionary_tells():
    assert look("\nseit drei wochen kein internet, ihr meldet euch nie", "Das Internet geht wieder.") == (
        ["internet"],
        [],
    )


def test_where_nothing_was_named_nothing_is_missed():
    assert look("\nWas soll das denn?", "Entschuldigung.") == ([], [])


def test_never_more_than_a_few_things():
    asked = "Viele\n" + " ".join(f"Nummer {number}" for number in range(10_000, 10_400))
    named, missed = look(asked, "10000")
    assert len(named) + len(missed) <= naming.MOST_THINGS


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=300), st.text(max_size=300))
def test_every_thing_is_either_named_or_missed(asked, answer):
    found = naming.specificity([asked], answer, said_at=NOW, zone="Europe/Berlin")
    assert found.things == len(naming.named_in((asked,), said_at=NOW, zone="Europe/Berlin"))
