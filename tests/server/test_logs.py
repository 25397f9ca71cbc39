"""Logs hold no word and no address of a person, whatever breaks: databases quote the row that they refuse."""

from __future__ import annotations

import io
import logging

import pytest
import structlog
from django.db import DatabaseError, transaction

from eyelevel.kernel import clock, facts, steps
from eyelevel.kernel.models import Step
from eyelevel.people.models import Handle, Person
from eyelevel.server import logs

pytestmark = pytest.mark.django_db
CANARIES = ("canary@post.example", "Kanarienvogel")


def breaks(_fact=None):
    """What every database refuses: the address is there twice."""
    person = Person.objects.create(name=CANARIES[1], first_seen_at=clock.now())
    with transaction.atomic():
        for _ in range(2):
            Handle.objects.create(person=person, channel="mail", address=CANARIES[0], name=CANARIES[1])


def in_words():
    try:
        try:
            breaks()
        except DatabaseError as error:
            raise RuntimeError("what came of it") from error
    except RuntimeError as error:
        return error


def test_a_refused_row_is_not_quoted_in_any_line_of_ours_or_of_a_library():
    error = in_words()
    event = logs.without_rows(
        None, "error", {"event": "broke", "why": str(error.__cause__), "exc_info": error}
    )
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(logs.Lines(logs.FORM))
    library = logging.getLogger("some.library")
    library.addHandler(handler)
    library.error("broke: %s", error.__cause__, exc_info=error)
    library.removeHandler(handler)
    for said in (str(event), heard.getvalue()):
        assert not any(canary in said for canary in CANARIES)
        assert "IntegrityError" in said
        assert "what came of it" in said
        assert "in breaks" in said, "where it broke stays readable"


def test_a_step_that_the_database_refuses_keeps_no_row_in_its_error(monkeypatch):
    monkeypatch.setattr(facts, "work_named", lambda _name: lambda _fact: breaks)
    fact = facts.record("case.opened", at=clock.now())
    Step.objects.all().delete()
    Step.objects.create(fact=fact, name="canary", not_before=clock.now())
    with structlog.testing.capture_logs() as lines:
        steps.run_due()
    assert Step.objects.get().error.startswith("IntegrityError: ")
    for canary in CANARIES:
        assert canary not in Step.objects.get().error + str(lines)
