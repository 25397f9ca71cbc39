"""A public word was deleted by its author after it had become a post.

The dialogue keeps what was said: colleagues answered it, and statements of ours rest on it. They see that its author took
it back; on every page for people outside the words are hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.posts.models import Post

DELETED = "deleted-by-author"


def standing(names: Sequence[tuple[str, str]]) -> Sequence[Post]:
    """Posts made from the public words with these (network, external id), not yet marked."""
    wanted = set(names)
    rows = Post.objects.filter(
        message_id__in={name for _network, name in wanted},
        kind=Post.Kind.HEARD,
        openness=Post.Openness.PUBLIC,
    )
    return [
        post for post in rows if (post.channel, post.message_id) in wanted and DELETED not in post.remarks
    ]


def said_by(authors: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The (network, external id) of public posts by these (network, author key)."""
    wanted = set(authors)
    rows = Post.objects.filter(
        handle__address__in={key for _network, key in wanted},
        kind=Post.Kind.HEARD,
        openness=Post.Openness.PUBLIC,
    )
    found = rows.values_list("channel", "handle__address", "message_id")
    return [(channel, name) for channel, address, name in found if (channel, address) in wanted]


def note_deleted(posts: Sequence[Post], *, now: datetime) -> None:
    """Their authors deleted them where they stood."""
    numbers = [post.pk for post in posts]
    facts.record("heard.deleted_by_author", at=now, by="author", things=_things(posts), posts=numbers)


def mark_deleted(fact: Fact) -> facts.Effect | None:
    """Step: the posts carry the mark; done twice it writes the same."""
    posts = [post for post in Post.objects.filter(pk__in=fact.data["posts"]) if DELETED not in post.remarks]
    return (lambda: _mark(posts)) if posts else None


def _mark(posts: Sequence[Post]) -> None:
    for post in posts:
        post.remarks = [*post.remarks, DELETED]
        post.save(update_fields=["remarks"])
    facts.record("post.withdrawn", at=clock.now(), things=_things(posts), posts=[post.pk for post in posts])


def _things(posts: Sequence[Post]) -> Sequence[str]:
    return [f"case:{post.case_id}" for post in posts if post.case_id is not None]
