"""Writing what a checked file holds: rows as they are, in batches, each with the position that it reaches.

No step is run and nothing is announced for the single rows; what was waiting comes held (moving/rules.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections, router, transaction
from django.db.models import F

from eyelevel.kernel import facts
from eyelevel.kernel.models import Step
from eyelevel.moving import rules
from eyelevel.moving.check import Report, shelves
from eyelevel.moving.models import ImportRun
from eyelevel.moving.plan import Carried, plan

EVERYTHING = ("list", "outbox", "quarantine", "staff", "hours")


class NotEmpty(RuntimeError):
    """The house holds something already; a file is never mixed into it."""


def begin(report: Report, *, now: datetime) -> ImportRun:
    """Start the import of a checked file, or find the one that was cut short. Raises NotEmpty."""
    known = ImportRun.objects.filter(sha256=report.sha256, finished_at=None).first()
    if known is not None:
        return known
    if full := filled():
        raise NotEmpty(f"this house is not empty ({full}); a file is brought into an empty one only")
    for shelf in shelves(report.manifest).values():
        if not shelf.links and shelf.part.last_id:
            _reserve(shelf.table, shelf.part.last_id)
    ImportRun.objects.filter(finished_at=None).delete()
    run, _ = ImportRun.objects.update_or_create(
        sha256=report.sha256,
        defaults={"member": "", "line": 0, "rows": 0, "started_at": now, "finished_at": None},
    )
    return run


def filled() -> str:
    """The tables of a move that hold rows, for people; "" for an empty house."""
    tables = plan(frozenset({rules.LOGINS, rules.KEYS}))
    return ", ".join([one.label for one in tables if one.any()][:4])


def put_rows(run_id: int, table: Carried, rows: Sequence[Sequence[Any]], *, member: str, line: int) -> None:
    """Insert rows with their own ids, and move the position past them."""
    alias = router.db_for_write(table.model)
    if alias != router.db_for_write(ImportRun):
        rows = _not_there_yet(
            table, rows, alias
        )  # two files share no transaction: a repeat may find them there
    if rows:
        _insert(table, rows, alias)
    _moved(run_id, member=member, line=line, rows=len(rows))


def put_links(run_id: int, table: Carried, rows: Sequence[Sequence[Any]], *, member: str, line: int) -> None:
    """Set the pointers that had to wait, and move the position past them."""
    alias = router.db_for_write(table.model)
    for key, *links in rows:
        named = zip((one.field.attname for one in table.links), links, strict=True)
        table.model._base_manager.using(alias).filter(pk=key).update(**dict(named))
    _moved(run_id, member=member, line=line, rows=0)


def finish(run: ImportRun, *, now: datetime) -> None:
    """Everything is there: say so, and let open pages look again."""
    ImportRun.objects.filter(pk=run.pk).update(finished_at=now)
    facts.record("moving.imported", at=now, things=EVERYTHING, sha256=run.sha256)


def release_held(*, now: datetime) -> int:
    """A person decides that the former house has not done it: the held steps go on. Returns how many."""
    return int(held().update(state=Step.State.WAITING, attempts=0, not_before=now, error=""))


def held() -> Any:
    """The steps that a move has held. Sendings are held in the outbox, where each can be sent or left."""
    return Step.objects.filter(state=Step.State.DEAD, error=rules.HELD)


def _moved(run_id: int, *, member: str, line: int, rows: int) -> None:
    ImportRun.objects.filter(pk=run_id).update(member=member, line=line, rows=F("rows") + rows)


def _not_there_yet(table: Carried, rows: Sequence[Sequence[Any]], alias: str) -> list[Sequence[Any]]:
    place = table.columns.index(table.key)
    keys = [row[place] for row in rows]
    there = set(table.model._base_manager.using(alias).filter(pk__in=keys).values_list("pk", flat=True))
    return [row for row in rows if row[place] not in there]


def _insert(table: Carried, rows: Sequence[Sequence[Any]], alias: str) -> None:
    """As they are: the ORM would set the times of creation anew."""
    connection = connections[alias]
    fields = [one.field for one in table.columns]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    name = connection.ops.quote_name(table.model._meta.db_table)
    statement = f"INSERT INTO {name} ({quoted}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608 -- our own names
    ready = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
        for row in rows
    ]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.executemany(statement, ready)


def _reserve(table: Carried, last_id: int) -> None:
    """New rows get ids above the file's, also those that come in while it is being read."""
    alias = router.db_for_write(table.model)
    connection = connections[alias]
    name = table.model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)",
                [connection.ops.quote_name(name), table.key.field.column, last_id],
            )
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [last_id, name])
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT %s, %s "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
            [name, last_id, name],
        )
