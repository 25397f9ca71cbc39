"""The receipt page: whoever has the code follows the case, answers, and says that it helped. The code is only posted."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eyelevel.cases import actions as cases
from eyelevel.cases import reads
from eyelevel.cases.models import Case
from eyelevel.channels.form.read import Filled, pack
from eyelevel.kernel import clock, store
from eyelevel.kernel.files import download
from eyelevel.kernel.policy import Actor, can, insist, visible
from eyelevel.kernel.writer import write
from eyelevel.people.asking import asked
from eyelevel.posts.models import Attachment, Post
from eyelevel.public import deciding, forms, story, taking
from eyelevel.public.pages import page
from eyelevel.public.views.contact import keep

SOURCE = "receipt"
View = Callable[[HttpRequest, Case, Actor], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, "receipt", problem="")
    case = _case(request)
    if case is None:
        return _no_case(request)
    return _shown(request, case)


def _given(request: HttpRequest) -> Case | None:
    """The case that the code was given for, or one that was split off it and that the form names."""
    code = request.POST.get("code", "")[:100]
    case = reads.of_code_hash(settings.KEYS.code_hash(code)) if code.strip() else None
    named = request.POST.get("case", "")
    if case is None or not named:
        return case
    return next((one for one in reads.split_off(reads.opened_by(case)) if str(one.pk) == named), None)


def _case(request: HttpRequest) -> Case | None:
    given = _given(request)
    return None if given is None else reads.opened_by(given)


def _no_case(request: HttpRequest) -> HttpResponse:
    problem = _(
        "No case has this code. Look at it once more: it has twenty signs. If you have just sent your message, "
        "wait a few seconds and try again."
    )
    return page(request, "receipt", status=404, problem=problem)


def _shown(request: HttpRequest, case: Case, *, told: str = "", status: int = 200) -> HttpResponse:
    words = story.words_of(case)
    given = _given(request)
    return page(
        request, "case", status=status, case=case, story=words, promises=story.promises_of(case), code=request.POST.get("code", "")[:100],
        token=forms.new_token(), told=told, answered=any(word.ours for word in words), preview=False, **deciding.beside(case, words),
        named=request.POST.get("case", "")[:12], split_off=reads.split_off(case),
        came_from=given.pk if given is not None and given.pk != case.pk else None,
    )  # fmt: skip


def _with_code(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A view for the holder of a receipt code."""

    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        case = _case(request)
        if case is None:
            return _no_case(request)
        return view(request, case, Actor(kind="receipt", case_id=case.pk, person_id=case.person_id))

    return wrapped


@_with_code
def reply(request: HttpRequest, case: Case, actor: Actor) -> HttpResponse:
    insist(actor, "case.reply", case)
    try:
        nonce = forms.nonce_of(request)
        words = forms.filled(request)
    except forms.Wrong as wrong:
        return _shown(request, case, told=str(wrong), status=400)
    name = case.person.name if case.person is not None else ""
    filled = Filled(text=words.text, name=name, language=words.language, parts=words.parts)
    given = _given(request) or case
    keep(filled, event=forms.event_of(nonce, pack(filled)), source=SOURCE, envelope={"case": str(given.pk)})
    return _shown(request, case, told=_("Your answer has arrived. It stands here in a moment."))


@_with_code
def helped(request: HttpRequest, case: Case, actor: Actor) -> HttpResponse:
    insist(actor, "case.helped", case)
    write(cases.helped, case, now=clock.now())
    case.refresh_from_db()
    return _shown(request, case, told=_("Thank you for telling us."))


@_with_code
def file(request: HttpRequest, case: Case, actor: Actor) -> HttpResponse:
    """A file of this case, for its holder."""
    wanted = Attachment.objects.select_related("post").filter(
        public_id=request.POST.get("file", "")[:26], post__case_id=case.pk
    )
    attachment = visible(actor, wanted).first()
    if attachment is None or attachment.post.kind == Post.Kind.NOTE:
        raise Http404
    return download(store.get(attachment.digest), name=attachment.name)


@_with_code
def transcript(request: HttpRequest, case: Case, actor: Actor) -> HttpResponse:
    """The case as a signed file, for its holder."""
    try:
        return taking.take(request, case, actor)
    except taking.NotNow as why:
        return _shown(request, case, told=str(why), status=why.status)


@require_safe
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """What the person of this case sees, for colleagues."""
    return _previewed(request, _case_of_colleague(request, number))


@require_POST
def transcript_outside(request: HttpRequest, number: int) -> HttpResponse:
    """The signed file that the person of this case would get, for colleagues."""
    case = _case_of_colleague(request, number)
    try:
        return taking.take(request, case, asked(request).actor)
    except taking.NotNow as why:
        return _previewed(request, case, told=str(why), status=why.status)


def _case_of_colleague(request: HttpRequest, number: int) -> Case:
    actor = asked(request).actor
    case = visible(actor, Case.objects.select_related("person", "closure").filter(pk=number)).first()
    if not can(actor, "desk.enter") or case is None:
        raise Http404
    return reads.kept(case)


def _previewed(request: HttpRequest, case: Case, *, told: str = "", status: int = 200) -> HttpResponse:
    words = story.words_of(case)
    return page(
        request, "case", status=status, case=case, story=words, promises=story.promises_of(case), code="", token="", told=told, answered=any(word.ours for word in words),
        preview=True, named="", split_off=(), came_from=None, **deciding.beside(case, words),
    )  # fmt: skip
