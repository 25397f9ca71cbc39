"""Objections as the desk shows them: the old sentence beside the new one, the clashing words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from markupsafe import Markup

from eyelevel.desk import correcting, names
from eyelevel.kernel.pages import marked
from eyelevel.posts.models import Post
from eyelevel.word.rules import Objection


@dataclass(frozen=True, kw_only=True)
class Against:
    """One objection with the post that it quotes."""

    kind: str
    by: str
    channel: str
    at: datetime
    href: str
    near: str
    correct: (
        str  # names it in the form that puts an open correction into the draft; empty where none is offered
    )
    old: Markup
    new: Markup


def shown(objections: Sequence[Objection]) -> Sequence[Against]:
    if not objections:
        return []
    posts = Post.objects.in_bulk([int(one.statement_id) for one in objections])
    return [
        _against(one, posts[int(one.statement_id)]) for one in objections if int(one.statement_id) in posts
    ]


def _against(one: Objection, post: Post) -> Against:
    address = reverse("case", kwargs={"number": post.case_id}) if post.case_id else reverse("desk")
    return Against(
        kind=names.objection(one.kind), by=post.author_name, channel=names.channel(post.channel), at=post.at,
        href=f"{address}#post-{post.pk}", old=marked(one.old_sentence, one.old_words),
        new=marked(one.draft_sentence, one.new_words), near=names.near(one.near),
        correct=correcting.name_of(one) if correcting.offered(one) else "",
    )  # fmt: skip
