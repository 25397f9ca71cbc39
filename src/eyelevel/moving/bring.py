"""Bringing a checked file into an empty house, batch by batch through the one pen; a killed import goes on.

Works in a process that runs alone and in a running house, whose pages stay served between the batches.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from eyelevel.kernel import store
from eyelevel.kernel.writer import NotKept, write
from eyelevel.moving import actions, check, manifest, rules, tar
from eyelevel.moving.check import BATCH, BATCH_BYTES, Report, Shelf
from eyelevel.moving.lines import lines, row_of
from eyelevel.moving.models import ImportRun
from eyelevel.people import factors

Tell = Callable[[int, int], None]
Put = Callable[..., None]


class Stopped(RuntimeError):
    """The import ended before its end, and where; started again it goes on there."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What was written by all tries together."""

    rows: int
    keys: bool


def bring(path: Path, report: Report, *, now: datetime, tell: Tell) -> Brought:
    """Write what the report let pass. Raises actions.NotEmpty, Stopped, tar.Broken or OSError."""
    run = write(actions.begin, report, now=now)
    keys: dict[str, bytes] = {}
    file, source = tar.opened(path)
    with file:
        told, members = check.read_manifest(source)
        if told != report.manifest:
            raise tar.Broken("the file is not the one that was checked")
        bringing = _Bringing(report, run, tell)
        for member in members:
            if member.name.startswith(manifest.FILES):
                _shelve(member)
            elif member.name in {*manifest.KEYS, manifest.FORMER}:
                keys[member.name] = member.read(manifest.MOST_FORMER_BYTES)
            else:
                bringing.lines(member)
    if keys:
        _keep_keys(keys)  # second factors in clear are concealed by the next start, with these keys
    else:
        write(factors.conceal_all)
    write(actions.finish, run, now=now)
    run.refresh_from_db()
    return Brought(rows=run.rows, keys=bool(keys))


def _shelve(member: tar.Member) -> None:
    digest = member.name.removeprefix(manifest.FILES)
    if not store.path_of(digest).exists():
        store.put_stream(iter(member.read, b""), digest=digest)


def _keep_keys(keys: dict[str, bytes]) -> None:
    """The keys of the former installation take the place of those of the empty one; used from the next start on."""
    for name, content in keys.items():
        target = settings.KEYS.folder / name.removeprefix("keys/")
        partial = target.with_name(f".{target.name}.new")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)


class _Bringing:
    """One pass over the members of lines, from the position of the run on."""

    def __init__(self, report: Report, run: ImportRun, tell: Tell) -> None:
        self.report, self.run, self.tell = report, run, tell
        self.extras = frozenset(report.manifest.extras)
        self.shelves = check.shelves(report.manifest)
        names = [part.name for part in report.manifest.parts]
        self.before = set(names[: names.index(run.member)]) if run.member else set()
        self.total = sum(part.rows for part in report.manifest.parts)
        self.done = 0

    def lines(self, member: tar.Member) -> None:
        shelf = self.shelves[member.name]
        if member.name in self.before:
            self._went(shelf.part.rows)
            return
        begin = self.run.line if member.name == self.run.member else 0
        for last, rows in self._batches(shelf, member, begin):
            self._put(shelf, rows, last)
            self._went(last - begin)
            begin = last

    def _batches(
        self, shelf: Shelf, member: tar.Member, begin: int
    ) -> Iterator[tuple[int, list[tuple[int, list[Any]]]]]:
        refused: set[int] = self.report.refused.get(member.name, set())
        batch: list[tuple[int, list[Any]]] = []
        size, number = 0, begin
        for number, line in lines(member):
            if number <= begin or number in refused:
                continue
            batch.append((number, self._values(shelf, number, line)))
            size += len(line or b"")
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield number, batch
                size, batch = 0, []
        if batch:
            yield number, batch

    def _values(self, shelf: Shelf, number: int, line: bytes | None) -> list[Any]:
        try:
            row = row_of(line)
            return shelf.table.link_values(row) if shelf.links else shelf.table.values(row, self.extras)
        except ValueError as error:
            raise Stopped(f"{shelf.part.name}, line {number}: {error}") from error

    def _put(self, shelf: Shelf, rows: Sequence[tuple[int, list[Any]]], last: int) -> None:
        put: Put = actions.put_links if shelf.links else actions.put_rows
        try:
            self._write(put, shelf, [values for _, values in rows], last)
        except (DatabaseError, NotKept) as error:
            if len(rows) == 1:
                raise Stopped(f"{shelf.part.name}, line {rows[0][0]}: {_reason(error)}") from error
            for number, values in rows:  # one by one, to name the line that the database refuses
                self._put(shelf, [(number, values)], number)

    def _write(self, put: Put, shelf: Shelf, rows: list[list[Any]], last: int) -> None:
        write(put, self.run.pk, shelf.table, rows, member=shelf.part.name, line=last)

    def _went(self, rows: int) -> None:
        self.done += rows
        self.tell(self.done, self.total)


def _reason(error: BaseException) -> str:
    return str(error.__cause__ or error).strip().split("\n")[0][:300]


def free_bytes() -> int:
    """What the disk of the data folder still holds."""
    told = os.statvfs(settings.HOME)
    return told.f_bavail * told.f_frsize


def describe_extras(report: Report) -> str:
    """What a file leaves to do by hand."""
    extras = frozenset(report.manifest.extras)
    notes = []
    if rules.LOGINS not in extras:
        notes.append("no passwords: colleagues enter by `eyelevel login-link ADDRESS`")
    if rules.KEYS not in extras:
        notes.append(
            "no keys: case addresses, receipt codes and links to questions given out before stop working"
        )
    return "; ".join(notes)
