"""Who may read and change articles. Everybody reads what is public and published; publishing is the owner's, or a supervisor's."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.knowledge.models import Article


@answers("article.read")
def _read(actor: Actor, article: Any) -> bool:
    if actor.is_staff or article is None:
        return actor.is_staff
    published = article.state == Article.State.PUBLISHED
    return bool(published and article.audience == Article.Audience.PUBLIC)


@answers("article.write")
@answers("article.doubt")
def _write(actor: Actor, _article: Any) -> bool:
    return actor.is_staff


@answers("article.publish")
@answers("article.withdraw")
@answers("article.own")
def _answer_for(actor: Actor, article: Any) -> bool:
    if actor.kind in {"supervisor", "operator"}:
        return True
    return actor.is_staff and article is not None and bool(article.owner_id == actor.staff_id)


@filters(Article)
def _articles(actor: Actor, rows: QuerySet[Article]) -> QuerySet[Article]:
    if actor.is_staff:
        return rows
    return rows.filter(state=Article.State.PUBLISHED, audience=Article.Audience.PUBLIC)
