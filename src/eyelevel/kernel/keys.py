"""The keys of one installation: made once, kept in the data folder, part of every backup.

One secret gives all tags and sealed tokens, each purpose with a key of its own; one Ed25519 key signs.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_BYTES = 32
MOST_TOKEN = 4_096
NONCE_BYTES = 12  # the size of AES-GCM (NIST SP 800-38D)
BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford
_READ_AS = str.maketrans(
    {"o": "0", "i": "1", "l": "1", "-": None, " ": None, "\t": None, "\n": None, "\r": None}
)


class KeysRefused(RuntimeError):
    """The secret of this installation is missing, too short or a known default."""


def base32(raw: bytes, *, length: int) -> str:
    """The first `length` Crockford signs (5 bits each) of `raw`."""
    number = int.from_bytes(raw, "big")
    total = len(raw) * 8
    return "".join(BASE32[(number >> (total - 5 * (index + 1))) & 31] for index in range(length))


@dataclass(frozen=True)
class Keys:
    """The secret, and the path of the signing key."""

    secret: bytes
    folder: Path

    @classmethod
    def load_or_create(cls, folder: Path) -> Keys:
        """Read the keys of this data folder, or make them. Raises KeysRefused for a secret that is none."""
        path = folder / "keys" / "secret"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_new(path, secrets.token_hex(SECRET_BYTES).encode())
        text = path.read_text(encoding="ascii", errors="replace").strip()
        try:
            secret = bytes.fromhex(text)
        except ValueError as error:
            raise KeysRefused(f"{path} does not hold {SECRET_BYTES} bytes in hex") from error
        if len(secret) < SECRET_BYTES or len(set(secret)) < SECRET_BYTES // 4:
            raise KeysRefused(
                f"the secret in {path} is too short or too plain; delete it only on a new installation"
            )
        return cls(secret=secret, folder=folder / "keys")

    def signing_key(self) -> Ed25519PrivateKey:
        """The Ed25519 key of this installation, made at its first use."""
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path = self.folder / "ed25519"
        if not path.exists():
            raw = Ed25519PrivateKey.generate().private_bytes(
                form.Encoding.Raw, form.PrivateFormat.Raw, form.NoEncryption()
            )
            _make_whole(path, raw.hex().encode())
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii")))

    def _mac(self, purpose: str, message: str) -> bytes:
        key = hmac.digest(self.secret, b"eyelevel:" + purpose.encode(), "sha256")
        return hmac.digest(key, message.encode("utf-8", "surrogatepass"), "sha256")

    def tag(self, purpose: str, message: str, length: int) -> str:
        """HMAC-SHA256 of the message under the key of this purpose, as `length` (at most 51) base-32 signs."""
        return base32(self._mac(purpose, message), length=length)

    def number(self, purpose: str, message: str) -> int:
        """The message as an evenly spread number of 63 bits: equal messages are counted once, and cannot be read back."""
        return int.from_bytes(self._mac(purpose, message)[:8], "big") >> 1

    def check_tag(self, purpose: str, message: str, tag: str) -> bool:
        """Constant-time comparison with the right tag of that length."""
        return 0 < len(tag) <= 51 and hmac.compare_digest(
            self.tag(purpose, message, len(tag)).encode(), tag.lower().encode("utf-8", "replace")
        )

    def code_for(self, nonce: str) -> str:
        """The receipt code of one filled form: the same for the same nonce, so that a repeat shows the same code."""
        return grouped(self.tag("receipt-code", nonce, 20))

    @staticmethod
    def new_code() -> str:
        """A receipt code of 100 random bits, grouped for people."""
        return grouped(base32(secrets.token_bytes(16), length=20))

    def code_hash(self, code: str) -> str:
        """What is kept of a code: a keyed hash, useless without this installation's secret."""
        return self._mac("receipt-hash", normal_code(code)).hex()

    def seal(self, purpose: str, payload: dict[str, str], *, now: datetime, seconds: float) -> str:
        """A signed token that holds the payload until it expires. Signed, not secret."""
        body = json.dumps({"p": payload, "e": int(now.timestamp() + seconds)}, separators=(",", ":"))
        raw = body.encode()
        return _b64(raw) + "." + _b64(self._mac("seal:" + purpose, raw.decode())[:20])

    def open_sealed(self, purpose: str, token: str, *, now: datetime) -> dict[str, str] | None:
        """The payload, or None where the token is forged, of another purpose, expired or too long."""
        if len(token) > MOST_TOKEN or token.count(".") != 1:
            return None
        try:
            raw, mac = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
            text = raw.decode()
        except (binascii.Error, ValueError):
            return None
        if not hmac.compare_digest(self._mac("seal:" + purpose, text)[:20], mac):
            return None
        held = json.loads(text)
        return dict(held["p"]) if held["e"] >= now.timestamp() else None

    def conceal(self, purpose: str, text: str) -> str:
        """A secret of somebody else (an app password) as it may stand in the database: AES-256-GCM, for this purpose."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        box = AESGCM(self._mac("conceal:" + purpose, "key"))
        return _b64(nonce + box.encrypt(nonce, text.encode(), purpose.encode()))

    def reveal(self, purpose: str, concealed: str) -> str:
        """What `conceal` was given. Raises KeysRefused where another installation or another purpose concealed it."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            raw = base64.urlsafe_b64decode(concealed + "=" * (-len(concealed) % 4))
            box = AESGCM(self._mac("conceal:" + purpose, "key"))
            return box.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise KeysRefused("this secret was not concealed by this installation: enter it again") from error


def grouped(signs: str) -> str:
    """ABCD-EFGH-... in capitals, as people copy it."""
    capitals = signs.upper()
    return "-".join(capitals[index : index + 4] for index in range(0, len(capitals), 4))


def normal_code(text: str) -> str:
    """A code as typed by a person: any case, spaces, O for 0, I and L for 1."""
    return text.strip().lower().translate(_READ_AS)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _make_whole(path: Path, content: bytes) -> None:
    """The file appears with all its content or not at all; whoever was first stays, so that two threads have one key."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write_new(partial, content)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(partial)
    partial.unlink()
