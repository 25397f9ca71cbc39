"""On PostgreSQL: hears the NOTIFY of every process of the house and tells the hub of this one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence

import psycopg
import structlog

from eyelevel.kernel.notices import connect
from eyelevel.kernel.push import CHANNEL

NAP_SECONDS = 1.0
log = structlog.get_logger("notify")


class Notifications:
    """A thread with a connection of its own that listens until stopped; it comes back when the database does."""

    def __init__(self, tell: Callable[[int, Sequence[str]], None]) -> None:
        self._tell = tell
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notify", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("listening broke", error=str(error))
                self._ended.wait(NAP_SECONDS)

    def _listen(self) -> None:
        with connect() as raw:
            raw.execute(f"LISTEN {CHANNEL}")
            while not self._ended.is_set():
                for notice in raw.notifies(timeout=NAP_SECONDS):
                    fact_id, things = json.loads(notice.payload)
                    self._tell(fact_id, things)
