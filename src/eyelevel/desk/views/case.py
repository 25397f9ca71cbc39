"""What colleagues do with a case besides answering: notes, calls, letters, hands, time, closing, titles."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.answers.reads import promised
from eyelevel.cases import actions
from eyelevel.cases.models import Case
from eyelevel.desk.frame import back, case_or_404, colleague_named, page, staff_only
from eyelevel.desk.views.desk import case_page
from eyelevel.kernel import addresses, clock, store, text
from eyelevel.kernel.moments import LATEST
from eyelevel.kernel.policy import insist
from eyelevel.kernel.writer import write
from eyelevel.people import actions as people
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Person, Staff
from eyelevel.posts.models import Post

MOST_TEXT = 50_000
MORNING = time(9, 0)


def _typed(request: HttpRequest, name: str) -> str:
    return text.clean(request.POST.get(name, ""))[:MOST_TEXT].strip()


@staff_only
@require_POST
def notes(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.note", one)
    if words := _typed(request, "text"):
        write(actions.note, one, staff=seat_of(request), text=words, now=clock.now())
    return back(number)


@staff_only
@require_POST
def calls(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.note", one)
    heard, said = _typed(request, "heard"), _typed(request, "said")
    if not (heard or said):
        return back(number)
    made = write(actions.note_call, one, staff=seat_of(request), heard=heard, said=said, now=clock.now())
    return _after(made[-1], one)


def _after(post: Post, one: Case) -> HttpResponse:
    """Back to the case; where our own words promise something, or could not be checked, by the page that says so."""
    found = promised(post.text, now=post.at) if post.kind != Post.Kind.HEARD else ()
    if found is None or found:
        return HttpResponseRedirect(reverse("promises-of", kwargs={"number": one.pk, "post": post.pk}))
    return back(one.pk)


@staff_only
@require_POST
def entries(request: HttpRequest, number: int) -> HttpResponse:
    """A letter or a public post, typed in or uploaded; our own words among them count as said."""
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.enter", one)
    words, channel = _typed(request, "text"), request.POST.get("channel", "")
    upload = request.FILES.get("file")
    if channel not in {"letter", "paste"} or not words:
        return case_page(request, one, problem=_("Say what it is, and what it says."), status=400)
    if isinstance(upload, UploadedFile) and (upload.size or 0) > settings.ENV.max_upload:
        return case_page(request, one, problem=_("This file is too large."), status=413)
    made = write(
        actions.enter, one, staff=seat_of(request), channel=channel, ours="ours" in request.POST,
        author_name=text.one_line(request.POST.get("author", ""), 200), text=words, public="public" in request.POST,
        url=text.web_address(request.POST.get("url", "").strip()), files=_kept(upload), now=clock.now(),
    )  # fmt: skip
    return _after(made, one)


def _kept(upload: object) -> list[tuple[str, str, int, str]]:
    """The file in the store before a row points to it."""
    if not isinstance(upload, UploadedFile) or not upload.size:
        return []
    content = upload.read()
    name = text.one_line(upload.name or "", 255)
    return [(name, (upload.content_type or "")[:120], len(content), store.put(content))]


@staff_only
@require_POST
def hand(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.hand", one)
    chosen = request.POST.get("taker", "")
    taker = colleague_named(chosen)
    if chosen and taker is None:
        return case_page(request, one, problem=_("This colleague has no seat any more."), status=400)
    note = text.one_line(request.POST.get("note", ""), 500)
    write(actions.hand_over, one, giver=seat_of(request), taker=taker, note=note, now=clock.now())
    return back(number)


@staff_only
@require_POST
def snooze(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.snooze", one)
    until = until_of(request.POST.get("until", ""), request.POST.get("date", ""), now=clock.now())
    if until is None:
        return case_page(request, one, problem=_("Choose a day in the future."), status=400)
    write(actions.snooze, one, until=until, by=seat_of(request), now=clock.now())
    return back(number)


def until_of(choice: str, day: str, *, now: datetime) -> datetime | None:
    """The moment that was chosen: in an hour, or a morning in the zone of the house."""
    today = timezone.localtime(now).date()
    if choice == "hour":
        return now + timedelta(hours=1)
    try:
        chosen = {
            "tomorrow": today + timedelta(days=1),
            "week": today + timedelta(days=7 - today.weekday()),
        }.get(choice)
        chosen = chosen or date.fromisoformat(day)
        moment = datetime.combine(chosen, MORNING, timezone.get_current_timezone())
    except (ValueError, OverflowError):
        return None
    return moment if now < moment < LATEST else None


@staff_only
@require_POST
def closure(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.close", one)
    seat, now = seat_of(request), clock.now()
    if request.POST.get("closed") == "1":
        write(actions.close, one, by=seat, now=now)
    else:
        write(actions.reopen, one, now=now, by=f"staff:{seat.pk}")
    return back(number)


@staff_only
@require_POST
def title(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.rename", one)
    if subject := text.one_line(request.POST.get("subject", ""), 300):
        write(actions.rename, one, subject=subject, by=seat_of(request), now=clock.now())
    return back(number)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """A case that a colleague opens: a call, a letter on paper, a post that was found."""
    if request.method != "POST":
        return page(request, "new_case", problem="")
    subject, heard = text.one_line(request.POST.get("subject", ""), 300), _typed(request, "heard")
    try:
        mail = addresses.address_of(request.POST.get("mail", ""))
    except addresses.NoAddress as wrong:
        return page(request, "new_case", problem=str(wrong), status=400)
    if not subject or not heard:
        return page(
            request, "new_case", problem=_("A title and what the person said are needed."), status=400
        )
    name = text.one_line(request.POST.get("name", ""), 200)
    one, said = write(
        _open,
        subject=subject,
        name=name,
        mail=mail,
        heard=heard,
        said=_typed(request, "said"),
        seat=seat_of(request),
    )
    return _after(said, one)


def _open(*, subject: str, name: str, mail: str, heard: str, said: str, seat: Staff) -> tuple[Case, Post]:
    now = clock.now()
    person: Person = (
        people.meet(channel="mail", address=mail, name=name, language=seat.language, now=now).person
        if mail
        else people.meet_pseudonym(name=name, language=seat.language, now=now)
    )
    one = actions.open_by_hand(person=person, subject=subject, by=seat, now=now)
    made = actions.note_call(one, staff=seat, heard=heard, said=said, now=now)
    return one, made[-1]
