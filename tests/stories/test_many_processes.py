"""On PostgreSQL the house is several processes: two that serve, two that work; everything happens once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests import running
from tests.running import plain, wait_for

on_postgres = pytest.mark.skipif(
    not os.environ.get("EYELEVEL_DATABASE"), reason="SQLite belongs to one process"
)
LETTERS = 40


@pytest.fixture(scope="module")
def house():
    with tempfile.TemporaryDirectory(prefix="eyelevel-many-") as folder, running.sink() as (kept, sink_port):
        one = running.Running(
            home=Path(folder) / "home", port=running.free_port(), smtp=running.free_port(), sink=kept
        )
        one.home.mkdir()
        settings = {
            "smtp_out_host": "127.0.0.1", "smtp_out_port": str(sink_port), "smtp_out_tls": "none", "demo": "true",
            "database": (database := running.fresh_database()),
        }  # fmt: skip
        one.database = database
        try:
            one.ports = [one.port, running.free_port()]
            for number, port in enumerate(one.ports):
                smtp = one.smtp if number == 0 else running.free_port()
                process = running.start(one, "web", port=port, smtp=smtp, **settings)
                running.wait_until_open(one, process, port)
            for _ in range(2):
                running.start(one, "worker", port=0, smtp=0, **settings)
            yield one
        finally:
            one.stop()


@on_postgres
def test_two_that_serve_and_two_that_work_share_one_house(house):
    ruth = house.owner()
    mira = house.colleague("Mira Lang", by=ruth, number=1)
    for number in range(LETTERS):
        house.mail(sender=f"p{number}@mail.example", subject=f"Letter {number}", text="Hello")
    wait_for(lambda: len(house.sink.mails) >= LETTERS, why="not every letter was acknowledged")
    notices = Counter(str(mail["To"]) for mail in house.sink.mails)
    assert set(notices.values()) == {1}
    assert len(notices) == LETTERS
    listed = mira.get("/desk/?most=500")
    assert len(set(re.findall(r'data-case="(\d+)"', listed))) == LETTERS
    case = mira.case_about("Letter 30")
    mira.post(f"/desk/cases/{case}/answer/", text="Guten Tag")
    assert "Guten Tag" in house.sent_to("p30@mail.example", count=2)[1].get_content()
    wait_for(
        lambda: "zugestellt" in plain(ruth.get(f"/desk/cases/{case}/")),
        why="the other process does not see it",
    )


@on_postgres
def test_a_page_hears_through_one_process_what_happened_in_another(house):
    import urllib.request

    mira = house.browser(1)
    link = re.search(r"/enter/\?token=([\w-]+)", _new_link(house))
    mira.post("/enter/", token=link[1])
    request = urllib.request.Request(f"http://127.0.0.1:{house.ports[1]}/events?things=list")
    stream = mira._opener.open(request, timeout=20)
    house.mail(sender="late@mail.example", subject="Heard through another process", text="Hello")
    for line in stream:
        if line.startswith(b"data:") and b"list" in line:
            break
    else:
        pytest.fail("the stream ended without a word")


def _new_link(house):
    """`eyelevel login-link` on the terminal."""
    environment = {**os.environ, "PYTHONPATH": f"{running.ROOT / 'src'}", "EYELEVEL_HOME": str(house.home)}
    environment["EYELEVEL_DATABASE"] = house.database
    command = [sys.executable, "-m", "eyelevel.server.cli", "login-link", "mira@nordlicht.example"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", ["web", "worker"])
def test_on_sqlite_they_refuse_and_say_why(command, tmp_path):
    environment = {key: value for key, value in os.environ.items() if key != "EYELEVEL_DATABASE"}
    environment |= {"PYTHONPATH": str(running.ROOT / "src"), "EYELEVEL_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 69
    assert "an embedded SQLite belongs to one process" in done.stderr
