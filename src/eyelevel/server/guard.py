"""The connection itself, before a request is one: heads that are too large, too many or too slow, and readers that stop.

Uvicorn reads a head of any size for any time and waits for ever for somebody who does not read. Bodies are the matter
of the shell, which knows what is asked for.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from collections import Counter
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 64 * 1024  # bytes of request line and headers
MOST_URL = 8 * 1024
MOST_HEADERS = 100
HEAD_SECONDS = 10.0
MOST_WAITING_OF_ONE = (
    4096  # connections of one peer whose head is not complete; all pages coming back at once fit
)
UNREAD_SECONDS = 30.0
LEAST_READ = 16 * 1024  # bytes that a reader takes in UNREAD_SECONDS
FEWEST_CONNECTIONS = 64
SPARE_FILES = 256  # for databases, mail and files, while every place for a connection is taken

log = logging.getLogger("eyelevel.connections")
log.setLevel(logging.ERROR)  # a line for each broken request would let strangers fill the disk


def most_connections(wanted: int) -> int:
    """How many connections this process may hold, after asking the system for as many open files as it gives."""
    now, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = wanted + SPARE_FILES
    if now == resource.RLIM_INFINITY or now >= enough:
        return wanted
    soft = enough if hard == resource.RLIM_INFINITY else min(hard, enough)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(wanted, soft - SPARE_FILES), FEWEST_CONNECTIONS)


class Guarded(HttpToolsProtocol):
    """Uvicorn's protocol with limits; what breaks them gets one line and the door."""

    _waiting: Counter[str] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self.logger = log
        self._refused: HTTPStatus | None = None
        self._closed = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None
        self._head_size, self._unread, self._in_head = 0, 0, False
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            self._close()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        self._stop_watching_reader()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._closed or self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()
        self._head_size += len(data)
        super().data_received(data)
        if self._in_head and self._head_size > MOST_HEAD and self._refused is None:
            self._refused = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if self._refused is not None:
            self._refuse(self._refused)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_size, self._in_head = 0, True

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_URL:
            self._refused = HTTPStatus.REQUEST_URI_TOO_LONG

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS and self._refused is None:
            self._refused = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._head_is_here()
        if self._refused is None:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self._refused is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._refused is None:
            super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread_timer is None:
            self._unread = self.transport.get_write_buffer_size()
            self._unread_timer = self.loop.call_later(UNREAD_SECONDS, self._judge_reader)

    def resume_writing(self) -> None:
        self._stop_watching_reader()
        super().resume_writing()

    def _await_head(self) -> None:
        if self._head_timer is not None:
            return
        if self._waiting[self._peer] >= MOST_WAITING_OF_ONE:
            self._close()
            return
        self._waiting[self._peer] += 1
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _head_is_here(self) -> None:
        if self._head_timer is None:
            return
        self._head_timer.cancel()
        self._head_timer = None
        self._waiting[self._peer] -= 1
        if not self._waiting[self._peer]:
            del self._waiting[self._peer]

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, where nothing else is being said on this connection, and close it."""
        if self._closed:
            return
        if self.cycle is None or self.cycle.response_complete:
            line = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.write(line.encode("ascii"))
        self._close()

    def _close(self) -> None:
        self._closed = True
        self._head_is_here()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whoever still makes an answer is told that nobody waits for it
            self.cycle.message_event.set()
        self.transport.close()

    def _judge_reader(self) -> None:
        """Somebody who asked and does not read holds memory; a slow line still moves."""
        self._unread_timer = None
        left = self.transport.get_write_buffer_size()
        if self._unread - left < LEAST_READ:
            self.transport.abort()
            return
        self._unread = left
        self._unread_timer = self.loop.call_later(UNREAD_SECONDS, self._judge_reader)

    def _stop_watching_reader(self) -> None:
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None
