"""Articles at the desk: the list, one article with its doubts, the editor, what changed from version to version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from eyelevel.cases.models import Case
from eyelevel.desk import knowing
from eyelevel.desk.frame import colleague_named, page, staff_only
from eyelevel.kernel import clock, text
from eyelevel.kernel.policy import Actor, can, insist, visible
from eyelevel.kernel.search import reads as search
from eyelevel.kernel.search.query import MOST_SIGNS, parse
from eyelevel.kernel.writer import write
from eyelevel.knowledge import actions, doubts, reads, rules
from eyelevel.knowledge.models import Article, Doubt
from eyelevel.people import reads as people
from eyelevel.people.asking import asked, seat_of
from eyelevel.posts.models import Post

MOST_ROWS = 200
MOST_FOUND = 100
REFUSALS = (
    actions.ChangedMeanwhile, actions.NothingWritten, actions.TooLong, doubts.NotAhead, doubts.NeedsReason,
)  # fmt: skip


@staff_only
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """The list; state, owner, doubt and words narrow it."""
    actor = asked(request).actor
    insist(actor, "article.read")
    rows, get = reads.articles(actor), request.GET
    words = get.get("q", "").strip()[:MOST_SIGNS]
    if words:
        hits = search.find(actor, parse(words), most=MOST_FOUND, facets=False, kinds=["article"]).hits
        rows = rows.filter(pk__in=[hit.text.thing for hit in hits])
    if get.get("state") in Article.State.values:
        rows = rows.filter(state=get["state"])
    owner = text.number_in(get.get("owner", ""), digits=9)
    rows = rows.filter(owner_id=owner) if owner is not None else rows
    rows = reads.doubted(rows) if get.get("doubt") else rows
    found = list(rows[: MOST_ROWS + 1])
    return page(
        request, "articles", rows=found[:MOST_ROWS], more=len(found) > MOST_ROWS, words="", asked_words=words,
        state=get.get("state", ""), owner=owner, doubt=bool(get.get("doubt")), colleagues=people.colleagues(),
        states=list(Article.State), state_name=knowing.state, audience_name=knowing.audience, names=knowing,
    )  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, number: int) -> HttpResponse:
    row = _article_or_404(request, number)
    if request.method != "POST":
        return _page(request, row)
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        return _page(request, row, problem=_("Choose what to do."), status=400)
    verb, deed = act
    insist(asked(request).actor, verb, row)
    try:
        deed(request, row)
    except REFUSALS as refusal:
        row.refresh_from_db()
        return _page(request, row, problem=_words(refusal), status=409)
    return HttpResponseRedirect(reverse("article", kwargs={"number": row.pk}))


def _publish(request: HttpRequest, row: Article) -> None:
    """Publish the version that the page showed. Raises ChangedMeanwhile."""
    shown = reads.version(row, text.number_in(request.POST.get("number", ""), digits=9))
    if shown is None:
        raise actions.ChangedMeanwhile("no such version")
    found = actions.keywords_of(actions.Words(title=shown.title, text=shown.text), language=row.language)
    write(actions.publish, row, number=shown.number, keywords=found, by=seat_of(request), now=clock.now())


def _withdraw(request: HttpRequest, row: Article) -> None:
    write(actions.withdraw, row, by=seat_of(request), now=clock.now())


def _own(request: HttpRequest, row: Article) -> None:
    owner = colleague_named(request.POST.get("owner", ""))
    if owner is None:
        raise Http404
    write(actions.set_owner, row, owner=owner, by=seat_of(request), now=clock.now())


def _doubt(request: HttpRequest, row: Article) -> None:
    reason = text.one_line(request.POST.get("reason", ""), doubts.MOST_REASON)
    write(doubts.doubt, row, reason=reason, by=seat_of(request), now=clock.now())


def _settle(request: HttpRequest, row: Article) -> None:
    chosen = text.number_in(request.POST.get("doubt", ""), digits=17)
    one = Doubt.objects.select_related("article").filter(article=row, pk=chosen or 0).first()
    if one is None:
        raise Http404
    note = text.one_line(request.POST.get("note", ""), 300)
    write(doubts.settle, one, by=seat_of(request), note=note, now=clock.now())


Deed = Callable[[HttpRequest, Article], None]
ACTS: dict[str, tuple[str, Deed]] = {
    "publish": ("article.publish", _publish), "withdraw": ("article.withdraw", _withdraw), "own": ("article.own", _own),
    "doubt": ("article.doubt", _doubt), "settle": ("article.doubt", _settle),
}  # fmt: skip


def _page(request: HttpRequest, row: Article, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The article as it counts, or its newest version where another one was asked for or none counts."""
    actor = asked(request).actor
    wanted = text.number_in(request.GET.get("version", ""), digits=9) or row.published or row.latest
    shown = reads.version(row, wanted)
    if shown is None:
        raise Http404
    return page(
        request, "article", status=status, row=row, shown=shown, blocks=rules.blocks(shown.text), problem=problem,
        sources=knowing.sources(actor, shown), doubts=knowing.doubts(row), colleagues=people.colleagues(), names=knowing,
        may_answer_for=can(actor, "article.publish", row),
    )  # fmt: skip


