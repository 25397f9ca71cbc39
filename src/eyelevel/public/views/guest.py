"""One question, for whoever was asked: read what was chosen for it, answer, nothing else.

The link of the mail shows only a button, so that a preview or a scanner sees nothing. The button posts the token once
and gets a page that carries a signed mark instead, good for two hours and this question alone; there is no cookie.
Every request asks anew whether the question is still open, so withdrawing it ends all pages at once.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.cases import asking
from eyelevel.cases.models import Asking
from eyelevel.kernel import clock, store, text
from eyelevel.kernel.files import download
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.writer import write
from eyelevel.posts.models import Attachment, Post
from eyelevel.posts.policy import taken_back
from eyelevel.public import story
from eyelevel.public.pages import page

MOST_TEXT = 20_000


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, "guest_door", token=request.GET.get("token", "")[:200], ended=False, typed="")
    row = asking.by_token(request.POST.get("token", ""), real_now=clock.real_now())
    return _ended(request) if row is None else _opened(request, row)


@sensitive_post_parameters("page")
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    carried = request.POST.get("page", "")
    row = asking.by_page(carried, real_now=clock.real_now())
    if row is None:
        return _ended(request)
    insist(asking.guest(row), "asking.answer", row)
    words = text.clean(request.POST.get("text", ""))[:MOST_TEXT].strip()
    if not words:
        return _opened(request, row, told=_("Your answer is still empty."), status=400)
    try:
        write(asking.answer, row, text=words, page=carried, now=clock.now(), real_now=clock.real_now())
    except asking.Closed:
        return _ended(request)
    except asking.Enough:
        said = _("You have answered %(most)s times here; more is not taken. Reply to the mail instead.")
        return _opened(request, row, told=said % {"most": asking.MOST_ANSWERS}, typed=words, status=429)
    return _opened(request, row, told=_("Thank you, your answer has arrived. You can add to it below."))


@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """A file of a chosen post."""
    row = asking.by_page(request.POST.get("page", ""), real_now=clock.real_now())
    if row is None:
        return _ended(request)
    reader = asking.guest(row)
    wanted = Attachment.objects.select_related("post").filter(public_id=request.POST.get("file", "")[:26])
    attachment = visible(reader, wanted).first()
    if attachment is None:
        raise Http404
    insist(reader, "attachment.read", attachment)
    return download(store.get(attachment.digest), name=attachment.name)


def _opened(
    request: HttpRequest, row: Asking, *, told: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    reader = asking.guest(row)
    insist(reader, "asking.read", row)
    own = Post.objects.filter(pk__in=row.answers.values("post_id"), verified=True)
    shown = visible(reader, Post.objects.filter(pk__in=row.post_ids)).prefetch_related("attachments")
    return page(
        request, "guest", status=status, row=row, told=told, typed=typed, posts=list(shown.order_by("at", "id")), page_mark=asking.new_page(
            row, real_now=clock.real_now()
        ), own=list(own.order_by("at", "id")), channel=story.channel, taken_back=taken_back,
    )  # fmt: skip


def _ended(request: HttpRequest) -> HttpResponse:
    """The same words for a wrong, an old and a withdrawn link; what was typed is shown, so that nobody loses it."""
    typed = request.POST.get("text", "")[:MOST_TEXT]
    return page(request, "guest_door", status=404, token="", ended=True, typed=typed)
