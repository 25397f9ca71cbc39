"""A case as its person sees it: everything said between us, nothing internal, nothing that has not left yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.kernel.policy import Actor
from eyelevel.outbox import reads as outbox
from eyelevel.posts.models import Attachment, Post, Version
from eyelevel.posts.policy import versions_shown_outside, words_shown_outside
from eyelevel.word import reads as word
from eyelevel.word.models import Promise


@dataclass(frozen=True, kw_only=True)
class Word:
    """One post on the receipt page."""

    post: Post
    ours: bool
    shown: bool  # not where its author deleted it
    channel: str
    files: Sequence[Attachment]
    versions: Sequence[Version]  # former words, oldest first


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
            versions=list(post.versions.all())
            if versions_shown_outside(post, person_id=case.person_id)
            else (),
        )
        for post in cases.posts_of(case, reader)
        if post.pk not in pending
    ]


@dataclass(frozen=True, kw_only=True)
class Promised:
    """One promise as its person sees it. `first`: the date before it was moved; `told`: when we said by mail that it may be
    late, if that mail has left.
    """

    words: str
    until: datetime
    first: datetime | None
    told: datetime | None
    settled: datetime | None
    tone: str
    state: str
    outcome: str  # a value of Promise.Outcome; "" while it is open


def promises_of(case: Case) -> Sequence[Promised]:
    """What was promised to the person of this case, in words that have left, the one due first on top."""
    reader = Actor(kind="receipt", case_id=case.pk, person_id=case.person_id)
    pending = outbox.not_yet_left(case.pk, real_now=clock.real_now())
    rows = [row for row in word.promises_in(case.pk, reader) if row.post_id not in pending]
    left = outbox.by_message_id([row.notice_id for row in rows if row.notice_id])
    told = {notice for notice, sending in left.items() if sending.state in outbox.LEFT}
    return [
        _promised(row, told=row.notice_id in told, now=clock.now())
        for row in rows
        if words_shown_outside(row.post)
    ]


def _promised(row: Promise, *, told: bool, now: datetime) -> Promised:
    moved = [one.due_before for one in row.amendments.all() if one.due_before is not None]
    tone, state = _state(row, now=now)
    return Promised(
        words=row.text, until=row.due_to, first=min(moved, default=None), told=row.foretold_at if told else None,
        settled=row.settled_at if row.outcome == Promise.Outcome.KEPT else None, tone=tone, state=state, outcome=row.outcome,
    )  # fmt: skip


def _state(row: Promise, *, now: datetime) -> tuple[str, str]:
    if row.outcome == Promise.Outcome.KEPT:
        late = row.settled_at is not None and row.settled_at > row.due_to
        return ("warn", _("kept, but noted after its time")) if late else ("good", _("kept"))
    if row.outcome == Promise.Outcome.NOT_KEPT:
        return "bad", _("not kept")
    if row.outcome == Promise.Outcome.RELEASED:
        return "", _("no longer wanted")
    return ("bad", _("late")) if row.due_to <= now else ("", _("open"))


def channel(name: str) -> str:
    """How a channel is called on public pages."""
    names = {
        "mail": _("by mail"), "form": _("by form"), "phone": _("on the phone"), "letter": _("by letter"),
        "paste": _("on the net"), "receipt": _("on this page"),
        "note": _("note"), "guest": _("note"),
    }  # fmt: skip
    return names.get(name, name)
