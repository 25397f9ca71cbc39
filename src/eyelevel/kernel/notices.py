"""On PostgreSQL: connections of one's own for LISTEN, outside of Django's, because they wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from django.db import connections

NAP_SECONDS = 1.0
Connection = psycopg.Connection[tuple[Any, ...]]

log = structlog.get_logger("notices")


def connect() -> Connection:
    """A new connection in autocommit to the database that Django uses; the caller closes it."""
    parameters = connections["default"].get_connection_params()
    wanted = {
        key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)
    }
    return psycopg.connect(**wanted, autocommit=True)


class Notified:
    """A thread that hears one channel from `start` to `stop`; it comes back when the database does.

    `heard` gets each payload, and the connection to answer on; it is called by this thread alone.
    """

    def __init__(self, channel: str, heard: Callable[[Connection, str], None]) -> None:
        self._channel, self._heard = channel, heard
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=channel, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("listening broke", channel=self._channel, error=str(error))
                self._ended.wait(NAP_SECONDS)

    def _listen(self) -> None:
        with connect() as raw:
            raw.execute(f"LISTEN {self._channel}")
            while not self._ended.is_set():
                # A list: while the generator lives, it holds the connection that an answer needs.
                for notice in list(raw.notifies(timeout=NAP_SECONDS, stop_after=1)):
                    self._heard(raw, notice.payload)
