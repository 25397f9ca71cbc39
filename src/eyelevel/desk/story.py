"""A case as colleagues see it: every post and what happened around it, oldest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case, Closure, Hand
from eyelevel.desk import happenings, names
from eyelevel.kernel import clock
from eyelevel.kernel.policy import Actor
from eyelevel.outbox import reads as outbox
from eyelevel.outbox.models import Sending
from eyelevel.posts.models import Attachment, Evidence, Post
from eyelevel.word.models import Override


@dataclass(frozen=True)
class Mark:
    tone: names.Tone
    text: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What became of an answer; `undo` while it can still be taken back, until `until` (real time)."""

    tone: names.Tone
    text: str
    undo: bool
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the story: a post, or an event with its words."""

    at: datetime
    event: str = ""
    note: str = ""
    post: Post | None = None
    ours: bool = False
    channel: str = ""
    remarks: Sequence[Mark] = ()
    files: Sequence[Attachment] = ()
    overrides: Sequence[Override] = ()
    evidence: Evidence | None = None
    delivery: Delivery | None = None
    undo: str = ""  # where a form takes the event back
    undo_page: str = ""  # where taking it back is shown before it is confirmed
    order: tuple[datetime, int, int] = field(default=(datetime.min, 0, 0))  # noqa: DTZ901 -- always set


def items_of(case: Case, actor: Actor, around: cases.Around) -> Sequence[Item]:
    posts = cases.posts_of(case, actor)
    sendings = outbox.of_case(case.pk)
    overrides: dict[int, list[Override]] = {}
    for row in Override.objects.filter(post_id__in=[post.pk for post in posts]):
        overrides.setdefault(row.post_id, []).append(row)
    told = [_told(post, sendings, overrides.get(post.pk, [])) for post in posts]
    return sorted(
        [*told, *_hands(around.hands), *_closures(around.family), *_happened(case, around)],
        key=lambda item: item.order,
    )


def _happened(case: Case, around: cases.Around) -> Iterator[Item]:
    for number, one in enumerate(happenings.of(case, around)):
        yield Item(
            at=one.at, event=one.event, note=one.note, undo=one.undo, undo_page=one.undo_page, order=(one.at, 4, number)
        )  # fmt: skip


def _told(post: Post, sendings: Mapping[int, Sending], overrides: Sequence[Override]) -> Item:
    sending = sendings.get(post.pk)
    marks = [Mark(*names.remark(code)) for code in post.remarks]
    if post.kind == Post.Kind.HEARD and post.automatic:
        marks.append(Mark("", _("written by a machine")))
    return Item(
        at=post.at,
        order=(post.at, 1, post.pk),
        post=post,
        ours=post.kind in {Post.Kind.ANSWER, Post.Kind.CALL},
        channel=names.channel(post.channel),
        remarks=marks,
        files=list(post.attachments.all()),
        overrides=overrides,
        evidence=getattr(post, "evidence", None),
        delivery=_delivery(sending) if sending is not None else None,
    )


def _delivery(sending: Sending) -> Delivery:
    tone, text = names.state(sending.state)
    if sending.state == Sending.State.DELIVERED and sending.channel == "receipt":
        text = _("stands on the receipt page")
    elif sending.state != Sending.State.DELIVERED and sending.last_word:
        text = f"{text}: {names.last_word(sending.last_word)[:200]}"
    undo = outbox.can_be_undone(sending, real_now=clock.real_now())
    return Delivery(tone=tone, text=text, undo=undo, until=sending.not_before)


def _hands(hands: Sequence[Hand]) -> Iterator[Item]:
    for number, hand in enumerate(hands):
        giver, taker = _name(hand.giver), _name(hand.taker)
        if hand.taker_id is None:
            text = _("%(giver)s gave it back to all") % {"giver": giver}
        elif hand.taker_id == hand.giver_id:
            text = _("%(taker)s took it") % {"taker": taker}
        else:
            text = _("%(giver)s gave it to %(taker)s") % {"giver": giver, "taker": taker}
        yield Item(at=hand.at, event=text, note=hand.note, order=(hand.at, 2, number))


def _closures(family: Sequence[int]) -> Iterator[Item]:
    closures = Closure.objects.filter(case_id__in=family).select_related("by")
    for number, closure in enumerate(closures.order_by("at", "id")):
        text = _("closed by %(name)s") % {"name": _name(closure.by)}
        yield Item(at=closure.at, event=text, order=(closure.at, 3, number))
        if closure.reopened_at is not None:
            yield Item(
                at=closure.reopened_at, event=_("opened again"), order=(closure.reopened_at, 0, number)
            )


def _name(staff: object) -> str:
    return str(getattr(staff, "name", "")) or _("somebody")
