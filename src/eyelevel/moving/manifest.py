"""The first member of a file: what it holds, and the sum of every part."""

from __future__ import annotations

import msgspec

from eyelevel.moving import rules

NAME = "manifest.json"
MOST_BYTES = 1024 * 1024
FILES, KEYS = "attachments/", ("keys/secret", "keys/ed25519")
FORMER = "keys/former"  # public keys that signed before; only where there are some
MOST_KEY_BYTES = 1024
MOST_FORMER_BYTES = 64 * 1024
MOST_ID = 2**53


class Unknown(ValueError):
    """The program cannot read such a file, and why."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One member of lines."""

    name: str
    rows: int
    bytes: int
    sha256: str
    last_id: int = 0  # the highest id; new rows of the house that reads the file begin above it


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the store."""

    count: int
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, rename={"extras": "with"}):
    """See docs/moving.md for every field."""

    format: int
    product: str
    made_at: str
    extras: list[str]
    parts: list[Part]
    files: Files
    damaged_files: list[str] = []
    left_out: dict[str, str] = {}


class _Version(msgspec.Struct):
    format: int


def read(content: bytes) -> Manifest:
    """Raises Unknown for another format and for what is no manifest."""
    try:
        version = msgspec.json.decode(content, type=_Version).format
        if version > rules.FORMAT:
            raise Unknown(
                f"this file has format {version}, made by a newer Eyelevel; this one reads up to {rules.FORMAT}"
            )
        found = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unknown(f"{NAME} cannot be read: {error}") from error
    if any(part.last_id > MOST_ID or part.bytes < 0 for part in found.parts) or found.files.bytes < 0:
        raise Unknown(f"{NAME} names impossible sizes")
    if len({part.name for part in found.parts}) != len(found.parts):
        raise Unknown(f"{NAME} names a part twice")
    if strange := set(found.extras) - {rules.LOGINS, rules.KEYS}:
        raise Unknown(f"this file comes with {min(strange)[:40]!r}, which this Eyelevel does not know")
    return found


def size_of(manifest: Manifest) -> int:
    return manifest.files.bytes + sum(part.bytes for part in manifest.parts)
