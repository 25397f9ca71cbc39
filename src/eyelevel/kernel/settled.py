"""How far the facts can be read without leaving a gap behind.

On SQLite one pen gives the ids in the order of the commits. On PostgreSQL a lower id may be committed after a higher
one; a lock that waits for all who are writing facts at this moment tells up to where nothing can come any more.
"""

from __future__ import annotations

from django.db import OperationalError, connection, transaction
from django.db.models import Max

from eyelevel.kernel.models import Fact

PATIENCE = "400ms"


class Unsettled(RuntimeError):
    """Somebody holds a long transaction open; ask again in a moment."""


def newest() -> int:
    """The highest fact id below which nothing can appear any more; 0 without any fact. Raises Unsettled."""
    if connection.vendor != "postgresql":
        return _highest()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute(f"LOCK TABLE {Fact._meta.db_table} IN SHARE MODE")  # noqa: SLF001 -- Django's public description of a model
            return _highest()
    except OperationalError as error:
        raise Unsettled("facts are being written in a long transaction") from error


def _highest() -> int:
    return int(Fact.objects.aggregate(highest=Max("pk"))["highest"] or 0)
