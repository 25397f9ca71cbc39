"""Promises: taken from words that were said elsewhere; their outcome with evidence, another day, another owner."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.answers import foretelling, telling
from eyelevel.cases.models import Case
from eyelevel.desk import promising
from eyelevel.desk.frame import back, case_or_404, page, staff_only
from eyelevel.desk.views.desk import case_page
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Staff
from eyelevel.posts.models import Post
from eyelevel.word import promises, reads, standing_in
from eyelevel.word.models import Promise

VERBS = {
    "kept": "promise.settle", "not_kept": "promise.settle", "released": "promise.settle", "postpone": "promise.postpone",
    "hand": "promise.hand", "late": "promise.foretell",
}  # fmt: skip
REFUSALS = (promises.NotAhead, promises.NeedsWords, promises.HasOutcome, foretelling.CannotTell)


@staff_only
@require_POST
def promise(request: HttpRequest, number: int) -> HttpResponse:
    rows = Promise.objects.select_related("post", "owner").filter(pk=number)
    row: Promise | None = visible(asked(request).actor, rows).first()
    verb = VERBS.get(request.POST.get("do", ""))
    if row is None or row.post.case_id is None or verb is None:
        raise Http404
    insist(asked(request).actor, verb, row)
    one = case_or_404(request, row.post.case_id)
    try:
        _do(request, one, row)
    except REFUSALS as refusal:
        return case_page(request, one, problem=_words(refusal), status=409)
    return back(one.pk)


def _do(request: HttpRequest, one: Case, row: Promise) -> None:
    """Raises one of REFUSALS, or Http404 for a colleague who has no seat."""
    seat, now, do = seat_of(request), clock.now(), request.POST["do"]
    if do == "postpone":
        _postpone(request, one, row)
    elif do == "late":
        write(foretelling.say_late, row, by=seat, now=now, real_now=clock.real_now())
    elif do == "hand":
        chosen = request.POST.get("owner", "")
        owner = Staff.objects.filter(pk=chosen, left_at=None).first() if _is_number(chosen) else None
        if owner is None:
            raise Http404
        write(promises.hand_over, row, to=owner, by=seat, now=now)
    else:
        evidence = text.one_line(request.POST.get("evidence", ""), promises.MOST_WORDS)
        write(
            promises.settle, row, outcome=Promise.Outcome(do), evidence=evidence, by=seat,
            now=now,
        )  # fmt: skip


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10


def _postpone(request: HttpRequest, one: Case, row: Promise) -> None:
    """The new day, and the sentence that tells the person, at the end of the colleague's draft."""
    due = promising.moment_of(request.POST.get("due", ""))
    reason = text.one_line(request.POST.get("reason", ""), 500)
    if due is None:
        raise promises.NotAhead("no day was named")
    write(telling.move, row, one, due_to=due, reason=reason, by=seat_of(request), now=clock.now())


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def of_words(request: HttpRequest, number: int, post: int) -> HttpResponse:
    """The promises in words of ours that were said outside of the composer: on a call, in a letter."""
    one = case_or_404(request, number)
    actor = asked(request).actor
    ours = Post.objects.filter(kind__in=[Post.Kind.ANSWER, Post.Kind.CALL], case_id=one.pk, pk=post)
    said: Post | None = visible(actor, ours).first()
    if said is None:
        raise Http404
    insist(actor, "promise.make", said)
    if request.method != "POST":
        return _chips(request, one, said)
    known = set(said.promises.values_list("text", flat=True))
    found = promising.chosen(request.POST, said.text, now=said.at)
    chosen = [row for row in found if row.text not in known]
    try:
        write(standing_in.make, said, chosen, owner=seat_of(request), now=clock.now())
    except promises.NotAhead as refusal:
        return _chips(request, one, said, problem=_words(refusal), status=409)
    return back(one.pk)


def _chips(
    request: HttpRequest, one: Case, said: Post, *, problem: str = "", status: int = 200
) -> HttpResponse:
    ledger = reads.promises_in(one.pk, asked(request).actor)
    typed = request.POST if request.method == "POST" else None
    return page(
        request, "promises", status=status, case=one, said=said, problem=problem,
        chips=promising.chips(said.text, typed=typed, ledger=ledger, now=said.at, seat=seat_of(request)),
    )  # fmt: skip


def _words(refusal: Exception) -> str:
    words: dict[type[Exception], str] = {
        promises.NotAhead: _("Choose a time that lies ahead."),
        promises.NeedsWords: _("Say in a few words what shows it, or why there is another day."),
        promises.HasOutcome: _("A colleague was faster: look at the promise once more."),
        foretelling.CannotTell: _(
            "Nobody was told: there is no mail address, or it was said already, or the time has passed."
        ),
    }
    return words[type(refusal)]
