"""On PostgreSQL: connections of one's own for LISTEN, outside of Django's, because they wait."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connections


def connect() -> psycopg.Connection[tuple[Any, ...]]:
    """A new connection in autocommit to the database that Django uses; the caller closes it."""
    parameters = connections["default"].get_connection_params()
    wanted = {
        key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if parameters.get(key)
    }
    return psycopg.connect(**wanted, autocommit=True)
