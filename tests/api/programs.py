"""A program that speaks with the API in-process, with a token of its own."""

from __future__ import annotations

import json

from django.test import Client

from eyelevel.kernel import clock
from eyelevel.people.models import Login, Staff
from eyelevel.tokens import actions
from eyelevel.tokens.models import Token
from eyelevel.tokens.rules import SCOPES

ALL = tuple(SCOPES)


def seat(name="Mira Lang", *, role="agent"):
    mail = f"{name.split(maxsplit=1)[0].lower()}-{Login.objects.count()}@nordlicht.example"
    return Staff.objects.create(
        name=name, role=role, language="de", login=Login.objects.create_user(mail, "x" * 14)
    )


def token_for(owner, *scopes, days=90, real_now=None):
    return actions.make(
        owner=owner, name="script", scopes=scopes or ALL, days=days, now=clock.now(), real_now=real_now or clock.real_now()
    )  # fmt: skip


class Program:
    """Sends JSON, reads JSON."""

    def __init__(self, owner=None, *scopes, secret=None, role="agent"):
        self.owner = owner or seat(role=role)
        self.secret = secret or token_for(self.owner, *scopes)
        self.client = Client(raise_request_exception=True)

    def ask(self, method, path, body=None, *, raw=None, expect=None, **headers):
        fields = {
            "Authorization": f"Bearer {self.secret}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        address = path if path.startswith("/") else f"/api/v1/{path}"
        kind = fields.pop("Content-Type", "application/json")
        answer = self.client.generic(method, address, data, content_type=kind, headers=fields)
        if expect is not None:
            assert answer.status_code == expect, (answer.status_code, answer.content[:600])
        return answer

    def get(self, path, *, expect=200, **headers):
        return self.ask("GET", path, expect=expect, **headers).json()

    def post(self, path, body=None, *, expect=None, **headers):
        return self.ask("POST", path, body, expect=expect, **headers).json()

    @property
    def token(self):
        return Token.objects.get(owner=self.owner)


def problem(answer, name):
    """The problem in an answer, of this name."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["type"] == f"/api/#problem-{name}", said
    assert said["status"] == answer.status_code
    return said
