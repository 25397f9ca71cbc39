"""Writing everything into one file from one consistent moment, while the house goes on.

Tables are written to a spool beside the target first, because a member's size and sum stand before it. Memory stays
bounded; the disk holds the tables twice for a while.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec
from django.conf import settings
from django.db import connections, transaction

from eyelevel.kernel import store
from eyelevel.moving import manifest, rules, tar
from eyelevel.moving.columns import write_moment
from eyelevel.moving.lines import MOST_LINE
from eyelevel.moving.manifest import Files, Manifest, Part
from eyelevel.moving.plan import Carried, plan

Tell = Callable[[int, int], None]  # (done, of all), in rows or bytes


class CannotExport(RuntimeError):
    """The file cannot be written, and why."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a file holds now."""

    rows: int
    files: int
    damaged: Sequence[str]


@contextmanager
def one_moment(aliases: Iterable[str]) -> Iterator[None]:
    """All reads inside see the databases as they stood at the beginning."""
    with ExitStack() as stack:
        for alias in sorted(set(aliases)):
            stack.enter_context(transaction.atomic(using=alias))
            with connections[alias].cursor() as cursor:
                if connections[alias].vendor == "postgresql":
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT count(*) FROM django_migrations")  # the first read takes the snapshot
        yield


def write_file(target: Path, *, extras: frozenset[str], product: str, now: datetime, tell: Tell) -> Written:
    """Write `target` (packed where its name ends in .gz). Raises CannotExport or OSError; never overwrites."""
    if target.exists():
        raise CannotExport(f"{target} exists already; an export never overwrites a file")
    tables = plan(extras)
    partial = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as folder:
            spool = Path(folder)
            with one_moment(one.alias for one in tables):
                parts = list(_spooled(tables, spool, extras, tell))
            digests = list(_stored())
            sound, damaged = _sound(digests, tell)
            told = Manifest(
                format=rules.FORMAT, product=product, made_at=write_moment(now), extras=sorted(extras), parts=parts,
                files=Files(count=len(sound), bytes=sum(size for _, size in sound)), damaged_files=damaged,
                left_out=_left_out(extras),
            )  # fmt: skip
            with _new_file(partial, packed=target.name.endswith(".gz")) as out:
                _write(out, told, sound, spool, extras, tell)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return Written(rows=sum(part.rows for part in parts), files=len(sound), damaged=damaged)


def _left_out(extras: frozenset[str]) -> dict[str, str]:
    missing = {
        label: f"only --with-{extra}" for label, extra in rules.ONLY_WITH.items() if extra not in extras
    }
    return rules.LEFT_OUT | missing


def _spooled(tables: Sequence[Carried], spool: Path, extras: frozenset[str], tell: Tell) -> Iterator[Part]:
    waiting = [one for one in tables if one.links]
    total = sum(one.count() for one in tables)
    done = 0

    def told(rows: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        nonlocal done
        for row in rows:
            done += 1
            tell(done, total)
            yield row

    settled: set[str] = set()
    for table in tables:
        yield _part(table.member, told(table.lines(extras)), spool)
        settled.add(table.label)
        ready = [
            one for one in waiting if one.label in settled and {link.target for link in one.links} <= settled
        ]
        for one in ready:
            yield _part(one.links_member, ((0, line) for line in one.link_lines()), spool)
            waiting.remove(one)


def _part(name: str, rows: Iterable[tuple[int, bytes]], spool: Path) -> Part:
    hashing, count, size, last = hashlib.sha256(), 0, 0, 0
    with (spool / name).open("wb") as file:
        for key, line in rows:
            if len(line) > MOST_LINE:
                raise CannotExport(f"row {key} of {name} is longer than {MOST_LINE} bytes")
            hashing.update(line)
            file.write(line)
            count, size, last = count + 1, size + len(line), max(last, key)
    return Part(name=name, rows=count, bytes=size, sha256=hashing.hexdigest(), last_id=last)


def _stored() -> Iterator[str]:
    """The digests of everything in the store. It only grows and comes before its rows, so it is read after them."""
    for folder in sorted(store.folder().glob("[0-9a-f][0-9a-f]")):
        for path in sorted(folder.iterdir()):
            if not path.name.startswith("."):
                yield folder.name + path.name


def _sound(digests: Sequence[str], tell: Tell) -> tuple[list[tuple[str, int]], list[str]]:
    """(digest, size) of the files that still have their bytes, and the digests of those that have not."""
    sound: list[tuple[str, int]] = []
    damaged: list[str] = []
    for number, digest in enumerate(digests, start=1):
        with store.path_of(digest).open("rb") as file:
            right = hashlib.file_digest(file, "sha256").hexdigest() == digest
            size = os.fstat(file.fileno()).st_size
        if right:
            sound.append((digest, size))
        else:
            damaged.append(digest)
        tell(number, len(digests))
    return sound, damaged


@contextmanager
def _new_file(path: Path, *, packed: bool) -> Iterator[tar.Sink]:
    """A file that is on the disk, whole, at the end of the block."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if packed:
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=3, mtime=0) as out:
                yield out
        else:
            yield file
        file.flush()
        os.fsync(file.fileno())


def _write(
    out: tar.Sink, told: Manifest, sound: Sequence[tuple[str, int]], spool: Path, extras: frozenset[str], tell: Tell
) -> None:  # fmt: skip
    _put(out, manifest.NAME, msgspec.json.format(msgspec.json.encode(told), indent=1))
    done, total = 0, manifest.size_of(told)

    def copy(name: str, size: int, path: Path) -> None:
        nonlocal done
        with path.open("rb") as file:
            _copy(out, name, size, file)
        done += size
        tell(done, total)

    if rules.KEYS in extras:
        settings.KEYS.signing_key()  # made at its first use; now it has one
        for name in manifest.KEYS:
            _put(out, name, (settings.KEYS.folder / name.removeprefix("keys/")).read_bytes())
        if (former := settings.KEYS.folder / "former").exists():
            _put(out, manifest.FORMER, former.read_bytes())
    for digest, size in sound:
        copy(manifest.FILES + digest, size, store.path_of(digest))
    for part in told.parts:
        copy(part.name, part.bytes, spool / part.name)
    out.write(tar.END)


def _put(out: tar.Sink, name: str, content: bytes) -> None:
    out.write(tar.header(name, len(content)) + content + tar.padding(len(content)))


def _copy(out: tar.Sink, name: str, size: int, file: IO[bytes]) -> None:
    out.write(tar.header(name, size))
    left = size
    while left:
        chunk = file.read(min(tar.CHUNK, left))
        if not chunk:
            raise CannotExport(f"{name} became shorter while it was read")
        out.write(chunk)
        left -= len(chunk)
    out.write(tar.padding(size))
