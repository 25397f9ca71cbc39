"""All sending of the house: what leaves, on whose word, and what the other side said."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table


class Sending(Table):
    """One departure. It exists only with an approval (a person's, or the name of a fixed system notice)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        UNDELIVERED = "undelivered"  # accepted by a server, came back later
        UNKNOWN = "unknown"  # broke after the last byte: may have arrived; never repeated by itself
        DEAD = "dead"  # refused for good, or 72 hours over
        WITHDRAWN = "withdrawn"  # undone in time, never left

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    lane = models.CharField(max_length=60)
    channel = models.CharField(max_length=40)
    approved_by = models.CharField(max_length=60)
    notice = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(max_length=320)
    message_id = models.CharField(max_length=200, unique=True)
    departure = models.JSONField()
    post_id = models.BigIntegerField(null=True, unique=True)
    case_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    last_word = models.TextField(blank=True)

    personal = ("recipient", "departure", "last_word", "message_id")
    plain = (
        "public_id", "lane", "channel", "approved_by", "notice", "post_id", "case_id", "state", "created_at",
        "not_before", "lease_until", "attempts", "settled_at",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(approved_by=""), name="nothing_leaves_unapproved"),
        ]
        indexes = [
            models.Index(
                fields=["lane", "not_before"], condition=models.Q(state="waiting"), name="sending_due"
            ),
            models.Index(
                fields=["recipient", "created_at"], condition=~models.Q(notice=""), name="sending_notices"
            ),
            models.Index(
                fields=["lane", "-id"], condition=models.Q(channel="webhook"), name="sending_of_hook"
            ),
            models.Index(
                fields=["settled_at"], condition=models.Q(state__in=["dead", "unknown"]), name="sending_dead"
            ),
        ]


class Attempt(Table):
    """One try of a sending and what came of it."""

    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    state = models.CharField(max_length=12)
    detail = models.TextField(blank=True)

    personal = ("detail",)
    plain = ("sending", "at", "state")