@staff_only
@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    """Every version, and two of them side by side by sentence: the newest two unless others are chosen."""
    row = _article_or_404(request, number)
    versions = reads.history(row)
    known = {one.number: one for one in versions}
    newer = known.get(text.number_in(request.GET.get("to", ""), digits=9) or row.latest)
    older = known.get(text.number_in(request.GET.get("from", ""), digits=9) or max(1, row.latest - 1))
    if newer is None or older is None:
        raise Http404
    changed = rules.compared(older.text, newer.text) if older.number != newer.number else ()
    return page(
        request, "article_history", row=row, versions=versions, older=older, newer=newer, changed=changed,
    )  # fmt: skip


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "article.write")
    if request.method != "POST":
        return _editor(request, None, _begun(request, actor))
    typed = knowing.typed_in(request)
    return _save(request, None, typed)


def _begun(request: HttpRequest, actor: Actor) -> knowing.Typed:
    """An empty editor, or one with a post's words, or with the newest answer of a case. Raises Http404."""
    seat, get = seat_of(request), request.GET
    post = text.number_in(get.get("post", ""), digits=17)
    case = text.number_in(get.get("case", ""), digits=17)
    if post is None and case is None:
        return knowing.Typed(language=seat.language)
    said = visible(actor, Post.objects.exclude(openness=Post.Openness.INTERNAL))
    rows = said.filter(pk=post) if post is not None else said.filter(case_id=case, kind=Post.Kind.ANSWER)
    found = rows.order_by("-at", "-id").first()
    if found is None and post is not None:
        raise Http404
    if found is None:
        return knowing.Typed(language=seat.language)
    insist(actor, "case.read", Case(pk=found.case_id))
    language = found.language if found.language in knowing.LANGUAGES else rules.language_of(found.text)
    return knowing.from_post(found, _subject(found.case_id), language or seat.language)


def _subject(case: int | None) -> str:
    return Case.objects.filter(pk=case or 0).values_list("subject", flat=True).first() or ""


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    row = _article_or_404(request, number)
    insist(asked(request).actor, "article.write", row)
    if request.method != "POST":
        newest = row.versions.get(number=row.latest)
        return _editor(request, row, knowing.opened(row, newest))
    return _save(request, row, knowing.typed_in(request))


