"""Promises as the desk shows them: chips under a text that is being written, and the ledger beside a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from eyelevel.answers import reads as answers
from eyelevel.desk import names
from eyelevel.outbox import reads as outbox
from eyelevel.people import absences
from eyelevel.people.models import Absence, Staff
from eyelevel.word import standing_in
from eyelevel.word.commitments import Commitment
from eyelevel.word.models import Promise
from eyelevel.word.promises import OPEN, Chosen

FORM = "chips"  # a form with this field shows chips, so what it has not shown must be shown before it is sent
MOST_CHIPS = 50


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One promise found in a text. `due` is the value of a datetime-local field; `known`: the ledger has it already."""

    number: int
    words: str
    due: str
    on: bool
    dated: bool
    conditional: bool
    known: bool
    gap: standing_in.Gap | None  # the writer is away then


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """What the writer did with a chip."""

    on: bool
    due: str


def chips(
    text: str, *, typed: QueryDict | None, ledger: Sequence[Promise], now: datetime, seat: Staff
) -> Sequence[Chip] | None:
    """The promises of a text; what the writer did with a chip of the same words stays. None: not checked."""
    done = _typed(typed) if typed is not None else {}
    known = {_field(row.due_to) for row in ledger if row.outcome == OPEN}
    found = answers.promised(text, now=now)
    if found is None:
        return None
    made = [_chip(number, one, done.get(one.text), known) for number, one in enumerate(found[:MOST_CHIPS])]
    among = absences.to_come(now) if made else ()
    return [_with_gap(chip, seat=seat, now=now, among=among) for chip in made]


def _with_gap(chip: Chip, *, seat: Staff, now: datetime, among: Sequence[Absence]) -> Chip:
    due = moment_of(chip.due)
    gap = standing_in.gap(seat.pk, due, now=now, among=among) if due is not None else None
    return replace(chip, gap=gap)


def _chip(number: int, one: Commitment, typed: _Typed | None, known: set[str]) -> Chip:
    due = _field(one.due_to) if one.due_to else ""
    stands = due in known
    return Chip(
        number=number, words=one.text, dated=one.due_to is not None, conditional=one.conditional, known=stands,
        due=typed.due if typed else due, on=typed.on if typed else not (one.conditional or stands),
        gap=None,
    )  # fmt: skip


def chosen(typed: QueryDict, text: str, *, now: datetime) -> Sequence[Chosen]:
    """The promises that the writer confirmed: found in the text, ticked, with a date."""
    done = _typed(typed)
    made: list[Chosen] = []
    for one in (answers.promised(text, now=now) or ())[:MOST_CHIPS]:
        mine = done.get(one.text)
        due = moment_of(mine.due) if mine is not None and mine.on else None
        if due is not None:
            made.append(Chosen(text=one.text, due_to=due, due_from=one.due_from, conditional=one.conditional))
    return made


def unseen(typed: QueryDict, text: str, *, now: datetime) -> bool:
    """Does the text promise something that the form could have offered and has not?"""
    if FORM not in typed:
        return False
    done = _typed(typed)
    found = (answers.promised(text, now=now) or ())[:MOST_CHIPS]
    return any(not one.conditional and one.text not in done for one in found)


def unkept(typed: QueryDict, text: str, *, now: datetime) -> bool:
    """Was a promise ticked that cannot enter the ledger, because the check broke since?"""
    return "promise" in typed and answers.promised(text, now=now) is None


def _typed(typed: QueryDict) -> Mapping[str, _Typed]:
    """What was done with each chip, by its words."""
    on = set(typed.getlist("promise"))
    return {
        words.replace("\r\n", "\n"): _Typed(on=str(number) in on, due=typed.get(f"due-{number}", "")[:30])
        for number, words in enumerate(typed.getlist("offered")[:MOST_CHIPS])
    }


def _field(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def moment_of(typed: str) -> datetime | None:
    """The moment of a datetime-local field in the zone of the house; None where nothing readable was typed."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=timezone.get_current_timezone())
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """The notice that the person got before the time: when it was queued, and what became of it."""

    at: datetime
    tone: names.Tone
    state: str


def notices(ledger: Sequence[Promise]) -> Mapping[int, Foretold]:
    """By the number of the promise."""
    told = [row for row in ledger if row.foretold_at is not None]
    sent = outbox.by_message_id([row.notice_id for row in told]) if told else {}
    found: dict[int, Foretold] = {}
    for row in told:
        sending = sent.get(row.notice_id)
        tone, state = names.state(sending.state) if sending is not None else ("", "")
        if row.foretold_at is not None:
            found[row.pk] = Foretold(at=row.foretold_at, tone=tone, state=state)
    return found


def outcome(row: Promise) -> str:
    """What became of it, in words."""
    late = row.settled_at is not None and row.settled_at > row.due_to
    return {
        Promise.Outcome.KEPT: _("kept, noted after its time") if late else _("kept"),
        Promise.Outcome.NOT_KEPT: _("not kept"),
        Promise.Outcome.RELEASED: _("no longer wanted"),
    }.get(Promise.Outcome(row.outcome), _("open"))
