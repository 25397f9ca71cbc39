"""What was done with a case beside speaking in it: merged, split, linked, changed with others, somebody asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from eyelevel.cases import reads as cases
from eyelevel.cases.models import Asking, BulkPart, Case, Link, Merge, Split
from eyelevel.desk import promising
from eyelevel.kernel.pages import due
from eyelevel.word.models import Amendment, Promise


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event in words; `undo` is where a form takes it back, `undo_page` where that is shown first."""

    at: datetime
    event: str
    note: str = ""
    undo: str = ""
    undo_page: str = ""


def of(case: Case, around: cases.Around) -> Sequence[Happening]:
    """Of this case and of those that were merged into it."""
    return [
        *_merges(case, around.family),
        *_splits(case, around.family),
        *_links(around.links),
        *_acts(around.family),
        *_questions(around.askings),
        *_promises(case),
    ]


def _merges(case: Case, family: Sequence[int]) -> Iterator[Happening]:
    rows = Merge.objects.select_related("by", "undone_by").filter(
        Q(kept_id__in=family) | Q(merged_id=case.pk)
    )
    for row in rows.order_by("id"):
        said = {"name": row.by.name, "number": row.merged_id, "other": row.kept_id}
        can = row.undone_at is None and row.kept_id == case.pk
        yield Happening(
            at=row.at, event=_("%(name)s merged case %(number)s into case %(other)s") % said,
            undo_page=reverse("part", kwargs={"number": row.pk}) if can else "",
        )  # fmt: skip
        if row.undone_at is not None and row.undone_by is not None:
            said |= {"name": row.undone_by.name}
            yield Happening(
                at=row.undone_at,
                event=_("%(name)s took case %(number)s and case %(other)s apart again") % said,
            )


def _splits(case: Case, family: Sequence[int]) -> Iterator[Happening]:
    rows = Split.objects.select_related("by", "undone_by").filter(
        Q(source_id__in=family) | Q(target_id__in=family)
    )
    for row in rows.order_by("id"):
        said = {
            "name": row.by.name, "count": len(row.post_ids), "number": row.target_id, "other": row.source_id,
        }  # fmt: skip
        can = row.undone_at is None and case.pk in {row.source_id, row.target_id}
        yield Happening(
            at=row.at, event=_("%(name)s moved posts (%(count)s) from case %(other)s to case %(number)s") % said,
            undo=reverse("unsplit", kwargs={"number": row.pk}) if can else "",
        )  # fmt: skip
        if row.undone_at is not None and row.undone_by is not None:
            said |= {"name": row.undone_by.name}
            yield Happening(
                at=row.undone_at,
                event=_("%(name)s moved them back from case %(number)s to case %(other)s") % said,
            )


def _links(rows: Sequence[Link]) -> Iterator[Happening]:
    for row in rows:
        said = {"name": row.by.name, "number": row.one_id, "other": row.other_id}
        undo = reverse("unlink", kwargs={"number": row.pk}) if row.removed_at is None else ""
        yield Happening(
            at=row.at,
            event=_("%(name)s linked case %(number)s and case %(other)s") % said,
            note=row.note,
            undo=undo,
        )
        if row.removed_at is not None and row.removed_by is not None:
            said |= {"name": row.removed_by.name}
            yield Happening(
                at=row.removed_at,
                event=_("%(name)s removed the link of case %(number)s and case %(other)s") % said,
            )


def _acts(family: Sequence[int]) -> Iterator[Happening]:
    """Acts on many cases. Taking one back is for all of them, so its form stands on the list, beside what it did."""
    rows = BulkPart.objects.select_related("act__by", "act__undone_by").filter(case_id__in=family)
    for part in rows.annotate(count=Count("act__parts")).order_by("id"):
        said = {"name": part.act.by.name, "count": part.count, "deed": deed(part.act.verb)}
        yield Happening(
            at=part.act.at, event=_("%(name)s, for %(count)s cases at once: %(deed)s") % said,
            undo_page=f"{reverse('desk')}?act={part.act_id}" if part.act.undone_at is None else "",
        )  # fmt: skip
        if not part.put_back:
            continue
        if part.act.undone_at is not None and part.act.undone_by is not None:
            said = {"name": part.act.undone_by.name, "deed": deed(part.act.verb)}
            yield Happening(
                at=part.act.undone_at, event=_("%(name)s took back for many cases: %(deed)s") % said
            )


