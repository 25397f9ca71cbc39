"""Reading a whole file without writing anything: every sum, every line, every pointer. The dry run is this report.

An import begins only after this pass, so a file that is cut, damaged or from a newer Eyelevel changes nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eyelevel.moving import manifest, tar
from eyelevel.moving.lines import lines, row_of
from eyelevel.moving.manifest import Manifest, Part, Unknown
from eyelevel.moving.plan import Carried, plan

BATCH, BATCH_BYTES = 500, 4 * 1024 * 1024
MOST_NAMED = 1_000  # refused lines that are named one by one; the rest is counted
MOST_REFUSED = 100_000  # more than this is not a file with some bad lines, it is a bad file

Tell = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One line that cannot be brought in."""

    member: str
    line: int
    why: str


@dataclass(kw_only=True)
class Report:
    """What a file holds and what of it would be refused."""

    sha256: str
    manifest: Manifest
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    refused: dict[str, set[int]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def refused_count(self) -> int:
        return sum(len(numbers) for numbers in self.refused.values())

    def refuse(self, member: str, line: int, why: str) -> None:
        self.refused.setdefault(member, set()).add(line)
        if len(self.troubles) < MOST_NAMED:
            self.troubles.append(Trouble(member=member, line=line, why=why))
        if self.refused_count > MOST_REFUSED:
            raise tar.Broken(
                f"more than {MOST_REFUSED} lines are bad; the last: {member}, line {line}: {why}"
            )


@dataclass(frozen=True)
class Shelf:
    """A member of lines with what it is for."""

    table: Carried
    links: bool
    part: Part


def shelves(told: Manifest) -> dict[str, Shelf]:
    """What each part of a file is for. Raises Unknown where this program has no such table."""
    extras = frozenset(told.extras)
    found: dict[str, tuple[Carried, bool]] = {}
    for table in plan(extras):
        found[table.member] = (table, False)
        if table.links:
            found[table.links_member] = (table, True)
    strange = [part.name for part in told.parts if part.name not in found]
    if strange:
        raise Unknown(f"{strange[0][:80]!r} is no table of this Eyelevel; the file may come from a newer one")
    return {part.name: Shelf(*found[part.name], part) for part in told.parts}


def sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(source: tar.Source) -> tuple[Manifest, Iterator[tar.Member]]:
    """The manifest, and the members after it. Raises Broken or Unknown."""
    found = tar.members(source)
    first = next(found, None)
    if first is None or first.name != manifest.NAME or first.size > manifest.MOST_BYTES:
        raise tar.Broken(f"no export of Eyelevel: {manifest.NAME} does not come first")
    content = b""
    while chunk := first.read():
        content += chunk
    return manifest.read(content), found


def check(path: Path, *, tell: Tell, room: int) -> Report:
    """Read it all. `room` is the free disk in bytes. Raises Broken or Unknown where the file as a whole is refused."""
    file, source = tar.opened(path)
    with file:
        told, members = read_manifest(source)
        if manifest.size_of(told) > room:
            raise tar.Broken(
                f"it unpacks to {manifest.size_of(told) // 1024**2} MB, and {room // 1024**2} MB are free on the disk"
            )
        report = Report(sha256=sum_of(path), manifest=told)
        with _known() as known:
            _Checking(report, shelves(told), known, tell).read(members)
    return report


class _Checking:
    """One pass over the members."""

    def __init__(
        self, report: Report, wanted: dict[str, Shelf], known: sqlite3.Connection, tell: Tell
    ) -> None:
        self.report, self.wanted, self.known, self.tell = report, wanted, known, tell
        self.total, self.done = manifest.size_of(report.manifest), 0
        self.extras = frozenset(report.manifest.extras)
        self.seen: set[str] = set()
        self.last_file = ""
        self.order = list(wanted)

    def read(self, members: Iterable[tar.Member]) -> None:
        for member in members:
            if member.name.startswith(manifest.FILES):
                self._file(member)
            elif member.name in manifest.KEYS:
                self._key(member, most=manifest.MOST_KEY_BYTES)
            elif member.name == manifest.FORMER:
                self._key(member, most=manifest.MOST_FORMER_BYTES)
            elif member.name in self.wanted:
                self._next(member.name)
                self._lines(member, self.wanted[member.name])
            else:
                raise tar.Broken(f"the file holds {member.name[:80]!r}, which its manifest does not name")
        wanted = [*self.wanted, *(manifest.KEYS if "keys" in self.extras else ())]
        if missing := [name for name in wanted if name not in self.seen]:
            raise tar.Broken(f"{missing[0]} is missing")
        if self.report.files != self.report.manifest.files.count:
            raise tar.Broken(f"{self.report.files} files instead of {self.report.manifest.files.count}")

    def _key(self, member: tar.Member, *, most: int) -> None:
        self._once(member.name)
        if "keys" not in self.extras or member.size > most:
            raise tar.Broken(f"{member.name} does not belong here")

    def _next(self, name: str) -> None:
        """Parts come in the order of the manifest: an import that goes on relies on it."""
        self._once(name)
        if name != self.order.pop(0):
            raise tar.Broken(f"{name} comes out of order")

    def _once(self, name: str) -> None:
        if name in self.seen:
            raise tar.Broken(f"{name} comes twice")
        self.seen.add(name)

    def _file(self, member: tar.Member) -> None:
        if member.name <= self.last_file or len(self.order) < len(self.wanted):
            raise tar.Broken(f"{member.name[:80]!r} comes twice, or out of order")
        self.last_file = member.name
        digest = member.name.removeprefix(manifest.FILES)
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise tar.Broken(f"{member.name[:80]!r} is no name of a file in the store")
        hashing = hashlib.sha256()
        if self.done + member.size > self.total:
            raise tar.Broken("the file holds more than its manifest says")
        while chunk := member.read():
            hashing.update(chunk)
            self._went(len(chunk))
        if hashing.hexdigest() != digest:
            raise tar.Broken(f"{member.name} is damaged")
        self.report.files += 1

    def _went(self, size: int) -> None:
        self.done += size
        self.tell(self.done, self.total)

    def _lines(self, member: tar.Member, shelf: Shelf) -> None:
        if member.size != shelf.part.bytes:
            raise tar.Broken(f"{member.name} has {member.size} bytes instead of {shelf.part.bytes}")
        summing = Summing(member, self._went)
        count, size, batch = 0, 0, []
        for number, line in lines(summing):
            count, size = number, size + len(line or b"")
            values = self._row(shelf, number, line)
            if values is not None:
                batch.append((number, values))
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                self._settle(shelf, batch)
                size, batch = 0, []
        self._settle(shelf, batch)
        if summing.hashing.hexdigest() != shelf.part.sha256:
            raise tar.Broken(f"{member.name} is damaged: its sum is not the one of the manifest")
        if count != shelf.part.rows:
            raise tar.Broken(f"{member.name} has {count} lines instead of {shelf.part.rows}")
        self.report.rows[member.name] = count

    def _row(self, shelf: Shelf, number: int, line: bytes | None) -> list[Any] | None:
        try:
            row = row_of(line)
            return shelf.table.link_values(row) if shelf.links else shelf.table.values(row, self.extras)
        except ValueError as error:
            self.report.refuse(shelf.part.name, number, str(error)[:300])
            return None

    def _settle(self, shelf: Shelf, batch: Sequence[tuple[int, list[Any]]]) -> None:
        """Look at the pointers of some rows, then know their ids."""
        columns = [shelf.table.key, *shelf.table.links] if shelf.links else list(shelf.table.columns)
        left = shelf.table.emptied | (frozenset() if shelf.links else shelf.table.later)
        bad: dict[int, str] = {}
        for place, column in enumerate(columns):
            if column.name in left:
                continue
            if column.target:
                self._points(column.target, column.name, place, batch, bad)
            elif column.field.primary_key and shelf.links:
                self._points(shelf.table.label, column.name, place, batch, bad)
        if not shelf.links:
            self._meet(shelf, columns.index(shelf.table.key), batch, bad)
        for number, why in sorted(bad.items()):
            self.report.refuse(shelf.part.name, number, why)

    def _points(
        self, target: str, name: str, place: int, batch: Sequence[tuple[int, list[Any]]], bad: dict[int, str]
    ) -> None:
        wanted = {values[place] for _, values in batch if values[place] is not None}
        there = self._there(target, wanted)
        for number, values in batch:
            if values[place] is not None and values[place] not in there:
                bad.setdefault(number, f"{name} points to {target} {values[place]}, which is not there")

    def _meet(
        self, shelf: Shelf, place: int, batch: Sequence[tuple[int, list[Any]]], bad: dict[int, str]
    ) -> None:
        """Keep the ids of the good rows; a repeated id or one above the manifest's last is refused."""
        there = self._there(shelf.table.label, {values[place] for _, values in batch})
        new: list[tuple[str, int]] = []
        for number, values in batch:
            key = values[place]
            if key in there:
                bad.setdefault(number, f"{shelf.table.key.name} {key} comes twice")
            elif key > shelf.part.last_id:
                bad.setdefault(number, f"{shelf.table.key.name} {key} is above the last_id of the manifest")
            elif number not in bad:
                there.add(key)
                new.append((shelf.table.label, key))
        self.known.executemany("INSERT INTO known VALUES (?, ?)", new)

    def _there(self, label: str, ids: set[int]) -> set[int]:
        marks = ",".join("?" * len(ids))
        asked = f"SELECT id FROM known WHERE label = ? AND id IN ({marks})"  # noqa: S608 -- only question marks
        return {row[0] for row in self.known.execute(asked, (label, *ids))}


class Summing:
    """A member whose sum and progress are kept while it is read."""

    def __init__(self, member: tar.Member, went: Callable[[int], None]) -> None:
        self._member, self._went = member, went
        self.hashing = hashlib.sha256()

    def read(self) -> bytes:
        chunk = self._member.read()
        self.hashing.update(chunk)
        self._went(len(chunk))
        return chunk


@contextmanager
def _known() -> Iterator[sqlite3.Connection]:
    """Which ids were seen: on the disk, because there may be more than memory holds."""
    with (
        tempfile.TemporaryDirectory(prefix="eyelevel-check-") as folder,
        closing(sqlite3.connect(Path(folder) / "known", isolation_level=None)) as known,
    ):
        known.execute("PRAGMA journal_mode=OFF")
        known.execute("PRAGMA synchronous=OFF")
        known.execute("CREATE TABLE known (label TEXT, id INTEGER, PRIMARY KEY (label, id)) WITHOUT ROWID")
        yield known
