"""The ledger: promises are made with an answer, remembered before they are due, and end with an outcome.

Each is watched by steps, one behind the other: the reminder, then the word to the person (answers/foretelling.py), and the
lapse at the time itself. All look at the time for which they were laid, so that a new date leaves the old steps without
effect, and a clock that jumps alarms once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.outbox import actions as outbox
from eyelevel.outbox import reads as sendings
from eyelevel.people import reads as people
from eyelevel.people import rules as hours
from eyelevel.people.models import Absence, Staff
from eyelevel.posts.models import Post
from eyelevel.word.kinds import kind_of
from eyelevel.word.models import Amendment, Promise

LIST = "list"  # the thing that an open list at the desk watches
REMIND_HOURS = 1.0  # of service, before it is due
MOST_WORDS = 1_000
OPEN = Promise.Outcome.OPEN


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A promise as the writer confirmed it: its words in the text, and until when (aware)."""

    text: str
    due_to: datetime
    due_from: datetime | None = None
    conditional: bool = False


class NotAhead(ValueError):
    """A promise is for a time that lies ahead."""


class NeedsWords(ValueError):
    """A new day needs its reason, "kept" needs what shows it."""


class HasOutcome(ValueError):
    """Somebody was faster: this promise has its outcome, or another date."""


def make(post: Post, chosen: Sequence[Chosen], *, owner: Staff, now: datetime) -> Sequence[Promise]:
    """What the owner promises with these words of ours. Raises NotAhead."""
    if any(one.due_to <= now for one in chosen):
        raise NotAhead("a promise is due in the future")
    made = [_make(post, one, owner=owner, now=now) for one in chosen]
    for row in made:
        _record("promise.made", row, now=now, by=owner, not_before=_reminder(row.due_to))
    return made


def _make(post: Post, one: Chosen, *, owner: Staff, now: datetime) -> Promise:
    return Promise.objects.create(
        post=post, text=one.text[:MOST_WORDS], kind=kind_of(one.text), due_to=one.due_to,
        due_from=one.due_from if one.due_from and one.due_from <= one.due_to else None,
        conditional=one.conditional, owner=owner, made_at=now,
    )  # fmt: skip


def unmake(post_id: int, *, by: Staff, now: datetime) -> None:
    """The words were taken back before they left, so nothing was promised."""
    for row in Promise.objects.select_related("post").filter(post_id=post_id):
        _take_notice_back(row, now=now, by=f"staff:{by.pk}")
        _record("promise.taken_back", row, now=now, by=by)
        row.delete()


def _reminder(due_to: datetime) -> datetime:
    return hours.before_service_hours(
        people.service_spans(), end=due_to, hours=REMIND_HOURS, zone=people.zone()
    )


def remind(fact: Fact) -> facts.Effect | None:
    """Step, due one service hour before the promise: its owner is reminded, once."""
    row = still_open(fact)
    return None if row is None or row.reminded_at else lambda: _remind(row, now=clock.now())


def lapse(fact: Fact) -> facts.Effect | None:
    """Step, due with the promise: without an outcome it is broken, once."""
    row = still_open(fact)
    return None if row is None or row.broken_at else lambda: _break(row, now=clock.now())


def still_open(fact: Fact) -> Promise | None:
    """The promise of this fact, if it has no outcome and still the date for which the step was laid."""
    due = datetime.fromisoformat(fact.data["due"])
    rows = Promise.objects.select_related("post", "owner").filter(
        pk=fact.data["promise"], outcome=OPEN, due_to=due
    )
    return rows.first()


def _remind(row: Promise, *, now: datetime) -> None:
    if now >= row.due_to:  # the clock jumped over the reminder
        _break(row, now=now)
    elif _change(row, reminded_at=None, to={"reminded_at": now}):
        _record("promise.due_soon", row, now=now, not_before=row.due_to)
        if row.foretold_at is None:
            _record("owner.asked", row, now=now, not_before=halfway(now, row.due_to))


def halfway(start: datetime, due_to: datetime) -> datetime:
    """The moment when half of the service time that was left is gone; where none was left, half of the plain time."""
    spans, zone = people.service_spans(), people.zone()
    left = hours.service_time(spans, start=start, end=due_to, zone=zone)
    if left <= timedelta(0):
        return start + (due_to - start) / 2
    half = left.total_seconds() / 7_200
    return min(hours.after_service_hours(spans, start=start, hours=half, zone=zone), due_to)


def _break(row: Promise, *, now: datetime) -> None:
    if _change(row, broken_at=None, to={"broken_at": now}):
        _record("promise.broken", row, now=now, told=_was_told(row, now=now))


