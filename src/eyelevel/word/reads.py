"""What the house has said and promised so far, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q

from eyelevel.kernel.policy import Actor, visible
from eyelevel.posts.models import Post
from eyelevel.word.models import Audience, Promise
from eyelevel.word.rules import Statement

MOST_STATEMENTS = 300


def audience_of(*, person_id: int | None, case_id: int) -> str:
    """The name of the audience of an answer: the person, or the case where we do not know who it is."""
    return f"person:{person_id}" if person_id is not None else f"case:{case_id}"


def version_of(audience: str) -> int:
    """How many statements this audience has heard; 0 before the first."""
    return Audience.objects.filter(name=audience).values_list("version", flat=True).first() or 0


def versions_of(audiences: Collection[str]) -> dict[str, int]:
    """The same of several audiences."""
    known = (
        dict(Audience.objects.filter(name__in=audiences).values_list("name", "version")) if audiences else {}
    )
    return {name: known.get(name, 0) for name in audiences}


def said_to(*, person_id: int | None, case_id: int, besides: int | None = None) -> Sequence[Statement]:
    """Our newest statements to this person on every channel (or in this case, where the person is unknown)."""
    rows = Post.objects.filter(kind__in=[Post.Kind.ANSWER, Post.Kind.CALL])
    in_case = Q(case_id=case_id)  # also what was said there while nobody knew to whom
    rows = rows.filter(
        Q(person_id=person_id) | in_case & Q(person=None) if person_id is not None else in_case
    )
    rows = (rows if besides is None else rows.exclude(pk=besides)).order_by("-at", "-id")[:MOST_STATEMENTS]
    return [statement(row) for row in rows]


def statement(row: Post) -> Statement:
    """A post of ours as the check reads it."""
    return Statement(
        id=str(row.pk), text=row.text, said_at=row.at, channel=row.channel, by=row.author_name,
        where=str(row.case_id or ""),
    )  # fmt: skip


def promises_in(case_id: int, actor: Actor) -> Sequence[Promise]:
    """Every promise whose words stand in this case, the one due first on top. Merging and splitting move them with their words."""
    rows = visible(actor, Promise.objects.filter(post__case_id=case_id))
    rows = rows.select_related("owner", "settled_by", "post")
    return list(
        rows.prefetch_related("amendments__by", "amendments__giver", "amendments__taker").order_by(
            "due_to", "id"
        )
    )


def next_due(case_ids: Sequence[int]) -> dict[int, Promise]:
    """For each of these cases its open promise that is due first, where there is one."""
    rows = Promise.objects.filter(outcome="", post__case_id__in=case_ids).select_related("post")
    return {row.post.case_id: row for row in rows.order_by("-due_to", "-id") if row.post.case_id is not None}
