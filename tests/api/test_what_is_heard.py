"""What programs find, and what they learn and say about what the house listens for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eyelevel.kernel import databases
from eyelevel.kernel.models import Fact
from eyelevel.kernel.search import indexer
from eyelevel.listening import actions
from eyelevel.listening.models import Watch
from tests.api.programs import Program, problem, seat
from tests.listening import hearing
from tests.listening.hearing import NOW
from tests.making import case_of, mail_in

pytestmark = pytest.mark.django_db(databases="__all__")


def follow():
    indexer.catch_up()
    indexer.catch_up(using=databases.alias(databases.HEARD))


def pages(program, address):
    """All items of a list, page after page."""
    while address:
        page = program.get(address)
        yield from page["items"]
        address = page["next"]


def test_one_question_finds_cases_posts_and_heard_words():
    post = mail_in("Die Bahn ist kaputt", subject="Bahn nach Kiel")
    word = hearing.hear(hearing.watch(), url="https://bsky.app/1")
    follow()
    found = {one["kind"]: one for one in Program().get("search?q=Bahn")["items"]}
    assert found["post"]["id"] == post.public_id
    assert found["case"]["case"] == found["post"]["case"] == case_of(post).pk
    assert (found["case"]["id"], found["case"]["state"]) == (None, "open")
    assert (found["heard"]["id"], found["heard"]["case"]) == (word.public_id, None)
    assert (found["heard"]["url"], found["heard"]["author"]) == ("https://bsky.app/1", "Jana")
    assert found["heard"]["snippet"] == "Die Bahn steht."


def test_kinds_narrow_the_question():
    mail_in("Die Bahn ist kaputt", subject="Bahn nach Kiel")
    hearing.hear(hearing.watch())
    follow()
    program = Program()
    assert {one["kind"] for one in program.get("search?q=Bahn&kinds=heard,case")["items"]} == {
        "heard",
        "case",
    }
    assert program.get("search?q=Bahn+kind%3Apost&kinds=heard")["items"] == []
    problem(program.ask("GET", "search?q=Bahn&kinds=topic"), "not-valid")
    problem(program.ask("GET", "search"), "not-valid")


def test_the_search_of_a_token_ends_where_its_scopes_end():
    mail_in("Die Bahn ist kaputt")
    hearing.hear(hearing.watch())
    follow()
    owner = seat()

    def kinds(scope):
        return {one["kind"] for one in Program(owner, scope).get("search?q=Bahn")["items"]}

    assert kinds("cases:read") == {"post"}
    assert kinds("watches:read") == {"heard"}
    assert Program(owner, "watches:read").get("search?q=Bahn&kinds=post")["items"] == []
    problem(Program(owner, "persons:read").ask("GET", "search?q=Bahn"), "scope")


def test_results_come_in_pages_that_neither_skip_nor_double():
    one = hearing.watch()
    for number in range(7):
        hearing.hear(one, text=f"Bahn {number}", at=NOW + timedelta(minutes=number))
    follow()
    assert [hit["snippet"] for hit in pages(Program(), "search?q=Bahn&limit=3")] == [
        f"Bahn {n}" for n in range(6, -1, -1)
    ]


def test_what_was_not_understood_is_said_and_how_far_the_index_is_behind():
    follow()
    mail_in("Die Bahn ist kaputt")
    said = Program().get("search?q=Bahn+after%3Asoon")
    assert said["notes"] == [{"code": "no-date", "at": 6, "piece": "after:soon"}]
    assert said["behind"] > 0
    assert said["items"] == []


def test_a_watch_is_made_read_changed_and_paused():
    program = Program()
    made = program.post("watches", {"name": "Bahn", "query": "bahn OR zug"}, expect=201)
    assert (made["opens_cases"], made["paused_at"]) == (False, None)
    assert program.get(f"watches/{made['id']}") == made == program.get("watches")["items"][0]
    path = f"watches/{made['id']}"
    changed = program.ask("PATCH", path, {"query": "bahn -spiel", "paused": True}, expect=200).json()
    assert (changed["name"], changed["query"]) == ("Bahn", "bahn -spiel")
    assert changed["paused_at"]
    again = program.ask("PATCH", path, {"paused": False}, expect=200).json()
    assert (again["query"], again["paused_at"]) == ("bahn -spiel", None)
    kinds = list(Fact.objects.filter(kind__startswith="watch.").order_by("pk").values_list("kind", "actor"))
    by = f"staff:{program.owner.pk}"
    assert kinds == [("watch.made", by), ("watch.changed", by), ("watch.paused", by), ("watch.paused", by)]


def test_the_same_key_makes_one_watch():
    program = Program()
    for _ in range(2):
        program.post("watches", {"name": "Bahn", "query": "bahn"}, expect=201, Idempotency_Key="k1")
    assert Watch.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "at"), [("bahn (zug", "6"), ("-bahn", "2"), ("lang:de", "1"), ('"bahn', "1")]
)
def test_a_query_that_cannot_be_read_is_refused_with_its_place(query, at):
    program, one = Program(), hearing.watch()
    for answer in (
        program.ask("POST", "watches", {"name": "x", "query": query}),
        program.ask("PATCH", f"watches/{one.public_id}", {"query": query}),
    ):
        said = problem(answer, "not-valid")
        assert said["errors"][0]["at"] == ["body", "query", at]
        assert said["errors"][0]["why"].startswith("expected ")
    assert Watch.objects.get().query == "bahn"


def test_a_watch_that_opens_cases_needs_the_right_to_open_cases():
    owner = seat()
    listens = Program(owner, "watches:write")
    asked = {"name": "Bahn", "query": "bahn", "opens_cases": True}
    assert problem(listens.ask("POST", "watches", asked), "scope")["scopes"] == ["cases:write"]
    both = Program(owner, "watches:write", "cases:write")
    made = both.post("watches", asked, expect=201)
    path = f"watches/{made['id']}"
    problem(listens.ask("PATCH", path, {"query": "alles"}), "scope")
    assert listens.ask("PATCH", path, {"opens_cases": False}, expect=200).json()["opens_cases"] is False
    problem(listens.ask("PATCH", path, {"opens_cases": True}), "scope")


def test_the_words_of_a_watch_come_newest_first_and_of_no_other():
    one, other = hearing.watch(), hearing.watch("Zug", "zug")
    for number in range(7):
        hearing.hear(one, text=f"Bahn {number}", at=NOW + timedelta(minutes=number // 3))
    hearing.hear(other, text="Zug")
    program = Program()
    words = list(pages(program, f"watches/{one.public_id}/words?limit=2"))
    assert [word["text"] for word in words] == [f"Bahn {n}" for n in range(6, -1, -1)]
    following = program.get(f"watches/{one.public_id}/words?limit=2")["next"]
    problem(program.ask("GET", following.replace(one.public_id, other.public_id)), "unreadable")


def test_an_ended_watch_is_not_there():
    one = hearing.watch()
    actions.end_watch(one, by="staff:1", now=NOW)
    program = Program()
    assert program.get("watches")["items"] == []
    for path in (f"watches/{one.public_id}", f"watches/{one.public_id}/words", "watches/none"):
        problem(program.ask("GET", path), "nothing-here")


def test_an_ended_watch_is_gone_from_the_list_and_ended_once():
    program = Program()
    one = hearing.watch()
    ended = program.ask("POST", f"watches/{one.public_id}/end", expect=200).json()
    assert ended["id"] == one.public_id
    one.refresh_from_db()
    at = one.ended_at
    assert at is not None
    assert program.get("watches")["items"] == []
    problem(program.ask("GET", f"watches/{one.public_id}"), "nothing-here")
    program.ask("POST", f"watches/{one.public_id}/end", expect=200)
    one.refresh_from_db()
    assert one.ended_at == at
    assert Fact.objects.filter(kind="watch.ended").count() == 1


def test_a_heard_word_becomes_a_case_once_and_its_author_a_person():
    owner = seat()
    program = Program(owner, "cases:write")
    word = hearing.hear(hearing.watch())
    first = program.ask("POST", f"words/{word.public_id}/case", expect=201).json()
    again = program.ask("POST", f"words/{word.public_id}/case", expect=201).json()
    assert first["number"] == again["number"]
    assert (first["channel"], first["person"]["name"], first["state"]) == ("bluesky", "Jana", "open")
    assert first["waiting_since"] is not None
    opened = Fact.objects.get(kind="case.opened")
    assert opened.actor == f"staff:{owner.pk}"


def test_a_word_that_its_author_took_back_cannot_be_taken():
    word = hearing.hear(hearing.watch())
    actions.forget([(word.network, word.external_id)])
    problem(Program().ask("POST", f"words/{word.public_id}/case"), "nothing-here")
