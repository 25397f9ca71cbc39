"""The desk: the list, the case beside it, and the pieces that an open page fetches again."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eyelevel.answers import opinions, proposing
from eyelevel.answers import reads as answers
from eyelevel.answers.models import Draft
from eyelevel.cases import actions as case_actions
from eyelevel.cases import reads
from eyelevel.cases.models import Asking, Case
from eyelevel.channels import ways
from eyelevel.desk import around, deciding, knowing, mirroring, names, promising, story
from eyelevel.desk.frame import case_or_404, page, piece, staff_only
from eyelevel.desk.objecting import shown
from eyelevel.kernel import clock, graphemes
from eyelevel.kernel.text import number_in
from eyelevel.kernel.writer import write
from eyelevel.people import absences
from eyelevel.people import reads as people
from eyelevel.people.asking import asked, seat_of
from eyelevel.word import reads as word
from eyelevel.word import standing_in
from eyelevel.word.models import Promise

MOST_ROWS = 500


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case on the list."""

    href: str
    number: int
    subject: str
    alarm: bool
    waiting: datetime | None
    snoozed: datetime | None
    closed: bool
    channel: str
    person: str
    holder: str
    current: bool
    asked: Asking | None
    promise: Promise | None  # the open one that is due first
    promise_late: bool
    promise_alone: bool  # its keeper is away, and nobody stands in


@dataclass(frozen=True, kw_only=True)
class ShelfLink:
    href: str
    name: str
    current: bool
    count: str | None


@staff_only
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    if words := request.GET.get("q"):  # links that people kept from before the search had a page of its own
        return redirect(_with(reverse("search"), {"q": words}))
    if request.GET.get("part") == "list":
        return piece(request, "_list", **_list(request, None))
    return list_page(request)


