"""The bar says on which of its pages one is, also to those who do not see it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from eyelevel.kernel import clock
from eyelevel.people import actions as people
from eyelevel.people.models import Login

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ("/desk/radar/", "/desk/radar/"), ("/desk/house/", "/desk/house/"), ("/desk/house/sessions/", "/desk/house/"),
        ("/desk/outbox/", "/desk/outbox/"), ("/desk/sources/", "/desk/sources/"), ("/desk/quarantine/", "/desk/quarantine/"),
        ("/desk/cases/new/", "/desk/cases/new/"), ("/desk/", None), ("/desk/search/", None),
    ],
)  # fmt: skip
def test_exactly_the_page_that_is_open_is_marked(page, named, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("kim@x.example", "x")
    people.seat(login=login, name="Kim", role="operator", language="en", now=clock.now(), by="test")
    client = Client()
    client.force_login(login)
    bar = re.search(r'<header class="bar">.*?</header>', client.get(page).content.decode(), re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)" aria-current="page"', bar) == ([named] if named else [])
