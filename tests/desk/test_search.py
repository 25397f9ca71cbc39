"""The search page: results with their words marked, what narrows them, and sentences about what was not understood."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from eyelevel.cases import actions as cases
from eyelevel.kernel import clock, facts
from eyelevel.kernel.search import indexer, query
from tests.making import case_of, mail_in
from tests.running import plain

pytestmark = pytest.mark.django_db(databases="__all__")


def page(desk, words, **more):
    answer = desk.get("/desk/search/", {"q": words, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_result_shows_its_words_marked_and_leads_to_the_post(desk):
    post = mail_in("Guten Tag, die Klimaanlage im Wagen 7 ist <b>kaputt</b>.", subject="Wagen")
    indexer.catch_up()
    shown = page(desk, "Klima kaputt kind:post")
    assert "<mark>Klimaanlage</mark> im Wagen 7 ist &lt;b&gt;<mark>kaputt</mark>&lt;/b&gt;" in shown
    assert f'href="/desk/cases/{post.case_id or case_of(post).pk}/#post-{post.pk}"' in shown
    assert "1 result, newest first" in plain(shown)


def test_the_box_keeps_the_question_and_the_key_leads_there(desk):
    shown = page(desk, 'router "a b" is:open')
    assert 'action="/desk/search/"' in shown
    assert 'value="router &#34;a b&#34; is:open"' in shown
    assert 'data-key-focus="/"' in shown


def test_facets_narrow_and_widen(desk, mira):
    first, second = mail_in("Klimaanlage"), mail_in("Klimaanlage", subject="zwei", sender="tom@mail.example")
    cases.close(case_of(second), by=mira, now=clock.now())
    indexer.catch_up()
    shown = page(desk, "Klimaanlage")
    assert 'href="/desk/search/?q=Klimaanlage+is%3Aopen">open</a> <span class="quiet">1</span>' in shown
    narrowed = page(desk, "Klimaanlage is:open")
    assert f"#post-{first.pk}" in narrowed
    assert f"#post-{second.pk}" not in narrowed
    assert 'href="/desk/search/?q=Klimaanlage" aria-current="true">open</a>' in narrowed


def test_older_results_stand_on_the_next_page(desk):
    for number in range(23):
        mail_in(f"Klimaanlage {number}", subject=f"Nummer {number}", sender=f"p{number}@mail.example")
    indexer.catch_up()
    first = page(desk, "Klimaanlage kind:post")
    older = re.search(r'href="/desk/search/\?q=Klimaanlage\+kind%3Apost&amp;older=(\d+)"', first)[1]
    second = page(desk, "Klimaanlage kind:post", older=older)
    posts = [set(re.findall(r"#post-(\d+)", one)) for one in (first, second)]
    assert [len(one) for one in posts] == [20, 3]
    assert not posts[0] & posts[1]
    assert "Older results" not in second


@pytest.mark.parametrize("typed", ["#{}", "{}", " #{} "])
def test_a_number_goes_straight_to_its_case(desk, typed):
    case = case_of(mail_in("Hallo"))
    answer = desk.get("/desk/search/", {"q": typed.format(case.pk)})
    assert answer.status_code == 302
    assert answer.url == f"/desk/cases/{case.pk}/"


def test_a_number_of_no_case_is_looked_for_as_a_word(desk):
    mail_in("Meine Kundennummer ist 4711999")
    indexer.catch_up()
    assert "<mark>4711999</mark>" in page(desk, "4711999")


def test_old_links_of_the_list_lead_to_the_search(desk):
    answer = desk.get("/desk/?q=M%C3%BChle+1")
    assert answer.status_code == 302
    assert answer.url == "/desk/search/?q=M%C3%BChle+1"


@pytest.mark.parametrize("word", ["*", "ab* ", "NOT ", '"', "from:x "])
def test_a29_what_was_left_out_is_said_in_sentences(desk, word):
    shown = plain(page(desk, word * 10_000))
    assert f"Only the first {query.MOST_SIGNS} signs were read." in shown
    assert len(shown) < 5_000


def test_the_place_of_a_mistake_is_named(desk):
    assert "“after:soon” (sign 8): expected a date" in plain(page(desk, "router after:soon"))


def test_the_page_says_when_the_index_is_behind(desk, monkeypatch):
    indexer.catch_up()
    now = clock.now()
    for number in range(3):
        facts.record("something.happened", at=now, number=number)
    assert "not in the index yet" not in plain(page(desk, "router"))
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=40))
    assert "3 new changes are not in the index yet: it is 40 s behind." in plain(page(desk, "router"))
    indexer.catch_up()
    assert "not in the index yet" not in plain(page(desk, "router"))


def test_an_empty_box_explains_itself(desk):
    shown = plain(page(desk, ""))
    assert "straight to the case with that number" in shown
    assert "Nothing was found" not in shown
    assert "Nothing was found" in plain(page(desk, "xyzzy"))


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1e9", "٣", "9" * 30, "9" * 19])
def test_a28_a_cursor_that_is_none_shows_the_first_page(desk, cursor):
    page(desk, "router", older=cursor)


def test_a_receipt_code_opens_no_search():
    answer = Client(headers={"Origin": "http://testserver"}).get("/desk/search/?q=router")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/")
