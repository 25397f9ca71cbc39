"""Overheard words in the search: found soon after they were kept, out of the index in the act that takes them back."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from eyelevel.cases import overheard
from eyelevel.channels.contract import WHOLE_AUTHOR
from eyelevel.kernel import clock, databases, steps
from eyelevel.kernel.policy import STRANGER, Actor
from eyelevel.kernel.search import actions as index
from eyelevel.kernel.search import analysis, indexer, providers, reads
from eyelevel.kernel.search.models import Again, Document
from eyelevel.kernel.search.query import parse
from eyelevel.kernel.writer import write, write_heard
from eyelevel.listening import actions
from eyelevel.listening import reads as listening
from eyelevel.listening.ear import Ear
from eyelevel.listening.matching import Matcher
from eyelevel.listening.models import Heard
from eyelevel.people.models import Login, Staff
from eyelevel.server import searching
from tests.kernel.test_writer import in_a_house_of_its_own
from tests.listening import hearing
from tests.listening.heard import NOW, deleted, edited, said
from tests.making import mail_in

pytestmark = pytest.mark.django_db(databases="__all__")
MIRA = Actor(kind="agent", staff_id=1)
FILE = databases.alias(databases.HEARD)


@pytest.fixture(scope="module")
def matcher():
    one = Matcher()
    yield one
    one.stop()


@pytest.fixture
def ear(matcher, monkeypatch):
    monkeypatch.setattr("eyelevel.listening.ear.SECONDS_BETWEEN_LOOKS", 0.0)
    actions.make_watch(name="Bahn", query="bahn OR zug", opens_cases=False, by="staff:1", now=NOW)
    indexer.catch_up(using=FILE)
    return Ear(now=lambda: NOW, matcher=matcher)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("mira@nordlicht.example", "a long enough password")
    Staff.objects.create(name="Mira Lang", role="agent", login=login, language="de")
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(login)
    return client


def found(text, actor=MIRA, **more):
    hits = reads.find(actor, parse(text), **more).hits
    return [Heard.objects.get(pk=hit.text.thing).external_id for hit in hits if hit.text.kind == "heard"]


def follow():
    indexer.catch_up(using=FILE)


def indexed():
    """What the index itself holds, whatever is still in the table of words."""
    return Document.objects.using(FILE).filter(kind="heard").count()


def test_a_word_is_found_by_what_it_says_who_said_it_and_where(ear):
    ear.take(
        [
            said("Die Bahn hat Verspätungen"),
            said("The zug is late", "2", language="en", author_name="Bo Berg"),
        ]
    )
    ear.take([said("Le train zug", "3", language="fr", network="feed", author="blog", author_name="")])
    assert found("Verspätung") == []
    assert reads.lag(now=clock.now(), using=FILE).behind == 3
    follow()
    assert found("Verspätung kind:heard") == found("Bahn art:gehörtes sprache:de") == ["1"]
    assert found("from:jana.bsky.social") == found('from:"did:plc:jana" lang:de') == ["1"]
    assert found("von:berg") == ["2"]
    assert found("channel:feed") == found("lang:fr") == ["3"]
    assert reads.lag(now=clock.now(), using=FILE) == reads.Lag(behind=0, seconds=0.0, filling=False)


def test_the_lag_counts_from_when_the_first_unread_word_was_heard(ear):
    ear.take([said()])
    if FILE != databases.DEFAULT:
        lag = reads.lag(now=NOW + timedelta(seconds=90), using=FILE)
        assert (lag.behind, lag.seconds) == (1, 90.0)
    assert set(searching.lags()) == {"default", FILE}


def test_heard_words_posts_and_cases_stand_in_one_list_and_a_facet_parts_them(ear):
    post = mail_in("Die Bahn ist kaputt", subject="Zug 7")
    ear.take([said()])
    indexer.catch_up()
    follow()
    everything = reads.find(MIRA, parse("Bahn"))
    assert {(hit.text.kind, hit.text.channel) for hit in everything.hits} == {
        ("heard", "bluesky"),
        ("post", "mail"),
    }
    assert dict(everything.facets["kind"]) == {"heard": 1, "post": 1}
    assert [hit.text.thing for hit in reads.find(MIRA, parse("Bahn"), kinds=["post"]).hits] == [post.pk]


@pytest.mark.parametrize(
    "actor",
    [
        STRANGER,
        Actor(kind="guest", asking_id=1, post_ids=frozenset({1})),
        Actor(kind="receipt", case_id=1, person_id=1),
    ],
    ids=["stranger", "guest", "receipt holder"],
)
@pytest.mark.parametrize(
    "asked", ["Bahn", "kind:heard", "channel:bluesky", "from:jana.bsky.social", "after:2020", "-xyz"]
)
def test_nobody_but_colleagues_finds_a_heard_word(ear, actor, asked):
    ear.take([said()])
    follow()
    assert found(asked) == ["1"]
    assert reads.find(actor, parse(asked)).hits == []
    assert reads.find(actor, parse(asked), kinds=["heard"]).counted == 0


def test_a_token_finds_only_what_its_scopes_let_it_read(ear):
    mail_in("Die Bahn ist kaputt")
    ear.take([said()])
    indexer.catch_up()
    follow()

    def kinds(*verbs):
        actor = Actor(kind="agent", staff_id=1, only=frozenset(verbs))
        return {hit.text.kind for hit in reads.find(actor, parse("Bahn"), kinds=["heard", "post"]).hits}

    assert kinds("search.ask") == set()
    assert kinds("search.ask", "case.read") == {"post"}
    assert kinds("search.ask", "heard.read") == {"heard"}


@pytest.mark.parametrize(
    "gone",
    [deleted(), said("", event="delete", marks=(WHOLE_AUTHOR,)), said(marks=("no-index",))],
    ids=["deleted", "the whole author", "asked not to be indexed"],
)
def test_what_an_author_takes_back_leaves_the_index_in_the_same_act(ear, gone):
    ear.take([said(), said("Der Zug steht", "2", author="did:plc:bo")])
    follow()
    assert indexed() == 2
    ear.take([gone])
    assert indexed() == 1
    follow()
    assert found("kind:heard") == ["2"]


def test_words_that_are_too_old_leave_the_index_with_their_rows(ear):
    ear.take([said(), said("Der Zug steht", "2")])
    follow()
    Heard.objects.filter(external_id="1").update(heard_at=NOW - timedelta(days=40))
    assert write_heard(actions.purge, before=NOW - timedelta(days=30)) == 1
    assert indexed() == 1
    assert found("kind:heard") == ["2"]


def test_an_edited_word_is_found_by_its_new_words_alone(ear):
    ear.take([said("Die Bahn fällt aus")])
    follow()
    ear.take([edited("Die Bahn kommt pünktlich")])
    assert indexed() == 0, "the old words are out before anybody reads the new ones"
    assert reads.lag(now=clock.now(), using=FILE).behind == 1
    follow()
    assert found("pünktlich") == ["1"]
    assert found("fällt") == []


def test_an_edit_that_nothing_matches_leaves_nothing_behind(ear):
    ear.take([said()])
    follow()
    ear.take([edited("Schönes Wetter")])
    follow()
    assert (indexed(), Heard.objects.count(), Again.objects.using(FILE).count()) == (0, 0, 0)


def test_what_the_indexer_read_before_a_delete_is_not_its_last_word(ear):
    """The indexer reads, the author deletes, the indexer writes what it had read."""
    ear.take([said()])
    word = Heard.objects.get()
    read = [index.prepared(text) for text in providers.provider_of("heard").texts([word.pk])]
    ear.take([deleted()])
    write_heard(index.put, read, using=FILE)
    assert indexed() == 1
    follow()
    assert indexed() == 0


def test_a_new_analysis_and_a_rebuilt_index_find_the_same(ear, monkeypatch):
    ear.take([said(), said("Der Zug steht", "2")])
    follow()
    monkeypatch.setattr(analysis, "VERSION", analysis.VERSION + 1)
    assert reads.lag(now=clock.now(), using=FILE).filling
    follow()
    assert set(found("kind:heard")) == {"1", "2"}
    assert indexer.rebuild(using=FILE) >= 2
    assert set(found("kind:heard")) == {"1", "2"}


def test_a_word_that_claims_to_come_from_the_future_does_not_stand_above_all_others(ear):
    ear.take([said("Bahn eins", at=NOW + timedelta(days=3_650))])
    follow()
    assert reads.find(MIRA, parse("Bahn")).hits[0].text.at == NOW


def shown(desk, words):
    answer = desk.get("/desk/search/", {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_result_leads_to_the_radar_where_the_word_stands_first(desk):
    one = hearing.watch()
    words = [hearing.hear(one, text=f"Die Bahn {n}", url=f"https://bsky.app/{n}") for n in range(40)]
    follow()
    line = shown(desk, '"Bahn 7"')
    assert "<mark>Bahn</mark> <mark>7</mark>" in line
    assert 'href="https://bsky.app/7"' in line
    place = listening.newest(MIRA, one.pk, most=40)
    match = next(row for row in place if row.heard_id == words[7].pk)
    from eyelevel.desk.overheard import address_of

    href = address_of(match)
    assert href.replace("&", "&amp;") in line
    radar = desk.get(href).content.decode()
    assert radar.index(f"w{one.pk}-{words[7].public_id}") < radar.index(f"w{one.pk}-{words[6].public_id}")
    assert words[8].public_id not in radar


def test_a_result_whose_column_is_gone_still_names_its_place_on_the_network(desk):
    one = hearing.watch()
    hearing.hear(one, url="https://bsky.app/1")
    follow()
    actions.end_watch(one, by="staff:1", now=NOW)
    line = shown(desk, "Bahn")
    assert "/desk/radar/?watch" not in line
    assert 'href="https://bsky.app/1"' in line


def test_an_address_that_is_none_of_the_web_is_no_link(desk):
    hearing.hear(hearing.watch(), url="at://did:plc:jana/1")
    follow()
    assert "at://" not in shown(desk, "Bahn")


def test_a_word_that_became_a_post_leads_to_its_case(desk):
    word = hearing.hear(hearing.watch(), url="https://bsky.app/1")
    follow()
    taken = write(
        overheard.open_from_heard, [listening.as_overheard(word)], by=Staff.objects.get(), now=clock.now()
    )
    steps.run_due()
    line = shown(desk, "Bahn kind:heard")
    assert f'href="/desk/cases/{taken.case}/#post-' in line
    assert f"Gehörtes, jetzt in Fall {taken.case}" in line


def test_the_page_calls_it_gehoertes_and_names_the_network(desk):
    hearing.hear(hearing.watch())
    mail_in("Die Bahn kommt nicht")
    follow()
    indexer.catch_up()
    line = shown(desk, "Bahn")
    assert ">Gehörtes</a>" in line
    assert "Gehörtes · auf Bluesky" in line


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the bytes of an SQLite file")
def test_p19_nothing_readable_of_an_erased_word_stays_in_the_heard_file(tmp_path):
    told = in_a_house_of_its_own(
        tmp_path,
        """
        from datetime import timedelta
        from pathlib import Path
        from django.conf import settings
        from eyelevel.channels.contract import Overheard
        from eyelevel.kernel import clock
        from eyelevel.kernel.search import actions as index, indexer
        from eyelevel.listening import actions
        from eyelevel.listening.actions import Found
        now = clock.now()
        def word(n):
            text = f"Der Zug {n} steht" + (" xqzvbnmlkjhgf" if n == 700 else "")
            name = "Wqzyxopferson" if n == 700 else "Jana"
            return Overheard(network="bluesky", source="test", external_id=str(n), author=f"did:{n}", author_name=name, text=text, at=now,
                             url="https://bsky.app/xqzvbnmlkjhgf" if n == 700 else "")
        def keep(some, gone=()):
            writer.write_heard(actions.keep_matched, some, gone=gone, counts={}, judged=frozenset({1}), now=clock.now())
        for start in range(0, 1500, 250):
            keep([Found(word=word(n), watches=(1,), author=n) for n in range(start, start + 250)])
        indexer.catch_up(using="heard")
        def canaries():
            data = b"".join(path.read_bytes().lower() for path in Path(settings.HOME).glob("*.sqlite3*"))
            return data.count(b"xqzvbnmlkjhgf") + data.count(b"wqzyxopferson")
        print(canaries() > 0)
        keep([], gone=[("bluesky", "700")])
        indexer.catch_up(using="heard")
        while writer.write_heard(index.merge_a_little, using="heard"):
            pass
        pen.stop(); writer.install(None)
        for one in connections.all():
            one.close()
            with one.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        print(canaries())
        """,
    )
    assert told.split() == ["True", "0"]
    with sqlite3.connect(tmp_path / "heard.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM search_document").fetchone() == (1_499,)
        zug = database.execute("SELECT count(*) FROM search_words WHERE search_words MATCH 'zug'").fetchone()
        assert zug == (1_499,)
