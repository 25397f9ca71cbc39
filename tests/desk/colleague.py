"""Somebody with a seat and a browser, and what they read on a page."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from eyelevel.people.models import Login, Staff


def seated(name, *, address, role="agent"):
    login = Login.objects.create_user(address, "a long enough password")
    return Staff.objects.create(name=name, role=role, login=login, language="en")


def browser_of(seat):
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(seat.login)
    return client


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
