"""How a case stands, kept and put back; and its clocks counted anew from what is there.

A state is the part of a case row that merging, splitting and bulk acts change, as JSON: ids as numbers, moments in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from eyelevel.cases.models import Case, Closure, Merge
from eyelevel.cases.rules import Joined, Said, clocks
from eyelevel.kernel import facts
from eyelevel.people import reads as people
from eyelevel.people import rules as hours
from eyelevel.posts.actions import REACHES_NOBODY
from eyelevel.posts.models import Post

MOMENTS = (
    "waiting_since", "asked_since", "first_human_word_at", "last_word_at", "snoozed_until", "alarm_since", "helped_at",
)  # fmt: skip
NUMBERS = ("holder_id", "closure_id", "merged_into_id")
State = dict[str, Any]


def standing(case_id: int) -> Case:
    """The case as it stands now, or the one that it was merged into. On PostgreSQL the row is held until the commit, so
    that nothing is written into a case that is being merged away at the same moment.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    while case.merged_into_id is not None:
        case = Case.objects.select_for_update().get(pk=case.merged_into_id)
    return case


def held(*case_ids: int) -> list[Case]:
    """These cases, held until the commit, in the order asked for. Raises Case.DoesNotExist."""
    rows = {row.pk: row for row in Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk")}
    if missing := set(case_ids) - set(rows):
        raise Case.DoesNotExist(f"no case {sorted(missing)}")
    return [rows[number] for number in case_ids]


def state_of(case: Case) -> State:
    case.refresh_from_db()
    moments = {name: getattr(case, name) for name in MOMENTS}
    return {name: at.isoformat() if at else None for name, at in moments.items()} | {
        name: getattr(case, name) for name in NUMBERS
    }


def put(case: Case, state: Mapping[str, Any], *, names: Iterable[str], now: datetime) -> None:
    """Write these parts of a state into the case. What has run out meanwhile (a put-off) does not come back."""
    values: dict[str, Any] = {name: _value(name, state[name]) for name in names}
    asleep = values.get("snoozed_until")
    if asleep is not None and asleep <= now:
        values["snoozed_until"] = None
    if values.get("closure_id") is not None:
        Closure.objects.filter(pk=values["closure_id"]).update(reopened_at=None)
    Case.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()
    watch(case, now=now)
    if case.snoozed_until is not None:
        facts.record(
            "case.snoozed", at=now, not_before=case.snoozed_until, case=case.pk, until=case.snoozed_until.isoformat()
        )  # fmt: skip


def rest(case: Case) -> None:
    """Nobody waits in it any more: what stood in it stands elsewhere now."""
    Case.objects.filter(pk=case.pk).update(
        waiting_since=None, asked_since=None, alarm_since=None, snoozed_until=None
    )


def last_word(case: Case) -> None:
    """Its last word is the last that stands in it."""
    words = Post.objects.filter(case_id=case.pk, automatic=False).exclude(kind=Post.Kind.NOTE)
    newest = words.order_by("at").values_list("at", flat=True).last()
    Case.objects.filter(pk=case.pk).update(last_word_at=newest or case.opened_at)


def _value(name: str, stored: Any) -> Any:
    return datetime.fromisoformat(stored) if name in MOMENTS and stored is not None else stored


def watch(case: Case, *, now: datetime) -> None:
    """Let silence raise its alarm, also where the step of the first word ran while nobody waited here."""
    if case.waiting_since is None or case.alarm_since is not None or case.closure_id is not None:
        return
    due = hours.after_service_hours(
        people.service_spans(), start=case.waiting_since, hours=settings.ENV.silence_hours, zone=people.zone()
    )
    facts.record("case.waits", at=now, not_before=due, case=case.pk, since=case.waiting_since.isoformat())


def recount(case: Case, *, now: datetime) -> None:
    """The clocks of this case as what stands in it makes them. Nobody waits in a closed case."""
    case.refresh_from_db()
    joined = _joined(case)
    counted = clocks(_said(case, joined), joined={number: one for number, (one, _ids) in joined.items()})
    closed = case.closure_id is not None
    waiting = None if closed else counted.waiting_since
    Case.objects.filter(pk=case.pk).update(
        waiting_since=waiting,
        asked_since=None if closed else counted.asked_since,
        first_human_word_at=counted.first_human_word_at,
        alarm_since=case.alarm_since if waiting is not None else None,
    )
    case.refresh_from_db()
    watch(case, now=now)


def _joined(case: Case) -> dict[int, tuple[Joined, set[int]]]:
    """The cases that were merged into this one, and into those: where to, when, with which posts."""
    found: dict[int, tuple[Joined, set[int]]] = {}
    looking = [case.pk]
    while looking:
        rows = Merge.objects.filter(kept_id__in=looking, undone_at=None)
        looking = []
        for row in rows:
            found[row.merged_id] = (Joined(into=row.kept_id, at=row.at), set(row.post_ids))
            looking.append(row.merged_id)
    return found


def _said(case: Case, joined: Mapping[int, tuple[Joined, set[int]]]) -> list[Said]:
    earliest = sorted(joined.items(), key=lambda pair: pair[1][0].at)
    strands = {post: number for number, (_one, ids) in reversed(earliest) for post in ids}
    kinds = [Post.Kind.HEARD, Post.Kind.ANSWER, Post.Kind.CALL]
    posts = Post.objects.filter(case_id=case.pk, kind__in=kinds, evidence=None)  # evidence waits for nobody
    posts = posts.exclude(kind=Post.Kind.HEARD, automatic=True)
    words = [
        Said(
            at=at, order=pk, strand=strands.get(pk, case.pk), what="heard" if kind == Post.Kind.HEARD else "ours"
        )
        for pk, kind, at, remarks in posts.values_list("pk", "kind", "at", "remarks")
        if REACHES_NOBODY not in remarks
    ]  # fmt: skip
    closings = Closure.objects.filter(case_id__in=[case.pk, *joined]).values_list("case_id", "at")
    return words + [Said(at=at, order=0, strand=number, what="closed") for number, at in closings]
