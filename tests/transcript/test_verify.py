"""The command: exit codes, plain words, and what it does not claim."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eyelevel.kernel.signing import public_half
from eyelevel.server import cli
from eyelevel.transcript import keys, signed
from tests.transcript.made import KEY, OTHER, pages, record

PUBLIC = public_half(KEY)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fall.pdf"
    path.write_bytes(pages())
    return path


def verify(capsys, *arguments):
    status = cli.main(["verify", *map(str, arguments)])
    told = capsys.readouterr()
    return status, told.out + told.err


def published(tmp_path, *known):
    path = tmp_path / "eyelevel-keys.json"
    path.write_text(json.dumps(keys.listed(known, name="Nordlicht Mobil", address="")))
    return path


def test_a_good_file_names_its_house_case_and_key_and_says_that_the_key_was_not_compared(file, capsys):
    status, told = verify(capsys, file)
    assert status == 0
    assert "Good" in told
    assert "Case 12: Scan" in told
    assert "Nordlicht Mobil https://service.nordlicht.example" in told
    assert signed.fingerprint(PUBLIC) in told
    assert "NOT CHECKED: whose key this is" in told
    assert "does not prove" in told


def test_a_changed_file_is_not_good(file, capsys):
    file.write_bytes(file.read_bytes().replace(b"Mein Scan", b"Dein Scan"))
    status, told = verify(capsys, file)
    assert status == 1
    assert "NOT GOOD" in told


def test_the_fingerprint_may_be_typed_as_the_page_shows_it(file, capsys):
    text = signed.fingerprint(PUBLIC).upper()
    shown = " ".join(text[start : start + 4] for start in range(0, 64, 4))
    status, told = verify(capsys, file, "--fingerprint", shown)
    assert status == 0
    assert "the one that you gave" in told


def test_a_file_by_another_key_is_not_good(file, capsys, tmp_path):
    """Anybody can make a whole file with a key of their own: only the comparison finds it."""
    file.write_bytes(pages(OTHER))
    assert verify(capsys, file)[0] == 0
    status, told = verify(capsys, file, "--fingerprint", signed.fingerprint(PUBLIC))
    assert status == 1
    assert "NOT GOOD" in told
    assert verify(capsys, file, "--key", published(tmp_path, keys.Known(key=PUBLIC)))[0] == 1


def test_part_of_a_fingerprint_proves_nothing(file, capsys):
    assert verify(capsys, file, "--fingerprint", signed.fingerprint(PUBLIC)[:16])[0] == 2


def test_a_key_in_hex_is_enough(file, capsys, tmp_path):
    (tmp_path / "key").write_text(PUBLIC.hex() + "\n")
    assert verify(capsys, file, "--key", tmp_path / "key")[0] == 0


@pytest.mark.parametrize(("day", "status"), [(3, 0), (1, 1)], ids=["made before", "made after"])
def test_a_former_key_counts_for_what_was_made_while_it_was_in_use(file, capsys, tmp_path, day, status):
    retired = keys.Known(key=PUBLIC, retired_at=datetime(2026, 11, day, tzinfo=UTC))
    known = published(tmp_path, keys.Known(key=public_half(OTHER)), retired)
    found, told = verify(capsys, file, "--key", known)
    assert found == status
    assert "retired" in told


def test_a_record_that_names_another_key_than_the_one_that_signed_it_is_not_good(capsys, tmp_path):
    path = tmp_path / "fall.json"
    lied = {"algorithm": "Ed25519", "public": PUBLIC.hex(), "fingerprint": signed.fingerprint(PUBLIC)}
    path.write_bytes(record(OTHER, key=lied))
    assert verify(capsys, path)[0] == 1


@pytest.mark.parametrize(
    "broken", [{"case": 7}, {"made_at": "yesterday"}, {"posts": "none"}, {"installation": []}]
)
def test_a_signed_record_that_lacks_fields_is_unreadable_and_no_crash(broken, capsys, tmp_path):
    path = tmp_path / "fall.json"
    path.write_bytes(record(**broken))
    assert verify(capsys, path)[0] == 2


def test_words_of_a_file_do_not_drive_the_terminal(capsys, tmp_path):
    path = tmp_path / "fall.json"
    case = {"number": 1, "subject": "\x1b[2J\x1b]0;owned\x07\u202e", "opened_at": "", "closed_at": None}
    path.write_bytes(record(case=case))
    status, told = verify(capsys, path)
    assert status == 0
    assert not set(told) & set("\x1b\x07\u202e")


def test_a_terminal_that_lacks_signs_changes_no_verdict(tmp_path):
    path = tmp_path / "fall.json"
    case = {"number": 1, "subject": "Beleg 🧾 – Ω", "opened_at": "", "closed_at": None}
    path.write_bytes(record(case=case))
    command = [sys.executable, "-m", "eyelevel.server.cli", "verify", str(path)]
    told = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2]), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert told.returncode == 0, told.stderr
    assert b"Beleg ?" in told.stdout


def test_a_huge_file_a_folder_a_pipe_and_nothing_are_unreadable(capsys, tmp_path):
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as out:
        out.write(b"%PDF-1.7\n")
        out.truncate(10 * 1024**3)  # sparse: ten gigabytes that take no room
    os.mkfifo(tmp_path / "pipe")
    for path in (huge, tmp_path, tmp_path / "pipe", tmp_path / "missing"):
        assert verify(capsys, path)[0] == 2


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "7", "[" * 200_000, '{"format":"eyelevel-keys","version":1,"keys":[]}', '{"format":"eyelevel-keys","version":1,"keys":[7]}', "zz"]
)  # fmt: skip
def test_what_is_no_list_of_keys_is_said_to_be_none(file, content, capsys, tmp_path):
    (tmp_path / "keys").write_text(content)
    assert verify(capsys, file, "--key", tmp_path / "keys")[0] == 2
