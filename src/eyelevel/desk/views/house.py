"""The house: my own settings, colleagues and their roles, service hours, and how the doors are doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.channels import doors as ways
from eyelevel.channels import reads as channels
from eyelevel.channels.models import Account
from eyelevel.desk import names, troubles
from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import addresses, clock, steps, text
from eyelevel.kernel.policy import can, insist
from eyelevel.kernel.writer import write
from eyelevel.people import absences, actions, factors, reads, sessions
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Login, Staff

ROLES = frozenset(Staff.Role.values)
LINK_IS_VALID = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One weekday with its first span, as the form shows it."""

    number: int
    name: str
    opens: str
    closes: str


@dataclass(frozen=True, kw_only=True)
class DoorLine:
    key: str
    name: str
    tone: names.Tone
    state: str
    at: datetime | None
    testable: bool


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def house(request: HttpRequest) -> HttpResponse:
    """The page; POST gives a new colleague a seat and shows their one-time link once."""
    if request.method != "POST":
        return house_page(request)
    insist(asked(request).actor, "staff.change")
    try:
        name = text.one_line(request.POST.get("name", ""), 120)
        email = addresses.address_of(request.POST.get("mail", ""))
        role = request.POST.get("role", "")
    except addresses.NoAddress as wrong:
        return house_page(request, problem=str(wrong), status=400)
    if not name or not email or role not in ROLES:
        return house_page(request, problem=_("Name, mail address and role are needed."), status=400)
    if Login.objects.filter(email=email).exists():
        return house_page(request, problem=_("Somebody has this mail address already."), status=400)
    token = write(
        _seat,
        name=name,
        email=email,
        role=role,
        language=seat_of(request).language,
        by=asked(request).actor.key,
    )
    return house_page(request, link=request.build_absolute_uri(f"{reverse('enter')}?token={token}"))


def _seat(*, name: str, email: str, role: str, language: str, by: str) -> str:
    login = Login.objects.create_user(email)
    actions.seat(login=login, name=name, role=role, language=language, now=clock.now(), by=by)
    return actions.new_login_link(login, now=clock.real_now(), valid=LINK_IS_VALID)


def house_page(
    request: HttpRequest, *, problem: str = "", link: str = "", tried: str = "", status: int = 200
) -> HttpResponse:
    actor = asked(request).actor
    return page(
        request, "house", status=status, colleagues=reads.colleagues(), role_name=names.role, week=_week(),
        may_change_staff=can(actor, "staff.change"), may_change_hours=can(actor, "hours.change"), may_see_canned=can(actor, "canned.read"), doors=_doors(),
        problem=problem, link=link, tried=tried, live=("staff", "hours"), factors=_factors(request),
        may_revive=can(actor, "step.revive"), stuck=steps.dead().count(), away=absences.to_come(clock.now()), today=absences.today(clock.now()),
    )  # fmt: skip


def _factors(request: HttpRequest) -> factors.Factors | None:
    login = seat_of(request).login
    return factors.of(login) if login is not None else None


def _week() -> Sequence[Day]:
    spans = {span.weekday: span for span in reversed(reads.service_spans())}
    return [
        Day(
            number=number, name=str(WEEKDAYS[number]),
            opens=f"{spans[number].opens:%H:%M}" if number in spans else "",
            closes=f"{spans[number].closes:%H:%M}" if number in spans else "",
        )
        for number in range(7)
    ]  # fmt: skip


def _doors() -> Sequence[DoorLine]:
    accounts = channels.accounts()
    return [_door(door, accounts.get(door.account)) for door in ways.doors()]


def _door(door: ways.Door, account: Account | None) -> DoorLine:
    tone: names.Tone = "good"
    state, at = _("open"), None
    if door.kind == ways.OUTGOING and not door.where:
        tone, state = "warn", _("not set up: answers by mail wait in the outbox")
    elif door.account and account is None:
        tone, state = "warn", _("not heard from yet")
    elif account is not None and account.last_error:
        tone, state, at = "bad", troubles.said(account.last_error), account.last_error_at
    elif account is not None:
        at = account.last_ok_at
    return DoorLine(
        key=door.key,
        name=names.door(door.kind, door.where),
        tone=tone,
        state=state,
        at=at,
        testable=door.testable,
    )


@staff_only
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language in {"de", "en"} and theme in {"auto", "light", "dark"}:
        write(actions.set_preferences, seat_of(request), language=language, theme=theme)
    return HttpResponseRedirect(reverse("house"))


@staff_only
@require_POST
def colleague(request: HttpRequest, number: int) -> HttpResponse:
    """Change a colleague's role, or end the seat. Nobody changes their own, so an operator always remains."""
    actor = asked(request).actor
    insist(actor, "staff.change")
    staff = Staff.objects.filter(pk=number, left_at=None).first()
    if staff is None:
        raise Http404
    if staff.pk == seat_of(request).pk:
        return house_page(request, problem=_("Your own seat is changed by another operator."), status=409)
    if request.POST.get("do") == "leave":
        write(actions.leave, staff, now=clock.now(), by=actor.key)
    elif request.POST.get("do") == "sessions":
        if staff.login is not None:
            write(sessions.end, staff.login, now=clock.now(), by=actor.key)
    elif request.POST.get("role") in ROLES:
        write(actions.change_role, staff, role=request.POST["role"], now=clock.now(), by=actor.key)
    return HttpResponseRedirect(reverse("house"))


@staff_only
@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "hours.change")
    try:
        spans = [span for number in range(7) if (span := _span(request, number)) is not None]
    except ValueError:
        return house_page(
            request,
            problem=_("Each day closes after it opens; leave both empty for a day without service."),
            status=400,
        )
    write(actions.set_service_hours, spans, now=clock.now(), by=actor.key)
    return HttpResponseRedirect(reverse("house"))


def _span(request: HttpRequest, number: int) -> tuple[int, time, time] | None:
    """What was typed for one weekday. Raises ValueError where it is no span."""
    opens, closes = request.POST.get(f"opens-{number}", ""), request.POST.get(f"closes-{number}", "")
    if not opens and not closes:
        return None
    begin, end = time.fromisoformat(opens), time.fromisoformat(closes)
    if end <= begin:
        raise ValueError("closes before it opens")
    return number, begin, end


@staff_only
@require_POST
def door_test(request: HttpRequest, name: str) -> HttpResponse:
    """Connect and log in, now, and say what came of it."""
    insist(asked(request).actor, "door.test")
    try:
        trouble = ways.try_door(name)
    except KeyError as error:
        raise Http404 from error
    return house_page(request, tried=trouble or _("It answers."), status=502 if trouble else 200)
