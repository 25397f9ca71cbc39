"""Signed calls between machines, by the Standard Webhooks specification 1.0: HMAC-SHA256 over id, time and raw bytes.

A signature proves who sent exactly these bytes, and when. That it is not a repeat is the receiver's memory of the id.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets as random
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
VERSION = "v1"
MOST_ID = 200
MOST_SIGNATURES = 10


class NotSigned(ValueError):
    """The call is not from who it must be from, or not from now; the words say which part was missing."""


def new_secret() -> str:
    """A secret of 192 random bits, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(random.token_bytes(24)).decode()


def sign(*, id: str, timestamp: int, body: bytes, secret: str) -> str:  # noqa: A002 -- the header's own name
    """The value of `webhook-signature` for these raw bytes. Raises ValueError for a secret that is no base64."""
    return f"{VERSION},{_mac(id, str(timestamp), body, secret)}"


def verify(
    *, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime, tolerance: int = 300
) -> str:
    """The id of a call that one of the secrets signed, at most `tolerance` seconds from now. Raises NotSigned."""
    named = {name.lower(): value for name, value in headers.items()}
    call, stamp, given = (named.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not call or len(call) > MOST_ID or not given:
        raise NotSigned("webhook-id or webhook-signature is missing")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise NotSigned("webhook-timestamp is not a number of seconds")
    if abs(int(stamp) - now.timestamp()) > tolerance:
        raise NotSigned("webhook-timestamp is too far from now")
    offered = [
        one[len(VERSION) + 1 :] for one in given.split(" ")[:MOST_SIGNATURES] if one.startswith(f"{VERSION},")
    ]
    matches = [
        hmac.compare_digest(_mac(call, stamp, body, secret).encode(), one.encode("utf-8", "replace"))
        for secret in secrets
        for one in offered
    ]
    if not any(matches):
        raise NotSigned("no signature matches")
    return call


def _mac(call: str, stamp: str, body: bytes, secret: str) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    message = call.encode("utf-8", "replace") + b"." + stamp.encode() + b"." + body
    return base64.b64encode(hmac.digest(key, message, "sha256")).decode()