def _was_told(row: Promise, *, now: datetime) -> bool:
    """Did the person learn before its time that this date may pass? What was said of a former date does not count; what
    still waits in the outbox does not leave any more.
    """
    notice = _notice_of(row)
    if not notice or _take_notice_back(row, now=now, by="") or not sendings.has_left(notice):
        return False
    told_at = Promise.objects.filter(pk=row.pk).values_list("foretold_at", flat=True)[0]
    return not row.amendments.filter(due_to__isnull=False, at__gte=told_at).exists()


def foretell(row: Promise, *, notice_id: str, by: Staff | None, now: datetime) -> bool:
    """The person is about to be told, by the notice with this Message-ID, that it may be late. False where it has an outcome
    or another date, where its time has passed, and where they were told already.
    """
    if now >= row.due_to or not _change(
        row, foretold_at=None, to={"foretold_at": now, "notice_id": notice_id}
    ):
        return False
    _record("promise.foretold", row, now=now, by=by)
    return True


def _notice_of(row: Promise) -> str:
    """As it is now: the row may have been read before the notice was queued."""
    return Promise.objects.filter(pk=row.pk).values_list("notice_id", flat=True).first() or ""


def _take_notice_back(row: Promise, *, now: datetime, by: str) -> bool:
    """Somebody acted before the notice left, so it need not leave. False where it has left, or serves another promise too."""
    notice = _notice_of(row)
    others = Promise.objects.filter(notice_id=notice, outcome=OPEN, broken_at=None).exclude(pk=row.pk)
    if not notice or others.exists() or not outbox.withdraw_notice(message_id=notice, now=now, by=by):
        return False
    Promise.objects.filter(notice_id=notice).update(foretold_at=None, notice_id="")
    return True


def settle(row: Promise, *, outcome: Promise.Outcome, evidence: str, by: Staff, now: datetime) -> None:
    """Kept, not kept, or no longer wanted. Raises HasOutcome, and NeedsWords for "kept" without evidence."""
    if outcome == Promise.Outcome.KEPT and not evidence.strip():
        raise NeedsWords("say what shows that it was kept")
    settled = {
        "outcome": outcome,
        "settled_at": now,
        "settled_by": by,
        "evidence": evidence.strip()[:MOST_WORDS],
    }
    if not _change(row, to=settled):
        raise HasOutcome("it has an outcome")
    _take_notice_back(row, now=now, by=f"staff:{by.pk}")
    _record(f"promise.{outcome}", row, now=now, by=by, late=now > row.due_to)


def postpone(row: Promise, *, due_to: datetime, reason: str, by: Staff, now: datetime) -> None:
    """Another day, said openly. That the old one passed stays known. Raises NotAhead, NeedsWords, HasOutcome."""
    if due_to <= now:
        raise NotAhead("the new day lies ahead")
    if not reason.strip():
        raise NeedsWords("a new day needs its reason")
    before, late = row.due_to, now > row.due_to
    fresh = {"due_to": due_to, "due_from": None, "reminded_at": None, "broken_at": None}
    if not _change(row, to=fresh):
        raise HasOutcome("it has an outcome")
    Amendment.objects.create(
        promise=row, at=now, by=by, reason=reason.strip()[:MOST_WORDS], due_before=before, due_to=due_to
    )
    _take_notice_back(row, now=now, by=f"staff:{by.pk}")
    row.due_to = due_to
    _record(
        "promise.moved", row, now=now, by=by, not_before=_reminder(due_to), before=before.isoformat(), late=late
    )  # fmt: skip


def hand_over(row: Promise, *, to: Staff, by: Staff, now: datetime, absence: Absence | None = None) -> None:
    """Another colleague keeps it: by hand, or because of an `absence` of its owner. Raises HasOutcome."""
    if row.owner_id == to.pk:
        return
    if not _change(row, owner_id=row.owner_id, to={"owner": to}):
        raise HasOutcome("it has an outcome")
    Amendment.objects.create(promise=row, at=now, by=by, giver_id=row.owner_id, taker=to, absence=absence)
    row.owner = to
    _record("promise.handed", row, now=now, by=by, taker=to.pk, away=absence is not None)


def say_unattended(row: Promise, *, now: datetime) -> None:
    """Its owner is away and nobody stands in: whoever reads the list is asked to take it."""
    _record("promise.unattended", row, now=now)


def _change(row: Promise, *, to: dict[str, Any], **still: object) -> bool:
    """Change an open promise that is as it was read; False where somebody was faster."""
    same = Promise.objects.filter(pk=row.pk, outcome=OPEN, due_to=row.due_to, **still)
    return same.update(**to) == 1


def _record(
    kind: str, row: Promise, *, now: datetime, by: Staff | None = None, not_before: datetime | None = None, **data: Any
) -> None:  # fmt: skip
    case_id = row.post.case_id
    facts.record(
        kind, at=now, by=f"staff:{by.pk}" if by else "system", things=[f"case:{case_id}", LIST], not_before=not_before,
        promise=row.pk, public_id=row.public_id, case=case_id, post=row.post_id, due=row.due_to.isoformat(), **data,
    )  # fmt: skip
