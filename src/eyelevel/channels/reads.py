"""Questions about what came in."""

from __future__ import annotations

from collections.abc import Sequence

from eyelevel.channels.models import Account, Quarantine
from eyelevel.kernel.policy import Actor, visible

SHOWN = 200


def open_quarantine(actor: Actor) -> Sequence[Quarantine]:
    """What could not be read and waits for a person, oldest first."""
    rows = visible(actor, Quarantine.objects.filter(resolved_at=None)).select_related("arrival")
    return list(rows.defer("arrival__raw").order_by("since", "id")[:SHOWN])


def quarantine_count(*, most: int = 100) -> int:
    """How many wait, counted up to `most`."""
    return Quarantine.objects.filter(resolved_at=None)[:most].count()


def accounts() -> dict[str, Account]:
    """How each door and mailbox is doing, by its name."""
    return {row.name: row for row in Account.objects.all()}
