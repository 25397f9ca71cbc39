"""The doorway of every API request: token, rate, scope, bounds and the kept answer, before anything of ours runs."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import HttpError, ValidationError

from eyelevel.api import problems, rates, reading
from eyelevel.api.problems import Problem
from eyelevel.kernel import clock
from eyelevel.kernel.policy import Refused
from eyelevel.kernel.writer import NotKept, Overloaded, write_later
from eyelevel.outbox.actions import NoLongerWaiting
from eyelevel.people.asking import Asked
from eyelevel.tokens import actions, reads, rules
from eyelevel.tokens.models import Token

View = Callable[..., HttpResponse]
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MOST_BODY = 1024 * 1024
MOST_KEY = 255
REALM = 'Bearer realm="eyelevel"'

log = structlog.get_logger("api")
buckets = rates.Buckets()
_in_work: set[tuple[int, str]] = set()
_in_work_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Way:
    """What one method of a path does ("" for what every token may), and which questions it knows."""

    verb: str
    questions: frozenset[str] = frozenset()


class ApiRequest(Asked):
    """A request that has come through the doorway."""

    token: Token
    rate: rates.Taken
    json: Any
    key: str
    request_hash: str


def by_token(request: HttpRequest) -> ApiRequest:
    return cast("ApiRequest", request)


def doorway(view: View, *, ways: Mapping[str, Way], most_body: Callable[[], int]) -> View:
    """Wrap the view of one path; `ways` are its methods."""

    @csrf_exempt
    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asks = by_token(request)
        try:
            _admit(asks)
            _look_at(asks, ways, most_body())
            response = _once(asks, lambda: view(request, *args, **kwargs))
        except (Problem, Overloaded, NotKept) as error:
            response = on_error(request, error)
        if hasattr(asks, "rate"):
            for name, value in asks.rate.headers().items():
                response.headers[name] = value
        return response

    return entered


def _admit(request: ApiRequest) -> None:
    """Whose token this is, and whether there were too many requests. Raises Problem."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = reads.of_secret(secret.strip(), real_now=clock.real_now()) if kind.lower() == "bearer" else None
    if token is None:
        error = ', error="invalid_token"' if secret else ""
        raise Problem(
            "token",
            "Authorization: Bearer eye_… with a token that lives",
            headers={"WWW-Authenticate": REALM + error},
        )
    request.token, request.seat, request.actor = token, token.owner, reads.actor_behind(token)
    request.rate = buckets.take(token.pk, quota=settings.ENV.api_per_minute, now=time.monotonic())
    if not request.rate.allowed:
        raise Problem("too-many", headers={"Retry-After": str(max(request.rate.seconds, 1))})
    _note_use(token)


def _note_use(token: Token) -> None:
    now = clock.real_now()
    if token.last_used_at is None or token.last_used_at < now - rules.USED_IS_NOTED_EVERY:
        write_later(lambda: actions.note_use(token.pk, real_now=now))


def _look_at(request: ApiRequest, ways: Mapping[str, Way], most_body: int) -> None:
    """Method, scope, questions, size and form of the request, in this order. Raises Problem."""
    way = ways.get(request.method or "")
    if way is None:
        raise Problem("method", headers={"Allow": ", ".join(sorted(ways))})
    only = request.actor.only
    if way.verb and only is not None and way.verb not in only:
        wanted = rules.scopes_for(way.verb)
        challenge = f'{REALM}, error="insufficient_scope", scope="{" ".join(wanted)}"'
        raise Problem("scope", headers={"WWW-Authenticate": challenge}, scopes=list(wanted))
    _look_at_questions(request, way.questions)
    raw = _body_of(request, most_body)
    request.json = reading.parse(raw) if raw else None
    request.key = request.headers.get("Idempotency-Key", "").strip()
    if len(request.key) > MOST_KEY or not request.key.isascii() or not request.key.isprintable():
        raise Problem("unreadable", f"an Idempotency-Key has at most {MOST_KEY} printable ASCII signs")
    told = f"{request.method} {request.get_full_path()}\n".encode()
    request.request_hash = hashlib.sha256(told + raw).hexdigest()


def _look_at_questions(request: ApiRequest, known: frozenset[str]) -> None:
    """A question that nobody knows is a mistake of the asker, who would take the answer for another one."""
    asked = [request.path, *(name + value for name, values in request.GET.lists() for value in values)]
    if not all(reading.keepable(one) for one in asked):
        raise Problem("unreadable", "NUL is not taken")
    if any(len(values) > 1 for _, values in request.GET.lists()):
        raise Problem("unreadable", "a question stands twice")
    if unknown := sorted(set(request.GET) - known):
        errors = [{"at": ["query", name[:80]], "why": "no such question"} for name in unknown[:20]]
        raise Problem("not-valid", errors=errors)


def _body_of(request: ApiRequest, most: int) -> bytes:
    """The bytes of the body, at most `most`. Raises Problem."""
    if request.method not in CHANGES:
        return b""
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise Problem("too-large", f"at most {most} bytes")
    raw = request.read(most + 1)
    if len(raw) > most:
        raise Problem("too-large", f"at most {most} bytes")
    if raw and (request.content_type or "").lower() != "application/json":
        raise Problem("media-type", "send application/json")
    request._body = raw  # noqa: SLF001 -- Django's own limit is for forms; ours was kept above
    return bytes(raw)


def _once(request: ApiRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """The kept answer where this key has one; else the work, with its twins kept out of this process meanwhile."""
    if not request.key or request.method not in CHANGES:
        return work()
    mine = (request.token.pk, request.key)
    with _in_work_lock:
        if mine in _in_work:
            raise Problem("twin", "wait for the first one and ask again", headers={"Retry-After": "1"})
        _in_work.add(mine)
    try:
        kept = reads.kept_answer(request.token, request.key, real_now=clock.real_now())
        if kept is None:
            return work()
        if kept.request_hash != request.request_hash:
            raise Problem("key-reused", "a new request needs a new key")
        return replayed(kept.status, kept.body)
    finally:
        with _in_work_lock:
            _in_work.discard(mine)


def replayed(status: int, body: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json", status=status)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def on_error(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Whatever an operation raised, as a problem."""
    return problems.answer(_problem_of(request, error))


def _problem_of(request: HttpRequest, error: Exception | type[Exception]) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return _not_valid(error)
    if isinstance(error, actions.OtherRequest):
        return Problem("key-reused", "a new request needs a new key")
    if isinstance(error, Overloaded | NotKept):
        log.error("not kept", path=request.path, error=str(error))
        return Problem("busy", "nothing was kept; send it again", headers={"Retry-After": "10"})
    names: dict[type[Exception], str] = {
        Refused: "forbidden", Http404: "nothing-here", NoLongerWaiting: "too-late", HttpError: "unreadable",
    }  # fmt: skip
    for kind, name in names.items():
        if isinstance(error, kind):
            return Problem(name)
    number = secrets.token_hex(4)
    log.error("operation broke", path=request.path, number=number, exc_info=error)
    return Problem("broken", instance=f"urn:eyelevel:problem:{number}")


def _not_valid(error: ValidationError) -> Problem:
    """Where it does not fit and why; never what was sent."""
    found = [
        {"at": [str(part)[:80] for part in one.get("loc", ())][:12], "why": str(one.get("msg", ""))[:200]}
        for one in error.errors[:20]
    ]
    unknown = [one["loc"][-1] for one in error.errors[:20] if one.get("type") == "extra_forbidden"]
    if unknown:
        log.info("fields that nobody may set", fields=[str(name)[:80] for name in unknown])
    return Problem("not-valid", errors=found)
