"""An answer that stands on the receipt page: it has arrived as soon as it may be read there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from eyelevel.channels.contract import Departure, Receipt

CHANNEL = "receipt"


def leave(_departure: Departure, *, now: Callable[[], datetime]) -> Receipt:
    """Nothing travels: the outbox only waits for the end of the undo time."""
    return Receipt(state="delivered", detail="stands on the receipt page", at=now())
