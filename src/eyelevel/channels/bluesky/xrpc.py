"""Speaking with a Bluesky server (PDS): sessions by app password, records, and where somebody's own server is."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlencode

import msgspec

from eyelevel.channels.bluesky.names import Address
from eyelevel.kernel import http

ENTRY = "https://bsky.social"
DIRECTORY = "https://plc.directory"
BOUNDS = http.Bounds(size=1024 * 1024, seconds=15.0, redirects=0)
EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
NOT_FOUND = frozenset({"RecordNotFound", "RepoNotFound", "RepoTakendown", "RepoDeactivated", "RepoSuspended"})


class Refusal(RuntimeError):
    """The server said no; `again_at` where it said when to come again."""

    def __init__(self, status: int, error: str, words: str, again_at: datetime | None = None) -> None:
        super().__init__(f"{status} {error} {words}"[:500].strip())
        self.status, self.error, self.again_at = status, error, again_at


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who speaks: an account, its server and its app password."""

    identifier: str  # DID or handle
    password: str
    host: str = ENTRY
    directory: str = DIRECTORY
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Session:
    """What a login gives."""

    did: str
    handle: str
    host: str
    access: str
    refresh: str


def call(
    host: str, name: str, *, method: str = "GET", query: Mapping[str, str] | None = None, body: Any = None, token: str = "",
    allowed: tuple[str, ...] = (),
) -> dict[str, Any]:  # fmt: skip
    """One procedure or query. Raises Refusal, or what the guarded client raises."""
    url = f"{host.rstrip('/')}/xrpc/{name}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    raw = b""
    if body is not None:
        headers["Content-Type"] = "application/json"
        raw = json.dumps(body).encode()
    answer = http.fetch(url, method=method, headers=headers, body=raw, bounds=BOUNDS, allowed=allowed)
    held = _object(answer.body)
    if answer.status != 200:
        raise Refusal(
            answer.status, str(held.get("error", ""))[:100], str(held.get("message", ""))[:300], _again(answer)
        )  # fmt: skip
    return held


def _object(body: bytes) -> dict[str, Any]:
    try:
        held = msgspec.json.decode(body) if body else {}
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return {}
    return held if isinstance(held, dict) else {}


def _again(answer: http.Answer) -> datetime | None:
    """When to come again, of the headers that the servers send with a 429 (and 503)."""
    if answer.status not in {429, 503}:
        return None
    reset, now = answer.headers.get("ratelimit-reset", ""), datetime.now(UTC)
    if reset.isascii() and reset.isdigit() and len(reset) <= 11:
        return datetime.fromtimestamp(int(reset), UTC)
    wait = http.retry_after(answer.headers, now=now)
    return None if wait is None else now + wait


def log_in(account: Account) -> Session:
    """A session by app password. The public entry knows which server the account really lives on."""
    body = {"identifier": account.identifier, "password": account.password}
    held = call(
        account.host, "com.atproto.server.createSession", method="POST", body=body, allowed=account.allowed
    )
    host = _server_in(held.get("didDoc")) if account.host.rstrip("/") == ENTRY else ""
    return _session(held, host or account.host)


def _session(held: Mapping[str, Any], host: str) -> Session:
    try:
        return Session(
            did=str(held["did"]), handle=str(held.get("handle", "")), host=host, access=str(held["accessJwt"]),
            refresh=str(held["refreshJwt"]),
        )  # fmt: skip
    except KeyError as error:
        raise Refusal(200, "", f"the login lacks {error}") from error


def _server_in(document: object) -> str:
    """The address of the server in a DID document."""
    services = document.get("service") if isinstance(document, dict) else None
    for one in services if isinstance(services, list) else []:
        if isinstance(one, dict) and str(one.get("id", "")).endswith("#atproto_pds"):
            return str(one.get("serviceEndpoint", ""))[:500]
    return ""


@dataclass
class Sessions:
    """The logins of this process: servers allow few new ones, so each is used until it ends and then refreshed."""

    _held: dict[tuple[str, str, str], Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, account: Account, name: str, **more: Any) -> dict[str, Any]:
        """One call with the account's token; a token that ended is renewed once."""
        session = self.of(account)
        try:
            return call(session.host, name, token=session.access, allowed=account.allowed, **more)
        except Refusal as refusal:
            if refusal.status != 401 and refusal.error not in EXPIRED:
                raise
        session = self._renewed(account, session)
        return call(session.host, name, token=session.access, allowed=account.allowed, **more)

    def of(self, account: Account) -> Session:
        with self._lock:
            key = (account.host, account.identifier, account.password)
            if key not in self._held:
                self._held[key] = log_in(account)
            return self._held[key]

    def _renewed(self, account: Account, ended: Session) -> Session:
        with self._lock:
            key = (account.host, account.identifier, account.password)
            held = self._held.get(key)
            if held is not None and held.access != ended.access:
                return held  # another thread was faster
            try:
                answer = call(
                    ended.host, "com.atproto.server.refreshSession", method="POST", token=ended.refresh, allowed=account.allowed
                )  # fmt: skip
                self._held[key] = _session(answer, ended.host)
            except Refusal:
                self._held.pop(key, None)
                self._held[key] = log_in(account)
            return self._held[key]


def record(host: str, at: Address, *, allowed: tuple[str, ...]) -> dict[str, Any] | None:
    """A public record, {"uri", "cid", "value"}; None where its server says that it is not there (any more)."""
    query = {"repo": at.did, "collection": at.collection, "rkey": at.rkey}
    try:
        return call(host, "com.atproto.repo.getRecord", query=query, allowed=allowed)
    except Refusal as refusal:
        if refusal.error in NOT_FOUND or (refusal.status == 400 and "locate" in str(refusal)):
            return None
        raise


def server_of(did: str, *, directory: str, allowed: tuple[str, ...]) -> str:
    """Where the repository of a DID lives; "" where that cannot be told."""
    if did.startswith("did:plc:"):
        url = f"{directory.rstrip('/')}/{quote(did, safe=':')}"
    elif did.startswith("did:web:"):
        url = f"https://{unquote(did.removeprefix('did:web:'))}/.well-known/did.json"
    else:
        return ""
    answer = http.fetch(url, bounds=BOUNDS, allowed=allowed)
    return _server_in(_object(answer.body)) if answer.status == 200 else ""
