"""A house moves in while its pages are served; somebody pulls the plug in the middle, and it goes on where it was."""

from __future__ import annotations

import os
import random
import re
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing

import psycopg
import pytest

from eyelevel.server import control
from tests import running
from tests.moving import moves
from tests.moving.moves import handle, made, person

PEOPLE = 20_000


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    numbers = range(1, PEOPLE + 1)
    return made(
        tmp_path_factory.mktemp("file") / "people.tar.gz",
        {"people.person": [person(n) for n in numbers], "people.handle": [handle(n, n) for n in numbers]},
        store=[b"a scan"],
    )


@pytest.fixture(scope="module")
def wanted(file, tmp_path_factory):
    """What an import that nobody disturbs leaves behind."""
    folder = tmp_path_factory.mktemp("clean")
    database = running.fresh_database()
    moves.cli("import", file, home=folder / "home", database=database)
    moves.cli("export", folder / "x.tar", home=folder / "home", database=database)
    return moves.members(folder / "x.tar")


def begin(*arguments, home, database=""):
    return subprocess.Popen(
        [sys.executable, "-m", "eyelevel.server.cli", *map(str, arguments)],
        env=moves.environment(home, database), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def settled(home, database):
    """How many rows the import has written so far."""
    asked = "SELECT coalesce(max(rows), 0) FROM moving_importrun"
    try:
        if database:
            with psycopg.connect(database) as connection:
                return connection.execute(asked).fetchone()[0]
        with closing(
            sqlite3.connect(f"file:{home}/eyelevel.sqlite3?mode=ro", uri=True, timeout=0.01)
        ) as connection:
            return connection.execute(asked).fetchone()[0]
    except (psycopg.Error, sqlite3.Error):
        return 0


def killed_after(rows, *, home, file, database):
    """Start an import and SIGKILL it once so many rows are written; returns how many there were then."""
    process = begin("import", file, home=home, database=database)
    while process.poll() is None and settled(home, database) < rows:
        time.sleep(0.001)
    process.kill()
    process.wait()
    return settled(home, database)


def test_an_importer_killed_at_random_moments_doubles_and_loses_nothing(file, wanted, tmp_path):
    database, chance = running.fresh_database(), random.Random(11)
    targets = sorted(chance.randrange(2 * PEOPLE * 9 // 10) for _ in range(5))
    reached = [killed_after(rows, home=tmp_path / "home", file=file, database=database) for rows in targets]
    assert any(0 < rows < 2 * PEOPLE for rows in reached), f"never killed in the middle: {reached}"
    assert reached == sorted(reached), "each try goes on where the last one was"
    if reached[-1] < 2 * PEOPLE:
        moves.cli("import", file, home=tmp_path / "home", database=database)
    moves.cli("export", tmp_path / "x.tar", home=tmp_path / "home", database=database)
    assert moves.members(tmp_path / "x.tar") == wanted


def test_a_file_comes_into_a_running_house_while_a_page_is_served(file, wanted, tmp_path):
    with running.house() as house:
        database = house.database
        statuses, ended = [], threading.Event()

        def look():
            browser = house.browser()
            while not ended.is_set():
                browser.get("/contact/")
                statuses.append(browser.status)

        looking = threading.Thread(target=look)
        looking.start()
        try:
            told = moves.cli("import", file, home=house.home, database=database)
        finally:
            ended.set()
            looking.join()
        assert f"{2 * PEOPLE:,} rows are in the house" in told
        assert len(statuses) > 3
        assert set(statuses) == {200}
        moves.cli("export", tmp_path / "x.tar", home=house.home, database=database)
        assert moves.members(tmp_path / "x.tar") == wanted
        assert "is not empty" in moves.cli("import", file, home=house.home, database=database, expect=1)


def test_a_command_that_is_killed_stops_its_job_and_the_next_one_goes_on(file, wanted, tmp_path):
    with running.house() as house:
        database = house.database
        killed_after(PEOPLE // 3, home=house.home, file=file, database=database)
        deadline = time.monotonic() + 30
        told = ""
        while time.monotonic() < deadline and "another import is running" in (
            told := again(file, house, database)
        ):
            time.sleep(0.3)
        assert "rows are in the house" in told or "is not empty" in told, told
        moves.cli("export", tmp_path / "x.tar", home=house.home, database=database)
        assert moves.members(tmp_path / "x.tar") == wanted


def again(file, house, database):
    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", "import", str(file)],
        env=moves.environment(house.home, database), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_the_socket_is_for_the_user_of_the_house_and_hears_only_what_it_knows(tmp_path):
    with running.house() as house:
        path = house.home / control.NAME
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(control.Refused, match="knows no such job"):
            control.ask(house.home, {"do": "format the disk"}, say=print)
        for words in (
            b"",
            b"{\n",
            b"[]\n",
            b"\xff\n",
            b'{"do": "import"}\n',
            b"x" * (control.MOST_REQUEST + 1),
        ):
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(20)
                folder = os.open(house.home, os.O_RDONLY)
                door.connect(f"/proc/self/fd/{folder}/{control.NAME}")
                os.close(folder)
                try:
                    door.sendall(words)
                    door.shutdown(socket.SHUT_WR)
                    answer = door.recv(65_536)
                except OSError:
                    answer = b""
            assert b'"end"' not in answer
        request = {"do": "import", "path": str(tmp_path / "absent"), "sha256": "", "refused": {}}
        with pytest.raises(control.Refused, match="cannot read"):
            control.ask(house.home, request, say=print)
        assert control.ask(house.home, {"do": "held"}, say=print) == {"held": {}}
        house.browser().get("/contact/")
    assert not path.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_is_not_heard_even_where_the_file_would_let_them():
    code = (
        "import socket, sys\ndoor = socket.socket(socket.AF_UNIX)\ndoor.connect(sys.argv[1])\n"
        'try:\n    door.sendall(b\'{"do": "held"}\\n\')\n    print(door.recv(1000))\n'
        "except OSError:\n    print(b'')\n"
    )
    with running.house() as house:
        for path in (house.home.parent, house.home, house.home / control.NAME):
            path.chmod(0o777)
        command = [sys.executable, "-c", code, str(house.home / control.NAME)]
        asked = {"capture_output": True, "text": True, "timeout": 30, "check": True}
        assert "end" in subprocess.run(command, **asked).stdout
        assert (
            subprocess.run(["/usr/bin/python3", *command[1:]], user="nobody", **asked).stdout.strip() == "b''"
        )


def test_exports_of_a_busy_house_are_each_of_one_moment(tmp_path):
    """Mails come in all the time; every file holds whole cases: no pointer leads to a row that came later."""
    with running.house() as house:
        ended = threading.Event()

        def write():
            number = 0
            while not ended.is_set():
                number += 1
                house.mail(sender=f"p{number}@post.example", subject=f"Nr. {number}", text="Guten Tag")

        writers = [threading.Thread(target=write) for _ in range(3)]
        for one in writers:
            one.start()
        try:
            for number in range(3):
                moves.cli("export", tmp_path / f"{number}.tar", home=house.home, database=house.database)
        finally:
            ended.set()
            for one in writers:
                one.join()
    counts = []
    for number in range(3):
        moves.cli("import", "--dry-run", tmp_path / f"{number}.tar", home=tmp_path / "empty")
        counts.append(len(moves.rows(tmp_path / f"{number}.tar", "kernel.fact")))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1], "nothing came in: nothing was tested"


def test_keys_do_not_come_into_a_house_that_runs(tmp_path):
    moves.filled(tmp_path / "old")
    moves.cli("export", "--with-keys", tmp_path / "all.tar", home=tmp_path / "old")
    with running.house() as house:
        database = house.database
        before = (house.home / "keys" / "secret").read_text()
        told = moves.cli("import", tmp_path / "all.tar", home=house.home, database=database, expect=1)
        assert "stop the house first" in told
        assert (house.home / "keys" / "secret").read_text() == before


def test_letters_of_former_years_come_into_a_running_house(tmp_path):
    letters = b"".join(
        b"From x Mon Sep 16 09:00:00 2019\nFrom: Jana <jana%d@post.example>\nTo: service@nordlicht.example\n"
        b"Subject: Scan %d\nMessage-ID: <%d@post.example>\nDate: Mon, 16 Sep 2019 10:00:00 +0200\n\nUnlesbar.\n\n"
        % (number, number, number)
        for number in range(60)
    )
    (tmp_path / "box").write_bytes(letters)
    with running.house() as house:
        ruth = house.owner()
        dry = moves.cli(
            "import-mail", "--dry-run", tmp_path / "box", home=house.home, database=house.database
        )
        assert "60  letters found" in dry
        assert "nothing was written" in dry
        assert "Scan" not in running.plain(ruth.get("/desk/?list=closed"))
        told = moves.cli("import-mail", tmp_path / "box", home=house.home, database=house.database)
        assert "60  brought in" in told
        again = moves.cli("import-mail", tmp_path / "box", home=house.home, database=house.database)
        assert "60  were here before" in again
        closed = running.plain(ruth.get("/desk/?list=closed"))
        assert "Scan 50" in closed
        case = ruth.case_about("Scan 50")
        assert "aus einem Archiv übernommen" in running.plain(ruth.get(f"/desk/cases/{case}/"))
        time.sleep(1.5)
        assert house.sink.mails == [], "nobody is told"
        assert moves.cli(
            "import-mail", tmp_path / "absent", home=house.home, database=house.database, expect=1
        )


def test_the_moved_house_shows_the_same_desk(tmp_path):
    """What colleagues and a person see before and after a move, word by word."""
    with running.house() as old:
        ruth = old.owner()
        mira = old.colleague("Mira Lang", by=ruth)
        old.mail(
            sender="jana@post.example", name="Jana Petersen", subject="Scan", text="Mein Scan ist unlesbar."
        )
        case = mira.case_about("Scan")
        mira.post(f"/desk/cases/{case}/answer/", text="Wir sehen nach.")
        old.sent_to("jana@post.example", count=2)
        old.mail(sender="leo@post.example", name="Leo Brandt", subject="Rechnung", text="Wo ist sie?")
        bill = mira.case_about("Rechnung")
        old.sent_to("leo@post.example")
        running.wait_for(
            lambda: "zugestellt" in running.plain(mira.get(f"/desk/cases/{case}/")), why="not delivered"
        )
        seen = [words(ruth, path) for path in pages(case, bill)]
        moves.cli("export", tmp_path / "all.tar.gz", "--with-logins", home=old.home, database=old.database)
    with running.house() as new:
        moves.cli("import", tmp_path / "all.tar.gz", home=new.home, database=new.database)
        ruth = new.browser()
        ruth.get("/account/login/")
        ruth.post("/account/login/", login="ruth@nordlicht.example", password=running.PASSWORD)
        assert [words(ruth, path) for path in pages(case, bill)] == seen
        time.sleep(1.5)
        assert new.sink.mails == [], "the new house repeats nothing"


def pages(*cases):
    return ["/desk/", "/desk/?list=closed", "/desk/outbox/", *[f"/desk/cases/{case}/" for case in cases]]


def words(browser, path):
    """The words of a page without how long ago things were."""
    return re.sub(r"\b\d+ (s|min|h)\b", "…", running.plain(browser.get(path)))
