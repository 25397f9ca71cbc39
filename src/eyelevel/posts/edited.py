"""A public word was edited by its author after it had become a post: the post says the new words and keeps the former."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from eyelevel.channels.contract import Overheard
from eyelevel.kernel import facts
from eyelevel.posts import overheard
from eyelevel.posts.models import Post, Version
from eyelevel.posts.withdrawn import DELETED

MOST_VERSIONS = (
    200  # former words of one post; whoever edits on changes it, and a fact says that one was not kept
)


def standing(words: Sequence[Overheard]) -> dict[int, str]:
    """The new words of those edited ones that are posts and read otherwise there, by post."""
    edits = {(word.network, word.external_id): word.text for word in words if word.event == "edit"}
    if not edits:
        return {}
    posts = overheard.standing(edits)
    return {post.pk: edits[name] for name, post in posts.items() if _differs(post, edits[name])}


def note_edited(texts: Mapping[int, str], *, now: datetime) -> None:
    """Keep the former words of these posts with the moment until which they stood. Told twice, it is done once."""
    rows = Post.objects.select_for_update().filter(pk__in=list(texts)).order_by("pk")
    for post in [row for row in rows if _differs(row, texts[row.pk])]:
        kept = Version.objects.filter(post=post).count() < MOST_VERSIONS
        if kept:
            Version.objects.create(post=post, text=post.text, replaced_at=now)
        post.text = texts[post.pk]
        post.save(update_fields=["text"])
        things = [f"case:{post.case_id}"] if post.case_id is not None else []
        facts.record("post.edited", at=now, by="author", things=things, post=post.pk, kept=kept)


def _differs(post: Post, text: str) -> bool:
    return post.text != text and DELETED not in post.remarks
