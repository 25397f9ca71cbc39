"""One pen: many writes, one commit, and no acknowledgement for what did not reach the disk."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap

import pytest
from django.db import DatabaseError

from eyelevel.kernel.writer import is_io_error


def in_a_house_of_its_own(tmp_path, body: str) -> str:
    """Run code in a fresh process with its own data folder and a writer thread; returns what it printed."""
    script = textwrap.dedent(
        """
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "eyelevel.server.settings"
        import django
        django.setup()
        from eyelevel.server.schema import bring_up_to_date
        bring_up_to_date()
        from django.db import connection, connections, OperationalError
        from eyelevel.kernel import ownership, writer
        from eyelevel.word.models import Audience
        connections.close_all()
        pen = writer.Writer(); pen.start(); writer.install(pen)
        """
    ) + textwrap.dedent(body)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"EYELEVEL_HOME": str(tmp_path), "PYTHONPATH": "src", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_only_the_writer_thread_can_write(tmp_path):
    told = in_a_house_of_its_own(
        tmp_path,
        """
        import time
        while ownership.may_write(): time.sleep(0.01)
        try:
            Audience.objects.create(name="person:1")
        except OperationalError as error:
            print("refused:", error)
        print(writer.write(lambda: Audience.objects.create(name="person:2").name))
        print(Audience.objects.count())
        """,
    )
    assert told.splitlines()[0].startswith("refused: attempt to write a readonly database")
    assert told.splitlines()[1:] == ["person:2", "1"]


def test_one_failing_action_does_not_take_its_neighbours_along(tmp_path):
    told = in_a_house_of_its_own(
        tmp_path,
        """
        def bad():
            Audience.objects.create(name="half")
            raise ValueError("no")
        futures = [pen.submit(lambda n=n: Audience.objects.create(name=f"person:{n}")) for n in range(5)]
        failing = pen.submit(bad)
        more = [pen.submit(lambda n=n: Audience.objects.create(name=f"person:{n}")) for n in range(5, 10)]
        for one in futures + more: one.result()
        print(repr(failing.exception()))
        print(Audience.objects.count(), Audience.objects.filter(name="half").count())
        """,
    )
    assert told.splitlines() == ["ValueError('no')", "10 0"]


def test_a_full_disk_refuses_and_the_house_goes_on_when_there_is_room_again(tmp_path):
    told = in_a_house_of_its_own(
        tmp_path,
        """
        def most_pages(number):
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA max_page_count={number}")
        def used():
            with connection.cursor() as cursor:
                return cursor.execute("PRAGMA page_count").fetchone()[0]
        from eyelevel.channels.models import Arrival
        from eyelevel.kernel import clock
        def keep(n, size):
            return lambda: Arrival.objects.create(channel="mail", source="t", external_id=str(n), size=size,
                                                  received_at=clock.now(), raw=b"x" * size).pk
        pen.submit(lambda: most_pages(used() + 2)).result()
        kept = pen.submit(keep(0, 10)).result()
        futures = [pen.submit(keep(n, 400_000)) for n in range(1, 4)]
        print([type(one.exception()).__name__ for one in futures])
        pen.submit(lambda: most_pages(1_000_000)).result()
        pen.submit(keep(9, 400_000)).result()
        print(sorted(Arrival.objects.values_list("external_id", flat=True)))
        """,
    )
    refused, kept = told.splitlines()
    assert set(eval(refused)) <= {"NotKept", "OperationalError"}
    assert kept == "['0', '9']"


def test_a_disk_error_is_told_from_a_full_disk():
    broken, full = (
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.OperationalError("database or disk is full"),
    )
    broken.sqlite_errorcode, full.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_FULL
    wrapped = DatabaseError("disk I/O error")
    wrapped.__cause__ = broken
    assert is_io_error(wrapped)
    assert not is_io_error(full)


def test_a_second_owner_of_a_data_folder_is_refused(tmp_path):
    from eyelevel.kernel import ownership

    lock = ownership.take(tmp_path)
    with pytest.raises(ownership.DataFolderTaken, match="is in use by process"):
        ownership.take(tmp_path)
    lock.close()
    ownership.take(tmp_path).close()


def test_what_is_overheard_has_a_transaction_of_its_own(tmp_path):
    told = in_a_house_of_its_own(
        tmp_path,
        """
        from datetime import UTC, datetime
        from eyelevel.listening.models import Heard
        now = datetime(2026, 11, 2, tzinfo=UTC)
        def hear(name):
            return lambda: Heard.objects.create(network="feed", source="t", external_id=name, at=now, heard_at=now)
        def break_the_main_file():
            Audience.objects.create(name="half")
            connection.cursor().execute("ROLLBACK")
        jobs = [pen.submit(hear("a"), file="heard"), pen.submit(break_the_main_file), pen.submit(hear("b"), file="heard")]
        print([type(one.exception()).__name__ for one in jobs])
        writer.write_heard(hear("c"))
        print(sorted(Heard.objects.values_list("external_id", flat=True)), Audience.objects.count())
        try:
            with connections["heard"].cursor() as cursor: cursor.execute("DELETE FROM listening_heard")
        except OperationalError as error:
            print("refused:", error)
        """,
    )
    outcomes, kept, refused = told.splitlines()[-3:]
    assert eval(outcomes)[0] == "NoneType"
    assert eval(outcomes)[2] == "NoneType"
    assert eval(outcomes)[1] != "NoneType"
    assert kept == "['a', 'b', 'c'] 0"
    assert refused.startswith("refused: attempt to write a readonly database")
