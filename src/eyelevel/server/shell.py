"""The ASGI shell: takes bytes from the network, keeps limits, and hands pages to warm threads.

Django pages under plain ASGI cost four times the CPU; here they run as WSGI in a fixed pool of threads that keep their
database connections. Only the event stream lives on the loop.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

IN_MEMORY = 64 * 1024
GRACE_SECONDS = 10.0
LEAST_BYTES_PER_SECOND = 16 * 1024  # of a body, after the first GRACE_SECONDS
MOST_BODIES = 2048  # on their way in at the same time
MOST_BODIES_OF_ONE = 512  # of one peer; a proxy that hands on bodies in pieces is one peer
RETRY_AFTER = b"5"
API = "/api/v1/"  # opened by tokens alone: no cookie counts there, so no page can misuse one


class Shell:
    """One ASGI application: streams on the loop, everything else in `threads` threads with `waiting` places in line."""

    def __init__(
        self,
        pages: Wsgi,
        *,
        events: App,
        threads: int,
        waiting: int,
        most_body: int,
        trusted: frozenset[str] = frozenset(),
    ) -> None:
        self._pages, self._events = pages, events
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._places = threads + waiting
        self._taken = 0
        self._bodies: Counter[str] = Counter()
        self._most_body, self._trusted = most_body, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1003})
        elif scope["path"] == "/events":
            await self._events(scope, receive, send)
        else:
            await self._page(scope, receive, send)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A slow body or a slow reader takes no place: only the time in which a page is made counts."""
        body = await self._body(scope, receive)
        if isinstance(body, int):
            close = [(b"connection", b"close")]
            await _refuse(send, scope, body, b"the body is too large or too slow", close)
            return
        with body:
            if self._taken >= self._places:
                again = [(b"retry-after", RETRY_AFTER)]
                await _refuse(send, scope, 503, b"busy; try again in a moment", again)
                return
            self._taken += 1
            try:
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(
                    self._pool, _run, self._pages, environ_of(scope, body, trusted=self._trusted)
                )
            finally:
                self._taken -= 1
        await _answer(send, *answer, bare=scope["method"] == "HEAD")

    async def _body(self, scope: Scope, receive: Receive) -> IO[bytes] | int:
        """The whole body, or the status that refuses it: 413 too large, 408 too slow, 503 too many at once."""
        given = dict(scope["headers"])
        declared = given.get(b"content-length", b"")
        if not declared and b"transfer-encoding" not in given:
            return await self._read(receive)
        if declared.isdigit() and int(declared) > self._most_body:
            return 413
        peer = (scope.get("client") or ("",))[0]
        if self._bodies.total() >= MOST_BODIES or self._bodies[peer] >= MOST_BODIES_OF_ONE:
            return 503
        self._bodies[peer] += 1
        try:
            return await self._read(receive)
        finally:
            self._bodies -= Counter({peer: 1})

    async def _read(self, receive: Receive) -> IO[bytes] | int:
        body: IO[bytes] = BytesIO()
        size, more = 0, True
        loop = asyncio.get_running_loop()
        began = loop.time()
        while more:
            try:
                async with asyncio.timeout_at(began + GRACE_SECONDS + size / LEAST_BYTES_PER_SECOND):
                    message = await receive()
            except TimeoutError:
                body.close()
                return 408
            if message["type"] == "http.disconnect":
                body.close()
                return 408
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._most_body:
                body.close()
                return 413
            if size > IN_MEMORY and isinstance(body, BytesIO):
                body = _spill(body)
            body.write(chunk)
            more = message.get("more_body", False)
        body.seek(0)
        return body


def _spill(body: BytesIO) -> IO[bytes]:
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the caller
    file.write(body.getvalue())
    return file


def environ_of(scope: Scope, body: IO[bytes], *, trusted: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The WSGI environment of PEP 3333 for one request whose body was read whole.

    What a proxy forwards about the visitor counts only where the proxy itself is `trusted` (by its address).
    """
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 80)
    body.seek(0, 2)
    size = body.tell()
    body.seek(0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"].split(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(size),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    if environ["REMOTE_ADDR"] in trusted:
        _believe(environ, trusted)
    return environ


def _believe(environ: dict[str, Any], trusted: frozenset[str]) -> None:
    """The visitor is the last forwarded address that is no proxy of ours: what stands before it, they may have made up."""
    chain = [one.strip() for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    visitor = next((one for one in reversed(chain) if one not in trusted), None)
    if visitor:
        environ["REMOTE_ADDR"] = visitor
    if environ.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"}:
        environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    if name == "content-type":
        environ["CONTENT_TYPE"] = value
    elif name != "content-length" and "_" not in name:  # X_Forwarded_For must not pass for X-Forwarded-For
        key = "HTTP_" + name.upper().replace("-", "_")
        joiner = "; " if name == "cookie" else ","
        environ[key] = environ[key] + joiner + value if key in environ else value


Answer = tuple[int, list[tuple[bytes, bytes]], list[bytes]]


def _run(pages: Wsgi, environ: dict[str, Any]) -> Answer:
    status, headers = 500, []

    def start_response(
        line: str, fields: list[tuple[str, str]], _error: Any = None
    ) -> Callable[[bytes], None]:
        nonlocal status, headers
        status = int(line.split(" ", 1)[0])
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        return lambda _data: None

    chunks = pages(environ, start_response)
    try:
        return status, headers, [chunk for chunk in chunks if chunk]
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()


async def _answer(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], chunks: list[bytes], *, bare: bool
) -> None:
    if (
        status >= 200
        and status not in {204, 304}
        and not any(name == b"content-length" for name, _ in headers)
    ):
        headers = [*headers, (b"content-length", str(sum(map(len, chunks))).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for chunk in [] if bare else chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(
    send: Send, scope: Scope, status: int, text: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    """In few words for people; as a problem by RFC 9457 where a program asks."""
    if not scope["path"].startswith(API):
        await _brief(send, status, text, headers)
        return
    title, kind = text.decode(), b"application/problem+json"
    said = json.dumps({"type": "about:blank", "title": title, "status": status}).encode()
    await _brief(send, status, said, headers, kind=kind)


async def _brief(
    send: Send, status: int, text: bytes, headers: list[tuple[bytes, bytes]], *, kind: bytes = b"text/plain"
) -> None:
    fields = [(b"content-type", kind), (b"content-length", str(len(text)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": text})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
