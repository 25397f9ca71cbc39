"""The mirror at the desk, without script: under the draft, and by month for those who lead."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from eyelevel.kernel import steps
from eyelevel.people.models import Login, Staff
from eyelevel.posts.models import Post
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = {"Origin": "http://testserver"}
CANNED = "Wir haben Ihre Meldung an die Fachabteilung gegeben und prüfen den Vorgang dort mit der gebotenen Sorgfalt."
OWN = "Der zweite Scan Ihres Ausweises ist lesbar, das Foto auf Seite drei war nur zu dunkel."


def colleague(role, language="en"):
    login = Login.objects.create_user(f"{role}@nordlicht.example", "a long enough password")
    return Staff.objects.create(name="Mira Lang", role=role, login=login, language=language)


def client_of(seat):
    client = Client(headers=HERE)
    client.force_login(seat.login)
    return client


@pytest.fixture(autouse=True)
def _second_factor_is_set(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)


@pytest.fixture
def mira(db):
    return colleague("agent")


@pytest.fixture
def desk(mira):
    return client_of(mira)


@pytest.fixture
def case(mira):
    send(case_of(mail_in("Mein Scan?", sender="first@post.example")), mira, CANNED)
    steps.run_due()
    return case_of(
        mail_in("Meine Bestellung 4711-22 vom 14. Mai fehlt, auch die Rechnung.", subject="Bestellung")
    )


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def write(desk, case, text):
    return desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text}, follow=True)


def test_the_page_shows_the_share_and_marks_the_passage_after_a_reload(desk, case):
    write(desk, case, f"Guten Tag,\n\n{CANNED} {OWN}")
    page = desk.get(f"/desk/cases/{case.pk}/")
    assert re.search(r"\b5\d % of this answer stands in earlier answers\.", words(page))
    assert f"<mark>{CANNED}</mark>" in unescape(page.content.decode())
    assert "in one earlier answer" in words(page)
    assert "Mira Lang" not in page.content.decode().partition('class="mirror"')[2].partition("</div>")[0]


def test_the_open_page_gets_the_mirror_with_the_check(desk, case):
    piece = desk.post(f"/desk/cases/{case.pk}/draft/", {"text": CANNED}, headers={"X-Part": "check"})
    mirror = piece.content.decode().partition('id="mirror"')[2]
    assert "100 % of this answer stands in earlier answers." in unescape(mirror)


def test_an_answer_of_its_own_is_told_so(desk, case):
    assert "Nothing of this answer stands in earlier answers." in words(write(desk, case, OWN))


def test_it_says_what_of_the_letter_is_named_and_what_is_not(desk, case):
    page = words(write(desk, case, "Die Bestellung 4711-22 liegt im Lager, sie geht heute noch hinaus."))
    assert "It names 1 of 3 things that they named." in page
    assert "Named: Bestellung 4711-22." in page
    assert "Not named: 14. Mai, Rechnung." in page


def test_without_a_draft_there_is_no_mirror(desk, case):
    assert 'class="mirror"' not in desk.get(f"/desk/cases/{case.pk}/").content.decode()


def test_it_bans_nothing(desk, case):
    write(desk, case, CANNED)
    desk.post(f"/desk/cases/{case.pk}/answer/", {"text": CANNED})
    assert Post.objects.filter(kind=Post.Kind.ANSWER, case_id=case.pk).exists()


def test_a_mirror_that_broke_is_said_and_does_not_hold_the_answer_back(desk, case, monkeypatch):
    monkeypatch.setattr("eyelevel.word.mirror.look", lambda *_draft, **_case: 1 / 0)
    page = words(write(desk, case, CANNED))
    assert "Not checked for canned text: the comparison with earlier answers broke." in page
    assert "stands in earlier answers" not in page
    desk.post(f"/desk/cases/{case.pk}/answer/", {"text": CANNED})
    assert Post.objects.filter(kind=Post.Kind.ANSWER, case_id=case.pk).exists()


def test_a_draft_beyond_the_bound_is_compared_to_it_and_says_so(desk, case):
    page = words(write(desk, case, f"{CANNED} " * 1_800))
    assert "99 % of this answer stands in earlier answers." in page
    assert "Only the first 20,000 signs are compared; the rest is not checked." in page


def test_words_that_look_like_a_page_stay_words(desk, case, mira):
    evil = "Sehen Sie bitte unter <script>alert(1)</script> nach, dort steht der Stand Ihrer Sendung jederzeit für Sie bereit."
    send(case_of(mail_in("Wo?", sender="evil@post.example", subject="<b>4711-0</b>")), mira, evil)
    steps.run_due()
    assert "<script>alert" not in write(desk, case, evil).content.decode()


def test_in_german(case):
    page = words(write(client_of(colleague("supervisor", "de")), case, f"{CANNED} Bestellung 4711-22."))
    assert "dieser Antwort steht in früheren Antworten." in page
    assert "in einer früheren Antwort" in page
    assert "Sie nennt 1 von 3 Dingen aus der Anfrage." in page


def test_whoever_leads_sees_the_months_and_no_names(case, mira):
    send(case, mira, CANNED)
    steps.run_due()
    page = client_of(colleague("supervisor")).get("/desk/house/canned/")
    shown = words(page).partition("Nobody's name is shown.")[2]
    assert (
        "2 answers Canned: 50 % of all signs, 50 % in the mean of the answers. Named: 0 % of what they named."
        in shown
    )
    assert "Mira" not in shown


def test_a_colleague_without_that_task_finds_neither_the_page_nor_the_link(desk):
    assert desk.get("/desk/house/canned/").status_code == 403
    assert "/desk/house/canned/" not in desk.get("/desk/house/").content.decode()


def test_before_the_first_answer_the_page_says_so(db):
    page = client_of(colleague("operator")).get("/desk/house/canned/")
    assert "Nothing yet" in words(page)
