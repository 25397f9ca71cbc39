"""The command line: serve, demo, doctor, backup, restore and their smaller sisters.

Settings come from the environment and one TOML file (eyelevel/server/env.py); the options here only override them.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eyelevel.server import proofs

PREFIX = "EYELEVEL_"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 well, 1 a failed check, 2 wrong use, 69/75 cannot work now)."""
    options = parser().parse_args(arguments)
    if getattr(options, "data", None):
        os.environ[PREFIX + "HOME"] = str(Path(options.data).resolve())
    if getattr(options, "port", None) is not None:
        os.environ[PREFIX + "PORT"] = str(options.port)
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="eyelevel", description="Hear, remember, answer at eye level.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--data", metavar="DIR", help="the data folder (default: eyelevel-data)")
        one.set_defaults(run=run)
        return one

    demo = command(
        "demo", _demo, "A company with its people: the story of an unreadable scan, within two minutes."
    )
    demo.add_argument("--port", type=int, metavar="N")
    demo.add_argument("--speed", type=float, default=1.0, metavar="N", help="tell the story N times as fast")
    demo.add_argument(
        "--hear",
        default="",
        metavar="WORDS",
        help="no story: a radar on real posts of Bluesky (needs a network)",
    )
    demo.add_argument("--no-demo-data", action="store_true", help="an empty house: no company, no story")
    serve = command("serve", _serve, "Run the whole house in one process.")
    serve.add_argument("--port", type=int, metavar="N")
    web = command("web", _web, "Serve pages only (PostgreSQL).")
    web.add_argument("--port", type=int, metavar="N")
    command("worker", _worker, "Do the steps and the sending only (PostgreSQL).")
    command("listen", _listen, "Hear the sources and match them only (PostgreSQL).")
    command("doctor", _doctor, "Say what is there and what is missing.")
    backup = command("backup", _backup, "Write everything into one file, while the house runs.")
    backup.add_argument("file", type=Path)
    restore = command("restore", _restore, "Bring a backup file into an empty data folder.")
    restore.add_argument("file", type=Path)
    command("reindex", _reindex, "Make the search index again from everything that is kept.")
    link = command("login-link", _login_link, "Print a one-time link for somebody who cannot log in.")
    link.add_argument("email")
    proofs.commands(command, settings=_settings)
    _replaying(command)
    _moving(command)
    return top


def _replaying(command: Callable[..., argparse.ArgumentParser]) -> None:
    """The command that lets recordings be heard."""
    replay = command("replay", _replay, "Let the ear hear a recording again: JSONL, mbox or GermEval XML.")
    replay.add_argument("file", type=Path)
    replay.add_argument("--speed", type=float, default=1.0, metavar="N", help="N times as fast as it was")
    replay.add_argument("--name", default="", help="how the source is called (default: the file's name)")
    replay.add_argument("--seed", type=int, default=1, help="chance of the times, where a recording has none")
    replay.add_argument(
        "--per-minute", type=float, default=60.0, help="words a minute, where it has no times"
    )


def _moving(command: Callable[..., argparse.ArgumentParser]) -> None:
    """The commands that bring a house, or its letters, out and in."""
    export = command(
        "export", _export, "Write everything as documented JSONL and files, while the house runs."
    )
    export.add_argument("file", type=Path, help="a new file; packed where its name ends in .gz")
    export.add_argument("--with-logins", action="store_true", help="password hashes and second factors too")
    export.add_argument(
        "--with-keys", action="store_true", help="keys too: case addresses and codes go on working"
    )
    bring = command("import", _import, "Bring an export into an empty house, running or stopped.")
    bring.add_argument("file", type=Path)
    bring.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    bring.add_argument("--skip-refused", action="store_true", help="go on without the lines that are refused")
    mail = command(
        "import-mail", _import_mail, "Bring letters of former years in: an mbox file or a Maildir."
    )
    mail.add_argument("place", type=Path, metavar="PATH")
    mail.add_argument(
        "--name", default="archive", help="of the archive; the same letter under one name comes once"
    )
    mail.add_argument(
        "--mboxo", action="store_true", help="the mbox quotes bare From lines only (default: mboxrd)"
    )
    mail.add_argument("--as-open", action="store_true", help="open cases with running clocks")
    mail.add_argument(
        "--our-address", action="append", default=[], metavar="A", help="wrote for us too; repeatable"
    )
    mail.add_argument("--dry-run", action="store_true", help="read and count everything, write nothing")
    held = command(
        "held", _held, "The steps that an import holds, because the former house may have done them."
    )
    held.add_argument("--release", action="store_true", help="let them go on")


def _settings() -> Any:
    """The settings, read once; a wrong one ends the command with its name and what was expected."""
    from pydantic import ValidationError

    from eyelevel.kernel.keys import KeysRefused

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eyelevel.server.settings")
    try:
        from django.conf import settings

        settings.ENV  # noqa: B018 -- this reads them
    except ValidationError as error:
        _stop(f"The settings are wrong:\n{error}", status=78)
    except (KeysRefused, OSError) as error:
        _stop(f"The secret cannot be used: {error}", status=78)
    return settings


