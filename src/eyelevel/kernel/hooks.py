"""Signing and checking webhooks by Standard Webhooks: one implementation for what leaves and for what comes in.

The signature is HMAC-SHA256 over `id.timestamp.body`, the bytes as they travel; a receiver that parses first and signs
again what it parsed has lost. Two secrets may live at once, so that they can be changed without a gap.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets as random
from collections.abc import Mapping, Sequence

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
VERSION = "v1"
WINDOW_SECONDS = 300
SECRET_BYTES = 32
LEAST_SECRET, MOST_SECRET = 24, 64  # bytes, by the specification
MOST_ID = 200
MOST_SIGNATURES = 10


class Unsigned(ValueError):
    """It does not come from somebody who has the secret, or not now. The text says which; the sender learns nothing."""


def new_secret() -> str:
    """A fresh secret as both sides write it down."""
    return PREFIX + base64.b64encode(random.token_bytes(SECRET_BYTES)).decode()


def sign(*, secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature per live secret. `timestamp` in seconds since 1970."""
    return " ".join(f"{VERSION},{_signature(one, message_id, timestamp, body)}" for one in secrets)


def verify(
    *, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float,
    window: float = WINDOW_SECONDS,
) -> str:  # fmt: skip
    """The id of this message, where one of the secrets signed exactly these bytes within the window.

    `headers` in lower case, `now` in seconds since 1970. Raises Unsigned; the caller answers 401 without an echo, and
    takes a repeated id for the same event.
    """
    message_id, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not message_id or len(message_id) > MOST_ID:
        raise Unsigned("no id, or one that is too long")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise Unsigned("no timestamp")
    if abs(now - int(stamp)) > window:
        raise Unsigned(f"the timestamp lies more than {window:g} s apart")
    given = [one.partition(",")[2] for one in _offered(headers.get(SIGNATURE, ""))]
    right = [_signature(secret, message_id, int(stamp), body) for secret in secrets]
    matches = [
        hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
        for one in given
        for other in right
    ]
    if not any(matches):
        raise Unsigned("no signature of ours")
    return message_id


def _offered(field: str) -> list[str]:
    return [one for one in field.split(" ")[:MOST_SIGNATURES] if one.startswith(f"{VERSION},")]


def _signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "replace") + body
    return base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises ValueError for anything that is none: an empty key would sign for everybody."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("a secret is whsec_ and base64") from error
    if not LEAST_SECRET <= len(key) <= MOST_SECRET:
        raise ValueError(f"a secret has {LEAST_SECRET} to {MOST_SECRET} bytes")
    return key
