"""Names for things that outsiders may see: unguessable, short enough to copy."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u to misread


def new_public_id() -> str:
    """26 signs, 130 random bits: nobody guesses another person's address of a thing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(26))


def message_id(*, public_id: str, domain: str) -> str:
    """An RFC 5322 Message-ID that stays the same over every retry of the same departure."""
    return f"<{public_id}@{domain}>"
