"""The container: plain tar (ustar, GNU sizes), written and read in one pass with bounded memory.

The reader takes regular files with short names and nothing else: no links, no devices, no extended headers, whose size
a stranger could choose. Names are compared with what is expected and never become paths.
"""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

BLOCK = 512
CHUNK = 256 * 1024
MOST_AFTER_THE_END = 1024 * 1024  # bytes; tar fills up to 10 KiB


class Broken(ValueError):
    """The file is cut, damaged, or no file of ours."""


class Sink(Protocol):
    def write(self, content: bytes, /) -> object: ...


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


def header(name: str, size: int) -> bytes:
    """The header of one member: owner, time and mode are always the same, so equal content is an equal file."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry.tobuf(format=tarfile.GNU_FORMAT)


def padding(size: int) -> bytes:
    return b"\0" * (-size % BLOCK)


END = b"\0" * (2 * BLOCK)


@dataclass
class Member:
    """One file in the archive. Read it before the next one is asked for; what is left over is skipped."""

    name: str
    size: int
    source: Source
    left: int

    def read(self, most: int = CHUNK) -> bytes:
        """Up to `most` bytes, b"" at the end. Raises Broken where the archive is cut."""
        if self.left == 0:
            return b""
        content = _read(self.source, min(most, self.left))
        if not content:
            raise Broken(f"the file ends in the middle of {self.name}")
        self.left -= len(content)
        return content


def opened(path: Path) -> tuple[IO[bytes], Source]:
    """The file, and the stream of its tar (through gzip where it is packed)."""
    file = path.open("rb")
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return file, gzip.GzipFile(fileobj=file) if packed else file


def members(source: Source) -> Iterator[Member]:
    """Every member in its order, up to the two empty blocks at the end. Raises Broken."""
    while True:
        block = _exactly(source, BLOCK)
        if not block.strip(b"\0"):
            _end(source)
            return
        member = _member(block, source)
        yield member
        while member.read():
            continue
        _exactly(source, len(padding(member.size)))


def _end(source: Source) -> None:
    """Empty blocks up to the end of the file; reading them lets gzip check its sum."""
    for _ in range(MOST_AFTER_THE_END // CHUNK):
        content = _read(source, CHUNK)
        if not content:
            return
        if content.strip(b"\0"):
            break
    raise Broken("the file goes on after its end")


def _member(block: bytes, source: Source) -> Member:
    told = block[148:156].split(b"\0")[0].strip()
    summed = sum(block[:148]) + 8 * 32 + sum(block[156:])
    try:
        right = int(told or b"0", 8) == summed
        name = block[:100].split(b"\0")[0].decode("ascii")
        size = _size(block[124:136])
    except ValueError as error:
        raise Broken("no tar, or a damaged one") from error
    if not right:
        raise Broken("no tar, or a damaged one")
    if block[156:157] not in {b"0", b"\0"} or block[345:500].strip(b"\0"):
        raise Broken(f"{name[:60]!r} is no plain file")
    return Member(name=name, size=size, source=source, left=size)


def _size(field: bytes) -> int:
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    return int(field.split(b"\0")[0].strip() or b"0", 8)


def _exactly(source: Source, size: int) -> bytes:
    content = b""
    while len(content) < size:
        more = _read(source, size - len(content))
        if not more:
            raise Broken("the file ends too early")
        content += more
    return content


def _read(source: Source, size: int) -> bytes:
    try:
        return source.read(size)
    except (EOFError, OSError, zlib.error) as error:
        raise Broken(f"the packed file is damaged: {error}") from error
