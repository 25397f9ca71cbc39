"""One request and its repeats, on the standard library."""

from __future__ import annotations

import http.client
import json
import random
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from eyelevel_client.problems import Problem, Unreachable, problem_of

PLACE = "/api/v1/"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_WAIT = 60.0
AGAIN = frozenset({429, 503})


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it points."""

    def redirect_request(self, *_about: Any, **_more: Any) -> None:
        return None


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests of one token; `tries` in all for each, `sleep` can be replaced."""

    def __init__(
        self, base: str, *, token: str, timeout: float, tries: int, allow_http: bool, sleep: Callable[[float], None]
    ) -> None:  # fmt: skip
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the address of the server begins with https://")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK and not allow_http:
            raise ValueError(
                "a token does not travel over plain http; use https, or allow_http where the net is yours"
            )
        self._base, self._token = base.rstrip("/"), token
        self._timeout, self._tries, self._sleep = timeout, max(1, tries), sleep
        self._opener = urllib.request.build_opener(_NoRedirects())

    def json(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """The JSON that came back. Raises Problem or Unreachable."""
        return json.loads(self.ask(method, path, query=query, body=body).body)

    def ask(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> Answered:  # fmt: skip
        """The answer, after as many tries as were wanted or waits as were asked for. Raises Problem or Unreachable."""
        request = self._request(method, self._address(path, query), body)
        for number in range(1, self._tries + 1):
            last = number == self._tries
            try:
                answer = self._once(request)
            except Unreachable:
                if last:
                    raise
                self._sleep(_pause(number, ""))
                continue
            if answer.status < 300:
                return answer
            problem = _problem(answer)
            if last or not (answer.status in AGAIN or problem.name == "twin"):
                raise problem
            self._sleep(_pause(number, answer.headers.get("retry-after", "")))
        raise AssertionError("unreachable: the last try returned or raised")

    def _address(self, path: str, query: Mapping[str, Any] | None) -> str:
        """Below the API of this server, whatever the path says."""
        place = path if path.startswith(PLACE) else PLACE + path.lstrip("/")
        asked = {name: value for name, value in (query or {}).items() if value not in {None, ""}}
        return self._base + place + (f"?{urlencode(asked)}" if asked else "")

    def _request(self, method: str, address: str, body: Mapping[str, Any] | None) -> urllib.request.Request:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid.uuid4())  # one for all tries of this change
        return urllib.request.Request(address, data=data, method=method, headers=headers)  # noqa: S310 -- only http and https, checked at the start

    def _once(self, request: urllib.request.Request) -> Answered:
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return Answered(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answered(error.code, _lower(error.headers), error.read())
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _problem(answer: Answered) -> Problem:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = {}
    return problem_of(answer.status, said if isinstance(said, dict) else {})


def _pause(number: int, retry_after: str) -> float:
    """Seconds until the next try: what the server asks for, else half a second doubled each time, with jitter."""
    if retry_after.isdigit():
        return min(float(retry_after), LONGEST_WAIT)
    return min(0.5 * 2.0 ** (number - 1), LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311 -- jitter, not a secret


def part(value: object) -> str:
    """One part of a path."""
    return quote(str(value), safe="")
