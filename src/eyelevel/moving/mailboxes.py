"""Where the letters of an archive stand: mbox files and Maildirs, found in one pass with bounded memory.

A mail begins in an mbox at a "From " line with a time, at the start or after an empty line. mboxrd puts one ">" before
every line that begins with any number of ">" and "From "; mboxo only before "From " itself. A Maildir is the folder
with cur and new; its subfolders (".Sent") are read too; links are not followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["mboxrd", "mboxo"]
CHUNK = 64 * 1024  # a longer line is read in pieces of this size

_BEGIN = re.compile(rb"From [^\r\n]{0,400}\d{1,2}:\d{2}[^\r\n]{0,60}\r?\n?\Z")
_QUOTED = {
    "mboxrd": re.compile(rb"^>(>*From )", re.MULTILINE),
    "mboxo": re.compile(rb"^>(From )", re.MULTILINE),
}


class NoMailbox(ValueError):
    """There are no letters at this place."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Where one letter stands. `offset` is 0 and `quoted` None for a file of its own."""

    path: Path
    offset: int
    size: int
    quoted: Kind | None = None

    def read(self, most: int) -> bytes:
        """Its bytes, at most `most` of them, as they were before they came into the mailbox."""
        links = (
            0 if self.quoted else os.O_NOFOLLOW
        )  # an mbox was named by a person, a file in a Maildir was not
        with os.fdopen(os.open(self.path, os.O_RDONLY | links), "rb") as file:
            file.seek(self.offset)
            content = file.read(min(self.size, most))
        return _QUOTED[self.quoted].sub(rb"\1", content) if self.quoted else content


def letters(place: Path, *, kind: Kind) -> Iterator[Stored]:
    """Every letter at this place. Raises NoMailbox or OSError."""
    if place.is_dir():
        yield from _maildir(place)
    else:
        yield from _mbox(place, kind)


def _mbox(path: Path, kind: Kind) -> Iterator[Stored]:
    with path.open("rb") as file:
        start = place = 0
        after_empty, inside, line_start = True, False, True
        while piece := file.readline(CHUNK):
            if line_start and after_empty and _BEGIN.match(piece):
                if inside:
                    yield Stored(path=path, offset=start, size=place - start, quoted=kind)
                start, inside = place + len(piece), True
            elif not inside and piece.strip():
                raise NoMailbox(f"{path} is no mbox: it does not begin with a From line")
            after_empty = line_start and piece in {b"\n", b"\r\n"}
            line_start = piece.endswith(b"\n")
            place += len(piece)
    if inside:
        yield Stored(path=path, offset=start, size=place - start, quoted=kind)


def _maildir(place: Path) -> Iterator[Stored]:
    folders = [place, *sorted(one for one in place.iterdir() if one.name.startswith(".") and one.is_dir())]
    found = [folder for folder in folders if (folder / "cur").is_dir() or (folder / "new").is_dir()]
    if not found:
        raise NoMailbox(f"{place} is no Maildir: neither cur nor new stands in it")
    for folder in found:
        for name in ("cur", "new"):
            if (folder / name).is_dir() and not (folder / name).is_symlink():
                yield from _files(folder / name)


def _files(folder: Path) -> Iterator[Stored]:
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
            size = entry.stat(follow_symlinks=False).st_size
            yield Stored(path=Path(entry.path), offset=0, size=size)
