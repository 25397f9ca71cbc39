"""Asking somebody without a seat, and withdrawing the question."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.cases import asking, merging, reads
from eyelevel.cases.models import Asking, Case
from eyelevel.desk import names
from eyelevel.desk.frame import back, case_or_404, page, staff_only
from eyelevel.desk.views.arranging import numbers
from eyelevel.kernel import addresses, clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked, seat_of
from eyelevel.posts.models import Post

MOST_QUESTION = 5_000
DAYS = (1, 3, 7, 14, 30)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.ask", one)
    if request.method != "POST":
        return _form(request, one)
    name = text.one_line(request.POST.get("name", ""), 120)
    question = text.clean(request.POST.get("question", ""))[:MOST_QUESTION].strip()
    chosen = numbers(request, "post")
    try:
        address = addresses.address_of(request.POST.get("mail", ""))
    except addresses.NoAddress as wrong:
        return _form(request, one, problem=str(wrong), status=400)
    if not (name and address and question):
        return _form(request, one, problem=_("A name, a mail address and a question are needed."), status=400)
    try:
        write(
            asking.ask, one, by=seat_of(request), name=name, address=address, question=question, post_ids=chosen,
            language="en" if request.POST.get("language") == "en" else "de", valid=timedelta(days=_days(request)),
            now=clock.now(), real_now=clock.real_now(),
        )  # fmt: skip
    except merging.NotOfThisCase as wrong:
        raise Http404 from wrong
    return back(one.pk)


def _days(request: HttpRequest) -> int:
    return next((days for days in DAYS if request.POST.get("days") == str(days)), 7)


def _form(request: HttpRequest, one: Case, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = asked(request).actor
    return page(
        request, "ask", status=status, case=one, problem=problem, posts=reads.posts_of(one, actor), days=DAYS,
        typed={key: request.POST.get(key, "") for key in ("name", "mail", "question")}, inner=Post.Openness.INTERNAL,
        chosen=set(request.POST.getlist("post")), channel_name=names.channel,
    )  # fmt: skip


@staff_only
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    row = visible(asked(request).actor, Asking.objects.filter(pk=number)).first()
    if row is None:
        raise Http404
    insist(asked(request).actor, "asking.withdraw", row)
    write(asking.withdraw, row, by=seat_of(request), now=clock.now())
    return back(row.case_id)
