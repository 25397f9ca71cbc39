"""The public keys of the installation: the one that signs, and those that signed before. Only public halves are kept of
former ones, so that what they signed can be checked for ever and nothing new can be signed with them.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eyelevel.kernel.keys import Keys

FORMER = "former"  # beside the key: one line "PUBLIC KEY IN HEX, MOMENT" for each, oldest first


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """32 bytes; `retired_at` (UTC) is None for the key that signs now."""

    key: bytes
    retired_at: datetime | None = None


def public_keys(keys: Keys) -> list[PublicKey]:
    """The key that signs now, then the former ones, newest first."""
    current = public_half(keys.signing_key())
    former = [one for one in _former(keys) if one.key != current]
    return [PublicKey(key=current), *reversed(former)]


def public_half(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(form.Encoding.Raw, form.PublicFormat.Raw)


def renew(keys: Keys, *, now: datetime) -> PublicKey:
    """A new signing key from this moment on; the public half of the old one stays known, its secret half is deleted.

    The former key is written down first: a crash in between leaves a key that is listed twice and works on.
    """
    old = public_half(keys.signing_key())
    with (keys.folder / FORMER).open("ab") as file:
        file.write(f"{old.hex()} {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    fresh = Ed25519PrivateKey.generate()
    raw = fresh.private_bytes(form.Encoding.Raw, form.PrivateFormat.Raw, form.NoEncryption())
    _replace(keys.folder / "ed25519", raw.hex().encode())
    return PublicKey(key=public_half(fresh))


def _former(keys: Keys) -> list[PublicKey]:
    path = keys.folder / FORMER
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    found: dict[bytes, PublicKey] = {}
    for line in lines:
        key, _space, moment = line.partition(" ")
        raw = bytes.fromhex(key)
        found[raw] = PublicKey(key=raw, retired_at=datetime.fromisoformat(moment))
    return list(found.values())


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
