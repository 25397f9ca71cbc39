"""Deciding in a case within one's frame, taking it back in time, and carrying it out once.

What was decided is a row of the transaction that approves the answer saying it. The road (flow.py) then hands it to a webhook
or makes it a task; either way it leaves only when it can no longer be taken back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from eyelevel.cases import decisions, states
from eyelevel.cases.deciding_models import Decision, Wish
from eyelevel.cases.models import Case
from eyelevel.kernel import facts
from eyelevel.outbox import actions as outbox
from eyelevel.people import mandates
from eyelevel.people.models import Staff
from eyelevel.people.reach import LONGEST_DAYS, Lack, Wanted, lack
from eyelevel.posts.models import Post

DECISIONS = "decisions"  # the thing that an open list of decisions watches
MOST_WORDS = 1_000
S = Decision.State


class NeedsWords(ValueError):
    """A decision says in words what was decided; being carried out needs what shows it."""


class NotWhole(ValueError):
    """Goodwill needs a sum, a deadline needs days."""


class FrameTooSmall(ValueError):
    """It lies beyond what this colleague may decide; `lack` says by how much."""

    def __init__(self, lack: Lack, wanted: Wanted) -> None:
        super().__init__(f"beyond the frame: {lack.limit}")
        self.lack, self.wanted = lack, wanted


class Settled(ValueError):
    """Somebody was faster: it is carried out, taken back, or on its way."""


def decide(
    case: Case, wanted: Wanted, *, by: Staff, now: datetime, real_now: datetime, post: Post | None = None,
    wish: Wish | None = None, once_within: timedelta | None = None,
) -> Decision:  # fmt: skip
    """Keep the decision; the same one of the same colleague `once_within` a time is one that a form sent twice. Raises NotWhole, NeedsWords, FrameTooSmall, and Settled for a wish that has its answer.

    The case and the colleague are held until the commit: two decisions at once cannot exceed the case or the month together.
    """
    _insist_whole(wanted)
    case = states.standing(case.pk)
    held = Staff.objects.select_for_update(no_key=True).get(pk=by.pk)
    if once_within is not None and (same := _just_made(case, wanted, by=held, since=now - once_within)):
        return same
    mandate = mandates.of(held.pk, now=now)
    lacking = lack(
        mandates.frame_of(mandate), wanted, in_case=decisions.granted_in(case),
        in_month=decisions.granted_by(held.pk, now=now),
    )  # fmt: skip
    if lacking is not None:
        raise FrameTooSmall(lacking, wanted)
    made = Decision.objects.create(
        case=case, post=post, kind=wanted.kind, cents=wanted.cents, days=wanted.days, words=wanted.words.strip(), by=by,
        at=now, mandate=mandate, owner=by, leaves_at=real_now + timedelta(seconds=settings.ENV.undo_seconds),
        first_contact=wish is None and decisions.at_first_contact(case, by=by),
    )  # fmt: skip
    if wish is not None:
        _granted(wish, made, by=by, now=now)
    facts.record(
        "case.decided", at=now, by=f"staff:{by.pk}", things=_things(made), case=case.pk, decision=made.pk,
        decided=wanted.kind, first_contact=made.first_contact,
    )  # fmt: skip
    return made


def _just_made(case: Case, wanted: Wanted, *, by: Staff, since: datetime) -> Decision | None:
    """The same decision without an answer, made a moment ago and not taken back."""
    rows = Decision.objects.filter(
        case=case, by=by, post=None, kind=wanted.kind, cents=wanted.cents, days=wanted.days, words=wanted.words.strip(),
        at__gte=since,
    )  # fmt: skip
    return rows.exclude(state=Decision.State.TAKEN_BACK).order_by("-pk").first()


def _insist_whole(wanted: Wanted) -> None:
    if not wanted.words.strip() or len(wanted.words) > MOST_WORDS:
        raise NeedsWords("say in words what is decided")
    if wanted.kind == "goodwill" and wanted.cents <= 0:
        raise NotWhole("goodwill needs a sum")
    if wanted.kind == "deadline" and not 0 < wanted.days <= LONGEST_DAYS:
        raise NotWhole("a deadline needs days")


def _granted(wish: Wish, made: Decision, *, by: Staff, now: datetime) -> None:
    waiting = Wish.objects.filter(pk=wish.pk, state=Wish.State.OPEN)
    if not waiting.update(state=Wish.State.GRANTED, decision=made, answered_by=by, answered_at=now):
        raise Settled("this wish has its answer")


def take_back(made: Decision, *, by: Staff, now: datetime) -> None:
    """Take back a decision that no answer says, while nobody has begun to carry it out. Raises Settled."""
    if made.post_id is not None:
        raise Settled("it goes back with the answer that says it")
    _take_back(made, by=by, now=now)


def take_back_with(post_id: int, *, by: Staff, now: datetime) -> None:
    """The answer that said it is taken back, and so is the decision. Raises outbox.NoLongerWaiting."""
    for made in Decision.objects.filter(post_id=post_id):
        try:
            _take_back(made, by=by, now=now)
        except Settled as late:
            raise outbox.NoLongerWaiting("what was decided is carried out already") from late


def _take_back(made: Decision, *, by: Staff, now: datetime) -> None:
    row = _held(made)
    if row.state != S.DECIDED:
        raise Settled("it has its outcome")
    on_its_way = row.way == Decision.Way.WEBHOOK
    if on_its_way and not outbox.withdraw_unsent(message_id=row.message_id, now=now, by=f"staff:{by.pk}"):
        raise Settled("it is on its way")
    _settle(row, S.TAKEN_BACK, by=by, now=now)
    Decision.objects.filter(pk=row.pk).update(post=None)
    Wish.objects.filter(decision=row).update(
        state=Wish.State.OPEN, decision=None, answered_by=None, answered_at=None
    )
    facts.record(
        "decision.taken_back",
        at=now,
        by=f"staff:{by.pk}",
        things=_things(row),
        case=row.case_id,
        decision=row.pk,
    )


def becomes_a_task(decision_id: int, *, now: datetime) -> None:
    """Nobody outside carries it out: it stands on the list of its owner."""
    if _not_yet_on_a_way(decision_id).update(way=Decision.Way.TASK):
        _told("decision.is_a_task", decision_id, now=now)


def leaves_by(decision_id: int, *, message_id: str) -> bool:
    """A webhook carries it out; False where it was taken back meanwhile, or has a way already."""
    rows = _not_yet_on_a_way(decision_id)
    return bool(rows.update(way=Decision.Way.WEBHOOK, message_id=message_id))


def _not_yet_on_a_way(decision_id: int) -> QuerySet[Decision]:
    return Decision.objects.filter(pk=decision_id, state=S.DECIDED, way=Decision.Way.OPEN)


def webhook_said(message_id: str, *, took_it: bool, word: str, now: datetime) -> None:
    """What came of a try: taken is carried out, everything else shows until a later try is taken."""
    rows = Decision.objects.filter(message_id=message_id, state__in=[S.DECIDED, S.FAILED])
    row = rows.first()
    if row is None:
        return
    before = row.state
    _settle(row, S.EXECUTED if took_it else S.FAILED, evidence=word, by=None, now=now)
    if took_it or before != S.FAILED:
        _told("decision.executed" if took_it else "decision.failed", row.pk, now=now)


def carried_out(made: Decision, *, evidence: str, by: Staff, now: datetime) -> None:
    """A colleague did it and says what shows it. Raises NeedsWords, Settled.

    Where a webhook has not taken it so far, this ends its tries: it is never carried out twice.
    """
    if not evidence.strip():
        raise NeedsWords("what shows it?")
    row = _held(made)
    undecided = row.state == S.DECIDED and row.way != Decision.Way.WEBHOOK
    if not undecided and row.state != S.FAILED:
        raise Settled("it has its outcome, or is on its way")
    sending = decisions.sending_of(row, held=True)
    if sending is not None and sending.lease_until is not None:
        raise Settled("the webhook is being tried at this moment")
    _settle(row, S.EXECUTED, evidence=evidence.strip()[:MOST_WORDS], by=by, now=now)
    _told("decision.executed", row.pk, now=now, by=f"staff:{by.pk}")


def given_to(made: Decision, *, owner: Staff, by: Staff, now: datetime) -> None:
    """Another colleague carries it out."""
    if Decision.objects.filter(pk=made.pk, state__in=[S.DECIDED, S.FAILED]).update(owner=owner):
        _told("decision.given", made.pk, now=now, by=f"staff:{by.pk}")


def try_again(made: Decision, *, by: Staff, now: datetime, real_now: datetime) -> None:
    """Send a failed one to its webhook once more, at once and under its old id. Raises Settled."""
    row = _held(made)
    sending = decisions.sending_of(row)
    if row.state != S.FAILED or sending is None:
        raise Settled("there is nothing to send again")
    outbox.send_again([sending.pk], now=real_now, by=f"staff:{by.pk}")
    _told("decision.tried_again", row.pk, now=now, by=f"staff:{by.pk}")


def may_leave(message_id: str) -> bool:
    """Is this decision still to be carried out by its webhook? Asked before each try."""
    return Decision.objects.filter(
        Q(state=S.DECIDED) | Q(state=S.FAILED), message_id=message_id, way=Decision.Way.WEBHOOK
    ).exists()


def _held(made: Decision) -> Decision:
    """The row as it stands, held until the commit."""
    return Decision.objects.select_for_update(of=("self",)).get(pk=made.pk)


def _settle(row: Decision, state: str, *, by: Staff | None, now: datetime, evidence: str = "") -> None:
    Decision.objects.filter(pk=row.pk).update(
        state=state, evidence=evidence or row.evidence, settled_by=by, settled_at=now
    )


def _things(row: Decision) -> list[str]:
    return [f"case:{row.case_id}", DECISIONS]


def _told(kind: str, decision_id: int, *, now: datetime, by: str = "") -> None:
    row = Decision.objects.get(pk=decision_id)
    facts.record(kind, at=now, by=by, things=_things(row), case=row.case_id, decision=row.pk)
