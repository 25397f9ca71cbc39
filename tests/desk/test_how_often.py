"""How often a page asks the database: as often for a long list, case or story as for a short one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eyelevel.cases import actions, asking, merging
from eyelevel.kernel import clock
from tests.knowledge.writing import article
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db
# With the list beside it; sessions and counts included. Two of them are decisions and wishes, one is the writer's frame, five are for
# articles: doubts, last words, three to find.
MOST_FOR_A_CASE = 53


@pytest.fixture
def desk(mira, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(mira.login)
    client.get("/desk/")  # the session is noted once
    return client


def questions(desk, path):
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(path).status_code == 200
    return len(asked)


def busy(case, mira):
    """More of everything that stands in a case and around it."""
    now = clock.now()
    send(case, mira, "Ihre Unterlagen sind da.")
    actions.note(case, staff=mira, text="Zurückrufen", now=now)
    actions.hand_over(case, giver=mira, taker=mira, note="", now=now)
    for number in range(3):
        other = case_of(mail_in(f"Noch etwas {number}", sender=f"other{number}@post.example"))
        merging.link(case, other, kind="related", note="", by=mira, now=now)
    asking.ask(
        case, by=mira, name="Kim Berger", address="kim@partner.example", language="en", question="Which one?", post_ids=[],
        valid=timedelta(days=3), now=now, real_now=now,
    )  # fmt: skip


def test_a_case_page_asks_as_often_for_a_long_story(desk, mira):
    article(mira, title="Scans", text="Ein Scan fehlt, wenn er unlesbar ankam.")
    case = case_of(mail_in("Der Scan fehlt."))
    busy(case, mira)
    path = f"/desk/cases/{case.pk}/"
    assert "Ein Scan fehlt" in desk.get(path).content.decode()
    short = questions(desk, path)
    assert short <= MOST_FOR_A_CASE
    busy(case, mira)
    for number in range(4):
        mail_in(f"Und noch ein Anliegen {number}")
    assert questions(desk, path) == short


def test_the_list_asks_as_often_for_many_cases(desk):
    mail_in("Eins", sender="a@post.example")
    short = questions(desk, "/desk/")
    for number in range(8):
        mail_in(f"Mehr {number}", sender=f"b{number}@post.example")
    assert questions(desk, "/desk/") == short
