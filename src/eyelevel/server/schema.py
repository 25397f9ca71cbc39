"""Bringing the tables up to date at start; a database that is newer than this program is refused."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from eyelevel.kernel import databases

WITH_TABLES_ELSEWHERE = ("search", "listening")  # rooms with tables in the file of what is overheard


class NewerSchemaError(RuntimeError):
    """The database was written by a newer Eyelevel."""


def pending() -> bool:
    """Are the tables older than this program? Only reads."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> None:
    """Apply what is missing; does nothing (and costs little) where nothing is."""
    from eyelevel.people import factors

    _bring(databases.DEFAULT, ())
    if databases.HEARD in settings.DATABASES:
        _bring(databases.HEARD, WITH_TABLES_ELSEWHERE)
    factors.conceal_all()


def _bring(file: str, rooms: tuple[str, ...]) -> None:
    """One database, with the migrations of these rooms (of all, where none is named)."""
    executor = MigrationExecutor(connections[file])
    known = {key for key in executor.loader.disk_migrations if key[0] in executor.loader.migrated_apps}
    applied = set(MigrationRecorder(connections[file]).applied_migrations())
    unknown = sorted(f"{app}.{name}" for app, name in applied - known if app in executor.loader.migrated_apps)
    if unknown:
        raise NewerSchemaError(f"this database was written by a newer Eyelevel ({', '.join(unknown)})")
    wanted = {key for key in known if not rooms or key[0] in rooms}
    if wanted - applied:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_advisory_lock(8460)")
        try:
            for room in rooms or (None,):
                call_command(
                    "migrate", *([room] if room else []), database=file, verbosity=0, interactive=False
                )
        finally:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(8460)")
