"""`eyelevel import-mail`: letters of former years, into a stopped house or through the socket of a running one."""

from __future__ import annotations

import argparse
import dataclasses
import sqlite3
from pathlib import Path
from typing import Any

from eyelevel.server import control
from eyelevel.server.moves import fail, lock_of, set_up, throttled
from eyelevel.server.progress import Progress


def bring(options: argparse.Namespace, settings: Any) -> int:
    """Read an archive and write what is not there yet; the same command may be repeated at will."""
    lock = lock_of(settings)
    here = lock is not None or options.dry_run
    set_up(settings, alone=lock is not None and not options.dry_run)
    told = Progress("letters")
    request = {
        "do": "import-mail", "place": str(options.place.resolve()), "name": options.name,
        "kind": "mboxo" if options.mboxo else "mboxrd", "as_open": options.as_open, "ours": options.our_address,
    }  # fmt: skip
    try:
        if here:
            counts = _here(request, told, dry=options.dry_run)
        else:
            counts = control.ask(settings.HOME, request, say=lambda words: told(words["done"], words["all"]))
    except (control.NotRunning, control.Refused) as error:
        return fail(
            f"The import did not end: {error}\nWhat came in stays in; the same command goes on there."
        )
    told.end()
    _print(counts, dry=options.dry_run)
    return 0


def _here(request: dict[str, Any], told: Progress, *, dry: bool) -> dict[str, Any]:
    from eyelevel.channels import reading

    with reading.children():
        return _brought(request, told, dry=dry)


def _brought(request: dict[str, Any], tell: Any, *, dry: bool) -> dict[str, Any]:
    """Raises control.Refused."""
    from eyelevel.kernel import clock, writer
    from eyelevel.moving import mailboxes, mails

    wish = mails.Wish(
        place=Path(str(request["place"])), name=str(request["name"]), kind=request["kind"],
        as_open=bool(request["as_open"]), our_addresses=tuple(map(str, request["ours"])),
    )  # fmt: skip
    work = mails.look if dry else mails.bring
    try:
        return dataclasses.asdict(work(wish, now=clock.now(), tell=tell))
    except (mailboxes.NoMailbox, OSError, writer.NotKept, writer.Overloaded, sqlite3.Error) as error:
        raise control.Refused(str(error)) from error


def _print(counts: dict[str, Any], *, dry: bool) -> None:
    print(f"{counts['letters']:>9,}  letters found")
    print(
        f"{counts['brought']:>9,}  {'can be read' if dry else 'brought in'}, {counts['ours']:,} of them ours"
    )
    if not dry:
        print(f"{counts['known']:>9,}  were here before")
    print(f"{counts['threads']:>9,}  {'threads' if dry else 'new cases'}, {counts['people']:,} people")
    print(f"{counts['unreadable']:>9,}  unreadable{'' if dry else ', in the quarantine'}")
    if counts["too_large"]:
        print(f"{counts['too_large']:>9,}  too large, left where they are")
    for line in counts["named"]:
        print(f"  {line}")
    if dry:
        print("Dry run: nothing was written.")


def bring_in_the_house(request: dict[str, Any], say: control.Say) -> dict[str, Any]:
    """The job "import-mail" of a running house, whose children parse. Raises control.Refused."""
    return _brought(request, throttled(say), dry=False)


JOBS: dict[str, control.Job] = {"import-mail": bring_in_the_house}
