"""Django's SQLite backend, with our rule: one thread may write, everybody else reads.

A connection opened on the writer thread is the only one that can write and the only one that checkpoints. All others
are opened `mode=ro`, so a write from a page fails at once instead of racing (and the WAL-reset bug of SQLite up to
3.51.2, which needs two connections that write or checkpoint, cannot happen).
"""

from __future__ import annotations

import sqlite3
from typing import Any

from django.db.backends.sqlite3 import base

from eyelevel.kernel import ownership

PAGE_CACHE_KIB = 8_192


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self.writes = ownership.may_write()
        self.transaction_mode = "IMMEDIATE" if self.writes else None
        if not self.writes:
            params["database"] = f"file:{params['database']}?mode=ro"
            params["uri"] = True
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        for pragma in self._pragmas():
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _pragmas(self) -> tuple[str, ...]:
        shared = ("busy_timeout=10000", f"cache_size=-{PAGE_CACHE_KIB}", "temp_store=MEMORY", "mmap_size=0")
        if not self.writes:
            return (*shared, "query_only=ON")
        # FULL: a power cut loses nothing that was acknowledged; NORMAL lost acknowledged commits in every cut measured.
        return ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", *shared)
