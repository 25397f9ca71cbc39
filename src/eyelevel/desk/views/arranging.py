"""Putting cases together, taking them apart, splitting and linking. What cannot be done is said in words, on the page."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eyelevel.cases import merging, reads
from eyelevel.cases.models import Case, Link, Merge, Split
from eyelevel.desk import names
from eyelevel.desk.frame import back, case_or_404, page, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.text import number_in
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked, seat_of
from eyelevel.posts.models import Post

Row = TypeVar("Row", bound=Model)


def numbers(request: HttpRequest, name: str) -> list[int]:
    """The numbers of a field that may stand there many times. Raises Http404 for what is none."""
    given = [number_in(one, digits=17) for one in request.POST.getlist(name)]
    found = [number for number in given if number is not None]
    if len(found) != len(given):
        raise Http404
    return found


def _other(request: HttpRequest, name: str) -> Case | None:
    """The case whose number was typed, with or without #; None where nothing was typed. Raises Http404."""
    typed = request.POST.get(name, "").strip().lstrip("#")
    if not typed:
        return None
    number = number_in(typed, digits=11)
    if number is None:
        raise Http404
    return case_or_404(request, number)


def _row(request: HttpRequest, rows: QuerySet[Row], number: int) -> Row:
    """One row that this actor may see. Raises Http404."""
    row: Row | None = visible(asked(request).actor, rows.filter(pk=number)).first()
    if row is None:
        raise Http404
    return row


@staff_only
@require_safe
def arrange(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.arrange", one)
    return _page(request, one)


def _page(request: HttpRequest, one: Case, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = asked(request).actor
    return page(
        request, "arrange", status=status, case=one, problem=problem, others=reads.others_of(actor, one, most=50),
        posts=reads.posts_of(one, actor), channel_name=names.channel,
        kinds=[(kind, names.link(kind, forth=True)) for kind in Link.Kind],
    )  # fmt: skip


@staff_only
@require_POST
def merge(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.arrange", one)
    other = _other(request, "other")
    if other is None:
        return _page(request, one, problem=_("Name the other case."), status=400)
    kept, merged = (other, one) if request.POST.get("keep") == "other" else (one, other)
    try:
        write(merging.merge, kept_id=kept.pk, merged_id=merged.pk, by=seat_of(request), now=clock.now())
    except merging.CannotMerge as refused:
        return _page(request, one, problem=names.obstacle(refused.why), status=409)
    return HttpResponseRedirect(reverse("case", kwargs={"number": kept.pk}) + f"?merged={merged.pk}")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, number: int) -> HttpResponse:
    """Taking two cases apart: GET shows what would go where, POST does it."""
    actor = asked(request).actor
    row = _row(request, Merge.objects.select_related("kept", "merged", "by"), number)
    insist(actor, "case.arrange", row.kept)
    if request.method != "POST":
        return _parting(request, row)
    try:
        write(merging.unmerge, row, also=numbers(request, "also"), by=seat_of(request), now=clock.now())
    except merging.CannotUndo:
        problem = _(
            "Too late: it was taken apart already, or merged again since. Take the newer merge apart first."
        )
        return _parting(request, row, problem=problem, status=409)
    except merging.NotOfThisCase as wrong:
        raise Http404 from wrong
    return back(row.merged_id)


def _parting(request: HttpRequest, row: Merge, *, problem: str = "", status: int = 200) -> HttpResponse:
    later = merging.later_posts(row) if row.undone_at is None else []
    going = Post.objects.filter(pk__in=row.post_ids, case_id=row.kept_id).order_by("at", "id")
    return page(
        request, "part", status=status, row=row, problem=problem, going=list(going), later=later,
        chosen=merging.by_their_thread(row, later), channel_name=names.channel, gone=len(row.post_ids) - len(going),
    )  # fmt: skip


@staff_only
@require_POST
def split(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.arrange", one)
    chosen, target = numbers(request, "post"), _other(request, "target")
    if not chosen:
        return _page(request, one, problem=_("Choose the posts that shall go."), status=400)
    try:
        row = write(
            merging.split, one.pk, post_ids=chosen, target_id=target.pk if target else None,
            subject=text.one_line(request.POST.get("subject", ""), 300), by=seat_of(request), now=clock.now(),
        )  # fmt: skip
    except merging.NotOfThisCase as wrong:
        raise Http404 from wrong
    except merging.CannotMerge as refused:
        return _page(request, one, problem=names.obstacle(refused.why), status=409)
    return back(row.target_id)


@staff_only
@require_POST
def unsplit(request: HttpRequest, number: int) -> HttpResponse:
    row = _row(request, Split.objects.select_related("source"), number)
    insist(asked(request).actor, "case.arrange", row.source)
    try:
        write(merging.unsplit, row, by=seat_of(request), now=clock.now())
    except merging.CannotUndo:
        problem = _("Too late: it was taken back already, or something newer stands on it.")
        return _page(request, reads.kept(row.source), problem=problem, status=409)
    return back(row.source_id)


@staff_only
@require_POST
def link(request: HttpRequest, number: int) -> HttpResponse:
    one = case_or_404(request, number)
    insist(asked(request).actor, "case.arrange", one)
    other, kind = _other(request, "other"), request.POST.get("kind", "")
    if other is None or other.pk == one.pk or kind not in Link.Kind.values:
        return _page(request, one, problem=_("Name another case, and how they belong together."), status=400)
    note = text.one_line(request.POST.get("note", ""), 500)
    write(merging.link, one, other, kind=kind, note=note, by=seat_of(request), now=clock.now())
    return back(one.pk)


@staff_only
@require_POST
def unlink(request: HttpRequest, number: int) -> HttpResponse:
    row = _row(request, Link.objects.select_related("one"), number)
    insist(asked(request).actor, "case.arrange", row.one)
    write(merging.unlink, row, by=seat_of(request), now=clock.now())
    return back(row.one_id)
