"""What was decided in a case, and deciding in it within one's frame."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from eyelevel.api import made, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import case_or_404, once, operation, seat, shown
from eyelevel.api.problems import Problem
from eyelevel.cases import deciding, decisions
from eyelevel.cases import reads as cases
from eyelevel.cases.deciding_models import Decision
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, money, text
from eyelevel.kernel.policy import insist
from eyelevel.people.reach import LONGEST_DAYS, Wanted

router = Router(tags=["decisions"])
Kind = Literal["goodwill", "contract", "deadline", "other"]
Cents = Annotated[int, Field(strict=True, ge=0, le=money.MOST_CENTS)]
Days = Annotated[int, Field(strict=True, ge=0, le=LONGEST_DAYS)]


class DecisionOut(Schema):
    """One decision. `id` is the key under which it is carried out once; `frame_version` the frame it was taken under."""

    id: str
    case: int
    kind: Kind
    amount_cents: int
    currency: str
    days: int
    words: str
    decided_by: int
    decided_at: datetime
    frame_version: int | None
    first_contact: bool
    state: Literal["decided", "executed", "failed", "taken_back"]
    way: Literal["", "webhook", "task"]
    owner: int
    evidence: str
    settled_at: datetime | None


class DecisionsOut(Schema):
    items: list[DecisionOut]


class DecisionIn(shapes.In):
    """What is decided: cents of a euro for goodwill, days for a deadline, always in words too."""

    kind: Kind
    words: Annotated[str, Field(strict=True, min_length=1, max_length=deciding.MOST_WORDS, pattern=r"\S")]
    amount_cents: Cents = 0
    days: Days = 0


@operation(
    router, "GET", "/cases/{number}/decisions", name="list-decisions", verb="case.read", out=DecisionsOut, also=(404,),
    summary="What was decided in a case, oldest first",
)  # fmt: skip
def list_decisions(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    case = case_or_404(request, number)
    actor = by_token(request).actor
    insist(actor, "case.read", case)
    rows = decisions.of_case(actor, case, cases.family(case))
    return shown(DecisionsOut(items=[_decision(row) for row in rows]))


@operation(
    router, "POST", "/cases/{number}/decisions", name="decide", verb="decision.make", out=DecisionOut, status=201,
    also=(404,), summary="Decide within my frame; a webhook or a task carries it out after the undo time",
)  # fmt: skip
def decide(request: HttpRequest, number: shapes.Number, body: DecisionIn) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "decision.make", case)
    words = text.one_line(body.words, deciding.MOST_WORDS)
    wanted = Wanted(
        kind=body.kind, words=words, cents=body.amount_cents if body.kind == "goodwill" else 0,
        days=body.days if body.kind == "deadline" else 0,
    )  # fmt: skip

    def effect() -> DecisionOut:
        row = deciding.decide(case, wanted, by=seat(request), now=clock.now(), real_now=clock.real_now())
        return _decision(row)

    try:
        return once(request, effect, status=201)
    except (deciding.NotWhole, deciding.NeedsWords) as error:
        raise Problem(
            "not-valid", "goodwill needs amount_cents, a deadline needs days, all of it words"
        ) from error
    except deciding.FrameTooSmall as error:
        raise _too_small(request, case, error) from error


def _too_small(request: HttpRequest, case: Case, refusal: deciding.FrameTooSmall) -> Problem:
    """By how much, and who may: what a program needs to hand the case on."""
    lack = refusal.lack
    able = decisions.who_may(
        case, refusal.wanted, besides=seat(request).pk, now=clock.now(), real_now=clock.real_now()
    )
    return Problem(
        "frame", "hand the case to somebody who may", limit=lack.limit, allowed=lack.allowed, used=lack.used,
        asked=lack.asked, who_may=[made.colleague(one.staff).model_dump(mode="json") for one in able],
    )  # fmt: skip


def _decision(row: Decision) -> DecisionOut:
    return DecisionOut(
        id=row.public_id, case=row.case_id, kind=row.kind, amount_cents=row.cents, currency=row.currency, days=row.days,  # type: ignore[arg-type] # choices are these words
        words=row.words, decided_by=row.by_id, decided_at=row.at, first_contact=row.first_contact, owner=row.owner_id,
        frame_version=row.mandate.version if row.mandate is not None else None, state=row.state, way=row.way,  # type: ignore[arg-type] # choices are these words
        evidence=row.evidence, settled_at=row.settled_at,
    )  # fmt: skip
