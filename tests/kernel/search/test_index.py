"""The index follows what happens: new words, moved, closed, unsaid and erased ones; and it shows them to nobody else."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from eyelevel.answers import actions as answers
from eyelevel.cases import actions as cases
from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import STRANGER, SYSTEM, Actor
from eyelevel.kernel.search import actions, analysis, indexer, reads, words
from eyelevel.kernel.search.models import Document, Position
from eyelevel.kernel.search.query import parse
from eyelevel.posts.models import Post
from tests.kernel.test_writer import in_a_house_of_its_own
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")
MIRA = Actor(kind="agent", staff_id=1)


def found(text, actor=MIRA):
    return [(hit.text.kind, hit.text.thing) for hit in reads.find(actor, parse(text)).hits]


def holder(case):
    return Actor(kind="receipt", case_id=case.pk, person_id=case.person_id)


def test_a_letter_and_its_case_are_found_once_the_index_has_followed():
    indexer.catch_up()
    post = mail_in("Die Klimaanlage ist kaputt", subject="Wagen 7")
    assert found("Klimaanlage") == []
    assert reads.lag(now=clock.now()).behind > 0
    indexer.catch_up()
    assert found("Klimaanlage") == [("post", post.pk)]
    assert set(found("Wagen")) == {("post", post.pk), ("case", case_of(post).pk)}
    assert found("kind:case Petersen") == [("case", case_of(post).pk)]
    assert reads.lag(now=clock.now()) == reads.Lag(behind=0, seconds=0.0, filling=False)


def test_the_lag_says_how_much_and_since_when():
    indexer.catch_up()
    mail_in("eins")
    began = Fact.objects.order_by("id").last().at
    lag = reads.lag(now=began + timedelta(seconds=90))
    assert lag.behind >= 3
    assert 89 <= lag.seconds <= 95


def test_what_was_there_before_the_index_is_walked():
    post = mail_in("Die Klimaanlage ist kaputt")
    Position.objects.all().delete()
    assert reads.lag(now=clock.now()).filling
    indexer.catch_up()
    assert found("Klimaanlage") == [("post", post.pk)]
    assert not reads.lag(now=clock.now()).filling


def test_a_new_analysis_walks_everything_again(monkeypatch):
    post = mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    monkeypatch.setattr(analysis, "VERSION", analysis.VERSION + 1)
    assert reads.lag(now=clock.now()).filling
    before = bytes(Document.objects.get(kind="post").digest)
    indexer.catch_up()
    assert found("Klimaanlage") == [("post", post.pk)]
    assert bytes(Document.objects.get(kind="post").digest) != before


def test_reading_a_fact_twice_changes_nothing():
    mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    rows = list(Document.objects.order_by("place").values_list("place", "digest"))
    Position.objects.filter(feed=reads.FACTS).update(position=0)
    indexer.catch_up()
    assert list(Document.objects.order_by("place").values_list("place", "digest")) == rows
    assert len(found("Klimaanlage")) == 1


def test_closing_a_case_moves_its_posts_among_the_closed(mira):
    post = mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    assert found("is:open Klimaanlage") == [("post", post.pk)]
    cases.close(case_of(post), by=mira, now=clock.now())
    indexer.catch_up()
    assert found("is:open Klimaanlage") == []
    assert found("is:closed Klimaanlage") == [("post", post.pk)]


def test_an_answer_that_was_taken_back_is_found_no_more(mira):
    case = case_of(mail_in("Hallo"))
    post = send(case, mira, "Das Sonderangebot gilt bis Freitag.")
    indexer.catch_up()
    assert found("Sonderangebot") == [("post", post.pk)]
    answers.undo(post, by=mira, now=clock.now())
    indexer.catch_up()
    assert found("Sonderangebot") == []


def test_a_renamed_case_is_found_by_its_new_name_only(mira):
    case = case_of(mail_in("Hallo", subject="Scan"))
    indexer.catch_up()
    cases.rename(case, subject="Umzug nach Kiel", by=mira, now=clock.now())
    indexer.catch_up()
    assert found("kind:case Kiel") == [("case", case.pk)]
    assert found("kind:case Scan") == []


def test_a_post_that_moves_to_another_case_takes_its_scope_along(mira):
    post = mail_in("Die Klimaanlage ist kaputt", subject="eins")
    case, other = case_of(post), case_of(mail_in("Anderes", subject="zwei", sender="tom@mail.example"))
    indexer.catch_up()
    assert found("Klimaanlage", holder(case)) == [("post", post.pk)]
    Post.objects.filter(pk=post.pk).update(case_id=other.pk)
    facts.record("case.changed", at=clock.now(), things=[f"case:{case.pk}", f"case:{other.pk}"])
    indexer.catch_up()
    assert found("Klimaanlage", holder(case)) == []
    assert found("Klimaanlage", holder(other)) == [("post", post.pk)]


def test_a_receipt_holder_finds_their_own_case_and_no_internal_word(mira):
    post = mail_in("Die Klimaanlage ist kaputt", subject="eins")
    mail_in("Die Klimaanlage tropft", subject="zwei", sender="tom@mail.example")
    cases.note(case_of(post), staff=mira, text="Klimaanlage: der Kunde ist schwierig", now=clock.now())
    indexer.catch_up()
    assert len(found("Klimaanlage")) == 3
    assert found("Klimaanlage", holder(case_of(post))) == [("post", post.pk)]


@pytest.mark.parametrize(
    "actor", [STRANGER, SYSTEM, Actor(kind="receipt"), Actor(kind="receipt", case_id=999_999)]
)
@pytest.mark.parametrize(
    "asked", ["Klimaanlage", "kind:post", "-xyz", "after:2020", "from:jana", "scope:staff", "=scope:staff"]
)
def test_nobody_else_finds_anything(actor, asked):
    mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    assert found("Klimaanlage")
    assert found(asked, actor) == []


def test_facets_tell_a_receipt_holder_nothing_of_others():
    post = mail_in("Die Klimaanlage ist kaputt", subject="eins")
    mail_in("Die Klimaanlage tropft", subject="zwei", sender="tom@mail.example")
    indexer.catch_up()
    assert reads.find(holder(case_of(post)), parse("Klimaanlage")).counted == 1


def test_what_left_the_actors_sight_is_hidden_before_the_index_knows():
    post = mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    Post.objects.filter(pk=post.pk).update(openness=Post.Openness.INTERNAL)
    assert found("Klimaanlage", holder(case_of(post))) == []
    Post.objects.filter(pk=post.pk).update(text="", subject="")
    assert reads.find(MIRA, parse("Klimaanlage")).hits[0].snippet == []


def test_a_very_long_letter_is_found_by_its_first_words_on_both_databases():
    post = mail_in("Anfangswort " + "füllwort " * 20_000 + "Schlusswort")
    indexer.catch_up()
    assert found("Anfangswort") == [("post", post.pk)]
    assert found("Schlusswort") == []


def test_a_gap_is_passed_when_all_that_ran_has_ended_and_not_before():
    follower = indexer.Follower(position=0, patience=1.0)
    follower.was_read(
        [Fact(pk=1), Fact(pk=3), Fact(pk=4)], at=indexer.Moment(100.0, running_from=70, not_begun=75)
    )
    assert follower.position == 1
    follower.was_read([], at=indexer.Moment(200.0, running_from=74, not_begun=90))
    assert follower.position == 1, "transaction 74 may still commit fact 2"
    follower.was_read([Fact(pk=2)], at=indexer.Moment(201.0, running_from=74, not_begun=91))
    assert follower.position == 4
    follower.was_read([Fact(pk=6)], at=indexer.Moment(202.0, running_from=92, not_begun=92))
    follower.was_read([], at=indexer.Moment(202.5, running_from=95, not_begun=95))
    assert follower.position == 4, "a number may have been taken a moment before its transaction was seen"
    follower.was_read([], at=indexer.Moment(203.5, running_from=95, not_begun=95))
    assert follower.position == 6


def test_a_late_fact_is_read_and_an_early_one_not_twice():
    position = reads.newest_fact()
    follower = indexer.Follower(position=position, patience=1.0)
    early = Fact.objects.create(pk=position + 2, kind="x", at=clock.now())
    assert [fact.pk for fact in follower.unread()] == [early.pk]
    follower.was_read([early], at=indexer.Moment(1.0))
    late = Fact.objects.create(pk=position + 1, kind="x", at=clock.now())
    assert [fact.pk for fact in follower.unread()] == [late.pk]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite one writer gives the numbers")
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_is_read_late():
    """Two real connections: the lower number commits after the higher one was read."""
    begun, go_on = threading.Event(), threading.Event()
    numbers = []

    def slow():
        with transaction.atomic():
            numbers.append(facts.record("slow", at=clock.now()).pk)
            begun.set()
            go_on.wait(20)
        connection.close()

    follower = indexer.Follower(position=reads.newest_fact(), patience=0.001)
    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(20)
    quick = facts.record("quick", at=clock.now()).pk

    def read():
        at = indexer._moment()
        found = follower.unread()
        follower.was_read(found, at=at)
        return [fact.pk for fact in found]

    assert read() == [quick]
    assert [read() for _ in range(3)] == [[], [], []]
    assert follower.position < numbers[0] < quick
    go_on.set()
    thread.join()
    assert read() == numbers
    assert follower.position == quick


def test_two_things_of_one_moment_keep_places_of_their_own():
    post = mail_in("eins")
    indexer.catch_up()
    row = Document.objects.get(kind="post", thing=post.pk)
    text = next(iter(_posts().texts([post.pk])))
    twin = actions.prepared(text)
    twin.document.thing, twin.document.digest = post.pk + (1 << 17), b"x"  # the same tie by accident
    actions.put([twin])
    assert Document.objects.get(thing=twin.document.thing).place == row.place + 1


def _posts():
    from eyelevel.kernel.search import providers

    return providers.provider_of("post")


def test_forgetting_is_at_once():
    post = mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    actions.forget("post", [post.pk])
    assert (
        words.newest(
            "default",
            reads._wanted(parse("Klimaanlage"), ("staff",), reads.kinds_of(MIRA), older=None),
            most=5,
        )
        == []
    )


def test_rebuilding_gives_the_same_answers():
    mail_in("Die Klimaanlage ist kaputt")
    indexer.catch_up()
    before = found("Klimaanlage")
    assert indexer.rebuild() > 0
    assert found("Klimaanlage") == before != []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the bytes of an SQLite file")
def test_p19_nothing_readable_of_an_erased_letter_stays_in_the_file(tmp_path):
    said = in_a_house_of_its_own(
        tmp_path,
        """
        from datetime import timedelta
        from eyelevel.kernel import clock
        from eyelevel.kernel.search import actions
        from eyelevel.kernel.search.providers import Findable
        def letter(number, words):
            return actions.prepared(Findable(kind="x", thing=number, at=clock.now() + timedelta(hours=number), title="t", body=words,
                                             scopes=("staff",), authors=("Zyxwopferson",)))
        for start in range(0, 3000, 100):
            writer.write(actions.put, [letter(n, f"wort{n} gemeinsam füllung xqzvbnmlkjhgf") if n == 1500
                                       else letter(n, f"wort{n} gemeinsam füllung") for n in range(start, start + 100)])
        from pathlib import Path
        from django.conf import settings
        def canaries():
            def flush():
                connection.cursor().execute("SELECT 1")
            writer.write(flush)
            import sqlite3
            return sum(path.read_bytes().count(b"xqzvbnmlkjhgf") for path in Path(settings.HOME).glob("eyelevel.sqlite3*"))
        print(canaries() > 0)
        writer.write(actions.forget, "x", [1500])
        while writer.write(actions.merge_a_little):
            pass
        pen.stop(); writer.install(None)
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        print(canaries())
        """,
    )
    assert said.split() == ["True", "0"]
    with sqlite3.connect(tmp_path / "eyelevel.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM search_document").fetchone() == (2_999,)
        assert database.execute(
            "SELECT count(*) FROM search_words WHERE search_words MATCH 'gemeinsam'"
        ).fetchone() == (2_999,)


def test_a_second_database_has_an_index_of_its_own_and_both_are_asked(tmp_path):
    """How overheard posts will stand in a file of their own: written in bulk, without facts, found by their numbers."""
    said = in_a_house_of_its_own(
        tmp_path,
        """
        from datetime import timedelta
        from eyelevel.kernel import clock
        from eyelevel.kernel.policy import Actor
        from eyelevel.kernel.search import actions, indexer, providers, reads
        from eyelevel.kernel.search.query import parse
        pen.stop(); writer.install(None)
        class Heard:
            rows = [f"Der Zug nach Kiel hat Verspätung {number}" for number in range(1, 251)]
            def texts(self, things):
                return [providers.Findable(kind="echo", thing=n, at=clock.now() - timedelta(days=n), title="", scopes=("staff",),
                                           body=self.rows[n - 1], channel="bluesky") for n in things if n <= len(self.rows)]
            def changed(self, facts):
                return []
            def after(self, thing, *, most):
                return list(range(thing + 1, len(self.rows) + 1))[:most]
        heard = Heard()
        providers.provides("echo", heard, verb="heard.read", using="heard", tail=True)
        mira = Actor(kind="agent", staff_id=1)
        def found(text):
            return [hit.text.thing for hit in reads.find(mira, parse(text)).hits]
        indexer.catch_up(using="heard")
        print(len(found("Verspätungen kind:echo")), found("Verspätungen 250"))
        heard.rows.append("Der Zug nach Kiel steht")
        print(reads.lag(now=clock.now(), using="heard").behind, found("steht"))
        indexer.catch_up(using="heard")
        print(reads.lag(now=clock.now(), using="heard").behind, found("steht"))
        actions.forget("echo", [251], using="heard")
        heard.rows.pop()
        print(found("steht"), indexer.catch_up())
        """,
    )
    assert said.splitlines() == ["20 [250]", "1 []", "0 [251]", "[] 0"]


def test_the_index_gives_way_while_many_wait_for_an_ack(tmp_path):
    told = in_a_house_of_its_own(
        tmp_path,
        """
        import threading, time
        from eyelevel.kernel.search import indexer
        print(indexer._rest(busy=True, took=0.5))
        held = threading.Event()
        slow = pen.submit(held.wait)
        crowd = [pen.submit_together(list, number) for number in range(writer.A_CROWD)]
        held.set()
        print([one.result() for one in crowd], indexer._rest(busy=True, took=0.5))
        time.sleep(writer.CROWDED_SECONDS)
        print(indexer._rest(busy=True, took=0.5), indexer._rest(busy=False, took=0.5))
        """,
    )
    assert told.splitlines() == ["0.0", "[0, 1, 2, 3] 4.0", "0.0 0.2"]


def test_or_finds_either_and_shows_nobody_more_than_they_may_see():
    bus = mail_in("Der Bus war spät", subject="1", sender="a@x.example")
    tram = mail_in("Die Tram war spät", subject="2", sender="b@x.example")
    mail_in("Das Schiff war spät", subject="3", sender="c@x.example")
    indexer.catch_up()
    assert found("Bus OR Tram kind:post") == [("post", tram.pk), ("post", bus.pk)]
    assert found("Bus OR Tram kind:post from:b@x.example") == [("post", tram.pk)]
    theirs = holder(case_of(bus))
    assert {
        kind_and_thing[1] for kind_and_thing in found("Bus OR Tram", theirs) if kind_and_thing[0] == "post"
    } == {bus.pk}
