"""Writing an answer: kept as it grows, held against what was said, sent on a colleague's word, taken back in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eyelevel.answers import actions, opinions, proposing, reads
from eyelevel.answers.models import Draft
from eyelevel.cases import actions as cases
from eyelevel.cases import reads as case_reads
from eyelevel.cases.models import Case
from eyelevel.desk import correcting, deciding, promising
from eyelevel.desk.frame import case_or_404, piece, staff_only
from eyelevel.desk.views import decisions
from eyelevel.desk.views.desk import case_page, composing
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist
from eyelevel.kernel.text import number_in
from eyelevel.kernel.writer import write
from eyelevel.knowledge import reads as knowledge
from eyelevel.people.asking import asked, seat_of
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from eyelevel.word.actions import SomethingWasSaid
from eyelevel.word.promises import NotAhead

REASON = 1_000
REFUSALS = (
    actions.NothingToSay, actions.TooLong, actions.NoWay, actions.AnsweredMeanwhile, actions.NeedsReason,
    actions.NeedsConfirmation, SomethingWasSaid, NotAhead, actions.NotInPublic, *decisions.REFUSALS,
)  # fmt: skip


@staff_only
@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is written; with X-Part the open page gets the check back, otherwise the case is shown again."""
    one = case_or_404(request, number)
    insist(asked(request).actor, "draft.write", one)
    kept = _keep(request, one)
    if "seen" in request.POST and kept is not None:
        write(actions.look_again, kept)
    if "correct" in request.POST and kept is not None:
        _correct(request, one, kept)
    if "opinion" in request.POST and kept is not None:
        _ask(kept)
    if "propose" in request.POST:
        _propose(request, one)
    write(cases.is_here, one, staff=seat_of(request), writing=True, real_now=clock.real_now())
    if request.headers.get("X-Part") == "check":
        return piece(
            request,
            "_composer",
            case=one,
            problem="",
            **composing(request, one, case_reads.family(one), {"chips": request.POST}),
        )
    return HttpResponseRedirect(reverse("case", kwargs={"number": number}) + "#composer")


