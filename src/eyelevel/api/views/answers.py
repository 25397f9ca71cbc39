"""Drafts and answers: the same checks as at the desk, so a program cannot say what a colleague could not."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router

from eyelevel.answers import actions, reads
from eyelevel.answers.models import Draft
from eyelevel.api import made, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import case_or_404, once, operation, seat, shown
from eyelevel.api.problems import Problem
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist, visible
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from eyelevel.word import mirror
from eyelevel.word.actions import SomethingWasSaid
from eyelevel.word.mirror import Look

router = Router(tags=["answers"])


@operation(
    router, "GET", "/cases/{number}/draft", name="read-draft", verb="draft.write", out=shapes.DraftOut, also=(404,),
    summary="My draft in a case, held against what was said before",
)  # fmt: skip
def read_draft(request: HttpRequest, number: shapes.Number) -> HttpResponse:
    case = case_or_404(request, number)
    insist(by_token(request).actor, "draft.write", case)
    draft = reads.open_draft(case, staff_id=seat(request).pk)
    if draft is None:
        raise Http404
    found = reads.check(case, draft.text)
    look = mirror.tried(draft.text, case_id=case.pk, now=clock.now())
    return shown(_draft(case, draft, check=found, look=look))


@operation(
    router, "PUT", "/cases/{number}/draft", name="write-draft", verb="draft.write", out=shapes.DraftOut, also=(404,),
    summary="Keep a draft; nothing leaves by this",
)  # fmt: skip
def write_draft(request: HttpRequest, number: shapes.Number, body: shapes.DraftIn) -> HttpResponse:
    case = case_or_404(request, number)
    actor = by_token(request).actor
    insist(actor, "draft.write", case)
    handle, seen = _handle(case, body.to), _seen(request, case, body.seen)

    def effect() -> shapes.DraftOut:
        words = body.text.replace("\r\n", "\n")
        draft = actions.save_draft(
            case, staff=seat(request), text=words, handle=handle, seen=seen, now=clock.now()
        )
        actions.look_again(draft, upto=seen)
        return _draft(case, draft, check=found, look=look)

    found = reads.check(case, body.text)
    look = mirror.tried(body.text, case_id=case.pk, now=clock.now())
    return once(request, effect)


def _seen(request: HttpRequest, case: Case, public_id: str | None) -> int:
    """The post up to which the writer has read. Raises Problem for one of another case."""
    if public_id is None:
        return 0
    posts = visible(by_token(request).actor, Post.objects.filter(case_id=case.pk, public_id=public_id))
    found: int | None = posts.values_list("pk", flat=True).first()
    if found is None:
        raise Problem("not-valid", "`seen` is no post of this case")
    return found


def _handle(case: Case, address: str | None) -> Handle | None:
    """The address of this person, or None for the receipt page. Raises Problem for anybody else's."""
    if address is None:
        return None
    handle = next((one for one in reads.handles(case) if one.address == address.lower()), None)
    if handle is None:
        raise Problem("not-valid", "`to` is no address of this person")
    return handle


def _draft(case: Case, draft: Draft, *, check: reads.Check, look: Look | None) -> shapes.DraftOut:
    meanwhile = reads.said_meanwhile(case, seen_post_id=draft.seen_post_id, besides=draft.staff_id)
    return shapes.DraftOut(
        text=draft.text, version=draft.version, changed_at=draft.changed_at, recipients=_recipients(case, draft),
        checked=check.checked, objections=made.objections(check.objections),
        said_meanwhile=[post.public_id for post in meanwhile], mirror=made.mirror(look),
    )  # fmt: skip


def _recipients(case: Case, draft: Draft) -> list[shapes.RecipientOut]:
    return [
        shapes.RecipientOut(address=one.address, new=one.new) for one in reads.recipients(case, draft.handle)
    ]


@operation(
    router, "POST", "/cases/{number}/answer", name="send-answer", verb="answer.approve", out=shapes.AnswerOut,
    status=201, also=(404,), summary="Stand up for my draft: it leaves after the undo time",
)  # fmt: skip
def send_answer(request: HttpRequest, number: shapes.Number, body: shapes.AnswerIn) -> HttpResponse:
    case = case_or_404(request, number)
    draft = reads.open_draft(case, staff_id=seat(request).pk)
    if draft is None:
        raise Http404
    insist(by_token(request).actor, "answer.approve", draft)
    check = reads.check(case, draft.text)

    def effect() -> shapes.AnswerOut:
        real_now = clock.real_now()
        post = actions.approve(
            draft, by=seat(request), check=check, reason=body.reason, confirmed=body.confirm, now=clock.now(),
            real_now=real_now,
        )  # fmt: skip
        leaves_at = real_now + timedelta(seconds=settings.ENV.undo_seconds)
        return shapes.AnswerOut(
            post=post.public_id, recipients=list(post.recipients), leaves_at=leaves_at, checked=check.checked
        )

    try:
        return once(request, effect, status=201)
    except actions.NothingToSay as error:
        raise Problem("not-valid", "the draft is empty, or longer than a letter can be") from error
    except actions.NotInPublic as error:
        raise Problem("frame", "this frame holds no answers in public", limit="public") from error
    except actions.NeedsReason as error:
        against = [one.model_dump(mode="json") for one in made.objections(check.objections)]
        raise Problem("objection", "change the draft, or give a reason", objections=against) from error
    except actions.NeedsConfirmation as error:
        to = [one.model_dump() for one in _recipients(case, draft)]
        raise Problem("new-recipient", "name the new ones in `confirm`", recipients=to) from error
    except (actions.AnsweredMeanwhile, SomethingWasSaid) as error:
        draft.refresh_from_db()
        posts = reads.said_meanwhile(case, seen_post_id=draft.seen_post_id, besides=draft.staff_id)
        raise Problem(
            "said-meanwhile", "read on, and save the draft with what you have `seen`",
            posts=[post.public_id for post in posts],
        ) from error  # fmt: skip


@operation(
    router, "POST", "/cases/{number}/answers/{post}/undo", name="undo-answer", verb="answer.undo", out=shapes.CaseOut,
    also=(404,), summary="Take an answer back before it leaves",
)  # fmt: skip
def undo_answer(request: HttpRequest, number: shapes.Number, post: shapes.PublicId) -> HttpResponse:
    case = case_or_404(request, number)
    actor = by_token(request).actor
    said = visible(actor, Post.objects.filter(public_id=post, case_id=case.pk, kind=Post.Kind.ANSWER)).first()
    if said is None:
        raise Http404
    insist(actor, "answer.undo", said)

    def effect() -> shapes.CaseOut:
        actions.undo(said, by=seat(request), now=clock.now())
        return made.fresh_case(case.pk)

    return once(request, effect)
