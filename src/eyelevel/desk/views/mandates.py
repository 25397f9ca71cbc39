"""Written frames: everybody reads their own, supervisors read all and write another version."""

from __future__ import annotations

from datetime import date, datetime, time

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from eyelevel.desk import deciding
from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import clock
from eyelevel.kernel.moments import LATEST
from eyelevel.kernel.policy import can, insist
from eyelevel.kernel.text import number_in
from eyelevel.kernel.writer import write
from eyelevel.people import mandates as frames
from eyelevel.people import reads
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Mandate, Staff
from eyelevel.people.reach import Frame


@staff_only
@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """The frames that hold now, as far as this colleague may read them."""
    actor = asked(request).actor
    held = frames.of_all(now=clock.now())
    shown = reads.colleagues() if can(actor, "mandates.read") else [seat_of(request)]
    return page(
        request, "mandates", live=("staff",), rows=[(one, held.get(one.pk)) for one in shown], frame=deciding.frame,
    )  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def mandate(request: HttpRequest, number: int) -> HttpResponse:
    """All versions of one colleague's frame; POST writes another."""
    actor = asked(request).actor
    staff = Staff.objects.filter(pk=number).first()
    if staff is None or not (staff.pk == actor.staff_id or can(actor, "mandates.read")):
        raise Http404
    if request.method != "POST":
        return _page(request, staff)
    insist(actor, "mandate.write", staff)
    now = clock.now()
    try:
        written, since = _written(request), _since(request.POST.get("since", ""), now=now)
        write(frames.write_frame, staff, written, since=since, by=seat_of(request), now=now)
    except deciding.Unclear as unclear:
        return _page(request, staff, problem=str(unclear), status=400)
    except frames.NotAFrame:
        return _page(
            request, staff, problem=_("A month holds at least what one case holds; days of a deadline are at most 3650."),
            status=400,
        )  # fmt: skip
    except frames.HasNoSeat:
        return _page(request, staff, problem=_("This colleague has no seat any more."), status=409)
    return HttpResponseRedirect(reverse("mandate", kwargs={"number": staff.pk}))


def _written(request: HttpRequest) -> frames.Written:
    """Raises deciding.Unclear."""
    days = request.POST.get("deadline_days", "").strip()
    number = number_in(days, digits=4) if days else 0
    if number is None:
        raise deciding.Unclear(_("Days are a whole number."))
    return frames.Written(
        frame=Frame(
            goodwill_case=_cents(request, "goodwill_case"), goodwill_month=_cents(request, "goodwill_month"),
            contracts="contracts" in request.POST, deadline_days=number,
        ),
        publishes="publishes" in request.POST, shown=request.POST.get("shown", ""),
    )  # fmt: skip


def _cents(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "").strip()
    return deciding.cents(typed) if typed and typed.strip("0,. €") else 0


def _since(day: str, *, now: datetime) -> datetime:
    """The beginning of the day that was chosen, in the zone of the house; today and nothing mean now. Raises Unclear."""
    if not day.strip():
        return now
    try:
        chosen = datetime.combine(date.fromisoformat(day), time(0), timezone.get_current_timezone())
    except ValueError as wrong:
        raise deciding.Unclear(_("Choose a day, today or later.")) from wrong
    if chosen.date() == timezone.localtime(now).date():
        return now
    if not now < chosen < LATEST:
        raise deciding.Unclear(_("Choose a day, today or later."))
    return chosen


def _page(request: HttpRequest, staff: Staff, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor, now = asked(request).actor, clock.now()
    current = frames.of(staff.pk, now=now)
    return page(
        request, "mandate", status=status, staff=staff, problem=problem, current=current, versions=frames.versions(actor, staff),
        frame=deciding.frame, shown_name=shown, now=now, live=("staff",), shows=Mandate.Shown.values,
        may_write=can(actor, "mandate.write", staff) and staff.left_at is None, values=_values(request, current),
    )  # fmt: skip


def _values(request: HttpRequest, current: Mandate | None) -> dict[str, str]:
    """What the fields hold: what was typed and refused, else the frame that holds now."""
    if request.method == "POST":
        names = (
            "goodwill_case",
            "goodwill_month",
            "deadline_days",
            "shown",
            "since",
            "contracts",
            "publishes",
        )
        return {name: request.POST.get(name, "")[:60] for name in names}
    if current is None:
        return {
            "goodwill_case": "", "goodwill_month": "", "deadline_days": "", "contracts": "", "publishes": "1",
            "shown": Mandate.Shown.WHAT, "since": "",
        }  # fmt: skip
    return {
        "goodwill_case": _amount(current.goodwill_case), "goodwill_month": _amount(current.goodwill_month),
        "deadline_days": str(current.deadline_days), "contracts": "1" if current.contracts else "",
        "publishes": "1" if current.publishes else "", "shown": current.shown, "since": "",
    }  # fmt: skip


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def shown(value: str) -> str:
    return {
        Mandate.Shown.NOTHING: _("the name alone"), Mandate.Shown.WHAT: _("the name and what they may decide, without sums"),
        Mandate.Shown.AMOUNTS: _("the name, what they may decide, and up to how much"),
    }[Mandate.Shown(value)]  # fmt: skip
