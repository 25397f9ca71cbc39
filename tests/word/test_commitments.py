"""Promises in answers. Sent on Tuesday, 10 March 2026, at 10:00, if nothing else is said; "-" is a promise without a date."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.word import commitments

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 3, 10, 10, tzinfo=BERLIN)


def found(text: str) -> list[str]:
    return [
        "-" if one.due_to is None else one.due_to.strftime("%m-%d %H:%M").replace(" 23:59", "")
        for one in commitments.find(text, sent_at=SENT)
    ]


PROMISED = """
Frau Heller, die Klempnerin schaut am Donnerstag bei Ihnen rein. | 03-12
Den Ersatzschlüssel werfe ich Ihnen morgen in den Briefkasten. | 03-11
Ihr Antrag wird bis Freitag bearbeitet, Sie hören dann von mir. | 03-13, -
Der Kran steht ab Montag wieder. | 03-16
Das Gerüst wird nächste Woche abgebaut. | 03-22
Ich gebe Ihnen bis morgen 12 Uhr Bescheid, ob der Termin klappt. | 03-11 12:00
Wir ersetzen Ihnen die Vase. | -
Ich kümmere mich sofort darum. | -
Ihre Buchung haben wir storniert, das Geld ist in fünf Werktagen auf Ihrer Karte. | 03-17
Bitte halten Sie den Ausweis bereit, der Kurier kommt um 14 Uhr. | 03-10 14:00
Wir bedauern den Ausfall. Die Heizung läuft heute Abend wieder. | 03-10
Ab Mittwoch haben Sie wieder Zugriff auf alle Ordner. | 03-11
Die Urkunde liegt ab Donnerstag im Bürgerbüro für Sie bereit. | 03-12
Du kriegst den Gutschein bis Sonntag per Mail, versprochen! | 03-15
Wir melden uns Ende der Woche bei euch. | 03-13
Meine Kollegin ruft dich gleich an. | -
Statt am Mittwoch liefern wir nun erst am Freitag. | 03-13
Nicht am Mittwoch, sondern am Donnerstag bringt die Spedition das Klavier. | 03-12
Sobald das Teil da ist, rufen wir Sie an. | -
Wenn Sie uns heute noch das Foto schicken, entscheiden wir morgen. | 03-11
Sobald der Prüfer fertig ist, spätestens jedoch am Freitag, schicken wir Ihnen den Bericht. | 03-13
RR bis Di 15:00 zugesagt | 03-10 15:00
Klempner Do 8-10 Uhr, Mieter informiert. | 03-12 10:00
Kd. bekommt Gutschrift 20 EUR bis Fr. | 03-13
Ueber Ihren Einspruch entscheiden wir naechste Woche. | 03-22
Die Lampe kommt am Montag, der Schirm am Mittwoch. | 03-16, 03-11
Wir liefern am Donnerstag und holen das alte Gerät am selben Tag ab. | 03-12, 03-12
We'll mend the gate on Thursday. | 03-12
I'm sending the keys over this afternoon. | 03-10 18:00
You'll have the report by noon tomorrow. | 03-11 12:00
You should get the parcel by Friday. | 03-13
Your refund will be processed within five working days. | 03-17
A nurse will ring you at 3 pm today. | 03-10 15:00
Our roofer is coming on Monday morning. | 03-16 12:00
The heating will be back on by 6pm. | 03-10 18:00
Sorry about that! We're replacing the kettle free of charge. | -
We will get back to you shortly. | -
Leave the box outside; the courier collects it tomorrow. | 03-11
The chair ships on Wednesday, the table a week later. | 03-11, 03-18
Once the papers are signed, we'll transfer the deposit within three days. | -
If you send the form by Friday, we'll pay out on 1 April. | 04-01
Once we know more we'll ring you, but by Thursday at the latest. | 03-12
Told her £30 back by Friday. | 03-13
cb promised tmrw before 11 | 03-11 11:00
Instead of tomorrow the fitter will now come on Friday. | 03-13
It won't be Wednesday; we'll deliver on Thursday instead. | 03-12
Expect our decision by the end of next week. | 03-20
"""

NOT_PROMISED = """
Bitte schicken Sie uns das Formular bis Freitag zurück.
Die Lieferzeit beträgt in der Regel drei bis fünf Tage.
Am Montag haben wir Ihnen die Rechnung geschickt.
Passt Ihnen Donnerstag um 12 Uhr?
Wenn Sie möchten, rufen wir Sie morgen an.
Gern können wir Ihnen das am Freitag zeigen.
Das können wir Ihnen bis Freitag leider nicht zusagen.
Wir kommen am Montag nicht.
Unser Büro ist bis Freitag geschlossen.
Das Angebot gilt bis zum 31. März.
Ihr Termin bei uns ist am Donnerstag um 9 Uhr.
Wir melden uns gern wieder.
Wir arbeiten mit Hochdruck an der Lösung.
Hoffentlich klappt es bis Freitag.
Das Gericht entscheidet am Donnerstag.
Ihre Bank bucht das Geld bis Freitag.
Sie schrieben, dass wir bis Freitag liefern würden.
Am 5. Februar angewiesen, laut System gebucht.
Die Bushaltestelle wird am Montag gesperrt.
Der Laden öffnet am Samstag um 9 Uhr.
Sie müssen bis zum 15. kündigen.
Unsere Techniker kommen normalerweise am nächsten Tag.
Please return the form by Friday.
Delivery usually takes three days.
We sent the invoice on Monday.
Does Thursday at noon suit you?
If you like, we can call you tomorrow.
We can't promise it by Friday.
We're open from Monday to Friday.
Your appointment with us is on Thursday at 9.
We look forward to seeing you on Friday.
We're working on it and hope to know more tomorrow.
Customs will release the parcel next week.
You wrote that we would deliver by Friday.
The museum closes at six on Friday.
You must cancel by the 15th.
I'm sorry to hear that.
Prices go up on 1 April.
Sehr geehrte Frau Reuter, die Verbrauchsdaten für 2025 haben wir am 2. März vom Messdienst erhalten. Sie weichen um drei Prozent vom Vorjahr ab, das ist üblich.
Ihre Unterlagen sind vollständig. Ein Termin ist dafür nicht nötig, werfen Sie den Antrag einfach in den Briefkasten vor dem Rathaus.
Wir haben Ihr Anliegen geprüft. Der Vertrag sieht eine Kündigung zum Jahresende vor, früher geht es leider nicht.
Das Schwimmbad öffnet am 1. Mai. Dauerkarten gibt es ab Montag an der Kasse.
Der Kaffee ist ab morgen im Angebot, solange der Vorrat reicht.
In den Osterferien fährt der Schulbus nicht.
Am Montag ist der 16. März, da haben Sie sich im Datum vertan.
Unsere Kollegen in Linz haben am Freitag Feiertag.
Das Rezept können Sie heute bis 18 Uhr in der Praxis abholen.
Ihr Vorgänger hatte den Vertrag bis Ende Juni verlängert.
Der Paketdienst hat am Donnerstag zweimal geklingelt.
Bitte nutzen Sie bis Freitag die Treppe, der Aufzug steht still.
Sie bekommen auf alle Batterien zwei Jahre Garantie.
Kinder unter sechs fahren kostenlos, ab dem 1. April gilt das auch für Hunde.
Wer hat Ihnen gesagt, dass wir am Montag kommen?
Die Bibliothek verleiht ab Sommer auch Werkzeug.
Ich kann verstehen, dass Sie bis Freitag nicht warten wollen.
Die Zahlung war am 28. Februar fällig, seitdem laufen Zinsen auf.
Mein Kollege sagte Ihnen, es komme jemand am Dienstag. Das stimmte nicht.
Ihr Guthaben verfällt am 31. Dezember.
Die nächste Sprechstunde ist am Dienstag von 14 bis 16 Uhr.
Der Wetterdienst erwartet für Donnerstag Glatteis.
Frau Kern ist ab dem 1. April im Mutterschutz.
Lassen Sie den Lack bis morgen trocknen.
Ihr Kind darf am Montag wieder in die Kita.
Solange keine Rechnung vorliegt, müssen Sie nichts zahlen.
Haben Sie den Brief vom 4. März bekommen? Darin steht alles zum Ablauf.
Die Ware ist vom Umtausch ausgeschlossen, das stand auf dem Schild.
Wir liefern werktags von 8 bis 18 Uhr, samstags bis 14 Uhr.
Dear Mrs Reed, the meter was read on 2 March and the figures are three per cent above last year. That is normal for a cold winter.
The pool opens on 1 May. Season tickets are on sale from Monday.
Coffee is on offer from tomorrow while stocks last.
Your table for four on Saturday at seven stands.
There's no school bus during the Easter holidays.
Monday is the 16th, so I think you have the wrong date.
Our colleagues in Linz have a holiday on Friday.
You can pick up the prescription from the surgery until 6 pm.
The previous tenant had extended the lease until June.
The courier rang twice on Thursday.
Please use the stairs until Friday, the lift is out of order.
All batteries come with a two-year guarantee.
Children under six travel free, and from 1 April so do dogs.
Who told you we were coming on Monday?
The library lends tools from this summer.
I can see why you don't want to wait until Friday.
Payment was due on 28 February and interest has been added since.
A colleague said someone would come on Tuesday. That was not true.
The next surgery is on Tuesday from 2 to 4 pm.
Frost is expected on Thursday, so cover the pots.
Mrs Kern goes on maternity leave on 1 April.
Let the varnish dry until tomorrow.
Your child may go back to nursery on Monday.
Did you get our letter of 4 March? It explains the steps.
We deliver from 8 to 6 on weekdays and until 2 on Saturdays.
The other tenants have until Friday to object.
The parish council meets on the first Tuesday of the month.
Your licence runs out on 31 December 2026.
We are a small shop and there are only two of us.
It says on page two that the fee is due on 1 April.
"""


@pytest.mark.parametrize("row", PROMISED.strip().splitlines())
def test_a_promise_is_found_with_its_day(row: str) -> None:
    text, due = (part.strip() for part in row.rsplit("|", 1))
    assert found(text) == due.split(", ")


@pytest.mark.parametrize("text", NOT_PROMISED.strip().splitlines())
def test_what_is_no_promise_is_let_be(text: str) -> None:
    assert found(text) == []


def test_words_quoted_from_the_reader_do_not_count() -> None:
    assert found("> Wir rufen Sie am Freitag an.\nDavon weiß ich nichts.") == []
    assert found("Sie schrieben: „Wir rufen Sie am Freitag an.“ Das war ein Irrtum.") == []


def test_a_promise_with_hidden_signs_is_found_where_it_stands() -> None:
    text = "Hallo! Wir ru\u200bfen Sie am Frei\u00adtag an. Bis dann"
    (one,) = commitments.find(text, sent_at=SENT)
    assert one.text == text[one.start : one.end] == "Wir ru\u200bfen Sie am Frei\u00adtag an"
    assert found("W\u0456r rufen Sie am Freitag an.") == ["03-13"]  # a Ukrainian і


def test_a_promise_is_quoted_as_it_was_typed() -> None:
    (one,) = commitments.find("Hallo, wir ueberweisen es bis naechsten Freitag.", sent_at=SENT)
    assert one.text == "wir ueberweisen es bis naechsten Freitag"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Wir rufen Sie am Freitag zurück.", "call_back"),
        ("Wir überweisen Ihnen 20 Euro bis Freitag.", "refund"),
        ("Die Bescheinigung schicken wir Ihnen am Freitag.", "send_document"),
        ("Das Paket kommt am Freitag bei Ihnen an.", "deliver"),
        ("Der Aufzug ist am Freitag repariert.", "repair"),
        ("Wir entscheiden am Freitag.", "decide"),
        ("Der Techniker kommt am Freitag zu Ihnen.", "visit"),
        ("We'll let you know by Friday.", "reply"),
        ("We'll prune the hedge on Friday.", "other"),
    ],
)
def test_a_promise_is_of_a_kind(text: str, kind: str) -> None:
    assert [one.kind for one in commitments.find(text, sent_at=SENT)] == [kind]


def test_a_promise_that_hangs_on_something_says_so() -> None:
    texts = ("Sobald das Teil da ist, rufen wir Sie an.", "Wir rufen Sie am Freitag an.", "Once it is here we'll call you, by Friday at the latest.")  # fmt: skip
    assert [one.conditional for text in texts for one in commitments.find(text, sent_at=SENT)] == [True, False, False]  # fmt: skip


def test_a_draft_of_200_kb_is_read_to_its_end() -> None:
    filler = "Die Sonne scheint auf das Dach. "
    text = filler * (199_900 // len(filler)) + "Wir rufen Sie am Freitag an."
    assert found(text) == ["03-13"]


@pytest.mark.parametrize(
    "word",
    [
        "wenn ",
        "haben ",
        "a",
        "am ",
        "Montag ",
        "> ",
        "„",
        "1.",
        "bis ",
        "if ",
        ",",
        "\n",
        "in 3 bis ",
        "wir ",
    ],
)
def test_a_draft_of_one_word_repeated_is_read(word: str) -> None:
    """No figure here: what explodes on such text would not come back at all."""
    commitments.find(word * (60_000 // len(word)), sent_at=SENT)


WORDS = st.sampled_from(
    "wir rufen Sie am Freitag an , . ; ? ! sobald wenn nicht sondern statt und and we'll call you by 3 pm tomorrow if once spätestens jedoch "
    "> \n „ “ \u200b \u202e і 🙂 ueber 30.2. bis zum 31. in KW 53 haben ge t".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=25).map(" ".join)))
def test_any_text_is_read_without_error(text: str) -> None:
    for one in commitments.find(text, sent_at=SENT):
        assert text[one.start : one.end] == one.text
        assert one.due_to is None or one.due_to >= SENT
