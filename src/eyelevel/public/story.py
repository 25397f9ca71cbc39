"""A case as its person sees it: everything said between us, nothing internal, nothing that has not left yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.kernel.policy import Actor
from eyelevel.outbox import reads as outbox
from eyelevel.posts.models import Attachment, Post
from eyelevel.posts.policy import words_shown_outside


@dataclass(frozen=True, kw_only=True)
class Word:
    """One post on the receipt page."""

    post: Post
    ours: bool
    shown: bool  # not where its author deleted it
    channel: str
    files: Sequence[Attachment]


def words_of(case: Case) -> Sequence[Word]:
    """Oldest first."""
    reader = Actor(kind="receipt", case_id=case.pk, person_id=case.person_id)
    pending = outbox.not_yet_left(case.pk, real_now=clock.real_now())
    return [
        Word(
            post=post,
            ours=post.kind in {Post.Kind.ANSWER, Post.Kind.CALL},
            shown=words_shown_outside(post),
            channel=channel(post.channel),
            files=list(post.attachments.all()),
        )
        for post in cases.posts_of(case, reader)
        if post.pk not in pending
    ]


def channel(name: str) -> str:
    """How a channel is called on public pages."""
    names = {
        "mail": _("by mail"), "form": _("by form"), "phone": _("on the phone"), "letter": _("by letter"),
        "paste": _("on the net"), "receipt": _("on this page"),
        "note": _("note"), "guest": _("note"),
    }  # fmt: skip
    return names.get(name, name)
