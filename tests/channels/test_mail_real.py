"""Real replies from four collections: every file is accounted for, as a letter that keeps its full text."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from eyelevel.channels.contract import Letter
from eyelevel.channels.mail import read
from tests.channels.mails import LIMITS, mail

SETS = ("mail_reply_alfonsrv", "mail_reply_github", "mail_reply_willdurand", "mail_reply_zapier")


def folder():
    named = os.environ.get("EYELEVEL_DATA", "")
    if not named or not Path(named).is_dir():
        warnings.warn("EYELEVEL_DATA names no folder: the real replies were NOT read", stacklevel=1)
        pytest.skip("NOT RUN: EYELEVEL_DATA names no folder with the mail_reply sets")
    return Path(named)


@pytest.mark.parametrize("name", SETS)
def test_every_real_reply_is_accounted_for(name):
    files = [
        path
        for path in sorted((folder() / name).rglob("*"))
        if path.is_file() and path.suffix in {".txt", ".eml"}
    ]
    files = [path for path in files if path.name != "SOURCE.txt"]
    assert files
    for path in files:
        raw = path.read_bytes()
        whole = raw if path.suffix == ".eml" else mail(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        found = read.read(whole, {}, LIMITS)
        assert isinstance(found, Letter), path
        assert found.text.strip() or "empty" in found.remarks or not raw.strip(), path
        assert len(found.full_text) >= len(found.text), path
