"""Objections as the desk shows them: the old sentence beside the new one, the clashing words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from markupsafe import Markup

from eyelevel.desk import correcting, names
from eyelevel.kernel.pages import marked
from eyelevel.knowledge.models import Version
from eyelevel.knowledge.rules import version_in
from eyelevel.posts.models import Post
from eyelevel.word.rules import Objection


@dataclass(frozen=True, kw_only=True)
class Against:
    """One objection with the post or the article that it quotes; `by` is the title of an article."""

    kind: str
    by: str
    channel: str
    at: datetime
    href: str
    near: str
    correct: str  # by which a form asks for an open correction of it; empty where none is offered
    old: Markup
    new: Markup
    article: bool = False


def shown(objections: Sequence[Objection]) -> Sequence[Against]:
    if not objections:
        return []
    posts = Post.objects.in_bulk([int(one.statement_id) for one in objections if one.statement_id.isdigit()])
    named = [number for one in objections if (number := version_in(one.statement_id)) is not None]
    versions = Version.objects.in_bulk(named) if named else {}
    found = [
        _in_article(one, versions.get(version_in(one.statement_id) or 0))
        if not one.statement_id.isdigit()
        else _against(one, posts.get(int(one.statement_id)))
        for one in objections
    ]
    return [one for one in found if one is not None]


def _in_article(one: Objection, version: Version | None) -> Against | None:
    if version is None:
        return None
    address = reverse("article", kwargs={"number": version.article_id})
    return Against(
        kind=names.objection(one.kind), by=version.title, channel="", at=version.at, article=True,
        href=f"{address}?version={version.number}", old=marked(one.old_sentence, one.old_words),
        new=marked(one.draft_sentence, one.new_words), near="", correct="",
    )  # fmt: skip


def _against(one: Objection, post: Post | None) -> Against | None:
    if post is None:
        return None
    address = reverse("case", kwargs={"number": post.case_id}) if post.case_id else reverse("desk")
    return Against(
        kind=names.objection(one.kind), by=post.author_name, channel=names.channel(post.channel), at=post.at,
        href=f"{address}#post-{post.pk}", old=marked(one.old_sentence, one.old_words),
        new=marked(one.draft_sentence, one.new_words), near=names.near(one.near),
        correct=correcting.name_of(one) if correcting.offered(one) else "",
    )  # fmt: skip
