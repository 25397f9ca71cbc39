"""Where colleagues are logged in: noted coarsely, ended at once.

Ending a session deletes it: its pages ask for the login again, and the watch over open streams ends those within two
seconds.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from eyelevel.kernel import facts
from eyelevel.people.models import Login, SeatSession, Staff


def living(now: datetime) -> QuerySet[SeatSession]:
    """The sessions that have not ended. `now` is real time."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SeatSession.objects.filter(session_hash__in=alive)


def seat_in(login: Login, session_hash: str) -> Staff | None:
    """The seat of this login, where this session of it is among those that can be seen and ended."""
    return Staff.objects.filter(
        login=login, login__is_active=True, login__sessions__session_hash=session_hash, left_at=None
    ).first()


def note(*, session_hash: str, login: Login, device: str, now: datetime) -> None:
    """Keep that this session is used. A new one also clears away what has ended. `now` is real time."""
    if SeatSession.objects.filter(session_hash=session_hash).update(seen_at=now):
        return
    Session.objects.filter(expire_date__lte=now).delete()
    SeatSession.objects.exclude(session_hash__in=Session.objects.values("session_key")).delete()
    SeatSession.objects.get_or_create(
        session_hash=session_hash,
        defaults={"login": login, "device": device, "began_at": now, "seen_at": now},
    )


def end(login: Login, *, now: datetime, by: str, only: int | None = None, keep: str = "") -> int:
    """End the sessions of this login: one by its number, or all but the one with the hash `keep`. How many ended."""
    wanted = SeatSession.objects.filter(login=login).exclude(session_hash=keep)
    ended = _forget(wanted if only is None else wanted.filter(pk=only))
    if ended:
        facts.record("staff.sessions_ended", at=now, by=by, things=["staff"], login=login.pk, count=ended)
    return ended


def forget(login_id: int) -> int:
    """End all sessions of a login as part of something else that is recorded."""
    return _forget(SeatSession.objects.filter(login=login_id))


def _forget(rows: QuerySet[SeatSession]) -> int:
    hashes = list(rows.values_list("session_hash", flat=True))
    Session.objects.filter(session_key__in=hashes).delete()
    SeatSession.objects.filter(session_hash__in=hashes).delete()
    return len(hashes)
