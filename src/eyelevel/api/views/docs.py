"""The documentation page, made from the description: no script, nobody else's server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eyelevel.api import build, examples
from eyelevel.api.problems import KNOWN
from eyelevel.tokens import words
from eyelevel.tokens.rules import SCOPES


@dataclass(frozen=True, kw_only=True)
class Line:
    """One parameter or field."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    scopes: Sequence[str]
    parameters: Sequence[Line]
    body: Sequence[Line]
    answers: Sequence[tuple[int, str]]
    curl: str
    client: str


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(build.description())


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    context = {
        "company": settings.ENV.company, "groups": groups(), "scopes": {name: words.scope(name) for name in SCOPES}, "problems": KNOWN, "shapes": shapes(),
        "rate": settings.ENV.api_per_minute,
    }  # fmt: skip
    return render(request, "api/documentation.html", context, using="jinja2")


def groups() -> dict[str, list[Operation]]:
    """The operations by what they are about."""
    found: dict[str, list[Operation]] = {}
    for path, methods in build.description()["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return found


def shapes() -> dict[str, list[Line]]:
    """What comes back, by name."""
    known = build.description()["components"]["schemas"]
    return {name: _fields(schema) for name, schema in sorted(known.items()) if not name.endswith("In")}


def _operation(path: str, method: str, about: dict[str, Any]) -> Operation:
    body = about.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = about["operationId"]
    return Operation(
        name=name, method=method.upper(), path=path, summary=about["summary"],
        scopes=[one["token"][0] for one in about["security"] if one["token"]],
        parameters=[
            Line(name=one["name"], kind=kind_of(one["schema"]), needed=one["required"], about=one.get("description", ""))
            for one in about.get("parameters", [])
        ],
        body=_fields(_named(body)), answers=[(code, _shape(answer)) for code, answer in about["responses"].items()],
        curl=examples.curl(method=method.upper(), path=path, name=name), client=examples.CLIENT[name],
    )  # fmt: skip


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(build.description()["components"]["schemas"][name]) if name else schema


def _fields(schema: dict[str, Any]) -> list[Line]:
    needed = schema.get("required", [])
    return [
        Line(name=name, kind=kind_of(one), needed=name in needed, about=one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def kind_of(schema: dict[str, Any]) -> str:
    """A type in few words: "integer or null", "mine, all or closed"."""
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(kind_of(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"[{kind_of(schema['items'])}]"
    return str(schema.get("format") or schema.get("type", ""))


def _shape(answer: dict[str, Any]) -> str:
    content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    return kind_of(content.get("schema", {}))
