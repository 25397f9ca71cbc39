"""Questions about what came in."""

from __future__ import annotations

from collections.abc import Sequence

from eyelevel.channels.models import Account, Delivery, Quarantine, Source
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


def sources(actor: Actor) -> Sequence[Source]:
    """What the house listens to and speaks with: the open ones first, then those that ended."""
    rows = visible(actor, Source.objects.all())
    return sorted(rows.order_by("name", "id")[:SHOWN], key=lambda one: one.ended_at is not None)


def listening() -> Sequence[Source]:
    """The sources that the ear has to hear now."""
    rows = Source.objects.filter(paused_at=None, ended_at=None).exclude(kind=Source.Kind.ACCOUNT)
    return list(rows.order_by("id"))


def in_trouble() -> Sequence[Source]:
    """The open sources, and accounts that speak, whose newest try failed."""
    rows = Source.objects.filter(paused_at=None, ended_at=None).exclude(last_error="")
    return list(rows.order_by("name", "id"))


def waiting_deliveries(source_id: int, *, most: int) -> Sequence[Delivery]:
    """Lists that came by webhook and that the ear does not have yet, in the order in which they came."""
    return list(Delivery.objects.filter(source_id=source_id, taken_at=None).order_by("id")[:most])


def hook(public_id: str) -> Source | None:
    """The webhook behind this address, where it is open."""
    return Source.objects.filter(
        public_id=public_id, kind=Source.Kind.WEBHOOK, ended_at=None, paused_at=None
    ).first()


def speaking_account() -> Source | None:
    """The Bluesky account that answers: the newest that is open."""
    rows = Source.objects.filter(kind=Source.Kind.ACCOUNT, ended_at=None, paused_at=None)
    return rows.order_by("-id").first()
