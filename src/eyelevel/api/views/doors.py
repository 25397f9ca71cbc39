"""What comes in and what goes out: arrivals, the quarantine, files, the outbox."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import case_or_404, listed, once, operation, seat, shown
from eyelevel.api.problems import Problem
from eyelevel.channels import actions as channels
from eyelevel.channels.contract import Part, RawArrival
from eyelevel.channels.form.read import CHANNEL, Filled, pack
from eyelevel.channels.models import Arrival, Quarantine
from eyelevel.kernel import addresses, clock, store, text
from eyelevel.kernel.files import download
from eyelevel.kernel.policy import insist, visible
from eyelevel.outbox import actions as outbox
from eyelevel.outbox import reads as outbox_reads
from eyelevel.outbox.models import Sending
from eyelevel.posts.models import Attachment, Post
from eyelevel.tokens.rules import scopes_for

router = Router(tags=["doors"])
State = Annotated[
    Literal["all", "waiting", "delivered", "undelivered", "unknown", "dead", "withdrawn"], Query()
]


def most_arrival() -> int:
    """Bytes of a body that brings files: they grow by a third in base64."""
    return int(settings.ENV.max_upload) * 4 // 3 + 1024 * 1024


def source_of(request: HttpRequest) -> str:
    return f"api:{seat(request).pk}"


@operation(
    router, "POST", "/arrivals", name="hand-in", verb="arrival.hand_in", out=shapes.ArrivalOut, status=202, also=(404,),
    summary="Hand in a word from outside; the same id twice is one event",
)  # fmt: skip
def hand_in(request: HttpRequest, body: shapes.ArrivalIn) -> HttpResponse:
    actor = by_token(request).actor
    insist(actor, "arrival.hand_in")
    envelope: dict[str, str] = {}
    if body.case is not None:
        if actor.only is not None and "case.enter" not in actor.only:
            raise Problem("scope", "to put it into a case", scopes=list(scopes_for("case.enter")))
        case = case_or_404(request, body.case)
        insist(actor, "case.enter", case)
        envelope["case"] = str(case.pk)
    arrival = RawArrival(
        channel=CHANNEL, source=source_of(request), external_id=body.id, raw=pack(_filled(body)),
        received_at=clock.now(), envelope=envelope,
    )  # fmt: skip
    shelved = channels.shelve(arrival)

    def effect() -> shapes.ArrivalOut:
        return _arrival(body.id, channels.keep(arrival, shelved=shelved))

    return once(request, effect, status=202)


def _filled(body: shapes.ArrivalIn) -> Filled:
    """What the door keeps. Raises Problem."""
    words = text.clean(body.text)
    try:
        mail = addresses.address_of(body.mail)
        parts = tuple(
            Part(
                name=text.one_line(one.name, 255), media_type=one.media_type,
                content=base64.b64decode(one.content, validate=True),
            )
            for one in body.files
        )  # fmt: skip
    except addresses.NoAddress as error:
        raise Problem("not-valid", "this mail address cannot be right") from error
    except (binascii.Error, ValueError) as error:
        raise Problem("not-valid", "the content of a file is base64") from error
    if not words.strip():
        raise Problem("not-valid", "the text is empty")
    return Filled(
        text=words, subject=text.one_line(body.subject, 200), name=text.one_line(body.name, 120), mail=mail,
        language=body.language, parts=parts,
    )  # fmt: skip


@operation(
    router, "GET", "/arrivals/{arrival}", name="read-arrival", verb="arrival.hand_in", out=shapes.ArrivalOut,
    also=(404,), summary="What became of an arrival that I handed in",
)  # fmt: skip
def read_arrival(request: HttpRequest, arrival: Annotated[str, shapes.Field(max_length=150)]) -> HttpResponse:
    insist(by_token(request).actor, "arrival.hand_in")
    mine = Arrival.objects.filter(channel=CHANNEL, source=source_of(request), external_id=arrival)
    row = mine.values_list("pk", flat=True).first()
    if row is None:
        raise Http404
    return shown(_arrival(arrival, row))


def _arrival(external_id: str, row: int) -> shapes.ArrivalOut:
    post = Post.objects.filter(arrival_id=row).first()
    stuck = Quarantine.objects.filter(arrival_id=row, resolved_at=None).exists()
    state: Literal["kept", "read", "unreadable"] = (
        "read" if post is not None else "unreadable" if stuck else "kept"
    )
    return shapes.ArrivalOut(
        id=external_id,
        state=state,
        case=post.case_id if post is not None else None,
        post=post.public_id if post is not None else None,
    )


@operation(
    router, "GET", "/quarantine", name="list-quarantine", verb="quarantine.read", out=shapes.QuarantinesOut,
    summary="What could not be read, newest first",
)  # fmt: skip
def list_quarantine(
    request: HttpRequest, limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "",
    state: Annotated[Literal["open", "all"], Query()] = "open",
) -> HttpResponse:  # fmt: skip
    actor = by_token(request).actor
    insist(actor, "quarantine.read")
    rows = visible(actor, Quarantine.objects.select_related("arrival").defer("arrival__raw"))
    rows = rows.filter(resolved_at=None) if state == "open" else rows
    found, following = paging.page(request, rows, what="quarantine", limit=limit, cursor=cursor)
    items = [made.quarantined(row) for row in found]
    return listed(shapes.QuarantinesOut(items=items, next=following), following=following)


def _entry(request: HttpRequest, number: int, verb: str) -> Quarantine:
    actor = by_token(request).actor
    rows = Quarantine.objects.select_related("arrival").filter(pk=number)
    row: Quarantine | None = visible(actor, rows).first()
    if row is None:
        raise Http404
    insist(actor, verb, row)
    return row


@operation(
    router, "GET", "/quarantine/{number}", name="read-quarantine", verb="quarantine.read", out=shapes.QuarantineOut,
    also=(404,), summary="One unreadable arrival",
)  # fmt: skip
def read_quarantine(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    return shown(made.quarantined(_entry(request, number, "quarantine.read")))


@operation(
    router, "GET", "/quarantine/{number}/raw", name="read-quarantine-raw", verb="quarantine.read", out=None,
    also=(404,), summary="Its bytes as they came",
)  # fmt: skip
def read_quarantine_raw(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    row = _entry(request, number, "quarantine.read")
    ending = "eml" if row.arrival.channel == "mail" else "bin"
    return download(channels.raw_of(row.arrival), name=f"arrival-{row.pk}.{ending}")


@operation(
    router, "POST", "/quarantine/{number}/retry", name="retry-quarantine", verb="quarantine.retry",
    out=shapes.QuarantineOut, status=202, also=(404,), summary="Read it once more",
)  # fmt: skip
def retry_quarantine(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    row = _entry(request, number, "quarantine.retry")

    def effect() -> shapes.QuarantineOut:
        channels.retry(row, now=clock.now(), by=by_token(request).actor.key)
        return made.quarantined(row)

    return once(request, effect, status=202)


@operation(
    router, "GET", "/files/{file}", name="file", verb="attachment.read", out=None, also=(404,),
    summary="A file that came with a post, as bytes to save",
)  # fmt: skip
def read_file(request: HttpRequest, file: shapes.PublicId) -> HttpResponse:
    actor = by_token(request).actor
    row = visible(actor, Attachment.objects.select_related("post").filter(public_id=file)).first()
    if row is None:
        raise Http404
    insist(actor, "attachment.read", row)
    return download(store.get(row.digest), name=row.name)


@operation(
    router, "GET", "/outbox", name="list-outbox", verb="outbox.read", out=shapes.SendingsOut,
    summary="What leaves and what came of it, newest first",
)  # fmt: skip
def list_outbox(
    request: HttpRequest, limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = "", state: State = "all"
) -> HttpResponse:
    actor = by_token(request).actor
    insist(actor, "outbox.read")
    rows = visible(actor, Sending.objects.defer("departure"))
    rows = rows.filter(state=state) if state != "all" else rows
    found, following = paging.page(request, rows, what="outbox", limit=limit, cursor=cursor)
    items = [made.sending(row) for row in found]
    return listed(shapes.SendingsOut(items=items, next=following), following=following)


def _sending(request: HttpRequest, public_id: str, verb: str) -> Sending:
    actor = by_token(request).actor
    row: Sending | None = visible(actor, Sending.objects.filter(public_id=public_id)).first()
    if row is None:
        raise Http404
    insist(actor, verb, row)
    return row


@operation(
    router, "GET", "/outbox/{sending}", name="read-sending", verb="outbox.read", out=shapes.SendingOut, also=(404,),
    summary="One sending",
)  # fmt: skip
def read_sending(request: HttpRequest, sending: shapes.PublicId) -> HttpResponse:
    return shown(made.sending(_sending(request, sending, "outbox.read")))


@operation(
    router, "POST", "/outbox/{sending}/retry", name="retry-sending", verb="sending.retry", out=shapes.SendingOut,
    status=202, also=(404,), summary="Try a stuck one again; its Message-ID stays",
)  # fmt: skip
def retry_sending(request: HttpRequest, sending: shapes.PublicId) -> HttpResponse:
    row = _sending(request, sending, "sending.retry")
    if row.state not in outbox_reads.STUCK:
        raise Problem("too-late", "only what is stuck is tried again")

    def effect() -> shapes.SendingOut:
        outbox.try_again(row, now=clock.real_now(), by=by_token(request).actor.key)
        row.refresh_from_db()
        return made.sending(row)

    return once(request, effect, status=202)
