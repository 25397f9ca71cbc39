"""One file that holds everything: the database, the store, the keys. Written while the house runs.

SQLite is copied by its own online backup, page by page of one consistent moment; the store only ever grows, so it is
read after the database and holds everything that the rows point to.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

DATABASE = "eyelevel.sqlite3"
HEARD = "heard.sqlite3"
MANIFEST = "manifest.json"
FORMAT = 1


class BackupRefused(RuntimeError):
    """The backup cannot be written or brought back, and why."""


def write_file(target: Path) -> int:
    """Write the backup; 0 when it is complete on the disk. The running house need not stop."""
    from django.conf import settings

    try:
        if settings.ENV.database:
            raise BackupRefused(
                "this house lives on PostgreSQL: use pg_dump, and keep the folders store and keys"
            )
        count = _write(target, home=settings.HOME)
    except (BackupRefused, OSError, sqlite3.Error) as error:
        sys.stderr.write(f"No backup was written: {error}\n")
        return 1
    print(f"{target}: {count} files, {target.stat().st_size} bytes")
    return 0


def _write(target: Path, *, home: Path) -> int:
    if target.exists():
        raise BackupRefused(f"{target} exists already; a backup never overwrites another")
    if not (home / DATABASE).exists():
        raise BackupRefused(f"there is no house in {home}")
    partial = target.with_name(target.name + ".partial")
    sums: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory(dir=home) as folder,
        tarfile.open(partial, "w:gz", compresslevel=1) as tar,
    ):
        for name in (HEARD, DATABASE):  # what points elsewhere is copied after what it points to
            if (home / name).exists():
                _copy_database(home / name, Path(folder) / name)
                _add(tar, Path(folder) / name, name, sums)
        for name in ("keys", "store"):
            for path in sorted((home / name).rglob("*")):
                if path.is_file() and not path.name.startswith(".new-"):
                    _add(tar, path, str(path.relative_to(home)), sums)
        manifest = {"format": FORMAT, "written_at": datetime.now(UTC).isoformat(), "sha256": sums}
        body = json.dumps(manifest, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(body), 0o600
        tar.addfile(entry, io.BytesIO(body))
    partial.chmod(0o600)
    partial.rename(target)
    return len(sums)


def _copy_database(source: Path, copy: Path) -> None:
    with (
        sqlite3.connect(f"file:{source}?mode=ro", uri=True) as reading,
        sqlite3.connect(copy) as writing,
    ):
        reading.backup(writing, pages=2_000)
    reading.close()
    writing.close()


def _add(tar: tarfile.TarFile, path: Path, name: str, sums: dict[str, str]) -> None:
    sums[name] = _sum(path)
    tar.add(path, arcname=name, recursive=False)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(source: Path, *, home: Path) -> int:
    """Bring a backup into an empty data folder, after every hash was checked; 0 when the house stands again."""
    try:
        count = _read(source, home=home)
    except (BackupRefused, OSError, tarfile.TarError, KeyError, ValueError) as error:
        sys.stderr.write(f"Nothing was restored: {error}\n")
        return 1
    print(f"{home}: {count} files restored and checked")
    return 0


def _read(source: Path, *, home: Path) -> int:
    if home.exists() and any(path.name not in {"owner.lock", "eyelevel.toml"} for path in home.iterdir()):
        raise BackupRefused(f"{home} is not empty; restoring never overwrites a house")
    home.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=home.parent, prefix=".restoring-") as folder,
        tarfile.open(source) as tar,
    ):
        tar.extractall(folder, filter="data")
        manifest = json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise BackupRefused(f"this backup has format {manifest['format']}; this Eyelevel reads {FORMAT}")
        for name, expected in manifest["sha256"].items():
            if _sum(Path(folder) / name) != expected:
                raise BackupRefused(f"{name} is damaged")
        (Path(folder) / MANIFEST).unlink()
        home.mkdir(mode=0o700, exist_ok=True)
        for path in Path(folder).iterdir():
            path.rename(home / path.name)
    return len(manifest["sha256"])
