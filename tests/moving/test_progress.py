"""How far it is, for people: a bar that moves on a terminal, lines elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from tests.moving import moves
from tests.moving.moves import made, person


def test_on_a_terminal_one_line_moves(tmp_path):
    path = made(tmp_path / "x.tar", {"people.person": [person(n) for n in range(1, 2_000)]})
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", "import", str(path)], env=moves.environment(tmp_path / "new"),
        stdout=subprocess.DEVNULL, stderr=theirs, timeout=120,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0, shown
    assert "\r" in shown
    assert "█" * 30 in shown
    assert "100%  1,999 of 1,999 rows" in shown


def test_elsewhere_it_is_plain_lines(tmp_path):
    path = made(tmp_path / "x.tar", {"people.person": [person(n) for n in range(1, 2_000)]})
    told = moves.cli("import", path, home=tmp_path / "new")
    assert "█" not in told
    assert "\r" not in told
    assert "100%  1,999 of 1,999 rows" in told