def _prepare(*, migrate: bool = True) -> Any:
    """Set Django up and lock an embedded database for this process; returns the lock to hold on to."""
    settings = _settings()
    import django

    from eyelevel.kernel import ownership
    from eyelevel.server import logs

    logs.configure(settings.ENV.log)
    lock = None
    if not settings.ENV.database:
        try:
            lock = ownership.take(settings.HOME)
        except ownership.DataFolderTaken as error:
            _stop(str(error), status=75)
    django.setup()
    if migrate:
        from eyelevel.server.schema import bring_up_to_date

        bring_up_to_date()
    return lock


def _stop(text: str, *, status: int) -> Any:
    sys.stderr.write(text.rstrip() + "\n")
    raise SystemExit(status)


def _serve(_options: argparse.Namespace) -> int:
    lock = _prepare()
    from eyelevel.server import house, welcome

    house.run(house.Parts(), ready=welcome.say)
    del lock
    return 0


def _needs_postgres(name: str) -> None:
    if not _settings().ENV.database:
        _stop(
            f"`eyelevel {name}` needs PostgreSQL: an embedded SQLite belongs to one process, because two that write "
            "can corrupt it.\nUse `eyelevel serve`, or set EYELEVEL_DATABASE=postgresql://...",
            status=69,
        )


def _web(_options: argparse.Namespace) -> int:
    _needs_postgres("web")
    _prepare()
    from eyelevel.server import house, welcome

    house.run(house.Parts(work=False, listen=False), ready=welcome.say)
    return 0


def _worker(_options: argparse.Namespace) -> int:
    _needs_postgres("worker")
    _prepare()
    from eyelevel.server import house

    house.run(house.Parts(web=False, listen=False), ready=lambda: print("working", flush=True))
    return 0


def _listen(_options: argparse.Namespace) -> int:
    _needs_postgres("listen")
    _prepare()
    from eyelevel.server import house

    house.run(house.Parts(web=False, work=False), ready=lambda: print("listening", flush=True))
    return 0


def _demo(options: argparse.Namespace) -> int:
    from eyelevel.demo import start

    if options.hear:
        _insist_on_a_question(options.hear)
    return start.run(
        data=options.data, port=options.port, speed=options.speed, story=not options.no_demo_data, hear=options.hear, prepare=_prepare,
        opens=_opens, began=time.monotonic(),
    )  # fmt: skip


def _insist_on_a_question(words: str) -> None:
    """`--hear` takes the watch language; what it does not understand ends the command and says where."""
    from eyelevel.listening.language import NotUnderstood, parse

    try:
        parse(words)
    except NotUnderstood as error:
        _stop(f"{words}\n{' ' * error.position}^ {error.expected}", status=2)


def _opens() -> Any:
    """The whole house, imported only after the settings are known."""
    from functools import partial

    from eyelevel.server import house

    return partial(house.run, house.Parts())


def _doctor(_options: argparse.Namespace) -> int:
    _settings()
    from eyelevel.server import doctor

    return doctor.run()


def _backup(options: argparse.Namespace) -> int:
    _settings()
    from eyelevel.server import backup

    return backup.write_file(options.file)


def _restore(options: argparse.Namespace) -> int:
    from eyelevel.server import backup

    home = Path(os.environ.get(PREFIX + "HOME", "eyelevel-data")).resolve()
    return backup.read_file(options.file, home=home)


def _export(options: argparse.Namespace) -> int:
    settings = _settings()
    from eyelevel.server import moves

    return moves.export(options, settings)


def _import(options: argparse.Namespace) -> int:
    settings = _settings()
    from eyelevel.server import moves

    return moves.bring(options, settings)


def _import_mail(options: argparse.Namespace) -> int:
    settings = _settings()
    from eyelevel.server import archives

    return archives.bring(options, settings)


def _held(options: argparse.Namespace) -> int:
    settings = _settings()
    from eyelevel.server import moves

    return moves.held(options, settings)


def _reindex(_options: argparse.Namespace) -> int:
    lock = _prepare()
    from eyelevel.server import searching

    if not searching.make_again():
        _stop("A worker keeps the index. Stop `eyelevel serve` and every `eyelevel worker` first.", status=75)
    del lock
    return 0


def _replay(options: argparse.Namespace) -> int:
    home = Path(os.environ.get(PREFIX + "HOME", "eyelevel-data")).resolve()
    from eyelevel.server import replays

    return replays.ask(
        options.file, home=home, speed=options.speed, name=options.name, seed=options.seed,
        per_minute=options.per_minute,
    )  # fmt: skip


def _login_link(options: argparse.Namespace) -> int:
    from eyelevel.server import welcome

    return welcome.print_login_link(options.email, prepare=_prepare)


if __name__ == "__main__":
    raise SystemExit(main())
