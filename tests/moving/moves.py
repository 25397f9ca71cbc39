"""Houses of their own for moving: each command runs in a process of its own, as people run it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.running import ADDRESS, ROOT

FILL = Path(__file__).with_name("fill.py")


def environment(home, database="", **more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("EYELEVEL_", "DJANGO_"))}
    return {
        **kept, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "EYELEVEL_HOME": str(home), "EYELEVEL_COMPANY": "Nordlicht Mobil",
        "EYELEVEL_MAIL_ADDRESS": ADDRESS, "EYELEVEL_UNDO_SECONDS": "0",
        **({"EYELEVEL_DATABASE": database} if database else {}), **more,
    }  # fmt: skip


def cli(*arguments, home, database="", expect=0):
    """Run a command to its end; returns what it printed. Fails where it ends in another way than expected (None: any)."""
    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", *map(str, arguments)],
        env=environment(home, database), capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert expect is None or done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def python(code, *, home, database="", django=True):
    """Run code in a house that stands still."""
    start = "import django; django.setup()\nfrom eyelevel.server.schema import bring_up_to_date; bring_up_to_date()\n"
    done = subprocess.run(
        [sys.executable, "-c", (start if django else "") + code],
        env={**environment(home, database), "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings"},
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def filled(home, database="", *, rounds=1):
    """A house with people, mails, a form, answers, a bounce, notes, quarantine, files and things that wait."""
    python(FILL.read_text().replace("ROUNDS = 1", f"ROUNDS = {rounds}"), home=home, database=database)
    return home


def members(file):
    """Name -> SHA-256 of every member but the manifest, whose time differs."""
    with tarfile.open(file) as tar:
        return {
            one.name: hashlib.sha256(tar.extractfile(one).read()).hexdigest()
            for one in tar.getmembers()
            if one.name != "manifest.json"
        }


def content(file, name):
    with tarfile.open(file) as tar:
        return tar.extractfile(name).read()


def rows(file, label):
    return [json.loads(line) for line in content(file, f"{label}.jsonl").splitlines()]


def made(path, tables, *, store=(), extras=(), links=None, **told):
    """A file as a stranger may write one by the documentation. `tables`: label -> rows (objects, or lines of bytes)."""
    import io

    parts, contents = [], []
    for name, given in {
        **{f"{label}.jsonl": rows for label, rows in tables.items()},
        **(links or {}),
    }.items():
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in given]
        body = b"".join(line + b"\n" for line in lines)
        highest = max(
            (row["id"] for row in given if isinstance(row, dict) and isinstance(row.get("id"), int)),
            default=0,
        )
        parts.append({
            "name": name, "rows": len(lines), "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(),
            "last_id": highest,
        })  # fmt: skip
        contents.append((name, body))
    stored = sorted((f"attachments/{hashlib.sha256(content).hexdigest()}", content) for content in store)
    manifest = {
        "format": 1, "product": "by hand", "made_at": "2026-11-02T09:12:00Z", "with": sorted(extras), "parts": parts,
        "files": {"count": len(stored), "bytes": sum(len(content) for _, content in stored)}, **told,
    }  # fmt: skip
    with tarfile.open(path, "w:gz" if str(path).endswith("gz") else "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, body in [("manifest.json", json.dumps(manifest).encode()), *stored, *contents]:
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return path


def person(number, **more):
    return {
        "id": number, "public_id": f"{number:026}", "name": "Jana Petersen", "language": "de",
        "first_seen_at": "2026-11-02T09:12:00.000000Z", **more,
    }  # fmt: skip


def handle(number, person, **more):
    return {
        "id": number, "person": person, "channel": "mail", "address": f"p{number}@post.example", "name": "",
        "verified_at": None, "undeliverable_since": None, **more,
    }  # fmt: skip
