"""Checking a webhook of an Eyelevel server, by Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence


class NotFromThere(ValueError):
    """Wrong, old or missing signature: answer 401 and do nothing."""


def verify(
    headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], now: float | None = None, window: float = 300
) -> str:  # fmt: skip
    """The webhook-id, where one of the secrets signed exactly this body within the window. Raises NotFromThere.

    `body` is what came over the network, before any parsing. A repeated id is the same event: keep the ids you know.
    """
    fields = {name.lower(): value for name, value in headers.items()}
    message_id, stamp = fields.get("webhook-id", ""), fields.get("webhook-timestamp", "")
    if not message_id or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise NotFromThere("no id or no timestamp")
    if abs((time.time() if now is None else now) - int(stamp)) > window:
        raise NotFromThere("too old, or from the future")
    signed = f"{message_id}.{stamp}.".encode() + body
    given = fields.get("webhook-signature", "").split(" ")
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = b"v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
        if any(hmac.compare_digest(one.encode(), right) for one in given):
            return message_id
    raise NotFromThere("no signature of ours")
