"""What went wrong outside is said at the desk in the language of the reader; other servers keep their own words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from eyelevel.channels import source_actions as sources
from eyelevel.channels.models import Source
from eyelevel.desk import troubles
from eyelevel.kernel import clock
from eyelevel.people import actions as people
from eyelevel.people.models import Login

PACKAGE = Path(troubles.__file__).resolve().parents[1]
RAISED = {"SourceTrouble": 0, "Forbidden": 0, "Unreachable": 0, "TooMuch": 0, "Strange": 0, "Gone": 0}
GIVEN = {"Receipt": "detail", "Malformed": "why"}


def sentences():
    """Every fixed sentence about trouble that our own adapters, client and outbox write, with 7 where something varies."""
    for folder in ("channels", "kernel", "outbox", "hooks"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield from _of(node)


def _of(call):
    name = call.func.id
    given = call.args[:1] if name in RAISED else []
    given += [one.value for one in call.keywords if one.arg == GIVEN.get(name)]
    for value in given:
        if isinstance(value, ast.Constant) and value.value:
            yield value.value
        elif isinstance(value, ast.JoinedStr):
            fixed = [one for one in value.values if isinstance(one, ast.Constant)]
            if any(one.value.strip(" :") for one in fixed):
                yield "".join(
                    str(one.value) if isinstance(one, ast.Constant) else "7" for one in value.values
                )


SHAPED = {"7 is 7, which": "'7' is 7, which", "7 has no": "'7' has no", "7 answered": "https://7 answered"}


def test_each_sentence_of_ours_is_known_and_has_german_words():
    found = ["no did" if one == "no 7" else one for one in sentences()]
    for plain, shaped in SHAPED.items():
        found = [one.replace(plain, shaped) if one.startswith(plain) else one for one in found]
    assert len(found) > 40
    with translation.override("de"):
        raw = [one for one in found if troubles.said(one) == one and one != "stands on the receipt page"]
    assert raw == []


@pytest.mark.parametrize(
    ("told", "german"),
    [
        ("the feed answered 500", "der Feed antwortete mit 500"),
        ("Unreachable: 'a.example' has no address", "„a.example“ hat keine Adresse im Netz"),
        ("jetstream1.us-east.bsky.network: nothing whole was heard for 60 seconds",
         "jetstream1.us-east.bsky.network: 60 Sekunden lang war nichts Ganzes zu hören"),
        ("Unreachable: ConnectError: [Errno 111] Connection refused", "dort antwortet niemand: die Verbindung wurde abgelehnt"),
        ("550 5.1.1 User unknown", "550 5.1.1 User unknown"),
        ("no time_us", "ohne time_us"),
    ],
)  # fmt: skip
def test_in_german(told, german):
    with translation.override("de"):
        assert troubles.said(told) == german


@pytest.mark.parametrize(
    "told", ["%(status)s %s %", "it took too long %(x)s", "a" * 100_000, "x: " * 5_000, "\x00\n"]
)
def test_odd_words_of_others_break_nothing(told):
    assert isinstance(troubles.said(told), str)
    assert len(troubles.said(told)) <= 300


@pytest.mark.django_db
def test_the_german_desk_says_the_trouble_of_a_source_in_german(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    now = clock.now()
    made = sources.connect(
        kind=Source.Kind.FEED, name="Presse", address="https://a.example/feed", by="staff:1", now=now
    )
    sources.note_trouble(made.pk, error="Unreachable: 'a.example' has no address", now=now)
    login = Login.objects.create_user("kim@x.example", "x")
    people.seat(login=login, name="Kim", role="agent", language="de", now=now, by="test")
    client = Client()
    client.force_login(login)
    page = client.get("/desk/sources/").content.decode()
    assert "„a.example“ hat keine Adresse im Netz" in page
    assert "has no address" not in page