def deed(verb: str) -> str:
    return {
        "hand": _("given on"), "snooze": _("put off"), "close": _("closed"), "reopen": _("opened again"),
    }[verb]  # fmt: skip


def _questions(rows: Sequence[Asking]) -> Iterator[Happening]:
    for row in rows:
        said = {"name": row.by.name, "asked": row.name, "address": row.address}
        yield Happening(
            at=row.asked_at, event=_("%(name)s asked %(asked)s (%(address)s)") % said, note=row.question
        )
        if row.withdrawn_at is not None and row.withdrawn_by is not None:
            said |= {"name": row.withdrawn_by.name}
            yield Happening(
                at=row.withdrawn_at, event=_("%(name)s withdrew the question to %(asked)s") % said
            )


def _promises(case: Case) -> Iterator[Happening]:
    """Promises made, late, given another day or owner, and settled. They stand where their words stand."""
    rows = Promise.objects.select_related("owner", "settled_by").filter(post__case_id=case.pk)
    for row in rows.prefetch_related(
        "amendments__by", "amendments__giver", "amendments__taker", "amendments__absence"
    ).order_by("id"):
        amendments = sorted(row.amendments.all(), key=lambda one: one.pk)
        days = [one for one in amendments if one.due_before is not None]
        first = days[0].due_before if days else row.due_to
        owners = [one.giver for one in amendments if one.giver is not None]
        said = {"name": (owners[0] if owners else row.owner).name, "until": _said(first or row.due_to)}
        yield Happening(at=row.made_at, event=_("%(name)s promised, until %(until)s") % said, note=row.text)
        yield from (_amended(one) for one in amendments)
        if row.foretold_at is not None:
            said = {"until": _said(row.due_to)}
            yield Happening(
                at=row.foretold_at,
                event=_("the person was told by mail: the promise until %(until)s may be late") % said,
            )
        passed = [one.due_before for one in days if one.due_before is not None and one.due_before < one.at]
        for moment in [*passed, *([row.due_to] if row.broken_at is not None else [])]:
            said = {"until": _said(moment)}
            yield Happening(at=moment, event=_("the promise until %(until)s was not settled in time") % said)
        if row.settled_at is not None and row.settled_by is not None:
            said = {"name": row.settled_by.name, "outcome": promising.outcome(row)}
            yield Happening(
                at=row.settled_at,
                event=_("%(name)s about the promise: %(outcome)s") % said,
                note=row.evidence,
            )


def _amended(one: Amendment) -> Happening:
    if one.due_before is not None and one.due_to is not None:
        said = {"name": one.by.name, "before": _said(one.due_before), "until": _said(one.due_to)}
        return Happening(
            at=one.at,
            event=_("%(name)s moved the promise from %(before)s to %(until)s") % said,
            note=one.reason,
        )
    if one.absence is not None and one.giver is not None:
        away = {
            "giver": one.giver.name, "taker": one.taker.name if one.taker else "",
            "day": formats.date_format(one.absence.last_day, "SHORT_DATE_FORMAT"),
        }  # fmt: skip
        words = _("the promise went from %(giver)s, who is away until %(day)s, to %(taker)s")
        return Happening(at=one.at, event=words % away)
    said = {"name": one.by.name, "taker": one.taker.name if one.taker else ""}
    return Happening(at=one.at, event=_("%(name)s gave the promise to %(taker)s") % said)


def _said(moment: datetime) -> str:
    """A date in the words of an event, without the element around it."""
    return str(due(moment).striptags())
