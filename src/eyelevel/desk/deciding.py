"""Decisions as the desk shows them: the box under an answer, what a frame lacks and who may, and how all of it is called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from eyelevel.cases import decisions
from eyelevel.cases.deciding_models import Decision, Kind, Wish
from eyelevel.cases.models import Case
from eyelevel.desk import names
from eyelevel.kernel import clock, money, text
from eyelevel.kernel.policy import can, visible
from eyelevel.kernel.text import number_in
from eyelevel.people import mandates
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Mandate
from eyelevel.people.reach import Lack, Wanted
from eyelevel.posts.models import Post

MOST_NAMED = 3  # colleagues offered at once
MOST_WORDS = 1_000


class Unclear(ValueError):
    """What was typed is not whole, or can be read in two ways; the message says so to the writer."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """What is typed about a decision, and what stands against it. `seal` is of what is shown again before it is sent."""

    kind: str
    amount: str
    days: str
    words: str
    frame: str
    told: str
    seal: str
    wish: Wish | None
    trouble: str
    lack: str
    may: Sequence[decisions.Colleague]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One decision beside a case or on the list."""

    row: Decision
    said: str
    tone: names.Tone
    state: str
    to_do: bool
    mine: bool
    failed: bool
    evidence: str


def sum_of(cents: int) -> str:
    return money.spoken(cents, language=get_language() or "de")


def kind(name: str) -> str:
    return {
        "goodwill": _("goodwill"), "contract": _("a change of the contract"), "deadline": _("a later deadline"),
        "other": _("something else"),
    }[name]  # fmt: skip


def said(row: Decision | Wish | Wanted) -> str:
    """A decision in short: "goodwill €30"."""
    if row.kind == "goodwill":
        return _("goodwill %(sum)s") % {"sum": sum_of(row.cents)}
    if row.kind == "deadline":
        return ngettext("a deadline %(num)s day later", "a deadline %(num)s days later", row.days) % {
            "num": row.days
        }
    return kind(row.kind)


def frame(row: Mandate | None) -> str:
    """A written frame in one line."""
    if row is None:
        return _(
            "Nobody has written a frame for this seat: it decides nothing about money, contracts and deadlines."
        )
    parts = [
        _("goodwill up to %(case)s in one case and %(month)s in a month")
        % {"case": sum_of(row.goodwill_case), "month": sum_of(row.goodwill_month)}
        if row.goodwill_case
        else _("no goodwill"),
        _("changes of contracts") if row.contracts else _("no changes of contracts"),
        ngettext("deadlines up to %(num)s day later", "deadlines up to %(num)s days later", row.deadline_days)
        % {"num": row.deadline_days}
        if row.deadline_days
        else _("no later deadlines"),
        _("answers in public") if row.publishes else _("no answers in public"),
    ]
    return " · ".join(parts)


def of_form(typed: QueryDict) -> Wanted | None:
    """What the writer decides; None where nothing. Raises Unclear: nothing that was typed is dropped or guessed."""
    chosen, amount, days, words = _typed(typed)
    if not chosen:
        if amount or days or words:
            raise Unclear(_("Choose what you decide, or empty the fields of the decision."))
        return None
    if chosen not in Kind.values:
        raise Unclear(_("Choose what you decide."))
    if not words:
        raise Unclear(
            _("Say in words what is decided: it stands in the case, and whoever carries it out reads it.")
        )
    return Wanted(
        kind=chosen, words=words, cents=cents(amount) if chosen == "goodwill" else 0,  # type: ignore[arg-type] # one of Kind
        days=_days(days) if chosen == "deadline" else 0,
    )  # fmt: skip


def _typed(typed: QueryDict) -> tuple[str, str, str, str]:
    kind, amount, days = (
        text.one_line(typed.get(f"decide-{name}", ""), 60) for name in ("kind", "amount", "days")
    )
    return kind, amount, days, text.one_line(typed.get("decide-words", ""), MOST_WORDS)


def cents(typed: str) -> int:
    """A sum that somebody typed. Raises Unclear."""
    try:
        found = money.cents_of(typed)
    except money.TwoMeanings as two:
        raise Unclear(
            _("“%(typed)s” has two meanings. Type %(many)s or %(few)s.")
            % {"typed": two.typed, "many": two.many, "few": two.few}
        ) from two
    except money.OtherCurrency as other:
        raise Unclear(_("Frames are written in euro: name the sum in euro.")) from other
    except money.NoSum as wrong:
        raise Unclear(_("This is no sum. Type it like 50 or 49,90.")) from wrong
    if not found:
        raise Unclear(_("This is no sum. Type it like 50 or 49,90."))
    return found


def _days(typed: str) -> int:
    days = number_in(typed, digits=4)
    if not days:
        raise Unclear(_("Say by how many days the deadline is later."))
    return days


def seal(wanted: Wanted) -> str:
    """A fingerprint of what is decided: sent along, it says that exactly this was shown."""
    told = "\n".join([wanted.kind, str(wanted.cents), str(wanted.days), wanted.words])
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def hindrance(typed: QueryDict, case: Case, *, request: HttpRequest) -> str:
    """Why this is not decided yet: it is unclear, beyond the frame, or was not shown again. Empty where it can be."""
    try:
        wanted = of_form(typed)
    except Unclear:
        return _("your decision is not clear yet. Below stands what is missing.")
    if wanted is None:
        return ""
    if decisions.lacking(case, wanted, staff=seat_of(request), now=clock.now()) is not None:
        return _("it lies beyond your frame. Below stands who may decide it.")
    if typed.get("decide-seen") != seal(wanted):
        return _("you decide something here. Look at it below, then send it.")
    return ""


