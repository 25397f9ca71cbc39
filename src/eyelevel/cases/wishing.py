"""Where a frame is too small: asking the colleague who may, with the case or without it, and asking for wider frames."""

from __future__ import annotations

from datetime import datetime, timedelta

from eyelevel.cases import actions, measures, states
from eyelevel.cases.deciding import DECISIONS, MOST_WORDS, NeedsWords, Settled
from eyelevel.cases.deciding_models import WidenNote, Wish
from eyelevel.cases.models import Case
from eyelevel.cases.rules import too_often
from eyelevel.kernel import facts
from eyelevel.people.models import Staff
from eyelevel.people.reach import Lack, Wanted

QUIET_AFTER_DISMISSAL = timedelta(days=30)


def wish(
    case: Case, wanted: Wanted, *, by: Staff, to: Staff | None, hand: bool, lack: Lack, now: datetime
) -> Wish:
    """Ask `to` (nobody: the supervisors) to decide it; with `hand` the case goes along. Raises NeedsWords."""
    if not wanted.words.strip() or len(wanted.words) > MOST_WORDS:
        raise NeedsWords("say in words what is to be decided")
    case = states.standing(case.pk)
    made = Wish.objects.create(
        case=case, by=by, to=to, handed=hand and to is not None, kind=wanted.kind, cents=wanted.cents, days=wanted.days,
        words=wanted.words.strip(), limit=lack.limit, at=now,
    )  # fmt: skip
    facts.record(
        "decision.wished", at=now, by=f"staff:{by.pk}", things=_things(made), case=case.pk, wish=made.pk,
        decided=wanted.kind, limit=lack.limit,
    )  # fmt: skip
    if made.handed:
        actions.hand_over(case, giver=by, taker=to, note=made.words[:500], now=now, reason="frame")
    _ask_for_wider_frames(wanted.kind, now=now)
    return made


def decline(row: Wish, *, words: str, by: Staff, now: datetime) -> None:
    """It is not granted, and why. Raises NeedsWords, Settled."""
    if not words.strip():
        raise NeedsWords("say why not")
    waiting = Wish.objects.filter(pk=row.pk, state=Wish.State.OPEN)
    if not waiting.update(
        state=Wish.State.DECLINED, answer=words.strip()[:MOST_WORDS], answered_by=by, answered_at=now
    ):
        raise Settled("this wish has its answer")
    facts.record(
        "decision.declined", at=now, by=f"staff:{by.pk}", things=_things(row), case=row.case_id, wish=row.pk
    )


def dismiss(row: WidenNote, *, by: Staff, now: datetime) -> None:
    """A supervisor has read it; the same kind is quiet for thirty days."""
    if WidenNote.objects.filter(pk=row.pk, dismissed_at=None).update(dismissed_at=now, dismissed_by=by):
        facts.record(
            "frames.note_dismissed", at=now, by=f"staff:{by.pk}", things=[DECISIONS], decided=row.kind
        )


def _ask_for_wider_frames(kind: str, *, now: datetime) -> None:
    """A kind that is handed on too often asks the supervisors; while a note is open only its numbers change."""
    small, of = measures.frames_too_small(kind, now=now)
    if not too_often(small, of=of):
        return
    if WidenNote.objects.filter(kind=kind, dismissed_at=None).update(handed=small, of=of):
        return
    if WidenNote.objects.filter(kind=kind, dismissed_at__gt=now - QUIET_AFTER_DISMISSAL).exists():
        return
    _row, fresh = WidenNote.objects.get_or_create(
        kind=kind, dismissed_at=None, defaults={"at": now, "handed": small, "of": of}
    )
    if fresh:
        facts.record("frames.too_small", at=now, things=[DECISIONS], decided=kind, handed=small, of=of)


def _things(row: Wish) -> list[str]:
    return [f"case:{row.case_id}", actions.LIST, DECISIONS]
