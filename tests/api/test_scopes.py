"""Every operation for every scope: which token opens which door. An operation that is not in this table fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eyelevel.api import build, examples
from eyelevel.cases import actions as cases
from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival, Unreadable
from eyelevel.channels.models import Arrival, Quarantine
from eyelevel.kernel import clock, policy, store
from eyelevel.outbox.models import Sending
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Attachment
from eyelevel.tokens.rules import SCOPES
from eyelevel.word import promises
from tests.api.programs import Program, problem, seat
from tests.knowledge.writing import article
from tests.listening import hearing
from tests.making import case_of, draft, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")

READ_CASES = {"cases:read", "cases:write", "promises:write", "answers:write", "answers:send"}
WRITE_CASES = {"cases:write"}
WATCHES = {"watches:read", "watches:write"}
OPENED_BY = {
    "list-cases": READ_CASES, "open-case": WRITE_CASES, "read-case": READ_CASES, "rename-case": WRITE_CASES,
    "hand-case": WRITE_CASES, "snooze-case": WRITE_CASES, "close-case": WRITE_CASES, "reopen-case": WRITE_CASES,
    "list-posts": READ_CASES, "add-note": WRITE_CASES, "note-call": WRITE_CASES, "list-colleagues": READ_CASES,
    "list-promises": READ_CASES, "read-promise": READ_CASES, "settle-promise": {"promises:write"},
    "move-promise": {"promises:write"}, "hand-promise": {"promises:write"}, "tell-late": {"answers:send"},
    "read-draft": {"answers:write", "answers:send"}, "write-draft": {"answers:write", "answers:send"},
    "list-decisions": READ_CASES, "decide": {"decisions:write"},
    "send-answer": {"answers:send"}, "undo-answer": {"answers:send"}, "list-persons": {"persons:read"},
    "read-person": {"persons:read"}, "hand-in": {"arrivals:write"}, "read-arrival": {"arrivals:write"},
    "list-quarantine": {"quarantine:read", "quarantine:write"}, "read-quarantine": {"quarantine:read", "quarantine:write"},
    "read-quarantine-raw": {"quarantine:read", "quarantine:write"}, "retry-quarantine": {"quarantine:write"},
    "file": {"files:read"}, "list-outbox": {"outbox:read", "outbox:write"}, "read-sending": {"outbox:read", "outbox:write"},
    "retry-sending": {"outbox:write"}, "search": READ_CASES | WATCHES | {"articles:read"}, "list-articles": {"articles:read"},
    "read-article": {"articles:read"}, "list-watches": WATCHES, "read-watch": WATCHES,
    "list-words": WATCHES, "make-watch": {"watches:write"}, "change-watch": {"watches:write"}, "end-watch": {"watches:write"}, "take-word": WRITE_CASES, "list-facts": {"journal:read"}, "me": set(SCOPES),
}  # fmt: skip
BODIES = {
    **examples.BODIES,
    "hand-case": {"to": None},
    "move-promise": {"due": "2030-01-01T00:00:00Z", "reason": "x"},
    "snooze-case": {"until": "2030-01-01T00:00:00Z"},
}
ANSWERED = {"hand-in": 202, "retry-quarantine": 202, "retry-sending": 202, "open-case": 201, "add-note": 201, "note-call": 201,
            "send-answer": 201, "make-watch": 201, "take-word": 201, "decide": 409}  # fmt: skip


def operations():
    return {
        about["operationId"]: (method.upper(), path)
        for path, methods in build.description()["paths"].items()
        for method, about in methods.items()
    }


def test_every_operation_stands_in_the_table_and_has_an_example():
    assert set(operations()) == set(OPENED_BY)
    assert set(examples.CLIENT) == set(OPENED_BY)


def test_every_verb_of_a_scope_has_a_judge():
    assert {verb for verbs in SCOPES.values() for verb in verbs} <= policy.verbs()


def call(case, owner):
    return cases.note_call(case, staff=owner, heard="", said="Wir rufen an.", now=clock.now())[-1]


def things(owner):
    """One of each, and the places in the addresses that name them."""
    case = case_of(mail_in("Guten Tag"))
    answer = send(case, owner, "Danke")
    Sending.objects.filter(post_id=answer.pk).update(state="dead")
    undone = send(case, owner, "Doch noch etwas")
    due = clock.now() + timedelta(days=9)
    [promised] = promises.make(
        call(case, owner), [promises.Chosen(text="Wir rufen an.", due_to=due)], owner=owner, now=clock.now()
    )
    draft(case, owner, "Bis bald")
    posts.attach(answer, [("a.txt", "text/plain", 1, store.put(b"a"))])
    raw = RawArrival(channel="mail", source="smtp", external_id="broken", raw=b"x", received_at=clock.now())
    entry = channels.quarantine(
        Arrival.objects.get(pk=channels.keep(raw)), Unreadable(reason="syntax"), now=clock.now()
    )
    handed = RawArrival(
        channel="form", source=f"api:{owner.pk}", external_id="known", raw=b"x", received_at=clock.now()
    )
    channels.keep(handed)
    return {
        "number": case.pk, "post": undone.public_id, "person": case.person.public_id, "arrival": "known",
        "file": Attachment.objects.get().public_id, "sending": Sending.objects.get(post_id=answer.pk).public_id,
        "promise": promised.public_id, "entry": entry.pk, "article": article(owner).public_id, **watch_that_heard(),
    }  # fmt: skip


def watch_that_heard():
    one = hearing.watch()
    return {"watch": one.public_id, "word": hearing.hear(one).public_id}


def address(name, path, found):
    wanted = {**found, "number": found["entry"]} if "quarantine" in name else found
    return path.format(**wanted) + examples.QUESTIONS.get(name, "")


def body_of(name, owner):
    return {"to": owner.pk} if name == "hand-promise" else BODIES.get(name)


@pytest.mark.parametrize("name", sorted(OPENED_BY))
def test_each_operation_opens_to_its_scopes_alone(name):
    owner = seat(role="supervisor")
    found = things(owner)
    method, path = operations()[name]
    place = address(name, path, found)
    for scope in sorted(set(SCOPES) - OPENED_BY[name]):
        said = problem(Program(owner, scope).ask(method, place, BODIES.get(name)), "scope")
        assert set(said["scopes"]) == OPENED_BY[name]
    scope = min(OPENED_BY[name])
    Program(owner, scope).ask(method, place, body_of(name, owner), expect=ANSWERED.get(name, 200))


@pytest.mark.parametrize("name", sorted(set(OPENED_BY) - {"me"}))
def test_a_token_without_scopes_opens_nothing(name):
    owner = seat()
    program = Program(owner)
    program.token.__class__.objects.update(scopes=["unknown:scope"])
    method, path = operations()[name]
    place = path.format(
        number=1,
        post="x",
        person="x",
        arrival="x",
        file="x",
        sending="x",
        watch="x",
        word="x",
        article="x",
        promise="x",
    ) + examples.QUESTIONS.get(name, "")
    problem(program.ask(method, place, BODIES.get(name)), "scope")


@pytest.mark.parametrize("name", sorted(OPENED_BY))
def test_the_rights_of_the_seat_stand_above_every_scope(name):
    """A token of an agent with all scopes may what an agent may: everything but the journal."""
    owner = seat(role="agent")
    found = things(owner)
    method, path = operations()[name]
    answer = Program(owner).ask(method, address(name, path, found), body_of(name, owner))
    assert answer.status_code == (403 if name == "list-facts" else ANSWERED.get(name, 200))


def test_a20_ids_of_other_things_in_addresses_and_bodies_find_nothing():
    mine, other = seat(), seat("Chidi Okafor")
    case, theirs = case_of(mail_in("Eins")), case_of(mail_in("Zwei", sender="bo@post.example", subject="B"))
    said = send(theirs, other, "Danke")
    program = Program(mine)
    seen = theirs.pk and program.get(f"cases/{theirs.pk}/posts")["items"][0]["id"]
    problem(program.ask("POST", f"cases/{case.pk}/answers/{said.public_id}/undo"), "nothing-here")
    problem(program.ask("POST", f"cases/{theirs.pk}/answers/{said.public_id}/undo"), "forbidden")
    problem(program.ask("PUT", f"cases/{case.pk}/draft", {"text": "x", "seen": seen}), "not-valid")
    body = {"text": "x", "seen": None, "to": "bo@post.example"}
    problem(program.ask("PUT", f"cases/{case.pk}/draft", body), "not-valid")
    problem(program.ask("POST", f"cases/{case.pk}/hand", {"to": 999_999}), "not-valid")
    problem(program.ask("POST", "arrivals", {"id": "1", "text": "x", "case": 999_999}), "nothing-here")
    draft(theirs, other, "geheim")
    problem(program.ask("GET", f"cases/{theirs.pk}/draft"), "nothing-here")
    problem(program.ask("POST", f"cases/{theirs.pk}/answer", {}), "nothing-here")


def test_a20_a_program_sees_only_what_it_handed_in_itself():
    Program(seat()).post("arrivals", {"id": "shop-1", "text": "Hallo"}, expect=202)
    problem(Program(seat("Chidi Okafor")).ask("GET", "arrivals/shop-1"), "nothing-here")


def test_words_for_a_case_need_the_right_to_enter_words_there():
    case = case_of(mail_in("Hallo"))
    said = problem(
        Program(seat(), "arrivals:write").ask("POST", "arrivals", {"id": "1", "text": "x", "case": case.pk}),
        "scope",
    )
    assert said["scopes"] == ["cases:write"]
    assert not Quarantine.objects.exists()
