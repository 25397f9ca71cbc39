"""`eyelevel export`, `import` and `held`: the commands, and the same jobs inside of a running house."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

from eyelevel.server import control
from eyelevel.server.progress import Progress

EVERY = 0.2  # seconds between two words about the progress, over the socket


def product() -> str:
    """The version of this program."""
    try:
        return version("eyelevel")
    except PackageNotFoundError:
        return "source"


def fail(words: str) -> int:
    """Say why it did not work; gives the exit status."""
    sys.stderr.write(words.rstrip() + "\n")
    return 1


def start_reading(settings: Any) -> None:
    """Set Django up beside a house that may be running: every connection is read-only. Raises CannotExport."""
    import django

    from eyelevel.kernel import ownership
    from eyelevel.server import logs

    logs.configure(settings.ENV.log)
    ownership.this_process_only_reads()
    django.setup()


def export(options: argparse.Namespace, settings: Any) -> int:
    """Write everything into one file; 0 when it is whole, 1 where nothing was written or a stored file is damaged."""
    start_reading(settings)
    from eyelevel.kernel import clock
    from eyelevel.moving import export as exporting
    from eyelevel.server import schema

    extras = frozenset(name for name in ("logins", "keys") if getattr(options, f"with_{name}"))
    told = Progress("rows or bytes")
    try:
        _insist_on_a_house(settings, schema.pending)
        written = exporting.write_file(
            options.file, extras=extras, product=product(), now=clock.real_now(), tell=told
        )
    except (exporting.CannotExport, OSError) as error:
        return fail(f"Nothing was exported: {error}")
    told.end()
    print(f"{options.file}: {written.rows} rows, {written.files} files")
    if not extras >= {"logins", "keys"}:
        print(
            "Left out on purpose (docs/moving.md says why): " + ", ".join(sorted({"logins", "keys"} - extras))
        )
    if written.damaged:
        return fail(
            f"{len(written.damaged)} files of the store are damaged and were left out, see damaged_files in its manifest"
        )
    return 0


def _insist_on_a_house(settings: Any, pending: Callable[[], bool]) -> None:
    from eyelevel.moving.export import CannotExport

    if not settings.ENV.database and not Path(settings.DATABASES["default"]["NAME"]).exists():
        raise CannotExport(f"there is no house in {settings.HOME}")
    if pending():
        raise CannotExport("its tables are of an older Eyelevel: start it once with this one, then export")


def bring(options: argparse.Namespace, settings: Any) -> int:
    """Check a file, then bring it in: into a stopped house directly, into a running one over its socket."""
    lock = lock_of(settings)
    alone = lock is not None
    set_up(settings, alone=alone and not options.dry_run)
    from eyelevel.moving import bring as bringing
    from eyelevel.moving import check, manifest, tar

    told = Progress("bytes checked")
    try:
        report = check.check(options.file, tell=told, room=bringing.free_bytes())
    except (tar.Broken, manifest.Unknown, OSError) as error:
        return fail(f"Nothing was imported: {error}")
    told.end()
    _print_report(report)
    if options.dry_run:
        return _dry_end(report)
    if report.refused_count and not options.skip_refused:
        return fail(
            "Nothing was imported. Mend the lines above, or leave them out, with all that points to them, "
            "by --skip-refused"
        )
    if alone:
        return _bring_here(options.file, report)
    return _bring_there(options.file, report, settings)


def lock_of(settings: Any) -> IO[str] | None:
    """The lock of the data folder; None where a house holds it, or one on PostgreSQL answers on its socket."""
    from eyelevel.kernel import ownership

    if settings.ENV.database and control.listens(settings.HOME):
        return None
    try:
        return ownership.take(settings.HOME)
    except ownership.DataFolderTaken:
        return None


def set_up(settings: Any, *, alone: bool) -> None:
    """Set Django up to write, or beside a running house to read."""
    if not alone:
        start_reading(settings)
        return
    import django

    from eyelevel.server import logs, schema

    logs.configure(settings.ENV.log)
    django.setup()
    schema.bring_up_to_date()


def _print_report(report: Any) -> None:
    told = report.manifest
    print(
        f"made at {told.made_at} by Eyelevel {told.product}; with: {', '.join(told.extras) or 'neither logins nor keys'}"
    )
    for name, rows in report.rows.items():
        if rows:
            refused = len(report.refused.get(name, ()))
            print(f"  {rows:>9,}  {name}" + (f"  ({refused:,} refused)" if refused else ""))
    print(f"  {report.files:>9,}  files, {told.files.bytes:,} bytes")
    for trouble in report.troubles:
        print(f"refused: {trouble.member}, line {trouble.line}: {trouble.why}")
    if (unnamed := report.refused_count - len(report.troubles)) > 0:
        print(f"refused: {unnamed:,} more lines")


def _dry_end(report: Any) -> int:
    from django.db import DatabaseError

    from eyelevel.moving import actions, bring

    try:
        full = actions.filled()
    except DatabaseError:  # no house yet, or an older one: its tables come with the import
        full = ""
    if full:
        print(f"This house is not empty ({full}): the import would be refused.")
    if notes := bring.describe_extras(report):
        print(f"Afterwards: {notes}")
    print("Dry run: nothing was written.")
    return 1 if full or report.refused_count else 0


def _bring_here(path: Path, report: Any) -> int:
    from eyelevel.kernel import clock
    from eyelevel.moving import actions, tar
    from eyelevel.moving import bring as bringing

    told = Progress("rows")
    try:
        brought = bringing.bring(path, report, now=clock.real_now(), tell=told)
    except (actions.NotEmpty, tar.Broken, OSError) as error:
        return fail(f"Nothing was imported: {error}")
    except bringing.Stopped as error:
        return fail(f"Stopped at {error}\nWhat came before is in the house; the same command goes on there.")
    told.end()
    return _done(brought.rows, bringing.describe_extras(report), held=actions.held().count())


def _done(rows: int, notes: str, *, held: int) -> int:
    print(f"{rows:,} rows are in the house.")
    if notes:
        print(f"Afterwards: {notes}")
    if held:
        print(f"{held} steps are held: see `eyelevel held`. Sendings that waited are held in the outbox.")
    return 0


def _bring_there(path: Path, report: Any, settings: Any) -> int:
    told = Progress("rows")
    request = {
        "do": "import", "path": str(path.resolve()), "sha256": report.sha256,
        "refused": {name: sorted(lines) for name, lines in report.refused.items()},
    }  # fmt: skip
    try:
        end = control.ask(settings.HOME, request, say=lambda words: told(words["done"], words["all"]))
    except (control.NotRunning, control.Refused) as error:
        return fail(f"The import did not end: {error}")
    told.end()
    return _done(end["rows"], end["notes"], held=end["held"])


def bring_in_the_house(request: dict[str, Any], say: control.Say) -> dict[str, Any]:
    """The job "import" of a running house. Raises control.Refused."""
    from eyelevel.kernel import clock
    from eyelevel.moving import actions, check, manifest, tar
    from eyelevel.moving import bring as bringing

    path = Path(str(request["path"]))
    try:
        told = _same_file(path, str(request["sha256"]))
        if "keys" in told.extras:
            raise control.Refused(
                "this file holds keys, which a house reads at its start: stop the house first"
            )
        refused = {str(name): set(lines) for name, lines in dict(request["refused"]).items()}
        report = check.Report(sha256=str(request["sha256"]), manifest=told, refused=refused)
        brought = bringing.bring(path, report, now=clock.real_now(), tell=throttled(say))
    except (actions.NotEmpty, bringing.Stopped, tar.Broken, manifest.Unknown) as error:
        raise control.Refused(str(error)) from error
    return {"rows": brought.rows, "notes": bringing.describe_extras(report), "held": actions.held().count()}


def _same_file(path: Path, sha256: str) -> Any:
    """The manifest of the file that the command has checked."""
    from eyelevel.moving import check, tar

    try:
        if check.sum_of(path) != sha256:
            raise control.Refused("the file changed after it was checked")
        file, source = tar.opened(path)
    except OSError as error:
        raise control.Refused(f"the running house cannot read {path}: {error.strerror}") from error
    with file:
        return check.read_manifest(source)[0]


def throttled(say: control.Say) -> Callable[[int, int], None]:
    """A few words a second, whatever the number of batches."""
    import time

    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > EVERY:
            last = time.monotonic()
            say({"done": done, "all": total})

    return tell


def held(options: argparse.Namespace, settings: Any) -> int:
    """Show the steps that a move holds, or let them go on."""
    lock = lock_of(settings)
    if lock is None:
        try:
            end = control.ask(settings.HOME, {"do": "held", "release": options.release}, say=_ignore)
        except (control.NotRunning, control.Refused) as error:
            return fail(str(error))
    else:
        set_up(settings, alone=True)
        end = held_in_the_house({"release": options.release}, _ignore)
    for name, count in end["held"].items():
        print(f"  {count:>6,}  {name}")
    print("They go on now." if options.release else f"{sum(end['held'].values())} steps are held.")
    return 0


def held_in_the_house(request: dict[str, Any], _say: control.Say) -> dict[str, Any]:
    """The job "held" of a running house."""
    from django.db.models import Count

    from eyelevel.kernel import clock
    from eyelevel.kernel.writer import write
    from eyelevel.moving import actions

    rows = actions.held().values_list("name").annotate(count=Count("id")).order_by("name")
    counts = dict(rows)
    if request.get("release"):
        write(actions.release_held, now=clock.now())
    return {"held": counts}


def _ignore(_words: dict[str, Any]) -> None:
    return


JOBS: dict[str, control.Job] = {"import": bring_in_the_house, "held": held_in_the_house}
