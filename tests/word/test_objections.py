"""The objection check, by examples: what clashes is quoted, what can both be true is let through."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.word import rules
from eyelevel.word.rules import Statement, objections

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 2, 9, 12, tzinfo=BERLIN)
TODAY = datetime(2026, 11, 4, 10, 0, tzinfo=BERLIN)


def found(old, new, *, said_at=MONDAY, now=TODAY):
    earlier = [Statement(id="1", text=old, said_at=said_at)]
    return [(one.kind, one.old_words, one.new_words) for one in objections(new, now=now, earlier=earlier)]


CLASHES = [
    ("Wir rufen Sie am Dienstag bis 12 Uhr zurück.", "Wir rufen Sie am Donnerstag zurück.", "date"),
    ("We will call you back on Tuesday.", "We will call you back on Thursday.", "date"),
    ("Die Lieferung kommt am 12. November.", "Die Lieferung kommt am 19. November.", "date"),
    ("Your delivery arrives on 12 November.", "Your delivery arrives on November 19.", "date"),
    ("Sie erhalten die Erstattung bis zum 10.11.", "Die Erstattung geht am 20.11. bei Ihnen ein.", "date"),
    ("Wir erstatten Ihnen 25 Euro.", "Wir erstatten Ihnen 15 Euro.", "amount"),
    ("Wir erstatten Ihnen 25,00 €.", "Die Erstattung beträgt 24,99 EUR.", "amount"),
    ("We will refund 39.90 EUR.", "We will refund £39.90 tomorrow, that is 29.90 EUR.", "amount"),
    ("We refund $1,250.00.", "The refund is $1,350.00.", "amount"),
    ("Ihre Unterlagen sind vollständig angekommen.", "Ihre Unterlagen sind unvollständig.", "status"),
    ("Die Kopien sind nicht lesbar.", "Ihre Kopien sind gut lesbar.", "status"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind"), CLASHES)
def test_what_cannot_both_be_true_is_objected(old, new, kind):
    assert [one[0] for one in found(old, new)] == [kind]


BY_KIND = [
    ("Die Vorhänge sind am 20. November fertig.", "Ihre Vorhänge sind in der ersten Dezemberwoche abholbereit.", "date"),
    ("Your curtains are ready on 20 November.", "You can collect your curtains from 7 December.", "date"),
    ("Die Anfahrt ist im Preis enthalten.", "Für die Anfahrt kommen 40 Euro hinzu.", "amount"),
    ("Die Probestunde ist kostenlos.", "Für die Probestunde berechnen wir 20 Euro.", "policy"),
    ("Delivery is free of charge.", "We charge £15 for delivery.", "policy"),
    ("Unser Laden hat montags geöffnet.", "Montags haben wir geschlossen.", "yes_no"),
    ("Hunde sind auf der Terrasse erlaubt.", "Hunde sind auf der Terrasse verboten.", "policy"),
    ("Ihr Paket ist verschickt.", "Ihr Paket liegt noch im Lager.", "status"),
    ("Your parcel was sent this morning.", "Your parcel is still with us.", "status"),
    ("Die Störung kam durch einen Bagger.", "Die Störung liegt an Ihrem Router.", "cause"),
    ("The leak was caused by a worn seal.", "The leak is due to the filter you fitted.", "cause"),
    ("Wir entsorgen die alte Matratze.", "Die alte Matratze müssen Sie selbst entsorgen.", "responsibility"),
    ("We'll take the mattress away.", "You must take the mattress away yourself.", "responsibility"),
    ("Das Abo hat zwölf Hefte.", "Das Abo hat zehn Hefte.", "quantity"),
    ("The lodge sleeps six adults.", "The lodge sleeps four adults.", "quantity"),
    ("Der Kurs findet in der Turnhalle statt.", "Kommen Sie zum Kurs in die Aula.", "place"),
    ("The class is held in the church hall.", "Please come to the library for the class.", "place"),
]  # fmt: skip

IN_OTHER_WORDS = [
    ("Den Sperrmüll nehmen wir mit.", "Das Entsorgen des Sperrmülls ist Ihre Sache.", "responsibility"),
    ("Die Küche bauen unsere Leute auf.", "Für die Montage der Küche sind Sie verantwortlich.", "responsibility"),
    ("Our crew clears the snow.", "Residents take turns to clear the snow.", "responsibility"),
    ("Ihr Paket ist unterwegs.", "Ihr Paket ist noch nicht rausgegangen.", "status"),
    ("We have received your form.", "Your form has not reached us.", "status"),
    ("Fr. Kern: Karte gesperrt", "Ihre Karte ist weiterhin aktiv.", "status"),
    ("Classes have 22 children at most.", "There are 28 children in your class.", "quantity"),
    ("Der Beutel wiegt 8 Kilo.", "Der Beutel wiegt 5 kg.", "quantity"),
    ("Ihr Sofa kommt Mitte November.", "Mit dem Sofa ist nicht vor dem 5. Dezember zu rechnen.", "date"),
    ("Entries for the race close on 15 November.", "Entries for the race close on 1 December.", "date"),
    ("Your bags are on carousel 3.", "Please collect your bags from carousel 7.", "place"),
    ("Die Fliesen sprangen, weil der Kleber schlecht war.", "Die Fliesen sprangen durch einen Stoß von oben.", "cause"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "kind"), IN_OTHER_WORDS)
def test_the_opposite_in_other_words_is_objected(old, new, kind):
    assert [one[0] for one in found(old, new)] == [kind]


@pytest.mark.parametrize(("old", "new", "kind"), BY_KIND)
def test_each_kind_of_contradiction_is_named(old, new, kind):
    assert [one[0] for one in found(old, new)] == [kind]


PEACE = [
    ("Wir rufen Sie am Dienstag zurück.", "Wir rufen Sie am 3. November zurück."),
    ("Wir rufen Sie am Freitag zurück.", "Wie am Telefon gesagt, rufen wir Sie am Freitag zurück."),
    ("Die Lieferung kommt am 12. November.", "Die Lieferung kommt am 12.11.2026 zwischen 8 und 12 Uhr."),
    ("Wir erstatten Ihnen 25 Euro.", "Wir erstatten Ihnen 25,00 €."),
    ("Wir erstatten Ihnen 1.250,00 Euro.", "Wir erstatten Ihnen 1250 EUR."),
    ("Wir rufen Sie am Dienstag zurück.", "Unser Laden öffnet am Donnerstag."),
    ("Wir rufen Sie am Dienstag zurück.", "Ich korrigiere: Wir rufen Sie am Donnerstag zurück, nicht am Dienstag."),
    ("We will call you on Tuesday.", "Correction: we will call you on Thursday instead of Tuesday."),
    ("Wir rufen Sie am Dienstag zurück.", "Können wir Sie am Donnerstag zurückrufen?"),
    ("Wir rufen Sie am Dienstag zurück.", "> Wir rufen Sie am Donnerstag zurück.\nDas war ein Zitat."),
    ("Der Tarif kostet 39,90 Euro.", "Die Gebühr für den Versand beträgt 4,90 Euro."),
    ("", "Wir rufen Sie am Donnerstag zurück."),
    ("Die blaue Jacke ist ausverkauft.", "Die gelbe Jacke ist noch vorrätig."),
    ("Order 8812 was shipped on Friday.", "Order 8840 hasn't been shipped yet."),
    ("Das Zimmer kostet 95 Euro pro Nacht.", "Drei Nächte im Zimmer kosten 285 Euro."),
    ("Your bike is still with the mechanic.", "Your bike has been repaired."),
    ("Wir entsorgen die alte Matratze.", "Wir nehmen die alte Matratze mit."),
    ("Your interview is in the Brunel building.", "Your interview is in room 12 of the Brunel building."),
    ("Your survey is on 20 November.", "We had to move your survey from 20 to 27 November."),
    ("Der Kurs hat zehn Abende.", "Vom Kurs bleiben noch sechs Abende."),
    ("Die Sprechstunde ist am 9. November.", "Planänderung: Die Sprechstunde ist am 10. November."),
    ("Den Vertrag setzen wir auf.", "Frau Kurz hat den Vertrag aufgesetzt."),
    ("Ihre Karte ist gesperrt.", "Die Sperre Ihrer Karte ist seit heute aufgehoben."),
    ("Das Sofa kommt in der Woche ab 16. November.", "Das Sofa kommt am Mittwoch, dem 18. November."),
    ("Die Ärztin ist bis 25. November im Urlaub.", "Ab dem 28. November ist die Ärztin wieder da."),
    ("Building work begins on 10 November.", "The building work should be over on 29 November."),
    ("You can order at most five tickets.", "Your three tickets are reserved."),
    ("The pack has 30 tablets.", "Two packs give you 60 tablets."),
    ("The lamp costs £45.", "The lamp and the bulb cost £52."),
    ("Your bag weighs 8 kilos.", "Your bag weighs 8 kg."),
    ("The German course A2 starts on 9 November.", "The German course B1 starts on 23 November."),
    ("Your parcel is at our depot.", "The parcel is in the depot on Mill Lane."),
    ("Die Störung kam durch einen Bagger.", "Ein Bagger hat die Störung verursacht."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), PEACE)
def test_what_can_both_be_true_is_let_through(old, new):
    assert found(old, new) == []


def test_a_weekday_means_another_day_two_weeks_later():
    old = "Wir rufen Sie am Dienstag zurück."
    later = datetime(2026, 11, 16, 9, 0, tzinfo=BERLIN)
    assert [one[0] for one in found(old, "Wir rufen Sie am Dienstag zurück.", now=later)] != []


def test_the_objection_quotes_both_sentences_whole():
    earlier = [
        Statement(id="7", text="Guten Tag. Wir rufen Sie am Dienstag zurück. Bis dann.", said_at=MONDAY)
    ]
    draft = "Hallo Jana,\n\nalles gut. Wir rufen Sie am Donnerstag zurück.\n\nMira"
    one = objections(draft, now=TODAY, earlier=earlier)[0]
    assert one.old_sentence == "Wir rufen Sie am Dienstag zurück."
    assert one.draft_sentence == "Wir rufen Sie am Donnerstag zurück."
    assert draft[one.draft_start : one.draft_end] == one.draft_sentence
    assert one.statement_id == "7"


@pytest.mark.parametrize("hidden", ["Don\u200bnerstag", "Don\u00adnerstag", "Dоnnerstag", "\u202eDonnerstag"])
def test_hidden_signs_and_look_alikes_do_not_slip_past_the_check(hidden):
    assert found("Wir rufen Sie am Dienstag zurück.", f"Wir rufen Sie am {hidden} zurück.")


@given(st.text(max_size=400), st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_two_texts_are_compared_without_a_crash(old, new):
    objections(new, now=TODAY, earlier=[Statement(id="1", text=old, said_at=MONDAY)])


def test_a_text_stands_never_against_itself():
    for old, new, _kind in CLASHES:
        assert found(old, old, now=MONDAY) == []
        assert found(new, new, said_at=TODAY) == []


def test_a_correction_covers_what_it_corrects_and_not_the_next_matter():
    told = [
        Statement(id="1", text="Ihre Unterlagen sind unvollständig.", said_at=MONDAY),
        Statement(id="2", text="Wir rufen Sie am Dienstag zurück.", said_at=MONDAY),
    ]
    draft = "Anders als am Montag mitgeteilt: Ihre Unterlagen sind vollständig. Wir rufen Sie am Donnerstag zurück."
    assert [one.statement_id for one in objections(draft, now=TODAY, earlier=told)] == ["2"]
    assert objections(draft + " Das mit Dienstag war ein Fehler.", now=TODAY, earlier=told) == ()


def test_a_draft_that_speaks_of_one_thing_very_often_is_not_called_checked():
    said = "Der Termin für die Lieferung ist am Dienstag und kostet 25 Euro. "
    told = [Statement(id=str(number), text=said * 20, said_at=TODAY) for number in range(60)]
    assert rules.held(said * 30, now=TODAY, earlier=told).whole is False
    assert rules.held(said, now=TODAY, earlier=told[:2]).whole is True