def _save(request: HttpRequest, row: Article | None, typed: knowing.Typed) -> HttpResponse:
    """Keep what was typed, or show it again with what is missing."""
    if typed.no_date:
        return _editor(
            request, row, typed, problem=_("This is no day: write it like 2027-01-31."), status=400
        )
    if not typed.settled:
        problem = _("Not kept yet: look at the marked words below, they may tell who the person was.")
        return _editor(request, row, typed, problem=problem, status=409)
    publishing = request.POST.get("do") == "publish"
    if publishing:
        insist(asked(request).actor, "article.publish", row or Article(owner=seat_of(request)))
    elif row is not None and row.state == Article.State.PUBLISHED and _readdressed(row, typed):
        insist(
            asked(request).actor, "article.publish", row
        )  # what is published would have other readers at once
    found = actions.keywords_of(typed.words, language=typed.language) if publishing else None
    try:
        kept = write(_keep, row, typed, keywords=found, request=request)
    except REFUSALS as refusal:
        return _refused(request, row, typed, refusal)
    return HttpResponseRedirect(reverse("article", kwargs={"number": kept.pk}) + f"?version={kept.latest}")


def _readdressed(row: Article, typed: knowing.Typed) -> bool:
    return (row.audience, row.language) != (typed.audience, typed.language)


def _keep(row: Article | None, typed: knowing.Typed, *, keywords: object, request: HttpRequest) -> Article:
    """One transaction: the version, for whom it is, its date of doubt, and that it counts from now on."""
    by, now, audience = seat_of(request), clock.now(), Article.Audience(typed.audience)
    if row is None:
        row = actions.write(
            typed.words,
            language=typed.language,
            audience=audience,
            look_again_on=typed.look_again_on,
            by=by,
            now=now,
        )
    else:
        actions.revise(row, typed.words, seen=typed.seen, by=by, now=now)
        actions.set_audience(row, audience=audience, language=typed.language, by=by, now=now)
        doubts.set_date(row, on=typed.look_again_on, by=by, now=now)
    if isinstance(keywords, list):
        actions.publish(row, number=row.latest, keywords=keywords, by=by, now=now)
    return row


def _refused(
    request: HttpRequest, row: Article | None, typed: knowing.Typed, refusal: Exception
) -> HttpResponse:
    """The editor again with everything that was typed; where a colleague was faster, with their words beside it."""
    theirs = None
    if row is not None and isinstance(refusal, actions.ChangedMeanwhile):
        row.refresh_from_db()
        theirs = reads.version(row, row.latest)
        typed = replace(typed, seen=row.latest)
    changed = rules.compared(theirs.text, typed.text) if theirs is not None else ()
    return _editor(request, row, typed, problem=_words(refusal), status=409, theirs=theirs, changed=changed)


def _editor(
    request: HttpRequest, row: Article | None, typed: knowing.Typed, *, problem: str = "", status: int = 200, **more: object
) -> HttpResponse:  # fmt: skip
    actor = asked(request).actor
    context = {"theirs": None, "changed": ()} | more
    return page(
        request, "article_editor", status=status, row=row, typed=typed, problem=problem, languages=knowing.LANGUAGES,
        may_publish=row is None or can(actor, "article.publish", row), tomorrow=knowing.tomorrow(clock.now()), **context,
    )  # fmt: skip


def _article_or_404(request: HttpRequest, number: int) -> Article:
    actor = asked(request).actor
    row: Article | None = visible(actor, Article.objects.select_related("owner").filter(pk=number)).first()
    if row is None:
        raise Http404
    insist(actor, "article.read", row)
    return row


def _words(refusal: Exception) -> str:
    words: dict[type[Exception], str] = {
        actions.ChangedMeanwhile: _("A colleague has written a newer version meanwhile. Look at it; what you typed is still here."),
        actions.NothingWritten: _("A title and a text are needed."),
        actions.TooLong: _("This is longer than an article can be (%(most)s signs).") % {"most": rules.MOST_TEXT},
        doubts.NotAhead: _("Choose a day that lies ahead, or none."),
        doubts.NeedsReason: _("Say in a few words what is doubtful."),
    }  # fmt: skip
    return words[type(refusal)]
