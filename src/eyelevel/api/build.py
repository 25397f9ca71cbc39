"""The API as one: its operations, each behind the doorway, and the description made from them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from eyelevel.api import frame
from eyelevel.api.problems import MEDIA_TYPE, Problem
from eyelevel.api.views import (
    answers,
    articles,
    cases,
    decisions,
    doors,
    finding,
    journal,
    people,
    promises,
    watches,
)

VERSION = "1"
PLACE = "/api/v1"
ROUTERS: tuple[Router, ...] = (
    cases.router, answers.router, promises.router, decisions.router, finding.router, articles.router, watches.router,
    people.router, doors.router, journal.router,
)  # fmt: skip
BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
BYTES = frozenset({"file", "read-quarantine-raw"})
ABOUT = """Read and write what colleagues read and write at the desk, by the same rules. Every request carries
`Authorization: Bearer eye_…`. Lists come in pages: follow `next`. A change that carries an `Idempotency-Key` happens once
within 24 hours. What goes wrong is a problem by RFC 9457. NUL and lone surrogates are taken nowhere."""


class Strict(Parser):
    """What the doorway has read already."""

    def parse_body(self, request: HttpRequest) -> Any:
        return frame.by_token(request).json


def build() -> NinjaAPI:
    """A fresh API object with all operations."""
    api = NinjaAPI(
        title="Eyelevel", version=VERSION, description=ABOUT, openapi_url=None, docs_url=None, parser=Strict(),
        urls_namespace="api",
    )  # fmt: skip
    for router in ROUTERS:
        api.add_router("", router)
    kinds: tuple[type[Exception], ...] = (Exception, ValidationError, HttpError, Http404)
    for kind in kinds:
        api.add_exception_handler(kind, frame.on_error)
    return api


API = build()


def patterns() -> list[URLPattern]:
    """The addresses of all operations, each behind the doorway; what is none of them is a problem too."""
    found = [one for one in API.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    ways = ways_by_path()
    wrapped = {route: _behind_the_doorway(one, ways[route]) for one in found if (route := str(one.pattern))}
    made = [path(str(one.pattern), wrapped[str(one.pattern)], name=one.name) for one in found]
    return [
        *made,
        path("<path:rest>", frame.doorway(_nothing, ways=ANY, most_body=lambda: 0), name="none"),
    ]


ANY = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), frame.Way(verb=""))


def _behind_the_doorway(one: URLPattern, ways: dict[str, frame.Way]) -> frame.View:
    most = doors.most_arrival if str(one.pattern) == "arrivals" else lambda: frame.MOST_BODY
    return frame.doorway(one.callback, ways=ways, most_body=most)


def _nothing(_request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 -- the route gives it
    raise Problem("nothing-here")


def ways_by_path() -> dict[str, dict[str, frame.Way]]:
    """For each Django route its methods, what they do and what can be asked."""
    found: dict[str, dict[str, frame.Way]] = {}
    for path_of, methods in description()["paths"].items():
        route = path_of.removeprefix(f"{PLACE}/").replace("{", "<").replace("}", ">")
        found[route] = {method.upper(): _way(operation) for method, operation in methods.items()}
    return found


def _way(operation: dict[str, Any]) -> frame.Way:
    asked = (one["name"] for one in operation["parameters"] if one["in"] == "query")
    return frame.Way(verb=operation["x-verb"], questions=frozenset(asked))


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document: what ninja knows, with our problems, headers and security in their places."""
    made: dict[str, Any] = dict(API.get_openapi_schema(path_prefix=PLACE.lstrip("/")))
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token made at the desk, under House."}
    }
    made["components"]["headers"] = HEADERS
    for methods in made["paths"].values():
        for method, operation in methods.items():
            _complete(operation, changes=method != "get")
    return made


def _text_header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


HEADERS = {
    "RateLimit": _text_header("What is left of the quota, by draft-ietf-httpapi-ratelimit-headers."),
    "RateLimit-Policy": _text_header("The quota of this token."),
    "Link": _text_header("The next page of a list, as rel=next."),
    "WWW-Authenticate": _text_header("Which token or scope is needed."),
    "Retry-After": _text_header("Seconds to wait."),
    "Idempotent-Replayed": _text_header("true, where a kept answer is given once more."),
}
KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "Makes a repeat of this request one event; a new request needs a new key.",
    "schema": {"type": "string", "maxLength": frame.MOST_KEY, "pattern": "^[!-~]*$"},
}  # fmt: skip


def _complete(operation: dict[str, Any], *, changes: bool) -> None:
    if changes:
        operation["parameters"] = [*operation.get("parameters", []), KEY]
    for code, answer in operation["responses"].items():
        names = ["RateLimit", "RateLimit-Policy"] if code != 401 else ["WWW-Authenticate"]
        names += {403: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(code, [])
        if code < 400:
            names += ["Idempotent-Replayed"] if changes else ["Link"]
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        if code >= 400:
            answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        elif operation["operationId"] in BYTES:
            answer["content"] = BINARY
