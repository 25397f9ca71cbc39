"""Articles at the desk: written, revised by two at once, doubted, found, made from a case, and beside an answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from eyelevel.answers.models import Draft
from eyelevel.kernel import clock
from eyelevel.kernel.search import indexer
from eyelevel.knowledge import doubts
from eyelevel.knowledge.models import Article, Doubt
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Login, Staff
from tests.knowledge.writing import TEXT, article, revise
from tests.making import case_of, mail_in, send
from tests.running import plain

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _second_factor_is_set(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)


def desk_of(name, role="agent"):
    login = Login.objects.create_user(f"{name}@nordlicht.example", "a long enough password")
    seat = Staff.objects.create(name=name, role=role, login=login, language="en")
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(login)
    return client, seat


@pytest.fixture
def petra():
    return desk_of("Petra")


@pytest.fixture
def desk(petra):
    return petra[0]


@pytest.fixture
def seat(petra):
    return petra[1]


def shown(client, path, status=200, **query):
    answer = client.get(path, query)
    assert answer.status_code == status
    return answer.content.decode()


def fields(page):
    """What the editor would send again."""
    read = lambda name: re.search(rf'name="{name}" value="([^"]*)"', page)  # noqa: E731
    text = re.search(r'name="text"[^>]*>([^<]*)</textarea>', page)
    return {"seen": read("seen")[1], "title": read("title")[1], "text": text[1] if text else ""}


def test_an_article_is_written_published_and_shown_with_its_structure(desk):
    told = {
        "title": "Rücksendung",
        "text": TEXT,
        "audience": "public",
        "language": "de",
        "sources": "https://x.example/agb\npost:7",
    }
    answer = desk.post("/desk/knowledge/new/", {**told, "do": "publish", "seen": "0"}, follow=True)
    page = answer.content.decode()
    assert "<h2>Rücksendung</h2>" in page
    assert 'href="https://x.example/agb"' in page
    assert "a word in a case that is no longer here" in page
    row = Article.objects.get()
    assert (row.state, row.audience, row.published) == ("published", "public", 1)
    assert row.title in shown(desk, "/desk/knowledge/")


def test_the_later_of_two_editors_sees_the_other_version_and_keeps_what_was_typed(desk, seat):
    row = article(seat)
    mine = fields(shown(desk, f"/desk/knowledge/{row.pk}/edit/"))
    other, chidi = desk_of("Chidi")
    revise(row, chidi, "Sie haben 14 Tage.")
    typed = {**mine, "text": "Sie haben 30 Tage, außer zu Weihnachten.", "do": "save", "audience": "public"}
    answer = desk.post(f"/desk/knowledge/{row.pk}/edit/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A colleague has written a newer version" in page
    assert "<del>Sie haben 14 Tage.</del>" in page
    again = fields(page)
    assert again["text"] == "Sie haben 30 Tage, außer zu Weihnachten."
    assert again["seen"] == "2"
    assert desk.post(f"/desk/knowledge/{row.pk}/edit/", {**typed, **again}).status_code == 302
    assert row.versions.count() == 3
    compared = shown(other, f"/desk/knowledge/{row.pk}/versions/", **{"from": "2", "to": "3"})
    assert "<del>Sie haben 14 Tage.</del>" in compared
    assert "<ins>Sie haben 30 Tage, außer zu Weihnachten.</ins>" in compared


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk):
    for told, words, status in (
        ({"title": "", "text": "Nur Text"}, "A title and a text are needed.", 409),
        ({"title": "T", "text": "Nur Text", "look_again_on": "31.1.2027"}, "This is no day", 400),
        (
            {"title": "T", "text": "Nur Text", "look_again_on": "2020-01-01"},
            "Choose a day that lies ahead",
            409,
        ),
        ({"title": "T", "text": "Nur Text", "look_again_on": "9999-12-31"}, "This is no day", 400),
    ):
        answer = desk.post("/desk/knowledge/new/", {**told, "do": "save"})
        assert answer.status_code == status
        assert words in plain(answer.content.decode())
        assert ">Nur Text</textarea>" in answer.content.decode()
    assert not Article.objects.exists()


def test_only_the_owner_and_supervisors_publish_withdraw_and_hand_over(desk, seat):
    row = article(seat, published=False)
    other, chidi = desk_of("Chidi")
    place = f"/desk/knowledge/{row.pk}/"
    assert 'value="publish"' not in shown(other, place)
    assert other.post(place, {"do": "publish", "number": "1"}).status_code == 403
    told = {"do": "publish", "title": "x", "text": "y", "seen": "1"}
    assert other.post(f"{place}edit/", told).status_code == 403
    assert desk.post(place, {"do": "publish", "number": "1"}).status_code == 302
    assert other.post(place, {"do": "withdraw"}).status_code == 403
    assert desk.post(place, {"do": "own", "owner": chidi.pk}).status_code == 302
    assert desk.post(place, {"do": "withdraw"}).status_code == 403
    boss, _ = desk_of("Ruth", "supervisor")
    assert boss.post(place, {"do": "withdraw"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.owner.name) == ("withdrawn", "Chidi")


def test_a_doubt_stands_on_the_article_in_the_list_and_beside_its_owners_bar(desk, seat):
    row = article(seat)
    article(seat, title="Unbezweifelt")
    other, _chidi = desk_of("Chidi")
    place = f"/desk/knowledge/{row.pk}/"
    assert other.post(place, {"do": "doubt", "reason": " "}).status_code == 409
    assert other.post(place, {"do": "doubt", "reason": "Seit Mai 14 Tage"}).status_code == 302
    page = shown(desk, place)
    assert "Chidi doubts it" in page
    assert "Seit Mai 14 Tage" in page
    bar = f'href="/desk/knowledge/?doubt=1&amp;owner={seat.pk}" aria-current="page">Knowledge <span class="mark bad" title="in doubt">1</span>'
    assert bar in page
    assert 'title="in doubt"' not in shown(other, "/desk/")
    listed = shown(desk, "/desk/knowledge/", doubt="1")
    assert row.title in listed
    assert "Unbezweifelt" not in listed
    assert (
        desk.post(place, {"do": "settle", "doubt": Doubt.objects.get().pk, "note": "stimmt"}).status_code
        == 302
    )
    page = shown(desk, place)
    assert "Former doubts" in page
    assert 'title="in doubt"' not in page


def test_the_list_is_narrowed_by_words_state_and_owner(desk, seat):
    article(seat)
    _other, chidi = desk_of("Chidi")
    article(chidi, title="Router", text="Der Router startet neu.", published=False)
    indexer.catch_up()
    listed = "/desk/knowledge/"
    assert "Rücksendung" in shown(desk, listed, q="Kaufpreis")
    assert "Router" not in shown(desk, listed, q="Kaufpreis")
    assert "Rücksendung</span>" not in shown(desk, listed, state="draft")
    assert "Router</span>" in shown(desk, listed, owner=chidi.pk)
    assert "No article like this." in shown(desk, listed, q="Zeppelin")
    assert shown(desk, listed, state="x", owner="y")


def test_the_search_of_the_desk_finds_articles_with_a_facet(desk, seat):
    row = article(seat)
    mail_in("Wo ist meine Rücksendung?")
    indexer.catch_up()
    page = shown(desk, "/desk/search/", q="Rücksendung")
    assert f'href="/desk/knowledge/{row.pk}/"' in page
    assert 'kind%3Aarticle">Article</a> <span class="quiet">1</span>' in page


def test_an_answer_becomes_an_article_with_its_source_and_personal_words_marked(desk, seat):
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    said = send(
        case, seat, "Guten Tag Frau Petersen, die Rücksendung kostet 4,90 Euro. Ihre Nummer: 4711998877."
    )
    assert f"?case={case.pk}" in shown(desk, f"/desk/cases/{case.pk}/")
    for query in ({"case": case.pk}, {"post": said.pk}):
        page = shown(desk, "/desk/knowledge/new/", **query)
        assert "<mark>Frau Petersen</mark>" in page
        assert "<mark>4711998877</mark>" in page
        assert f">post:{said.pk}</textarea>" in page
        assert 'value="Scan"' in page
    told = {
        "title": "Rücksendung",
        "text": said.text,
        "sources": f"post:{said.pk}",
        "do": "save",
        "seen": "0",
    }
    answer = desk.post("/desk/knowledge/new/", told)
    assert answer.status_code == 409
    mark = re.search(r'name="looked_at" value="([^"]*)"', answer.content.decode())[1]
    worse = {**told, "text": said.text + " Gruß an Jana.", "looked_at": mark}
    assert desk.post("/desk/knowledge/new/", worse).status_code == 409
    assert not Article.objects.exists()
    clean = {**told, "text": "Die Rücksendung kostet 4,90 Euro."}
    page = desk.post("/desk/knowledge/new/", clean, follow=True).content.decode()
    assert f"#post-{said.pk}" in page
    assert desk.post("/desk/knowledge/new/", {**told, "looked_at": mark}).status_code == 302


def test_internal_words_and_posts_of_nowhere_become_no_article(desk, seat):
    from eyelevel.cases import actions as cases
    from eyelevel.posts.models import Post

    case = case_of(mail_in("Hallo"))
    cases.note(case, staff=seat, text="schwieriger Kunde", now=clock.now())
    note = Post.objects.get(kind="note")
    shown(desk, "/desk/knowledge/new/", status=404, post=note.pk)
    shown(desk, "/desk/knowledge/new/", status=404, post=999_999)
    assert "schwierig" not in shown(desk, "/desk/knowledge/new/", case=case.pk)


def test_a_fitting_sentence_is_offered_and_one_click_puts_it_into_the_draft_without_sending(desk, seat):
    row = article(seat)
    article(seat, title="Rücksendung intern", text="Die Rücksendung kostet uns intern 2 Euro.", public=False)
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    place = f"/desk/cases/{case.pk}/"
    page = shown(desk, place)
    assert "Die Rücksendung kostet 4,90 Euro." in page
    assert "Die Rücksendung kostet uns intern 2 Euro." in page
    [value] = set(re.findall(r'name="sentence" value="([^"]+)"', page))
    waiting = Sending.objects.count()
    answer = desk.post(f"{place}sentence/", {"text": "Guten Tag.\r\n", "sentence": value, "seen_post": "0"})
    assert answer.status_code == 302
    assert Draft.objects.get().text == "Guten Tag.\n\nDie Rücksendung kostet 4,90 Euro."
    assert Sending.objects.count() == waiting
    inside = Article.objects.get(audience="colleagues").versions.get()
    for wrong in (f"{inside.pk}:0", "x", "7", f"{row.versions.get().pk}:99", f"{row.versions.get().pk}:-1"):
        answer = desk.post(f"{place}sentence/", {"text": "Neu", "sentence": wrong})
        assert answer.status_code == 409
    assert "intern" not in Draft.objects.get().text


def test_an_objection_from_an_article_leads_to_it_and_its_override_is_kept(desk, seat):
    row = article(seat)
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    desk.post(
        f"/desk/cases/{case.pk}/draft/", {"text": "Die Rücksendung kostet 9,90 Euro.", "seen_post": "999999"}
    )
    page = shown(desk, f"/desk/cases/{case.pk}/")
    assert "in the article “Rücksendung”" in page
    assert f'href="/desk/knowledge/{row.pk}/?version=1"' in page
    send(case, seat, "Die Rücksendung kostet 9,90 Euro.", reason="Preis ab heute")
    assert "Preis ab heute" in shown(desk, f"/desk/cases/{case.pk}/")


def test_a_doubt_from_an_answer_shows_both_sentences_and_leads_to_the_answer(desk, seat):
    row = article(seat)
    case = case_of(mail_in("Was kostet die Rücksendung?"))
    post = send(case, seat, "Die Rücksendung kostet 9,90 Euro.", reason="x")
    found = doubts.Said(article_id=row.pk, sentence="Sie kostet 4,90.", answer_sentence="Sie kostet 9,90.")
    doubts.answered_otherwise([found], post_id=post.pk, now=clock.now())
    page = shown(desk, f"/desk/knowledge/{row.pk}/")
    assert "“Sie kostet 4,90.”" in page
    assert "“Sie kostet 9,90.”" in page
    assert f"#post-{post.pk}" in page


def test_what_is_written_in_an_article_is_never_markup(desk, seat):
    row = article(
        seat, title="<script>alert(1)</script>", text="## <img src=x>\n\n- <b>fett</b>\n\njavascript:alert(1)"
    )
    page = shown(desk, f"/desk/knowledge/{row.pk}/")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>fett" not in page
    assert 'href="javascript' not in page


def test_a_colleague_who_may_not_publish_cannot_open_what_is_published_to_everybody(seat):
    other, _chidi = desk_of("Chidi")
    row = article(seat, public=False)
    fields = {
        "title": row.title,
        "text": "Neu.",
        "language": "de",
        "audience": "public",
        "seen": str(row.latest),
        "do": "save",
    }
    assert other.post(f"/desk/knowledge/{row.pk}/edit/", fields).status_code == 403
    row.refresh_from_db()
    assert row.audience == "colleagues"
    assert (
        other.post(f"/desk/knowledge/{row.pk}/edit/", fields | {"audience": "colleagues"}).status_code == 302
    )
