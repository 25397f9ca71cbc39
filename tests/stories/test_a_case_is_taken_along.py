"""Jana saves her case over the running house; a stranger checks the file on a machine that has no house at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from urllib.parse import urlencode

import pytest

from tests import running
from tests.running import plain, wait_for


@pytest.fixture(scope="module")
def files(house, ruth, tmp_path_factory):
    """The published keys, and the case as PDF and as JSON, before and after the key was renewed."""
    folder = tmp_path_factory.mktemp("taken")
    house.mail(
        sender="jana@post.example", name="Jana", subject="Scan unlesbar", text="Mein Scan ist unlesbar. Grüße"
    )
    [told] = house.sent_to("jana@post.example")
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", told.get_content())[0]
    jana = house.browser()
    wait_for(
        lambda: "Mein Scan ist unlesbar" in jana.post("/receipt/", code=code), why="the case is not there"
    )
    (folder / "case.pdf").write_bytes(saved(house, code=code, kind="pdf"))
    (folder / "case.json").write_bytes(saved(house, code=code, kind="json"))
    renewed = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", "renew-key", "--data", str(house.home)], env=nowhere(folder), capture_output=True, text=True
    )  # fmt: skip
    assert renewed.returncode == 0, renewed.stderr
    (folder / "new.json").write_bytes(saved(house, code=code, kind="json"))
    (folder / "keys.json").write_text(jana.get("/.well-known/eyelevel-keys.json"))
    (folder / "page.txt").write_text(plain(jana.get("/keys/?lang=en")))
    return folder


def saved(house, **fields):
    request = urllib.request.Request(
        house.url + "/receipt/transcript/", data=urlencode(fields).encode(), headers={"Origin": house.url}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def nowhere(folder):
    """The environment of a machine on which Eyelevel is installed and nothing else is."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("EYELEVEL_", "DJANGO_"))}
    return clean | {"PYTHONPATH": str(running.ROOT / "src"), "HOME": str(folder)}


def verify(folder, *arguments):
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "eyelevel.server.cli", "verify", *arguments], cwd=empty, env=nowhere(folder), capture_output=True, text=True
    )  # fmt: skip
    assert list(empty.iterdir()) == []  # nothing was made: no data folder, no key
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["case.pdf", "case.json", "new.json"])
def test_what_was_saved_is_good_and_by_a_key_of_the_published_list(files, name):
    status, told = verify(files, str(files / name), "--key", str(files / "keys.json"))
    assert status == 0, told
    assert "Scan unlesbar" in told
    assert "Nordlicht Mobil" in told
    assert ("former one" in told) == (name != "new.json")


@pytest.mark.parametrize("name", ["case.pdf", "case.json"])
def test_one_changed_sign_makes_it_not_good(files, name):
    forged = files / f"forged-{name}"
    content = (files / name).read_bytes()
    assert content.count(b"Mein Scan ist unlesbar") == 1
    forged.write_bytes(content.replace(b"Mein Scan ist unlesbar", b"Mein Scan ist gelesen."))
    status, told = verify(files, str(forged), "--key", str(files / "keys.json"))
    assert status == 1, told
    assert "NOT GOOD" in told


def test_both_fingerprints_stand_on_the_page_of_the_house(files):
    page = (files / "page.txt").read_text().replace(" ", "")
    for name in ("case.pdf", "new.json"):
        _status, told = verify(files, str(files / name))
        assert re.search(r"Signed by the key: (\w{64})", told)[1] in page


def test_the_file_is_read_without_a_house_and_without_django(files):
    code = (
        "import sys; from eyelevel.server.cli import main; "
        f"status = main(['verify', {str(files / 'case.pdf')!r}]); "
        "sys.exit(9 if any(name == 'django' or name.startswith('django.') for name in sys.modules) else status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=files, env=nowhere(files), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
