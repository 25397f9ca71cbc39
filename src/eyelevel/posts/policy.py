"""Who may read a post and its files. Posts in a case follow the case; staff see the rest."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from eyelevel.channels.models import Quarantine
from eyelevel.kernel.policy import Actor, answers, filters
from eyelevel.posts.models import Attachment, Post
from eyelevel.posts.withdrawn import DELETED


def shown_outside(post: Post) -> bool:
    """What the person of a case may see of it: everything said between us, no internal word."""
    return post.openness != Post.Openness.INTERNAL


def words_shown_outside(post: Post) -> bool:
    """May the person of the case read the words? Not where their author deleted them."""
    return shown_outside(post) and not taken_back(post)


def versions_shown_outside(post: Post, *, person_id: int | None) -> bool:
    """May the person of the case read the former words too? Only of their own posts: whoever else corrected a public word
    did so for everybody outside.
    """
    return words_shown_outside(post) and person_id is not None and post.person_id == person_id


def taken_back(post: Post) -> bool:
    """Did its author delete it where it stood? Then nobody but colleagues reads the words, whoever chose them before."""
    return DELETED in post.remarks


@answers("attachment.read")
def _attachment(actor: Actor, attachment: Any) -> bool:
    if actor.is_staff:
        return True
    post = attachment.post
    if actor.kind == "guest":
        return post.pk in actor.post_ids and not taken_back(post)
    return actor.kind == "receipt" and post.case_id == actor.case_id and words_shown_outside(post)


@filters(Post)
def _posts(actor: Actor, rows: QuerySet[Post]) -> QuerySet[Post]:
    if actor.is_staff:
        return rows
    if actor.kind == "receipt":
        return rows.filter(case_id=actor.case_id).exclude(openness=Post.Openness.INTERNAL)
    if actor.kind == "guest":
        return rows.filter(pk__in=actor.post_ids)
    return rows.none()


@filters(Attachment)
def _attachments(actor: Actor, rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
    if actor.is_staff:
        return rows
    if actor.kind == "receipt":
        return rows.filter(post__case_id=actor.case_id).exclude(post__openness=Post.Openness.INTERNAL)
    if actor.kind == "guest":
        return rows.filter(post_id__in=actor.post_ids)
    return rows.none()


@answers("quarantine.retry")
@answers("quarantine.read")
def _quarantine(actor: Actor, _thing: Any) -> bool:
    return actor.is_staff


@filters(Quarantine)
def _entries(actor: Actor, rows: QuerySet[Quarantine]) -> QuerySet[Quarantine]:
    return rows if actor.is_staff else rows.none()