def box(
    request: HttpRequest, case: Case, typed: QueryDict | None, *, before: Decision | Wish | None = None
) -> Box:
    """The box as it is typed; `before`: what a taken back decision or a wish fills in."""
    now, seat = clock.now(), seat_of(request)
    written = mandates.of(seat.pk, now=now)
    filled = _filled(before) if before is not None and not (typed and "decide-kind" in typed) else None
    chosen, amount, days, words = filled or (_typed(typed) if typed is not None else ("", "", "", ""))
    told = mark = trouble = beyond = ""
    may: Sequence[decisions.Colleague] = ()
    try:
        wanted = of_form(typed) if typed is not None and filled is None else None
    except Unclear as unclear:
        wanted, trouble = None, str(unclear)
    if wanted is not None:
        lacking = decisions.lacking(case, wanted, staff=seat, now=now)
        if lacking is None:
            told, mark = said(wanted), seal(wanted)
        else:
            beyond = lack(lacking)
            may = decisions.who_may(case, wanted, besides=seat.pk, now=now, real_now=clock.real_now())[
                :MOST_NAMED
            ]
    return Box(
        kind=chosen, amount=amount, days=days, words=words, frame=frame(written), told=told, seal=mark, trouble=trouble,
        wish=before if isinstance(before, Wish) else None,
        lack=beyond, may=may,
    )  # fmt: skip


def _filled(row: Decision | Wish) -> tuple[str, str, str, str]:
    amount = f"{row.cents // 100},{row.cents % 100:02}" if row.cents else ""
    return row.kind, amount, str(row.days or ""), row.words


def lack(one: Lack) -> str:
    """What a frame lacks, in words."""
    if one.limit in {"case", "month"}:
        told = (
            _(
                "Your frame ends at %(allowed)s of goodwill in one case; %(used)s are granted in it already, %(missing)s are missing."
            )
            if one.limit == "case"
            else _(
                "Your frame ends at %(allowed)s of goodwill in a month; you have granted %(used)s this month, %(missing)s are missing."
            )
        )
        return told % {
            "allowed": sum_of(one.allowed), "used": sum_of(one.used), "missing": sum_of(one.missing),
        }  # fmt: skip
    if one.limit == "contract":
        return _("Your frame does not hold changes of contracts.")
    return _("Your frame holds deadlines up to %(allowed)s days later; this is %(asked)s.") % {
        "allowed": one.allowed, "asked": one.asked,
    }  # fmt: skip


def lines(rows: Sequence[Decision], *, seat_id: int) -> Sequence[Line]:
    return [_line(row, seat_id=seat_id) for row in rows]


def _line(row: Decision, *, seat_id: int) -> Line:
    tone, state = _state(row)
    failed = row.state == Decision.State.FAILED
    by_hand = row.state == Decision.State.DECIDED and row.way != Decision.Way.WEBHOOK
    return Line(
        row=row, said=said(row), tone=tone, state=state, to_do=failed or by_hand, failed=failed, evidence=names.last_word(row.evidence),
        mine=row.by_id == seat_id and row.state == Decision.State.DECIDED and row.post_id is None,
    )  # fmt: skip


def _state(row: Decision) -> tuple[names.Tone, str]:
    if row.state == Decision.State.EXECUTED:
        return "good", _("carried out")
    if row.state == Decision.State.FAILED:
        return "bad", _("the webhook did not take it")
    if row.state == Decision.State.TAKEN_BACK:
        return "", _("taken back")
    if row.way == Decision.Way.WEBHOOK:
        return "", _("on its way")
    return "warn", _("to be carried out")


def wish_state(row: Wish) -> str:
    return {
        "open": _("waits for the answer"), "granted": _("granted"), "declined": _("declined"),
    }[row.state]  # fmt: skip


def beside(request: HttpRequest, case: Case, family: Sequence[int]) -> Mapping[str, Any]:
    """What was decided and wished in a case, for the page beside it."""
    actor = asked(request).actor
    wishes = decisions.wishes_of(actor, family)
    return {
        "decided": lines(decisions.of_case(actor, case, family), seat_id=seat_of(request).pk), "wishes": wishes, "said": said,
        "wish_state": wish_state, "answerable": {one.pk for one in wishes if can(actor, "wish.answer", one)},
    }  # fmt: skip


def notes(request: HttpRequest) -> Mapping[str, Any]:
    """For supervisors: which frames are too small too often."""
    actor = asked(request).actor
    return {"widen": decisions.notes(actor) if can(actor, "mandates.read") else (), "kind_name": kind}


def undone_with(post: Post) -> str:
    """The part of the address by which the page fills in again what is taken back with this answer."""
    row = Decision.objects.filter(post=post).first()
    return f"?decision={row.pk}" if row is not None else ""


def wish_of(request: HttpRequest, family: Sequence[int]) -> Wish | None:
    """The open wish that the form or the address names, where this colleague may answer it."""
    number = number_in(request.POST.get("of") or request.GET.get("wish", ""), digits=11)
    if not number:
        return None
    actor = asked(request).actor
    rows = Wish.objects.select_related("by").filter(pk=number, case_id__in=family, state=Wish.State.OPEN)
    row: Wish | None = visible(actor, rows).first()
    return row if row is not None and can(actor, "wish.answer", row) else None


def filled_by(request: HttpRequest, case: Case, family: Sequence[int]) -> Decision | Wish | None:
    """What fills in the box of a case: a wish, or a decision that was taken back with its answer."""
    return wish_of(request, family) or _taken_back(request, case)


def _taken_back(request: HttpRequest, case: Case) -> Decision | None:
    number = number_in(request.GET.get("decision", ""), digits=11)
    if not number:
        return None
    rows = Decision.objects.filter(pk=number, case=case, by=seat_of(request), state=Decision.State.TAKEN_BACK)
    return rows.first()
