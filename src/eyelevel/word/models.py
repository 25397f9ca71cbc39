"""What the house said, counted: each audience has a version, each objection that was overridden keeps its reason, each
promise keeps its owner, its clock and its outcome, and each passage is known by how often it was said.
"""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Absence, Staff
from eyelevel.posts.models import Post


class Audience(Table):
    """To whom statements are made. Every statement bumps the version, so two answers written at once meet here."""

    name = models.CharField(max_length=60, unique=True)  # "person:17"
    version = models.BigIntegerField(default=0)

    plain = ("name", "version")


class Override(Table):
    """An objection that stood against an answer which was sent anyway, and why."""

    post_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=20)
    old_sentence = models.TextField()
    new_sentence = models.TextField()
    old_post_id = models.BigIntegerField(null=True)
    reason = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT)
    at = models.DateTimeField()

    personal = ("old_sentence", "new_sentence", "reason", "by")
    plain = ("post_id", "kind", "old_post_id", "at")


class Promise(Table):
    """Something we said we would do, and until when. It belongs to the case in which its words stand now."""

    class Outcome(models.TextChoices):
        OPEN = ""
        KEPT = "kept"
        NOT_KEPT = "not_kept"
        RELEASED = "released"  # the person no longer wants it

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="promises")
    text = models.TextField()  # the words of the promise as they stand in the post
    kind = models.CharField(max_length=20)  # word.commitments.Kind
    due_from = models.DateTimeField(null=True)
    due_to = models.DateTimeField()
    conditional = models.BooleanField(default=False)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="promises")
    made_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)  # the date that stands now has passed without an outcome
    foretold_at = models.DateTimeField(null=True)  # the person was told that it may be late, at most once
    notice_id = models.CharField(max_length=200, blank=True)  # the Message-ID of that notice
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.TextField(blank=True)

    personal = ("text", "owner", "settled_by", "evidence", "notice_id")
    plain = (
        "public_id", "post", "kind", "due_from", "due_to", "conditional", "made_at", "reminded_at", "broken_at",
        "foretold_at", "outcome", "settled_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["due_to"], condition=models.Q(outcome=""), name="open_promises_by_due")
        ]


class Amendment(Table):
    """What changed about a promise: another day, or another owner. The former values stand beside the new ones."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="amendments")
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    due_before = models.DateTimeField(null=True)  # both null where the day stayed
    due_to = models.DateTimeField(null=True)
    giver = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+"
    )  # both null where the owner stayed
    taker = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    absence = models.ForeignKey(
        Absence, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # why it went to the deputy, where nobody did it by hand

    personal = ("by", "reason", "giver", "taker", "absence")
    plain = ("promise", "at", "due_before", "due_to")


class Passage(Table):
    """A sentence that stands in answers of ours, as numbers for its words (word/reuse.py); the words stand in the posts."""

    key = models.BigIntegerField(unique=True)  # reuse.key_of(numbers)
    numbers = models.BinaryField()
    answers = models.PositiveIntegerField(default=0)  # in how many answers it stands; at 0 it goes

    personal = ("numbers",)
    plain = ("key", "answers")


class Trace(Table):
    """By which a passage is found after edits (reuse.traces). A plain number instead of a foreign key: one index less."""

    trace = models.IntegerField()
    passage_id = models.BigIntegerField()

    plain = ("trace", "passage_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trace", "passage_id"], name="one_trace_per_passage")]


class Learnt(Table):
    """That the passages of this answer are known, and which they are. Made anew from the posts wherever it is missing."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="learnt")
    passages = models.JSONField(default=list)  # ids

    plain = ("post", "passages")


class Mirror(Table):
    """What the mirror of canned text showed when an answer was sent; the words themselves stand in the post."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="mirror")
    at = models.DateTimeField(db_index=True)
    own = models.PositiveIntegerField()  # signs without blanks, greeting, closing and quotes
    canned = models.PositiveIntegerField()  # of them, those that stood in earlier answers
    named = models.PositiveSmallIntegerField()  # of the things that the person had named
    things = models.PositiveSmallIntegerField()  # how many they had named
    whole = models.BooleanField(default=True)  # False: longer than what is compared

    plain = ("post", "at", "own", "canned", "named", "things", "whole")