def list_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The desk without an open case; `problem` says what could not be done with the chosen ones."""
    return page(
        request,
        "desk",
        status=status,
        case=None,
        problem=problem,
        **deciding.notes(request),
        **_list(request, None),
    )


@staff_only
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    if one.pk != number:
        return HttpResponseRedirect(reverse("case", kwargs={"number": one.pk}) + f"?merged={number}")
    part = request.GET.get("part")
    if part == "list":
        return piece(request, "_list", **_list(request, one))
    if part == "posts":
        actor = asked(request).actor
        told = story.items_of(one, actor, reads.around(actor, one))
        return piece(request, "_posts", case=one, story=told)
    if part == "presence":
        return piece(request, "_presence", case=one, present=_present(request, one))
    return case_page(request, one)


@staff_only
@require_POST
def presence(request: HttpRequest, number: int) -> HttpResponse:
    """An open page says every 20 seconds that somebody is here."""
    one = case_or_404(request, number)
    write(case_actions.is_here, one, staff=seat_of(request), writing=False, real_now=clock.real_now())
    return HttpResponse(status=204)


def case_page(
    request: HttpRequest,
    one: Case,
    *,
    problem: str = "",
    status: int = 200,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """The whole desk with this case open; `typed` is what the colleague sent and may correct."""
    actor = asked(request).actor
    whole = reads.around(actor, one)
    listed = _list(request, one)
    context = {
        "case": one,
        "story": story.items_of(one, actor, whole),
        "present": _present(request, one),
        "colleagues": listed["takers"],
        "channel_name": names.channel,
        "outcome_name": promising.outcome,
        "moment_now": clock.now(),
        "today": absences.today(clock.now()),
        "person_name": one.person.name if one.person and one.person.name else _("the person"),
        "others": _others(request, one),
        "came_from": _came_from(request, one, whole.family),
        "questions": around.questions(whole.askings),
        "links": around.links(one, whole),
        "hand_overs": reads.hand_overs(whole),
        **deciding.beside(request, one, whole.family),
        "live": ("list", f"case:{one.pk}", f"presence:{one.pk}"),
        "problem": problem,
    }
    return page(
        request,
        "desk",
        status=status,
        **context,
        **listed,
        **composing(request, one, whole.family, typed or {}),
    )


def _came_from(request: HttpRequest, one: Case, family: Sequence[int]) -> int | None:
    """The merged case whose address led here."""
    number = number_in(request.GET.get("merged", ""), digits=11)
    return number if number != one.pk and number in family else None


def composing(
    request: HttpRequest, one: Case, family: Sequence[int], typed: dict[str, Any]
) -> dict[str, Any]:
    """Everything around the draft: whom it goes to, what it says, what stands against it."""
    seat = seat_of(request)
    drafts = answers.open_drafts(family, staff_id=seat.pk)
    draft = drafts[0] if drafts else None
    handles = answers.handles(one)
    handle = (
        typed["handle"] if "handle" in typed else (draft.handle if draft else answers.default_handle(one))
    )
    text = typed.get("text", draft.text if draft else "")
    check = answers.check(one, text)
    seen = draft.seen_post_id if draft else reads.newest_post_id(one.pk)
    ledger = word.promises_in(one.pk, asked(request).actor)
    return {
        **of_the_model(draft, text),
        "ledger": ledger,
        "chips": promising.chips(text, typed=typed.get("chips"), ledger=ledger, now=clock.now(), seat=seat),
        "gaps": standing_in.gaps(ledger, now=clock.now()),
        "notices": promising.notices(ledger),
        "mirror": mirroring.of(one, text),
        "max_upload": settings.ENV.max_upload,
        "has_code": reads.has_code(one),
        "handles": handles,
        "handle": handle,
        "to_whom": names.to_whom,
        "way": ways.way_of(handle.channel if handle else ""),
        "signs": graphemes.count(text.strip()),
        "draft_text": text,
        "more_drafts": drafts[1:],
        "draft_version": draft.version if draft else 0,
        "seen_post": seen,
        "meanwhile": answers.said_meanwhile(one, seen_post_id=seen, besides=seat.pk) if draft else [],
        "check": check,
        "objections": shown(check.objections),
        "suggestions": knowing.suggested(one, text, asked(request).actor),
        "newcomers": [to.address for to in answers.recipients(one, handle) if to.new],
        "undo_seconds": f"{settings.ENV.undo_seconds:g}",
        "deciding": deciding.box(
            request, one, typed.get("chips"), before=deciding.filled_by(request, one, family)
        ),
    }


def of_the_model(draft: Draft | None, text: str) -> dict[str, Any]:
    """What a language model said of this text and proposed for it, where the house has one and its writer asked."""
    if opinions.model() is None:
        return {"may_ask_model": False, "opinion": None, "proposal": None}
    row = opinions.of(draft) if draft is not None and draft.text == text else None
    proposal = proposing.of(draft) if draft is not None else None
    return {
        "proposal": proposal, "proposed": proposing.shown(proposal, text=text) if proposal else [],
        "proposal_trouble": names.silence(proposal.trouble) if proposal else "",
        "may_ask_model": True, "opinion": row, "opinion_pairs": opinions.quoted(row) if row else [],
        "opinion_trouble": names.silence(row.trouble) if row else "",
    }  # fmt: skip


def _present(request: HttpRequest, one: Case) -> Sequence[reads.Colleague]:
    return reads.present(one, besides=seat_of(request).pk, real_now=clock.real_now())


def _others(request: HttpRequest, one: Case) -> Sequence[Case]:
    return reads.others_of(asked(request).actor, one)


def _list(request: HttpRequest, current: Case | None) -> dict[str, Any]:
    """The left pane: which shelf the address names, its rows, and the links that keep it."""
    actor, now = asked(request).actor, clock.now()
    which: reads.Shelf = next((name for name in reads.SHELVES if name == request.GET.get("list")), "now")
    most = min(number_in(request.GET.get("most", ""), digits=5) or reads.PAGE, MOST_ROWS)
    rows = list(reads.shelf(actor, which, now=now)[: most + 1])
    bulk = around.bulk_done(request)
    kept: dict[str, str] = {"list": which} if which != "now" else {}
    here = reverse("case", kwargs={"number": current.pk}) if current else reverse("desk")
    counts = reads.counts(actor, now=now)
    shown_cases = [one.pk for one in rows[:most]]
    due = word.next_due(shown_cases)
    gaps = standing_in.gaps(list(due.values()), now=now)
    alone = {number for number, gap in gaps.items() if gap.taker is None}
    beside = (reads.asked_of(shown_cases), due, alone)
    return {
        "rows": [_row(one, kept=kept, current=current, beside=beside, now=now) for one in rows[:most]],
        "bulk": bulk,
        "takers": people.colleagues(),
        "shelves": [
            ShelfLink(
                href=_with(reverse("desk"), {} if name == "now" else {"list": name}), name=names.shelf(name),
                current=name == which, count=_count(counts.get(name)),
            )
            for name in reads.SHELVES
        ],
        "list_src": _with(
            here, kept | {"part": "list"} | ({"most": str(most)} if most != reads.PAGE else {})
            | ({"act": str(bulk.row.pk)} if bulk else {}),
        ),
        "more_href": _with(here, kept | {"most": str(most + reads.PAGE)}) if len(rows) > most < MOST_ROWS else "",
        "back_href": _with(reverse("desk"), kept),
    }  # fmt: skip


def _row(
    one: Case, *, kept: dict[str, str], current: Case | None, now: datetime,
    beside: tuple[Mapping[int, Asking], Mapping[int, Promise], Container[int]],
) -> Row:  # fmt: skip
    asked_of, due = beside[0].get(one.pk), beside[1].get(one.pk)
    asleep = one.snoozed_until if one.snoozed_until and one.snoozed_until > now else None
    return Row(
        href=_with(reverse("case", kwargs={"number": one.pk}), kept), number=one.pk, subject=one.subject,
        alarm=one.alarm_since is not None and one.waiting_since is not None, waiting=one.waiting_since, snoozed=asleep,
        closed=one.closure_id is not None, channel=names.channel(one.channel),
        person=one.person.name if one.person else "", holder=one.holder.name if one.holder else "",
        current=current is not None and current.pk == one.pk, asked=asked_of, promise=due,
        promise_late=due is not None and due.due_to <= now, promise_alone=due is not None and due.pk in beside[2],
    )  # fmt: skip


def _with(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _count(count: int | None) -> str | None:
    if count is None:
        return None
    return "100+" if count > 100 else str(count)
