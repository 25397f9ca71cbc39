"""Bringing the tables up to date at start; a database that is newer than this program is refused."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


class NewerSchemaError(RuntimeError):
    """The database was written by a newer Eyelevel."""


def pending() -> bool:
    """Are the tables older than this program? Only reads."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> None:
    """Apply what is missing; does nothing (and costs little) where nothing is."""
    executor = MigrationExecutor(connection)
    ours = {key for key in executor.loader.disk_migrations if key[0] in executor.loader.migrated_apps}
    applied = set(MigrationRecorder(connection).applied_migrations())
    unknown = sorted(f"{app}.{name}" for app, name in applied - ours if app in executor.loader.migrated_apps)
    if unknown:
        raise NewerSchemaError(f"this database was written by a newer Eyelevel ({', '.join(unknown)})")
    if ours - applied:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_advisory_lock(8460)")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(8460)")
