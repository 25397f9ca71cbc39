"""Keeping what came in: the raw bytes first, committed before anybody is told "received"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eyelevel.channels.contract import RawArrival, Unreadable
from eyelevel.channels.models import Account, Arrival, Quarantine
from eyelevel.kernel import facts, store

MOST_INLINE_BYTES = 256 * 1024  # larger ones go to the store; small ones share the fsync of their row
QUARANTINE = "quarantine"
IMPORTED = "imported"  # in the envelope of a letter out of an archive: nobody is told that it came


def is_large(arrival: RawArrival) -> bool:
    return len(arrival.raw) > MOST_INLINE_BYTES


def shelve(arrival: RawArrival) -> str:
    """Put a large raw arrival into the store, outside any transaction; returns its digest, or "" for a small one."""
    return store.put(arrival.raw) if is_large(arrival) else ""


def keep(arrival: RawArrival, *, shelved: str = "") -> int:
    """Write the raw arrival and the step that will read it. The same event twice is one row; returns its id."""
    return keep_all([(arrival, shelved)])[0]


def keep_all(arrivals: Sequence[tuple[RawArrival, str]]) -> list[int]:
    """`keep` for many at once, each with its digest in the store or "": a few statements instead of a few for each."""
    ids = _known([_key(arrival) for arrival, _ in arrivals])
    fresh = {_key(arrival): (arrival, shelved) for arrival, shelved in arrivals if _key(arrival) not in ids}
    rows = Arrival.objects.bulk_create([_row(arrival, shelved) for arrival, shelved in fresh.values()])
    ids |= {(row.channel, row.source, row.external_id): row.pk for row in rows}
    for kind, kept in (("arrival.kept", False), ("arrival.imported", True)):
        of_kind = [row for row in rows if (IMPORTED in row.envelope) is kept]
        facts.record_all(kind, [(row.received_at, {"arrival": row.pk}) for row in of_kind])
    return [ids[_key(arrival)] for arrival, _ in arrivals]


def _key(arrival: RawArrival) -> tuple[str, str, str]:
    return arrival.channel, arrival.source, arrival.external_id


def _known(keys: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    """The ids of those that are kept already."""
    places: dict[tuple[str, str], list[str]] = {}
    for channel, source, external_id in keys:
        places.setdefault((channel, source), []).append(external_id)
    found: dict[tuple[str, str, str], int] = {}
    for (channel, source), names in places.items():
        rows = Arrival.objects.filter(channel=channel, source=source, external_id__in=names)
        for pk, external_id in rows.values_list("pk", "external_id"):
            found[channel, source, external_id] = pk
    return found


def _row(arrival: RawArrival, shelved: str) -> Arrival:
    return Arrival(
        channel=arrival.channel, source=arrival.source, external_id=arrival.external_id, received_at=arrival.received_at,
        envelope=arrival.envelope, raw=None if shelved else arrival.raw, raw_digest=shelved, size=len(arrival.raw),
    )  # fmt: skip


def raw_of(arrival: Arrival) -> bytes:
    """The bytes as they came."""
    return store.get(arrival.raw_digest) if arrival.raw_digest else bytes(arrival.raw or b"")


def quarantine(arrival: Arrival, unreadable: Unreadable, *, now: datetime) -> Quarantine:
    """Make what could not be read visible to a person. Repeats add to the count of tries."""
    row, new = Quarantine.objects.get_or_create(
        arrival=arrival, defaults={"reason": unreadable.reason, "detail": unreadable.detail, "since": now}
    )
    if not new:
        row.reason, row.detail, row.tries = unreadable.reason, unreadable.detail, row.tries + 1
        row.resolved_at, row.resolution = None, ""
        row.save(update_fields=["reason", "detail", "tries", "resolved_at", "resolution"])
    facts.record(
        "quarantine.opened", at=now, things=[QUARANTINE], arrival=arrival.pk, reason=unreadable.reason
    )
    return row


def retry(entry: Quarantine, *, now: datetime, by: str) -> None:
    """A person asks to read it once more."""
    kind = "import.retried" if IMPORTED in entry.arrival.envelope else "arrival.retried"
    facts.record(kind, at=now, by=by, things=[QUARANTINE], arrival=entry.arrival_id)


def resolve(entry: Quarantine, *, now: datetime, by: str, resolution: str) -> None:
    """Take the entry off the list: it was read after all, or a person decided. The raw arrival stays."""
    Quarantine.objects.filter(pk=entry.pk, resolved_at=None).update(resolved_at=now, resolution=resolution)
    facts.record("quarantine.resolved", at=now, by=by, things=[QUARANTINE], arrival=entry.arrival_id)


def account_is_well(*, channel: str, name: str, now: datetime, cursor: dict[str, int] | None = None) -> None:
    """Note a sign of life of a mailbox or door, and how far it has been read."""
    values: dict[str, object] = {"last_ok_at": now, "last_error": ""}
    if cursor is not None:
        values["cursor"] = cursor
    Account.objects.update_or_create(channel=channel, name=name, defaults=values)


def account_failed(*, channel: str, name: str, now: datetime, error: str) -> None:
    """Note what went wrong with a mailbox, for its page and for doctor."""
    Account.objects.update_or_create(
        channel=channel, name=name, defaults={"last_error_at": now, "last_error": error[:2_000]}
    )
