"""Files under the hash of their bytes: attachments and large raw arrivals. Nothing is ever overwritten.

A file is on the disk (fsync of file and folder) before `put` returns, so a row may point to it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


class Damaged(RuntimeError):
    """The bytes on the disk no longer have the hash that they are stored under."""


def folder() -> Path:
    return Path(settings.HOME) / "store"


def path_of(digest: str) -> Path:
    """Where the bytes with this SHA-256 (64 hex digits) stand. Raises ValueError for anything that is no digest."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 digest")
    return folder() / digest[:2] / digest[2:]


def put(content: bytes) -> str:
    """Keep the bytes and return their digest. Raises OSError where the disk is full or broken."""
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    _sync_folder(target.parent.parent)
    return digest


def put_stream(chunks: Iterable[bytes], *, digest: str) -> None:
    """Keep bytes that come piece by piece and must have this digest. Raises Damaged where they have another."""
    target = path_of(digest)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    hashing = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                hashing.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if hashing.hexdigest() != digest:
            raise Damaged(f"{digest} has other bytes")
        Path(name).rename(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    _sync_folder(target.parent.parent)


def get(digest: str) -> bytes:
    """The bytes, checked against their hash. Raises FileNotFoundError or Damaged."""
    content = path_of(digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged(f"{digest} was changed on the disk")
    return content


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
