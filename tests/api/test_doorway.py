"""Who comes in through the doorway of the API, and what is turned away before anything of ours runs."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django.test import Client

from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.people import actions as people
from eyelevel.people.models import Staff
from eyelevel.posts.models import Post
from eyelevel.tokens import actions as tokens
from eyelevel.tokens.models import KeptAnswer, Token
from tests.api.programs import Program, problem, seat, token_for
from tests.making import case_of, mail_in

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_who_it_is():
    said = Program().get("me")
    assert said["colleague"]["name"] == "Mira Lang"
    assert "cases:read" in said["scopes"]


def test_only_a_hash_of_a_token_is_kept():
    secret = token_for(seat())
    row = Token.objects.get()
    assert secret not in json.dumps([str(getattr(row, field.name)) for field in row._meta.fields])


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer nonsense", "Basic eWVz", "Bearer eye_" + "0" * 12 + "_" + "0" * 40]
)
def test_without_a_living_token_nothing_is_said(given):
    answer = Client().get("/api/v1/cases", headers={"Authorization": given} if given else {})
    problem(answer, "token")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="eyelevel"')
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_session_cookie_opens_no_door_of_the_api():
    owner = seat(role="operator")
    client = Client()
    client.force_login(owner.login)
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/cases", b"{}", content_type="application/json").status_code == 401


def test_a_token_opens_no_page_of_the_desk():
    secret = token_for(seat(role="operator"))
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get("/desk/")
    assert answer.status_code == 302


def test_from_another_website_the_api_answers_nothing_that_a_browser_would_hand_on():
    answer = Program().ask("GET", "me", Origin="https://evil.example")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert Program().ask("OPTIONS", "cases").status_code == 405


def ends(token, owner):
    now = clock.now()
    return {
        "revoked": lambda: tokens.revoke(token, now=now, real_now=clock.real_now(), by="staff:1"),
        "expired": lambda: Token.objects.update(expires_at=clock.real_now()),
        "seat ended": lambda: people.leave(owner, now=now, by="staff:1"),
        "login stopped": lambda: type(owner.login).objects.filter(pk=owner.login_id).update(is_active=False),
    }


@pytest.mark.parametrize("why", ["revoked", "expired", "seat ended", "login stopped"])
def test_a23_a_token_ends_at_once(why):
    program = Program()
    program.get("me")
    ends(program.token, program.owner)[why]()
    problem(program.ask("GET", "me"), "token")


def test_a23_a_lost_role_is_lost_at_once():
    program = Program(role="supervisor")
    program.get("facts")
    people.change_role(program.owner, role="agent", now=clock.now(), by="staff:1")
    problem(program.ask("GET", "facts"), "forbidden")
    people.change_role(program.owner, role="supervisor", now=clock.now(), by="staff:1")
    program.get("facts")


def test_when_it_was_used_is_noted_to_the_minute():
    program = Program()
    program.get("me")
    first = Token.objects.get().last_used_at
    program.get("me")
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    program.get("me")
    assert Token.objects.get().last_used_at > first - timedelta(minutes=1)


def test_too_many_requests_are_slowed_and_the_headers_count_down(settings, monkeypatch):
    monkeypatch.setattr(settings.ENV, "api_per_minute", 3)
    program = Program()
    left = [program.ask("GET", "me", expect=200).headers["RateLimit"].split(";")[1] for _ in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    refused = program.ask("GET", "me")
    problem(refused, "too-many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["RateLimit-Policy"] == '"token";q=3;w=60'
    assert Program(seat("Chidi Okafor")).ask("GET", "me").status_code == 200, "another token is not slowed"


UNREADABLE = {
    "no json": b"{",
    "too deep": b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "forty deep": b'{"text": ' + b"[" * 40 + b"]" * 40 + b"}",
    "long number": b'{"text": ' + b"9" * 900_000 + b"}",
    "long fraction": b'{"text": 0.' + b"9" * 900_000 + b"}",
    "endless": b'{"text": 1e999}',
    "NaN": b'{"text": NaN}',
    "Infinity": b'{"text": -Infinity}',
    "surrogate": b'{"text": "\\ud800"}',
    "NUL": b'{"text": "a\\u0000b"}',
    "NUL in a key": b'{"te\\u0000xt": "a"}',
    "twice": b'{"text": "a", "text": "b"}',
    "latin-1": '{"text": "ü"}'.encode("latin-1"),
    "utf-16": '{"text": "ü"}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a28_what_is_no_plain_json_is_refused_before_it_is_looked_at(name):
    case = case_of(mail_in("Hallo"))
    program = Program()
    problem(program.ask("POST", f"cases/{case.pk}/notes", raw=UNREADABLE[name]), "unreadable")
    assert not Post.objects.filter(kind="note").exists()


def test_a28_fifty_megabytes_are_refused_by_their_size():
    answer = Program().ask("POST", "cases/1/notes", raw=b'{"text": ' + b"9" * 50_000_000 + b"}")
    problem(answer, "too-large")


@pytest.mark.parametrize("name", UNREADABLE)
def test_a28_bad_json_costs_little(name):
    """The promise is 50 ms; the bound here is what no busy machine misses."""
    from eyelevel.api import reading
    from eyelevel.api.problems import Problem

    start = time.process_time()
    with pytest.raises(Problem):
        reading.parse(UNREADABLE[name])
    assert time.process_time() - start < 2


def test_only_json_is_read():
    answer = Program().ask(
        "POST", "cases", raw=b"subject=x&heard=y", Content_Type="application/x-www-form-urlencoded"
    )
    problem(answer, "media-type")
    problem(Program(seat("B C")).ask("POST", "cases", raw=b"{}", Content_Type="text/plain"), "media-type")


def test_nul_in_address_or_question_is_refused():
    program = Program()
    for path in ("cases?channel=%00", "cases?%00=1", "persons/%00"):
        problem(program.ask("GET", path), "unreadable")


@pytest.mark.parametrize(
    "path",
    ["nothing", "cases/1/nothing", "cases/", "cases/999999", "persons/none", "outbox/none", "files/none"],
)
def test_what_is_not_there_is_a_problem_too(path):
    problem(Program().ask("GET", path), "nothing-here")


def test_another_method_is_a_problem_and_says_which_ones_there_are():
    answer = Program().ask("DELETE", "cases")
    problem(answer, "method")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9" * 30])
def test_a_number_that_is_none_is_not_valid(number):
    problem(Program().ask("GET", f"cases/{number}"), "not-valid")


def test_an_error_of_ours_shows_a_number_and_nothing_else(monkeypatch):
    monkeypatch.setattr("eyelevel.api.made.case", lambda _row: 1 / 0)
    case = case_of(mail_in("Hallo"))
    answer = Program().ask("GET", f"cases/{case.pk}")
    said = problem(answer, "broken")
    assert answer.status_code == 500
    assert said["instance"].startswith("urn:eyelevel:problem:")
    assert set(said) == {"type", "title", "status", "instance"}


def test_a19_filters_are_plain_values():
    case_of(mail_in("Hallo"))
    program = Program()
    for value in ("' OR 1=1 --", '"; DROP TABLE', "mail' AND '1'='1", "$.a", "%27", "channel__contains"):
        assert program.get(f"cases?channel={value}")["items"] == []
        assert program.get(f"persons?address={value}")["items"] == []
    problem(program.ask("GET", "cases?shelf=' OR 1=1"), "not-valid")
    for name in ("channel__contains", "order", "person__name", "$where"):
        said = problem(program.ask("GET", f"cases?{name}=x"), "not-valid")
        assert said["errors"][0]["at"] == ["query", name]
    problem(program.ask("GET", "cases?limit=1&limit=2"), "unreadable")


@pytest.mark.parametrize(
    "field", ["role", "verified", "account_id", "created_at", "closure", "public_id", "holder", "id"]
)
def test_a21_fields_that_nobody_may_set_are_refused(field):
    case = case_of(mail_in("Hallo", subject="Scan"))
    said = problem(
        Program().ask("PATCH", f"cases/{case.pk}", {"subject": "Neu", field: "operator"}), "not-valid"
    )
    assert said["errors"][0]["at"][-1] == field
    assert Case.objects.get().subject == "Scan"
    assert set(Staff.objects.values_list("role", flat=True)) == {"agent"}


class TestOnce:
    """Idempotency-Key: one event, one effect."""

    def test_the_same_request_twice_has_one_effect_and_one_answer(self):
        case = case_of(mail_in("Hallo"))
        program = Program()
        first = program.ask(
            "POST", f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=201
        )
        again = program.ask(
            "POST", f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=201
        )
        assert first.json() == again.json()
        assert again.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.headers
        assert Post.objects.filter(kind="note").count() == 1

    def test_another_request_with_the_same_key_is_refused(self):
        case = case_of(mail_in("Hallo"))
        program = Program()
        program.post(f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=201)
        problem(
            program.ask("POST", f"cases/{case.pk}/notes", {"text": "Zwei"}, Idempotency_Key="k1"),
            "key-reused",
        )
        problem(
            program.ask("POST", f"cases/{case.pk}/calls", {"text": "Eins"}, Idempotency_Key="k1"),
            "key-reused",
        )
        assert Post.objects.filter(kind="note").count() == 1

    def test_keys_of_two_tokens_are_two_keys(self):
        case = case_of(mail_in("Hallo"))
        for name in ("Mira Lang", "Chidi Okafor"):
            Program(seat(name)).post(
                f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=201
            )
        assert Post.objects.filter(kind="note").count() == 2

    def test_what_was_refused_is_not_kept(self):
        program = Program()
        problem(program.ask("POST", "cases", {"subject": "x"}, Idempotency_Key="k1"), "not-valid")
        program.post("cases", {"subject": "x", "heard": "y"}, Idempotency_Key="k1", expect=201)

    def test_an_effect_that_breaks_keeps_no_answer(self, monkeypatch):
        case = case_of(mail_in("Hallo"))
        program = Program()
        monkeypatch.setattr("eyelevel.api.made.post", lambda *_a: 1 / 0)
        program.ask("POST", f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=500)
        assert not Post.objects.filter(kind="note").exists()
        assert not KeptAnswer.objects.exists()

    def test_after_a_day_the_key_is_free_again(self):
        case = case_of(mail_in("Hallo"))
        program = Program()
        program.post(f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=201)
        KeptAnswer.objects.update(at=clock.real_now() - timedelta(hours=25))
        program.post(f"cases/{case.pk}/notes", {"text": "Zwei"}, Idempotency_Key="k1", expect=201)
        assert KeptAnswer.objects.count() == 1

    def test_a_twin_that_comes_meanwhile_is_told_to_wait(self):
        from eyelevel.api import frame

        case = case_of(mail_in("Hallo"))
        program = Program()
        mine = (program.token.pk, "k1")
        frame._in_work.add(mine)
        try:
            answer = program.ask("POST", f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1")
        finally:
            frame._in_work.discard(mine)
        problem(answer, "twin")
        assert answer.headers["Retry-After"] == "1"
        program.post(f"cases/{case.pk}/notes", {"text": "Eins"}, Idempotency_Key="k1", expect=201)

    @pytest.mark.parametrize("key", ["k" * 256, "k\u00fc"])
    def test_a_key_that_is_none_is_refused(self, key):
        problem(Program().ask("POST", "cases", {}, Idempotency_Key=key), "unreadable")


def test_also_what_breaks_at_the_doorway_is_a_problem(monkeypatch):
    monkeypatch.setattr("eyelevel.tokens.reads.of_secret", lambda *_a, **_k: 1 / 0)
    program = Program()
    program.client.raise_request_exception = False
    answer = program.ask("GET", "me")
    problem(answer, "broken")
    assert answer.status_code == 500


def test_where_nothing_can_be_kept_the_program_is_told_to_come_again(monkeypatch):
    from eyelevel.kernel.writer import Overloaded

    def full(*_a, **_k):
        raise Overloaded("20000 writes are waiting")

    case = case_of(mail_in("Hallo"))
    program = Program()
    monkeypatch.setattr("eyelevel.cases.actions.note", full)
    answer = program.ask("POST", f"cases/{case.pk}/notes", {"text": "x"})
    problem(answer, "busy")
    assert answer.headers["Retry-After"] == "10"
