"""What stands around a case and a list: questions to others, linked cases, the last act on many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eyelevel.cases import asking, reads
from eyelevel.cases.models import Asking, BulkAct, Case, Link
from eyelevel.desk import names
from eyelevel.kernel import clock
from eyelevel.kernel.policy import visible
from eyelevel.kernel.text import number_in
from eyelevel.outbox import reads as outbox
from eyelevel.people.asking import asked


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to somebody without a seat: `open` while its answer is waited for."""

    row: Asking
    state: str
    open: bool
    withdrawable: bool


@dataclass(frozen=True, kw_only=True)
class Linked:
    row: Link
    how: str
    case: Case


@dataclass(frozen=True, kw_only=True)
class Done:
    """What an act on many cases did, or what taking it back did."""

    row: BulkAct
    told: str
    left: Sequence[int]


def questions(rows: Sequence[Asking]) -> Sequence[Question]:
    stuck = outbox.stuck_of([row.message_id for row in rows]) if rows else set()
    return [_question(row, stuck=row.message_id in stuck) for row in rows]


def _question(row: Asking, *, stuck: bool) -> Question:
    valid = asking.is_open(row, real_now=clock.real_now())
    if stuck:
        state = _("the mail did not arrive: see the outbox")
    elif row.withdrawn_at is not None:
        state = _("withdrawn")
    elif row.answered_at is not None:
        state = _("answered")
    else:
        state = _("waits for the answer") if valid else _("ended without an answer")
    return Question(row=row, state=state, open=valid and row.answered_at is None, withdrawable=valid)


def links(case: Case, around: reads.Around) -> Sequence[Linked]:
    """The cases linked with this one, from either side; a merged one stands for the case that it is in."""
    found: list[Linked] = []
    for row in around.links:
        if row.removed_at is not None:
            continue
        forth = row.one_id in around.family
        other = reads.kept(row.other if forth else row.one)
        if other.pk != case.pk:
            found.append(Linked(row=row, how=names.link(row.kind, forth=forth), case=other))
    return found


def bulk_done(request: HttpRequest) -> Done | None:
    """The act that the address names, for the words above the list."""
    number = number_in(request.GET.get("act", ""), digits=11)
    row: BulkAct | None = visible(asked(request).actor, BulkAct.objects.filter(pk=number or 0)).first()
    if row is None:
        return None
    parts = list(row.parts.order_by("case_id"))
    if row.undone_at is None:
        return Done(row=row, told=told(row.verb, len(parts)), left=())
    left = [part.case_id for part in parts if not part.put_back]
    return Done(row=row, told=_put_back(len(parts) - len(left)), left=left)


def told(verb: str, count: int) -> str:
    said = {
        "hand": ngettext("%(count)s case given on.", "%(count)s cases given on.", count),
        "snooze": ngettext("%(count)s case put off.", "%(count)s cases put off.", count),
        "close": ngettext("%(count)s case closed.", "%(count)s cases closed.", count),
        "reopen": ngettext("%(count)s case opened again.", "%(count)s cases opened again.", count),
    }
    return said[verb] % {"count": count}


def _put_back(count: int) -> str:
    return ngettext("%(count)s case put back.", "%(count)s cases put back.", count) % {"count": count}
