"""Questions about webhooks: who is told, with which secrets, and what came of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from eyelevel.cases.models import Case
from eyelevel.channels.webhook.leave import CHANNEL
from eyelevel.hooks import rules
from eyelevel.hooks.models import Subscription
from eyelevel.kernel.hooks import PREFIX
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import Actor, visible
from eyelevel.outbox.models import Sending
from eyelevel.posts.models import Post
from eyelevel.posts.policy import taken_back

SHOWN = 100
SPOKEN_OUTSIDE = (Post.Kind.HEARD, Post.Kind.CALL)


def lane_of(subscription: Subscription) -> str:
    return f"hook:{subscription.public_id}"


def by_lane(lane: str) -> Subscription | None:
    return Subscription.objects.filter(public_id=lane.partition(":")[2]).first()


def shown_to(actor: Actor) -> Sequence[Subscription]:
    return list(visible(actor, Subscription.objects.order_by("stopped_at", "-id"))[:SHOWN])


def who_carries_out() -> Subscription | None:
    """The one living address that is told of decisions so that it carries them out."""
    living = Subscription.objects.filter(stopped_at=None).order_by("id")
    return next((one for one in living if rules.DECISION in one.kinds), None)


def failing() -> Sequence[Subscription]:
    """The living webhooks that did not take what was sent to them last."""
    return list(Subscription.objects.filter(stopped_at=None).exclude(failing_since=None).order_by("id"))


def deliveries(subscription: Subscription) -> Sequence[Sending]:
    """What was sent there, newest first."""
    rows = Sending.objects.filter(channel=CHANNEL, lane=lane_of(subscription))
    return list(rows.order_by("-id")[:SHOWN])


def delivery(subscription: Subscription, public_id: str) -> Sending | None:
    return Sending.objects.filter(lane=lane_of(subscription), public_id=public_id).first()


def secret(subscription: Subscription, *, generation: int) -> str:
    """One secret of this address, made from the installation's own: a copy of the tables gives nobody a signature."""
    tag = settings.KEYS.tag("webhook", f"{subscription.public_id}:{generation}", 51)
    return PREFIX + base64.b64encode(hashlib.sha256(tag.encode()).digest()).decode()


def live_secrets(subscription: Subscription, *, real_now: datetime) -> Sequence[str]:
    """The newest first, and the one before it while receivers change over."""
    newest = secret(subscription, generation=subscription.generation)
    if subscription.former_until is None or subscription.former_until <= real_now:
        return [newest]
    return [newest, secret(subscription, generation=subscription.generation - 1)]


def untold(subscription: Subscription, *, settled: int, most: int) -> Sequence[Fact]:
    """The facts that this address has asked for and not been told, oldest first."""
    rows = Fact.objects.filter(pk__gt=subscription.told_id, pk__lte=settled, kind__in=subscription.kinds)
    return list(rows.order_by("pk")[:most])


def between(
    subscription: Subscription, *, start: datetime, end: datetime, settled: int, most: int
) -> Sequence[Fact]:
    """The facts of a time that this address asks for, oldest first."""
    rows = Fact.objects.filter(kind__in=subscription.kinds, at__gte=start, at__lt=end, pk__lte=settled)
    return list(rows.order_by("pk")[:most])


def body_of(fact: Fact, *, with_content: bool) -> str:
    """What is said about this fact: thin, with outward ids only, unless somebody chose to let words travel."""
    data = dict(fact.data)
    post = Post.objects.filter(pk=data["post"]).first() if "post" in data else None
    data["post"] = post.public_id if post is not None else None
    data["promise"] = data.get("public_id")  # a promise that was taken back has no row any more
    content = _content(fact, post) if with_content else None
    return rules.payload(
        kind=fact.kind, at=fact.at, fact_id=fact.pk, things=fact.things, data=data, content=content
    )


def _content(fact: Fact, post: Post | None) -> Mapping[str, Any]:
    """Subject and words. Internal notes stay here, and so does what is or can be taken back: by its author, or as an answer
    of ours.
    """
    said: dict[str, Any] = {}
    case = Case.objects.filter(pk=fact.data.get("case")).only("subject").first()
    if case is not None:
        said["subject"] = case.subject
    if post is not None and post.kind in SPOKEN_OUTSIDE and not taken_back(post):
        said |= {"author": post.author_name, "text": post.text}
    return said
