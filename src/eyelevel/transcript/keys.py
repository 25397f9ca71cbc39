"""The published list of public keys, and reading what somebody holds a file against."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eyelevel.transcript import signed

FORMAT = "eyelevel-keys"
MOST_BYTES = 256 * 1024
MOST_KEYS = 1_000
_HEX = re.compile(r"[0-9a-f]{64}")


class NoKeys(ValueError):
    """There is nothing in it to hold a file against."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A public key; `retired_at` is the moment after which the installation signed with another."""

    key: bytes
    retired_at: datetime | None = None


def listed(keys: Sequence[Known], *, name: str, address: str) -> dict[str, Any]:
    """What stands at /.well-known/eyelevel-keys.json."""
    return {
        "format": FORMAT,
        "version": 1,
        "installation": {"name": name, "address": address},
        "keys": [
            {
                "algorithm": "Ed25519",
                "public": one.key.hex(),
                "fingerprint": signed.fingerprint(one.key),
                "retired_at": None if one.retired_at is None else _utc(one.retired_at),
            }
            for one in keys
        ],
    }


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read(content: bytes) -> list[Known]:
    """The published list, or one public key as 64 signs of hex. Raises NoKeys."""
    if len(content) > MOST_BYTES:
        raise NoKeys(f"{len(content)} bytes are no list of keys")
    try:
        text = content.decode().strip()
        if _HEX.fullmatch(text.lower()):
            return [Known(key=bytes.fromhex(text))]
        told = json.loads(text)
        rows = told["keys"] if told["format"] == FORMAT and told["version"] == 1 else []
        found = [_known(row) for row in rows[:MOST_KEYS]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoKeys("neither a list of keys nor a key in hex") from error
    if not found:
        raise NoKeys("no keys stand in it, or it is of a version that this Eyelevel does not know")
    return found


def _known(row: Any) -> Known:
    if row["algorithm"] != "Ed25519" or not _HEX.fullmatch(row["public"]):
        raise NoKeys("a key in it is none of Ed25519")
    retired = row["retired_at"]
    return Known(
        key=bytes.fromhex(row["public"]),
        retired_at=None if retired is None else datetime.fromisoformat(retired),
    )


def fingerprint_in(text: str) -> str:
    """A fingerprint as typed: capitals, spaces and colons do not matter, all 64 signs do. Raises NoKeys."""
    plain = text.lower().replace(" ", "").replace(":", "")
    if not _HEX.fullmatch(plain):
        raise NoKeys("a fingerprint has 64 signs of hex; a part of one proves nothing")
    return plain
