"""Plain thinking of the index: where a thing stands among all results."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TIE_BITS = 20
LATEST_MS = (1 << 42) - 1  # the year 2109: 42 bits of milliseconds and 20 of ties fit a signed 64-bit number


def first_place(at: datetime) -> int:
    """The lowest place of this moment."""
    ms = (at - EPOCH) // timedelta(milliseconds=1)
    return min(max(ms, 0), LATEST_MS) << TIE_BITS


def place_of(*, at: datetime, kind: str, thing: int) -> int:
    """Moment first, then the number of the thing: newest results come first by reading the index backwards."""
    tie = (thing * 8 + zlib.crc32(kind.encode()) % 8) % (1 << TIE_BITS)
    return first_place(at) | tie


def moment_of(place: int) -> datetime:
    return EPOCH + timedelta(milliseconds=place >> TIE_BITS)
