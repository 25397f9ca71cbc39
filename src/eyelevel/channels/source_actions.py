"""What happens to sources: connected, paused, resumed, ended, and how far each has come. The verbs of `Source` rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F

from eyelevel.channels.contract import Caught
from eyelevel.channels.models import Delivery, Source
from eyelevel.kernel import facts, hooks
from eyelevel.kernel.text import clean

SOURCES = "sources"  # the thing that open pages watch
PURPOSE = "source"
MOST_WAITING_DELIVERIES = 1_000
IDS_ARE_KEPT = timedelta(days=7)  # a signed call is refused after 300 s; its sender may sign it anew for days


class NameTaken(ValueError):
    """Another open source has this name."""


class TooManyWaiting(RuntimeError):
    """The ear has not taken what came before; the caller should answer "later"."""


def connect(
    *, kind: str, name: str, address: str = "", options: dict[str, Any] | None = None, secret: str = "",
    cursor: dict[str, Any] | None = None, by: str, now: datetime,
) -> Source:  # fmt: skip
    """Add a source; the ear begins within a second or two. Raises NameTaken."""
    if Source.objects.filter(name=name, ended_at=None).exists():
        raise NameTaken(name)
    source = Source.objects.create(
        kind=kind, name=name, address=address, options=options or {}, cursor=cursor or {}, made_at=now, changed_at=now,
        secret=settings.KEYS.conceal(PURPOSE, secret) if secret else "",
    )  # fmt: skip
    facts.record("source.connected", at=now, by=by, things=[SOURCES], source=source.pk, source_kind=kind)
    return source


def pause(source: Source, *, paused: bool, by: str, now: datetime) -> None:
    """Stop listening for a while, or go on where it stopped."""
    Source.objects.filter(pk=source.pk, ended_at=None).update(
        paused_at=now if paused else None, changed_at=now, last_error=""
    )
    what = "source.paused" if paused else "source.resumed"
    facts.record(what, at=now, by=by, things=[SOURCES], source=source.pk)


def end(source: Source, *, why: str = "", by: str, now: datetime) -> None:
    """Never listen there again. The row stays, so that it can be seen what was heard from where; its secret goes."""
    ended = Source.objects.filter(pk=source.pk, ended_at=None).update(
        ended_at=now, ended_why=why[:200], changed_at=now, secret=""
    )
    if ended:
        facts.record("source.ended", at=now, by=by, things=[SOURCES], source=source.pk, why=why[:200])


def secrets_of(source: Source) -> Sequence[str]:
    """The live secrets of a webhook, the newest first. Raises KeysRefused where they are of another installation."""
    return [str(one) for one in json.loads(revealed(source) or "[]")]


def revealed(source: Source) -> str:
    """The secret of a source in clear. Raises KeysRefused where it was concealed by another installation."""
    return str(settings.KEYS.reveal(PURPOSE, source.secret)) if source.secret else ""


def new_hook_secret(source: Source, *, by: str, now: datetime) -> str:
    """A new secret for a webhook, shown once. The one before it stays good until the next change: two are live."""
    secret = hooks.new_secret()
    live = [secret, *secrets_of(source)][:2]
    Source.objects.filter(pk=source.pk).update(secret=settings.KEYS.conceal(PURPOSE, json.dumps(live)))
    facts.record("source.secret_changed", at=now, by=by, things=[SOURCES], source=source.pk)
    return secret


def note_caught(source_id: int, caught: Sequence[Caught], *, now: datetime) -> None:
    """How far the source has come, what it heard and what it could not read. Clears the trouble that it had."""
    row = Source.objects.filter(pk=source_id)
    malformed = [one for each in caught for one in each.malformed]
    remarks = [each.remark for each in caught if each.remark]
    cursors = [each.cursor for each in caught if each.cursor is not None]
    values: dict[str, Any] = {
        "heard": F("heard") + sum(len(each.words) for each in caught), "malformed": F("malformed") + len(malformed),
        "reconnects": F("reconnects") + sum(each.reconnected for each in caught), "last_ok_at": now, "last_error": "",
    }  # fmt: skip
    if malformed:
        last = malformed[-1]
        values |= {
            "bad_number": last.number, "bad_excerpt": clean(last.excerpt), "bad_why": clean(last.why)[:200],
        }  # fmt: skip
    if remarks:
        values["remark"] = clean(remarks[-1])
    if cursors:
        values["cursor"] = cursors[-1]
    before = row.values("last_error", "last_ok_at", "malformed", "remark").first()
    news = before is not None and (
        before["last_error"] != "" or before["last_ok_at"] is None or before["remark"] != values.get("remark", before["remark"])
        or (bool(malformed) and before["malformed"] == 0)
    )  # fmt: skip
    row.update(**values)
    if news:
        facts.record("source.well", at=now, things=[SOURCES], source=source_id, malformed=len(malformed))


def note_trouble(source_id: int, *, error: str, now: datetime) -> None:
    """It could not be heard; the words stand on the page until it is heard again."""
    row, said = Source.objects.filter(pk=source_id), clean(error)[:2_000]
    news = not row.filter(last_error=said).exists()
    row.update(last_error=said, last_error_at=now)
    if news:
        facts.record("source.trouble", at=now, things=[SOURCES], source=source_id)


def note_malformed(source: Source, *, excerpt: str, why: str) -> None:
    """A signed call that nobody could read: counted and shown, as a malformed line of a stream."""
    Source.objects.filter(pk=source.pk).update(
        malformed=F("malformed") + 1, bad_number=F("malformed") + F("heard") + 1, bad_excerpt=clean(excerpt)[:200],
        bad_why=clean(why)[:200],
    )  # fmt: skip


def deliver(source: Source, *, external_id: str, raw: bytes, now: datetime) -> int:
    """Keep a signed list of overheard words until the ear takes it; the same id twice is one delivery.

    Raises TooManyWaiting.
    """
    known = (
        Delivery.objects.filter(source=source, external_id=external_id).values_list("pk", flat=True).first()
    )
    if known is not None:
        return int(known)
    if Delivery.objects.filter(source=source, taken_at=None).count() >= MOST_WAITING_DELIVERIES:
        raise TooManyWaiting(f"{MOST_WAITING_DELIVERIES} lists wait to be heard")
    return Delivery.objects.create(source=source, external_id=external_id, received_at=now, raw=raw).pk


def taken(deliveries: Sequence[int], *, now: datetime) -> None:
    """The ear has these: their bytes go (what no watch matched is not kept), their ids stay for a while."""
    Delivery.objects.filter(pk__in=deliveries).update(taken_at=now, raw=b"")
    Delivery.objects.filter(taken_at__lt=now - IDS_ARE_KEPT).delete()