@staff_only
@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Send, or say what is missing: nothing leaves before every question is answered."""
    one = case_or_404(request, number)
    written = _keep(request, one)
    if "wish" in request.POST:
        return decisions.ask_for_it(request, one)
    if written is None:
        return _again(request, one, _("Your answer is still empty."))
    insist(asked(request).actor, "answer.approve", written)
    check, now = reads.check(one, written.text), clock.now()
    if hindrance := _hindrance(request, one, written.text, now=now):
        return _again(request, one, hindrance)
    try:
        write(
            actions.approve, written, by=seat_of(request), check=check, reason=request.POST.get("reason", "")[:REASON],
            confirmed=request.POST.getlist("confirm"), now=now, real_now=clock.real_now(),
            promises=promising.chosen(request.POST, written.text, now=now), decision=deciding.of_form(request.POST),
            wish=deciding.wish_of(request, case_reads.family(one)),
        )  # fmt: skip
    except REFUSALS as refusal:
        return _again(request, one, _words(refusal))
    return HttpResponseRedirect(reverse("case", kwargs={"number": number}) + "#composer")


def _hindrance(request: HttpRequest, one: Case, text: str, *, now: datetime) -> str:
    """What the writer must look at first: a promise or a decision that was not shown, or cannot be kept as it was typed."""
    if promising.unkept(request.POST, text, now=now):
        return _("Not sent: what you ticked as promised cannot enter the ledger now.")
    if promising.unseen(request.POST, text, now=now):
        return _("Not sent: your answer promises something. Look at it below, then send it.")
    why = deciding.hindrance(request.POST, one, request=request)
    return _("Not sent: %(why)s") % {"why": why} if why else ""


@staff_only
@require_POST
def undo(request: HttpRequest, number: int, post: int) -> HttpResponse:
    """Take an answer back; its text stands in the draft again."""
    one = case_or_404(request, number)
    said = Post.objects.filter(pk=post, case_id=one.pk, kind=Post.Kind.ANSWER).first()
    if said is None:
        raise Http404
    insist(asked(request).actor, "answer.undo", said)
    again = deciding.undone_with(said)
    write(actions.undo, said, by=seat_of(request), now=clock.now())
    return HttpResponseRedirect(reverse("case", kwargs={"number": number}) + f"{again}#composer")


def _ask(kept: Draft) -> None:
    """Ask the language model about this version; what goes wrong is kept and shown, too."""
    model = opinions.model()
    if model is None:
        return
    said, trouble = opinions.ask(kept, by=model)
    write(
        opinions.keep,
        kept,
        version=kept.version,
        model_name=model.name,
        said=said,
        trouble=trouble,
        now=clock.now(),
    )


def _propose(request: HttpRequest, one: Case) -> None:
    """Put sentences of the language model into the draft, with their sources beside it."""
    model = opinions.model()
    if model is None:
        return
    sentences, trouble = proposing.ask(one, by=model)
    kept = reads.open_draft(one, staff_id=seat_of(request).pk)
    if kept is None:
        kept = write(
            actions.save_draft, one, staff=seat_of(request), text="", handle=_handle(request, one), seen=_seen(request),
            now=clock.now(),
        )  # fmt: skip
    write(proposing.keep, kept, sentences=sentences, model_name=model.name, trouble=trouble, now=clock.now())


def _correct(request: HttpRequest, one: Case, kept: Draft) -> None:
    """Put the words of an open correction before the sentence of the objection that the form names, if it still stands."""
    found = [row for row in reads.check(one, kept.text).objections if correcting.offered(row)]
    row = next((row for row in found if correcting.name_of(row) == request.POST["correct"]), None)
    said = Post.objects.filter(pk=row.statement_id).first() if row is not None else None
    if row is None or said is None:
        return
    language = one.person.language if one.person else ""
    text = correcting.corrected(kept.text, row, said_at=said.at, now=clock.now(), language=language)
    write(
        actions.save_draft, one, staff=seat_of(request), text=text, handle=kept.handle, seen=kept.seen_post_id,
        now=clock.now(),
    )  # fmt: skip


@staff_only
@require_POST
def sentence(request: HttpRequest, number: int) -> HttpResponse:
    """Put a sentence of a public article at the end of the draft; what was typed is kept, nothing is sent."""
    one = case_or_404(request, number)
    actor = asked(request).actor
    insist(actor, "draft.write", one)
    version, _colon, place = request.POST.get("sentence", "").partition(":")
    found = knowledge.sentence_for_all(number_in(version, digits=17), number_in(place, digits=4))
    if found is None:
        return case_page(
            request, one, problem=_("This sentence is no longer in an article that counts."), status=409
        )
    _keep(request, one)
    draft = reads.open_draft(one, staff_id=seat_of(request).pk)
    handle = draft.handle if draft else reads.default_handle(one)
    words = f"{draft.text.rstrip()}\n\n{found}".lstrip() if draft else found
    write(
        actions.save_draft, one, staff=seat_of(request), text=words, handle=handle, seen=_seen(request), now=clock.now(),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("case", kwargs={"number": number}) + "#composer")


def _words(refusal: Exception) -> str:
    """Each refusal in words of its own: what happened and what to do."""
    if isinstance(refusal, decisions.REFUSALS):
        return _("Not sent: %(why)s") % {"why": decisions.refused(refusal)}
    words: dict[type[Exception], str] = {
        actions.NotInPublic: _("Not sent: your frame does not hold answers in public. Choose another way, or ask a colleague."),
        actions.NothingToSay: _("Your answer is empty, or longer than a letter can be."),
        actions.TooLong: _("Not sent: this is longer than a public post can be. Shorten it, or choose another way."),
        actions.NoWay: _("Not sent: no account of ours speaks there now, or their public post is not in this case."),
        actions.AnsweredMeanwhile: _("Not sent: something was said in this case while you were writing."),
        actions.NeedsReason: _("Not sent: it stands against what we said before. Change it, or give a reason."),
        actions.NeedsConfirmation: _("Not sent: a recipient is new to this case. Please confirm it below."),
        NotAhead: _("Not sent: a promise below names a time that has passed."),
        SomethingWasSaid: _("Not sent: a colleague has just answered this person. It was checked again, look once more."),
    }  # fmt: skip
    return words[type(refusal)]


def _keep(request: HttpRequest, one: Case) -> Draft | None:
    """Save what was sent along; where nothing was, the open draft as it is."""
    seat = seat_of(request)
    if "text" not in request.POST:
        return reads.open_draft(one, staff_id=seat.pk)
    text = request.POST["text"].replace("\r\n", "\n")
    if not text.strip() and reads.open_draft(one, staff_id=seat.pk) is None:
        return None
    return write(
        actions.save_draft,
        one,
        staff=seat,
        text=text,
        handle=_handle(request, one),
        seen=_seen(request),
        now=clock.now(),
    )


def _handle(request: HttpRequest, one: Case) -> Handle | None:
    """The chosen address of this person; without a choice, where the person spoke last."""
    chosen = request.POST.get("handle")
    if chosen is None:
        return reads.default_handle(one)
    return next((handle for handle in reads.handles(one) if str(handle.pk) == chosen), None)


def _seen(request: HttpRequest) -> int | None:
    return number_in(request.POST.get("seen_post", ""), digits=17)


def _again(request: HttpRequest, one: Case, problem: str) -> HttpResponse:
    typed: dict[str, Any] = {
        "text": request.POST.get("text", ""),
        "handle": _handle(request, one),
        "chips": request.POST,
    }
    one.refresh_from_db()
    return case_page(request, one, problem=problem, status=409, typed=typed)
