"""Articles for everybody: read without script or cookie, and offered before somebody writes, never in their way."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eyelevel.channels.models import Arrival
from eyelevel.kernel.search import indexer
from tests.knowledge.writing import article, revise
from tests.running import plain

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def visitor():
    return Client(headers={"Origin": "http://testserver"})


def test_everybody_reads_what_is_published_for_everybody_and_nothing_else(visitor, mira):
    row = article(mira, sources=("https://intern.example/wiki",))
    inside = article(mira, title="Nur für uns", public=False)
    unready = article(mira, title="Noch nicht fertig", published=False)
    page = visitor.get("/help/").content.decode()
    assert "Rücksendung" in page
    assert "Nur für uns" not in page
    assert "Noch nicht fertig" not in page
    answer = visitor.get(f"/help/{row.public_id}/")
    assert "Die Rücksendung kostet 4,90 Euro." in answer.content.decode()
    assert "intern.example" not in answer.content.decode()
    assert mira.name not in answer.content.decode()
    assert not answer.cookies
    for one in (inside.public_id, unready.public_id, "x"):
        assert visitor.get(f"/help/{one}/").status_code == 404


def test_a_draft_of_a_new_version_is_not_shown_outside(visitor, mira):
    row = article(mira)
    revise(row, mira, "Geheim bis Montag: 14 Tage.", title="Neuer Titel")
    for place in ("/help/", f"/help/{row.public_id}/"):
        page = visitor.get(place).content.decode()
        assert "Rücksendung" in page
        assert "Neuer Titel" not in page
        assert "Geheim" not in page


def test_both_languages_and_the_own_one_first(visitor, mira):
    article(mira)
    article(mira, title="A parcel abroad", text="A parcel takes 3 days.", language="en")
    german = visitor.get("/help/?lang=de").content.decode()
    english = visitor.get("/help/?lang=en").content.decode()
    assert german.index("Rücksendung") < german.index("A parcel abroad")
    assert english.index("A parcel abroad") < english.index("Rücksendung")
    assert "Antworten zum Nachlesen" in german
    assert "Answers to read" in english
    assert 'lang="de" hreflang="de">Rücksendung' in english


def test_words_are_looked_for_in_public_articles_alone(visitor, mira):
    article(mira)
    article(mira, title="Kaufpreis intern", public=False)
    indexer.catch_up()
    page = visitor.get("/help/", {"q": "Kaufpreis"}).content.decode()
    assert "<mark>Kaufpreis</mark>" in page
    assert "intern" not in page
    assert (
        "Fewer words find more"
        in visitor.get("/help/?lang=en", {"q": "Zeppelin", "lang": "en"}).content.decode()
    )
    assert visitor.get("/help/", {"q": '"* -:' * 200}).status_code == 200


def form(visitor):
    page = visitor.get("/contact/?lang=en").content.decode()
    return {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "lang": "en"}


def test_before_writing_articles_are_offered_and_everything_typed_stays(visitor, mira):
    article(mira)
    article(mira, title="Rücksendung intern", public=False)
    typed = {
        **form(visitor),
        "subject": "Frage",
        "text": "Was kostet die Rücksendung?",
        "name": "waldmeister",
        "mail": "w@post.example",
    }
    answer = visitor.post("/contact/", {**typed, "look": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "“Die Rücksendung kostet 4,90 Euro.”" in plain(page)
    assert "Wir erstatten den Kaufpreis" in page
    assert "intern" not in page
    for words in (typed["subject"], typed["text"], typed["name"], typed["mail"]):
        assert words in page
    assert not Arrival.objects.exists()
    assert not answer.cookies
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert "It has arrived" in visitor.post("/contact/", {**typed, "token": token}).content.decode()
    assert Arrival.objects.count() == 1


def test_looking_is_no_wall(visitor, mira):
    article(mira)
    assert (
        "It has arrived"
        in visitor.post(
            "/contact/", {**form(visitor), "text": "Was kostet die Rücksendung?"}
        ).content.decode()
    )
    nothing = visitor.post("/contact/", {**form(visitor), "text": "Zeppelin", "look": "1"}).content.decode()
    assert "We have written nothing about this yet" in nothing
    assert (
        "We have written nothing" in visitor.post("/contact/", {"look": "1", "lang": "en"}).content.decode()
    )


def test_a_chosen_file_is_asked_for_again(visitor, mira):
    article(mira)
    file = SimpleUploadedFile("scan.pdf", b"%PDF")
    page = visitor.post(
        "/contact/", {**form(visitor), "text": "Rücksendung?", "look": "1", "file": file}
    ).content.decode()
    assert "Choose your file once more" in page
