"""What the person of a case reads of decisions: who speaks, what this colleague may decide, what was decided for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from eyelevel.cases import decisions
from eyelevel.cases.deciding_models import Decision
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, money
from eyelevel.kernel.policy import Actor
from eyelevel.outbox import reads as outbox
from eyelevel.people import mandates
from eyelevel.people.models import Mandate
from eyelevel.public.story import Word


@dataclass(frozen=True, kw_only=True)
class Told:
    """One decision as its person sees it."""

    said: str
    words: str
    by: str
    at: datetime
    tone: str
    state: str


def beside(case: Case, words: Sequence[Word]) -> Mapping[str, Any]:
    """For the page of a case: what was decided, in answers that have left, and who speaks."""
    return {"decided": decided_for(case), "speaks": who_speaks(words)}


def decided_for(case: Case) -> Sequence[Told]:
    reader = Actor(kind="receipt", case_id=case.pk, person_id=case.person_id)
    rows = decisions.told_outside(reader)
    pending = outbox.not_yet_left(case.pk, real_now=clock.real_now()) if rows else set()
    return [_told(row) for row in rows if row.post_id not in pending]


def _told(row: Decision) -> Told:
    done = row.state == Decision.State.EXECUTED
    return Told(
        said=_said(row), words=row.words, by=row.by.name, at=row.at, tone="good" if done else "",
        state=_("carried out") if done else _("is being carried out"),
    )  # fmt: skip


def _said(row: Decision) -> str:
    if row.kind == "goodwill":
        return _("goodwill %(sum)s") % {"sum": _sum(row.cents)}
    if row.kind == "deadline":
        later = ngettext("a deadline %(num)s day later", "a deadline %(num)s days later", row.days)
        return later % {"num": row.days}
    return _("a change of the contract") if row.kind == "contract" else _("decided")


def who_speaks(words: Sequence[Word]) -> str:
    """Who answered last, and what they may decide themselves, where the house shows it."""
    ours = [word.post.staff for word in words if word.ours and word.post.staff is not None]
    if not ours or ours[-1].left_at is not None:
        return ""
    row = mandates.of(ours[-1].pk, now=clock.now())
    if row is None or row.shown == Mandate.Shown.NOTHING:
        return ""
    may = _may(row, sums=row.shown == Mandate.Shown.AMOUNTS)
    named = {"name": ours[-1].name, "company": settings.ENV.company}
    if not may:
        return _("%(name)s answers for %(company)s.") % named
    return _("%(name)s answers for %(company)s and may decide alone about: %(what)s.") % {
        **named, "what": ", ".join(may),
    }  # fmt: skip


def _may(row: Mandate, *, sums: bool) -> list[str]:
    may = []
    if row.goodwill_case:
        named = _("goodwill up to %(sum)s") % {"sum": _sum(row.goodwill_case)}
        may.append(named if sums else _("goodwill"))
    if row.deadline_days:
        later = ngettext(
            "deadlines up to %(num)s day later", "deadlines up to %(num)s days later", row.deadline_days
        )
        may.append(later % {"num": row.deadline_days} if sums else _("later deadlines"))
    if row.contracts:
        may.append(_("changes of contracts"))
    return may


def _sum(cents: int) -> str:
    return money.spoken(cents, language=get_language() or "de")
