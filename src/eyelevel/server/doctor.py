"""`eyelevel doctor`: what is there, what is missing, and what follows from it. Changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["well", "note", "bad"]
LEAST_FREE_BYTES = 500 * 1024 * 1024
WAL_RESET_FIXED = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    state: State
    text: str


def findings() -> Iterator[Finding]:
    """Everything worth knowing, in the order in which it would stop somebody."""
    from django.conf import settings

    env = settings.ENV
    yield Finding("well", f"Python {sys.version.split()[0]}, data folder {settings.HOME}")
    yield _database(env.database)
    free = shutil.disk_usage(settings.HOME).free
    yield Finding(
        "well" if free > LEAST_FREE_BYTES else "bad",
        f"{free // 1024**2} MB free on the disk of the data folder",
    )
    yield from _mail(env)
    yield _listening()
    _only_read()
    yield from _search()
    yield from _stuck()
    yield from _outside()
    if not env.public_url:
        yield Finding("note", "EYELEVEL_PUBLIC_URL is not set: links in mails point to this machine")
    elif not env.public_url.startswith("https://"):
        yield Finding("bad", "EYELEVEL_PUBLIC_URL is not https: passwords would travel in the open")


def _database(url: str) -> Finding:
    if url:
        return Finding("well", "PostgreSQL is set; `web` and `worker` may run as several processes")
    version = sqlite3.sqlite_version_info
    if version < WAL_RESET_FIXED:
        return Finding(
            "note",
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug (fixed in 3.51.3); it cannot strike here, because "
            "one thread alone writes and checkpoints. Do not open the file with other programs while the house runs.",
        )
    return Finding("well", f"SQLite {sqlite3.sqlite_version}")


def _listening() -> Finding:
    """Whether many watches are matched at full speed."""
    from importlib.util import find_spec

    if find_spec("numba"):
        return Finding("well", "listening: many watches are matched by the compiled body (numba is here)")
    return Finding(
        "note",
        "listening: numba is not installed, so many watches are matched about twenty times slower; all are matched",
    )


def _only_read() -> None:
    """What follows reads the database, beside a running house too: this process never writes."""
    import django

    from eyelevel.kernel import ownership

    ownership.this_process_only_reads()
    django.setup()


def _search() -> Iterator[Finding]:
    from django.db import DatabaseError

    from eyelevel.server import searching

    try:
        for using, lag in searching.lags().items():
            late = lag.filling or lag.seconds > searching.LATE_SECONDS
            yield Finding("note" if late else "well", searching.in_words(using, lag))
    except DatabaseError:
        yield Finding("note", "search: there is no index yet; the first start makes it")


def _stuck() -> Iterator[Finding]:
    """Work that failed until it was given up."""
    from django.db import DatabaseError

    from eyelevel.kernel import steps

    try:
        count = steps.dead().count()
    except DatabaseError:  # nothing was started here yet: said above
        return
    if count:
        yield Finding("note", f"stuck steps: {count}; look at House, What got stuck, at the desk")
    else:
        yield Finding("well", "no step got stuck")


def _outside() -> Iterator[Finding]:
    """Sources that cannot be heard and webhooks that nobody takes."""
    from django.db import DatabaseError

    from eyelevel.channels import reads as channels
    from eyelevel.hooks import reads as hooks

    try:
        for source in channels.in_trouble():
            yield Finding("note", f"source {source.name}: {source.last_error[:200]}")
        for hook in hooks.failing():
            yield Finding(
                "note", f"webhook {hook.url} takes nothing since {hook.failing_since:%Y-%m-%d %H:%M} UTC"
            )
    except DatabaseError:  # nothing was started here yet: said above
        return


def _mail(env: object) -> Iterator[Finding]:
    inward = [name for name in ("smtp_in_port", "lmtp_in_port") if getattr(env, name)]
    boxes = getattr(env, "mailboxes", [])
    if inward or boxes:
        yield Finding("well", f"mail comes in: {len(inward)} doors, {len(boxes)} mailboxes")
    else:
        yield Finding("note", "no mail comes in: set EYELEVEL_SMTP_IN_PORT or a mailbox")
    if getattr(env, "smtp_out_host", ""):
        yield Finding("well", "mail goes out by the set server")
    else:
        yield Finding(
            "note", "no mail goes out: answers wait in the outbox until EYELEVEL_SMTP_OUT_HOST is set"
        )


def run() -> int:
    """Print all findings; 1 where something is bad."""
    signs = {"well": "✓", "note": "·", "bad": "✗"}
    worst = 0
    for finding in findings():
        print(f"{signs[finding.state]} {finding.text}")
        worst = max(worst, finding.state == "bad")
    return worst
