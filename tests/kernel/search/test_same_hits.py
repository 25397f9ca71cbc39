"""One corpus, one list of questions: the same hits in the same order on SQLite and on PostgreSQL (tests.on_postgres)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eyelevel.kernel.policy import Actor
from eyelevel.kernel.search import actions, providers, reads
from eyelevel.kernel.search.providers import Findable
from eyelevel.kernel.search.query import parse

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("letters_indexed")]
MIRA = Actor(kind="agent", staff_id=1)
BEGIN = datetime(2026, 9, 1, tzinfo=UTC)


def corpus():
    lines = (Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate((line for line in lines if not line.startswith("#")), start=1):
        who, title, body = line.split("|")
        author, channel, state = who.split()
        yield Findable(
            kind="letter", thing=number, at=BEGIN + timedelta(hours=10 * number), title=title, body=body,
            scopes=("staff", f"case:{number}"), channel=channel, state=state, authors=(f"{author}@post.example", author),
        )  # fmt: skip


class Letters:
    def texts(self, things):
        return [text for text in corpus() if text.thing in set(things)]

    def changed(self, facts):
        return []

    def after(self, thing, *, most):
        return [text.thing for text in corpus() if text.thing > thing][:most]


@pytest.fixture(scope="module")
def letters_indexed(django_db_setup, django_db_blocker):
    """The corpus, indexed once for this module and taken out again."""
    providers.provides("letter", Letters(), verb="case.read")
    with django_db_blocker.unblock():
        actions.put([actions.prepared(text) for text in corpus()])
        yield
        actions.clear()
    providers._registered.pop("letter")


ASKED = {
    # forms of one word
    "Verspätung": [93, 72, 9], "verspaetungen": [93, 72, 9], "VERSPÄTUNG": [93, 72, 9], "verspätet": [177],
    "kündigen": [5], "gekuendigt": [5], "Kündigung": [137, 5], "Rechnungen": [166, 74, 25, 19], "stören": [8],
    "wochen": [154, 131, 63, 40, 29], "warten": [102], "Antworten": [112, 70, 39], "mahnungen": [126, 42, 25],
    "leserlich": [91], "lesbar": [7], "unleserlich": [], "Strasse": [189], "straße": [189], "augenhoehe": [196],
    "Pakete": [141, 134, 57, 33], "Techniker": [71, 15],
    # English
    "invoices": [129, 2], "answer": [146, 136, 90, 31, 13], "promise": [174, 132, 83], "trains": [160, 62, 20],
    "delayed": [62], "charges": [66, 45], "child": [195], "parcels": [178, 111, 48, 10], "contracts": [185, 125, 76, 2],
    "weeks waiting": [90], "number": [181],
    # parts of compounds
    "Vertrag": [165, 161, 78, 68, 54, 12, 1], "Service": [94, 11], "Kunde": [11],
    "Nummer": [182, 161, 98, 57, 29, 1], "Rufnummer": [161, 29, 1], "Zug": [177, 156, 114, 93, 64, 51, 9],
    "Anschluss": [189, 93, 75, 43, 22], "Gerät": [169, 155, 148, 113, 61, 50], "Preis": [60, 36], "price": [115],
    "Automat": [16], "Plan": [191], "Fahrplan": [191], "Streik": [86], "Lokführer": [86], "Meldung": [140, 88],
    "Störung": [109, 88, 8], "Klima": [23], "Auge": [196], "Verbindung": [120, 116],
    # several words, phrases, beginnings, exclusions
    "Rechnung doppelt": [19], "Mahnung Rechnung": [25], '"drei Wochen"': [29], '"Wochen drei"': [],
    '"Vertrag umstellen"': [1], '"umstellen Vertrag"': [], "verspät*": [177, 93, 72, 9], "mahn*": [126, 42, 25],
    "Rechnung -Mahnung": [166, 74, 19], "Zug -Verspätung -WLAN": [177, 156, 114, 51], "49,90": [2],
    # filters
    "from:jana Mahnung": [126, 42], "from:jana@post.example Mahnung": [126, 42], "von:jana kanal:phone": [168, 119, 70, 28],
    "is:closed Vertrag": [54], "ist:geschlossen Vertrag": [54], "lang:en router": [101, 13], "lang:de router": [3],
    "before:2026-10-01 Paket": [57, 33], "after:2026-10-01 before:2026-11-01 Paket": [141, 134],
    "ab:1.11.2026 parcel": [178], "from:emma channel:letter": [153], "-is:open from:lena after:2026-11": [184, 149],
    # other scripts and signs
    "телефон": [198], "ТЕЛЕФОН": [198], "50 Rabatt": [199], "near y": [197], "xyzzy": [],
}  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_the_question_finds_exactly_these_letters_newest_first(asked):
    found = reads.find(MIRA, parse(asked), most=100)
    assert [hit.text.thing for hit in found.hits] == ASKED[asked]


def test_pages_follow_each_other_without_gap_or_repetition():
    every = [hit.text.thing for hit in reads.find(MIRA, parse("is:open"), most=100).hits]
    paged, older = [], None
    for _ in range(20):
        page = reads.find(MIRA, parse("is:open"), older=older, most=7)
        paged += [hit.text.thing for hit in page.hits]
        older = page.older
        if older is None:
            break
    assert paged[:100] == every[:100]
    assert len(paged) == len(set(paged)) > 100


def test_facets_count_every_hit():
    found = reads.find(MIRA, parse("Vertrag"))
    assert found.facets["channel"] == [("mail", 5), ("form", 1), ("letter", 1)]
    assert found.facets["state"] == [("open", 6), ("closed", 1)]
    assert found.facets["month"] == [("2026-11", 2), ("2026-10", 1), ("2026-09", 4)]
    assert found.counted == 7
    assert not found.more


def test_what_was_found_is_marked_in_the_words_and_in_the_subject():
    hit = reads.find(MIRA, parse("Service weiß")).hits[0]
    assert [piece.text for piece in hit.title if piece.found] == ["Kundenservice"]
    assert [piece.text for piece in hit.snippet if piece.found] == ["Kundenservice", "weiß"]
