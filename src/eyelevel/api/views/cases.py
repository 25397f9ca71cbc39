"""Cases and what colleagues do with them; the same actions as at the desk."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import case_or_404, listed, once, operation, seat, shown
from eyelevel.api.problems import Problem
from eyelevel.cases import actions, reads
from eyelevel.cases.models import Case
from eyelevel.kernel import addresses, clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.outbox import reads as outbox
from eyelevel.people import actions as people
from eyelevel.people import reads as people_reads
from eyelevel.people.models import Staff
from eyelevel.posts.models import Post

router = Router(tags=["cases"])
Shelf = Annotated[
    Literal["all", "now", "mine", "unassigned", "alarms", "snoozed", "closed"],
    Query(description="A list of the desk, as this colleague sees it."),
]


@operation(
    router,
    "GET",
    "/cases",
    name="list-cases",
    verb="list.read",
    out=shapes.CasesOut,
    summary="Cases, newest first",
)
def list_cases(
    request: HttpRequest, shelf: Shelf = "all", limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "",
    channel: Annotated[str, Query(max_length=40)] = "",
    person: Annotated[str, Query(max_length=26, description="The id of a person.")] = "",
) -> HttpResponse:  # fmt: skip
    actor = by_token(request).actor
    insist(actor, "list.read")
    if shelf == "all":
        rows = visible(actor, Case.objects.select_related("person", "closure").filter(merged_into=None))
    else:
        rows = reads.shelf(actor, shelf, now=clock.now())
    rows = rows.filter(channel=channel) if channel else rows
    rows = rows.filter(person__public_id=person) if person else rows
    found, following = paging.page(request, rows, what="cases", limit=limit, cursor=cursor)
    return listed(
        shapes.CasesOut(items=[made.case(row) for row in found], next=following), following=following
    )


@operation(
    router, "POST", "/cases", name="open-case", verb="case.enter", out=shapes.CaseOut, status=201,
    summary="Open a case by hand",
)  # fmt: skip
def open_case(request: HttpRequest, body: shapes.CaseIn) -> HttpResponse:
    insist(by_token(request).actor, "case.enter")
    try:
        mail = addresses.address_of(body.mail)
    except addresses.NoAddress as error:
        raise Problem("not-valid", "this mail address cannot be right") from error
    subject, heard = text.one_line(body.subject, 300), _needed(body.heard)
    if not subject:
        raise Problem("not-valid", "the subject is empty")

    def effect() -> shapes.CaseOut:
        now, staff, name = clock.now(), seat(request), text.one_line(body.name, 200)
        if mail:
            handle = people.meet(channel="mail", address=mail, name=name, language=staff.language, now=now)
            someone = handle.person
        else:
            someone = people.meet_pseudonym(name=name, language=staff.language, now=now)
        case = actions.open_by_hand(person=someone, subject=subject, by=staff, now=now)
        actions.note_call(case, staff=staff, heard=heard, said=text.clean(body.said).strip(), now=now)
        return made.fresh_case(case.pk)

    return once(request, effect, status=201)


@operation(
    router, "GET", "/cases/{number}", name="read-case", verb="case.read", out=shapes.CaseOut, also=(404,),
    summary="One case",
)  # fmt: skip
def read_case(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.read", case)
    return shown(made.case(case))


@operation(
    router, "PATCH", "/cases/{number}", name="rename-case", verb="case.rename", out=shapes.CaseOut, also=(404,),
    summary="Give a case another title",
)  # fmt: skip
def rename_case(request: HttpRequest, number: shapes.Number, body: shapes.RenameIn) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.rename", case)
    subject = text.one_line(body.subject, 300)
    if not subject:
        raise Problem("not-valid", "the subject is empty")

    def effect() -> shapes.CaseOut:
        actions.rename(case, subject=subject, by=seat(request), now=clock.now())
        return made.fresh_case(case.pk)

    return once(request, effect)


@operation(
    router, "POST", "/cases/{number}/hand", name="hand-case", verb="case.hand", out=shapes.CaseOut, also=(404,),
    summary="Give a case to a colleague, or back to everybody",
)  # fmt: skip
def hand_case(request: HttpRequest, number: shapes.Number, body: shapes.HandIn) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.hand", case)
    taker = Staff.objects.filter(pk=body.to, left_at=None).first() if body.to is not None else None
    if body.to is not None and taker is None:
        raise Problem("not-valid", "no colleague with this id has a seat")

    def effect() -> shapes.CaseOut:
        note = text.one_line(body.note, 500)
        actions.hand_over(case, giver=seat(request), taker=taker, note=note, now=clock.now())
        return made.fresh_case(case.pk)

    return once(request, effect)


@operation(
    router, "POST", "/cases/{number}/snooze", name="snooze-case", verb="case.snooze", out=shapes.CaseOut, also=(404,),
    summary="Put a case off until a moment, or until the person speaks",
)  # fmt: skip
def snooze_case(request: HttpRequest, number: shapes.Number, body: shapes.SnoozeIn) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.snooze", case)
    if body.until <= clock.now():
        raise Problem("not-valid", "this moment is over")

    def effect() -> shapes.CaseOut:
        actions.snooze(case, until=body.until, by=seat(request), now=clock.now())
        return made.fresh_case(case.pk)

    return once(request, effect)


@operation(
    router, "POST", "/cases/{number}/close", name="close-case", verb="case.close", out=shapes.CaseOut, also=(404,),
    summary="Close a case",
)  # fmt: skip
def close_case(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.close", case)

    def effect() -> shapes.CaseOut:
        actions.close(case, by=seat(request), now=clock.now())
        return made.fresh_case(case.pk)

    return once(request, effect)


@operation(
    router, "POST", "/cases/{number}/reopen", name="reopen-case", verb="case.close", out=shapes.CaseOut, also=(404,),
    summary="Open a closed case again",
)  # fmt: skip
def reopen_case(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    case = case_or_404(request, number)
    actor = by_token(request).actor
    insist(actor, "case.close", case)

    def effect() -> shapes.CaseOut:
        actions.reopen(case, now=clock.now(), by=actor.key)
        return made.fresh_case(case.pk)

    return once(request, effect)


@operation(
    router, "GET", "/cases/{number}/posts", name="list-posts", verb="case.read", out=shapes.PostsOut, also=(404,),
    summary="Everything said in a case, oldest first",
)  # fmt: skip
def list_posts(
    request: HttpRequest,
    number: shapes.Number,
    limit: paging.Limit = paging.USUAL,
    cursor: paging.Cursor = "",
) -> HttpResponse:
    case = case_or_404(request, number)
    actor = by_token(request).actor
    insist(actor, "case.read", case)
    rows = visible(actor, Post.objects.filter(case_id=case.pk)).prefetch_related("attachments")
    found, following = paging.page(
        request, rows, what=f"posts:{case.pk}", limit=limit, cursor=cursor, oldest_first=True
    )
    sendings = outbox.of_case(case.pk)
    items = [made.post(row, sendings) for row in found]
    return listed(shapes.PostsOut(items=items, next=following), following=following)


@operation(
    router, "POST", "/cases/{number}/notes", name="add-note", verb="case.note", out=shapes.PostOut, status=201,
    also=(404,), summary="Write an internal note",
)  # fmt: skip
def add_note(request: HttpRequest, number: shapes.Number, body: shapes.NoteIn) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.note", case)
    words = _needed(body.text)

    def effect() -> shapes.PostOut:
        actions.note(case, staff=seat(request), text=words, now=clock.now())
        notes = Post.objects.filter(case_id=case.pk, staff=seat(request), kind=Post.Kind.NOTE)
        return made.post(notes.order_by("-pk")[0], {})

    return once(request, effect, status=201)


@operation(
    router, "POST", "/cases/{number}/calls", name="note-call", verb="case.note", out=shapes.CaseOut, status=201,
    also=(404,), summary="Write down a telephone call",
)  # fmt: skip
def note_call(request: HttpRequest, number: shapes.Number, body: shapes.CallIn) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "case.note", case)
    heard, said = text.clean(body.heard).strip(), text.clean(body.said).strip()
    if not heard and not said:
        raise Problem("not-valid", "say what was heard or what was said")

    def effect() -> shapes.CaseOut:
        actions.note_call(case, staff=seat(request), heard=heard, said=said, now=clock.now())
        return made.fresh_case(case.pk)

    return once(request, effect, status=201)


@operation(
    router, "GET", "/colleagues", name="list-colleagues", verb="list.read", out=shapes.ColleaguesOut,
    summary="Who has a seat",
)  # fmt: skip
def list_colleagues(request: HttpRequest) -> HttpResponse:
    insist(by_token(request).actor, "list.read")
    return shown(shapes.ColleaguesOut(items=[made.colleague(row) for row in people_reads.colleagues()]))


def _needed(words: str) -> str:
    """The text as it is kept. Raises Problem where nothing of it is left."""
    kept = text.clean(words).strip()
    if not kept:
        raise Problem("not-valid", "the text is empty")
    return kept
