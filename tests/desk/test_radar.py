"""The radar page: people are counted, fast columns show a sample and say so, words are taken by a click."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from eyelevel.cases import actions as cases
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, steps
from eyelevel.listening.models import Heard, Watch
from eyelevel.people.models import Login, Staff
from eyelevel.posts.models import Post
from eyelevel.server.streams import allowed
from tests.listening.hearing import hear, hear_many, watch
from tests.running import plain

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def seat(db, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("chidi@nordlicht.example", "a long enough password")
    Staff.objects.create(name="Owner", role="operator")
    return Staff.objects.create(name="Chidi Okafor", role="agent", login=login, language="en")


@pytest.fixture
def desk(seat):
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(seat.login)
    return client


def read(client, address="/desk/radar/", **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def authors(page):
    return re.findall(r'class="author">([^<]+)<', page)


def test_a_column_counts_people_not_words(desk):
    seen, now = watch("Bahn"), clock.now()
    for number in range(5):
        hear(seen, text=f"Wort {number}", author="did:plc:jana", at=now)
    hear(seen, author="did:plc:ole", name="Ole", at=now)
    hear(seen, author="did:plc:eva", name="Eva", at=now - timedelta(hours=3))
    page = plain(read(desk))
    assert "2 people in the last hour" in page
    assert "3 people in 24 hours" in page


def test_many_people_are_counted_about_and_the_page_says_so(desk):
    seen, now = watch("Bahn"), clock.now()
    words = [
        {"author": f"did:{number}", "author_name": "x", "at": now - timedelta(seconds=90 + number / 100)}
        for number in range(1_500)
    ]
    hear_many(words, [seen])
    page = plain(read(desk))
    found = re.search(r"about ([\d,]+) people since \d\d:00", page)
    assert 1_350 < int(found[1].replace(",", "")) < 1_650


def test_the_newest_word_stands_on_top_and_older_ones_behind_a_link(desk):
    seen, now = watch(), clock.now()
    for number in range(70):
        hear(seen, name=f"N{number:02}", author=f"did:{number}", at=now - timedelta(minutes=number))
    page = read(desk)
    assert authors(page) == [f"N{number:02}" for number in range(30)]
    told = list(authors(page))
    while older := re.search(r'href="([^"]+before=[^"]+)"', page):
        page = read(desk, older[1].replace("&amp;", "&"))
        told += authors(page)
    assert told == [f"N{number:02}" for number in range(70)]


def test_words_of_the_same_moment_are_not_lost_between_pages(desk):
    seen, now = watch(), clock.now()
    hear_many(
        [
            {"author": f"did:{n}", "author_name": f"N{n:02}", "at": now - timedelta(hours=1)}
            for n in range(40)
        ],
        [seen],
    )
    page = read(desk)
    older = re.search(r'href="([^"]+before=[^"]+)"', page)[1].replace("&amp;", "&")
    assert sorted(authors(page) + authors(read(desk, older))) == [f"N{n:02}" for n in range(40)]


def test_a_fast_column_shows_a_sample_and_says_so(desk):
    seen, now = watch(), clock.now()
    words = [
        {"author": f"did:{n}", "author_name": "x", "at": now - timedelta(seconds=n / 20)}
        for n in range(1_600)
    ]
    hear_many(words, [seen])
    page = read(desk)
    shown, total = re.search(r"a sample: (\d+) of ([\d,]+) words in the last minute", plain(page)).groups()
    assert int(shown) == len(authors(page)) == 30
    assert 1_150 <= int(total.replace(",", "")) <= 1_201


def test_a_sample_is_spread_over_the_minute(desk, seat):
    from eyelevel.listening import reads
    from eyelevel.people.reads import actor_of

    seen, now = watch(), clock.now()
    hear_many([{"author": "did:x", "at": now - timedelta(seconds=n / 20)} for n in range(1_600)], [seen])
    rows = reads.sample(actor_of(seat), seen.pk, now=now)
    assert timedelta(seconds=50) < rows[0].at - rows[-1].at <= timedelta(seconds=60)


def test_a_sample_stands_still_for_ten_seconds_whatever_comes(desk, seat):
    from eyelevel.listening import reads
    from eyelevel.people.reads import actor_of

    seen, actor = watch(), actor_of(seat)
    began = clock.now().replace(second=20, microsecond=0)
    hear_many([{"author": "did:x", "at": began - timedelta(seconds=n / 10)} for n in range(400)], [seen])
    before = reads.sample(actor, seen.pk, now=began + timedelta(seconds=1))
    hear_many([{"author": "did:x", "at": began + timedelta(seconds=n / 10)} for n in range(10, 90)], [seen])
    after = reads.sample(actor, seen.pk, now=began + timedelta(seconds=9))
    later = reads.sample(actor, seen.pk, now=began + timedelta(seconds=11))
    assert [one.pk for one in before] == [one.pk for one in after] != [one.pk for one in later]


def test_a_rush_that_has_only_begun_shows_its_newest_words(desk, seat):
    from eyelevel.listening import reads
    from eyelevel.people.reads import actor_of

    seen, now = watch(), clock.now().replace(second=25, microsecond=0)
    hear_many([{"author": "did:x", "at": now - timedelta(seconds=n / 100)} for n in range(400)], [seen])
    assert len(reads.sample(actor_of(seat), seen.pk, now=now)) == 30


def test_the_filter_finds_words_whatever_their_case_and_umlauts(desk):
    seen, now = watch(), clock.now()
    hear(seen, text="Der Zug fällt aus.", name="Jana", at=now)
    hear(seen, text="Alles gut.", name="Ole", at=now)
    assert authors(read(desk, q="FAELLT zug")) == ["Jana"]


def test_a_word_says_what_it_answers_and_what_happened_to_it(desk):
    seen, now = watch(), clock.now()
    first = hear(seen, name="Ole", text="Der Zug fällt aus.", at=now)
    hear(seen, parent=first.external_id, marks=["re-timed"], edited_at=now, at=now)
    hear(seen, parent="at://elsewhere", at=now)
    page = plain(read(desk))
    assert "answers Ole: Der Zug fällt aus." in page
    assert "answers a word that was not heard" in page
    assert "its time is made up" in page
    assert "edited by its author" in page


def test_nothing_of_a_word_becomes_markup_or_another_scheme(desk):
    hear(watch(), text="<script>alert(1)</script>", name="<b>x", url="javascript:alert(1)", at=clock.now())
    page = read(desk)
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "javascript:" not in page


def test_make_it_a_case_and_see_its_number(desk):
    heard = hear(watch(), at=clock.now())
    answer = desk.post("/desk/radar/words/", {"do": f"case:w1-{heard.public_id}"}, follow=True)
    number = Case.objects.get().pk
    assert f"Now it is case {number}." in plain(answer.content.decode())
    assert f"became case {number}" in plain(read(desk))
    steps.run_due()
    heard.refresh_from_db()
    assert heard.case_number == number
    again = desk.post("/desk/radar/words/", {"do": f"case:w1-{heard.public_id}"}, follow=True)
    assert f"It is case {number} already." in plain(again.content.decode())
    assert Case.objects.count() == 1


def test_answer_opens_the_composer_of_the_case_that_is_mine_now(desk, seat):
    heard = hear(watch(), at=clock.now())
    answer = desk.post("/desk/radar/words/", {"do": f"answer:w1-{heard.public_id}"})
    case = Case.objects.get()
    assert answer.url == f"/desk/cases/{case.pk}/#composer"
    assert case.holder == seat
    page = plain(read(desk, f"/desk/cases/{case.pk}/"))
    assert "an answer would stand there unread" in page


def test_ticked_words_become_one_case(desk):
    seen, now = watch(), clock.now()
    words = [hear(seen, author=f"did:{n}", text=f"Wort {n}", at=now) for n in range(3)]
    desk.post("/desk/radar/words/", {"do": "case", "word": [one.public_id for one in words]})
    case = Case.objects.get()
    assert Post.objects.filter(case_id=case.pk).count() == 3


def test_more_words_than_fifty_are_refused_in_words(desk):
    answer = desk.post("/desk/radar/words/", {"do": "case", "word": ["x" * 26] * 51})
    assert answer.status_code == 400
    assert "more than 50 words" in plain(answer.content.decode())


def test_words_that_were_taken_back_are_said_to_be_gone(desk):
    heard = hear(watch(), at=clock.now())
    Heard.objects.all().delete()
    answer = desk.post("/desk/radar/words/", {"do": f"case:w1-{heard.public_id}"})
    assert answer.status_code == 400
    assert "their authors took them back" in plain(answer.content.decode())


def test_evidence_asks_for_the_case_and_stands_in_it_with_its_fingerprint(desk):
    now = clock.now()
    case = cases.open_case(person=None, subject="Ausfall", channel="mail", at=now, now=now)
    heard = hear(watch(), text="Kein Netz nirgends.", at=now)
    asked = read(desk, "/desk/radar/evidence/", word=heard.public_id)
    assert "Kein Netz nirgends." in asked
    assert f'<option value="{case.pk}">Ausfall</option>' in asked
    wrong = desk.post("/desk/radar/evidence/", {"word": heard.public_id, "case": "999"})
    assert wrong.status_code == 400
    done = desk.post("/desk/radar/evidence/", {"word": heard.public_id, "case": f"#{case.pk}"})
    assert done.url == f"/desk/cases/{case.pk}/"
    page = plain(read(desk, done.url))
    assert "Kept as evidence by Chidi Okafor" in page
    assert re.search(r"SHA-256 [0-9a-f]{64}", page)
    assert "evidence, not a word of the person of this case" in page


def test_a_page_that_is_paused_asks_only_how_many_came(desk):
    seen, now = watch(), clock.now()
    for ago in (1, 2, 90):
        hear(seen, at=now - timedelta(seconds=ago))
    at = (now - timedelta(seconds=60)).isoformat()
    page = read(desk, part="since", watch=str(seen.pk), at=at)
    assert plain(page) == "Paused: 2 words came since."


def test_a_piece_holds_only_the_columns_that_changed(desk):
    one, _other = watch("Bahn"), watch("Netz", place=1)
    page = read(desk, part="columns", watch=str(one.pk))
    assert "Bahn" in page
    assert "Netz" not in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "query",
    [
        "watch=,,x,99999999999999",
        "before=2026_x",
        "before=__",
        "at=yesterday&part=since",
        "did=case&case=abc",
    ],
)
def test_a_twisted_address_still_shows_the_radar(desk, query):
    watch()
    assert desk.get(f"/desk/radar/?{query}").status_code == 200


def test_only_colleagues_may_listen_along():
    from eyelevel.kernel.policy import STRANGER, Actor

    assert not allowed(STRANGER, "watch:7")
    assert not allowed(Actor(kind="receipt", case_id=1), "watch:7")
    assert allowed(Actor(kind="agent", staff_id=1), "watch:7")
    assert not allowed(Actor(kind="agent", staff_id=1), "watch:x")


def test_a_watch_is_made_changed_moved_paused_and_ended(desk):
    desk.post("/desk/watches/new/", {"name": "Bahn", "query": "bahn AND verspät*"})
    desk.post("/desk/watches/new/", {"name": "Netz", "query": "netz", "opens": "1"})
    bahn, netz = Watch.objects.order_by("id")
    assert (bahn.opens_cases, netz.opens_cases) == (False, True)
    desk.post(f"/desk/watches/{netz.pk}/", {"do": "left"})
    names = re.findall(r"<h2[^>]*><a[^>]*>([^<]+)", read(desk))
    assert names == ["Netz", "Bahn"]
    desk.post(f"/desk/watches/{bahn.pk}/", {"do": "pause"})
    assert "paused: nothing new is kept" in plain(read(desk))
    desk.post(f"/desk/watches/{bahn.pk}/", {"do": "save", "name": "Züge", "query": "zug OR bahn"})
    assert "Züge" in read(desk)
    desk.post(f"/desk/watches/{bahn.pk}/", {"do": "end"})
    assert "Züge" not in read(desk)
    assert desk.get(f"/desk/watches/{bahn.pk}/").status_code == 404


def test_a_query_that_cannot_be_read_is_shown_with_its_place_and_not_saved(desk):
    answer = desk.post("/desk/watches/new/", {"name": "Bahn", "query": "bahn AND (zug OR )"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert Watch.objects.count() == 0
    line, caret = re.search(r'<pre class="caret">(.*)\n( *)\^', page).groups()
    assert line[len(caret)] == ")"
    assert "a word or a phrase is missing here" in plain(page)
    assert 'value="Bahn"' in page


def test_a_long_query_shows_the_line_around_the_place():
    from eyelevel.desk.watching import trouble
    from eyelevel.listening.language import NotUnderstood, parse

    query = " OR ".join(f"wort{n}" for n in range(60)) + " OR )" + " nochetwas" * 9
    with pytest.raises(NotUnderstood) as wrong:
        parse(query)
    shown = trouble(query, wrong.value)
    assert len(shown.line) <= 62
    assert shown.line[len(shown.caret) - 1] == ")"


def test_every_expectation_of_the_language_has_words_in_both_languages():
    from eyelevel.desk.watching import expected
    from eyelevel.listening.language import EXPECTED

    for language in ("en", "de"):
        with translation.override(language):
            said = {code: expected(code) for code in EXPECTED}
        assert [code for code, words in said.items() if words == code] == []


@pytest.fixture
def ring():
    from eyelevel.listening import ring as module

    one = module.Ring()
    module.install(one)
    yield one
    module.install(None)


def said(number, text):
    from eyelevel.channels.contract import Overheard

    return Overheard(
        network="bluesky", source="x", external_id=str(number), author="did:x", text=text, at=clock.now()
    )


def test_the_editor_shows_what_a_query_matches_among_all_that_was_heard(desk, ring):
    ring.add([said(number, "Die Bahn kommt." if number % 10 == 0 else "Wetter") for number in range(100)])
    page = read(desk, "/desk/watches/new/", name="Bahn", query="bahn")
    assert "10 of the 100 words heard last" in plain(page)
    assert page.count("Die Bahn kommt.") == 10
    piece = read(desk, "/desk/watches/new/", part="preview", query="schnee")
    assert "None of the 100 words heard last." in plain(piece)
    assert "<html" not in piece


def test_the_editor_says_where_nothing_was_heard_yet(desk):
    assert "Nothing has been heard since the house started" in plain(
        read(desk, "/desk/watches/new/", query="bahn")
    )
