"""What was decided in cases and on whose frame, what somebody else had to decide, and what the house asks for itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from eyelevel.cases.models import Case
from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.money import CURRENCY
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Mandate, Staff
from eyelevel.posts.models import Post


class Kind(models.TextChoices):
    GOODWILL = "goodwill"
    CONTRACT = "contract"
    DEADLINE = "deadline"
    OTHER = "other"


class Decision(Table):
    """What a colleague decided in a case, in their frame, and whether it was carried out.

    `post` is the answer that says it, where one does. `leaves_at` is real time: until then it can be taken back. `way` is
    empty until the road has chosen it: a webhook (its Sending has `message_id`) or a task of the `owner`.
    """

    class State(models.TextChoices):
        DECIDED = "decided"
        EXECUTED = "executed"
        FAILED = "failed"  # the webhook did not take it at the last try
        TAKEN_BACK = "taken_back"

    class Way(models.TextChoices):
        OPEN = ""
        WEBHOOK = "webhook"
        TASK = "task"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    cents = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default=CURRENCY)
    days = models.PositiveIntegerField(default=0)
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    first_contact = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DECIDED)
    way = models.CharField(max_length=8, choices=Way.choices, blank=True, default=Way.OPEN)
    message_id = models.CharField(max_length=200, blank=True)
    leaves_at = models.DateTimeField()
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    evidence = models.TextField(blank=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    personal = ("words", "by", "owner", "evidence", "settled_by")
    plain = (
        "public_id", "case", "post", "kind", "cents", "currency", "days", "at", "mandate", "first_contact", "state", "way",
        "message_id", "leaves_at", "settled_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["by", "at"], name="decisions_by_month"),
            models.Index(
                fields=["owner"], condition=models.Q(state__in=["decided", "failed"]), name="decisions_to_do"
            ),
            models.Index(
                fields=["message_id"], condition=~models.Q(message_id=""), name="decisions_by_sending"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(kind="goodwill") | models.Q(cents__gt=0), name="goodwill_is_a_sum"
            ),
        ]


class Wish(Table):
    """A decision for which somebody's frame was too small, asked of `to` (nobody: of the supervisors).

    `handed`: the case went along. `limit` is where the frame ended (people.reach.Limit).
    """

    class State(models.TextChoices):
        OPEN = "open"
        GRANTED = "granted"
        DECLINED = "declined"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="wishes")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    handed = models.BooleanField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    cents = models.PositiveBigIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    words = models.TextField()
    limit = models.CharField(max_length=8)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decision = models.OneToOneField(Decision, on_delete=models.SET_NULL, null=True, related_name="wish")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    personal = ("by", "to", "words", "answer", "answered_by")
    plain = ("case", "handed", "kind", "cents", "days", "limit", "at", "state", "decision", "answered_at")

    class Meta:
        indexes = [
            models.Index(fields=["to"], condition=models.Q(state="open"), name="wishes_open"),
            models.Index(fields=["kind", "at"], name="wishes_by_kind"),
        ]


class WidenNote(Table):
    """The house asks its supervisors to widen frames: so many of the cases of a kind needed somebody else."""

    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    handed = models.PositiveIntegerField()  # cases that a frame was too small for
    of = models.PositiveIntegerField()  # cases in which something of this kind was decided or wished
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    personal = ("dismissed_by",)
    plain = ("kind", "at", "handed", "of", "dismissed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(dismissed_at=None), name="one_open_note_per_kind"
            )
        ]
