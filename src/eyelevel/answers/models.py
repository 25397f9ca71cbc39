"""Our words before they leave: drafts with versions, and the approval without which nothing is sent."""

from __future__ import annotations

from django.db import models

from eyelevel.cases.models import Case
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Handle, Staff


class Draft(Table):
    """What one colleague writes in one case; kept on the server with every version."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT)
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, null=True)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    seen_post_id = models.BigIntegerField(default=0)  # the newest post that the writer had before the eyes
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    personal = ("staff", "handle", "text")
    plain = ("case", "version", "seen_post_id", "created_at", "changed_at", "sent_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "staff"],
                condition=models.Q(sent_at=None),
                name="one_open_draft_per_colleague",
            )
        ]


class DraftVersion(Table):
    """A former text of a draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    personal = ("text",)
    plain = ("draft", "version", "at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "version"], name="one_row_per_version")]


class Approval(Table):
    """That a person stood up for this answer: which text, to whom, against which version of what had been said."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT)
    at = models.DateTimeField()
    post_id = models.BigIntegerField(null=True)
    audience = models.CharField(max_length=60)
    audience_version = models.BigIntegerField()
    recipients = models.JSONField(default=list)
    checked = models.BooleanField(default=True)
    undone_at = models.DateTimeField(null=True)

    personal = ("by", "recipients")
    plain = ("draft", "at", "post_id", "audience", "audience_version", "checked", "undone_at")


class SecondOpinion(Table):
    """What a language model said of one version of a draft. A suggestion: it holds nothing back and sends nothing."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="opinions")
    version = models.PositiveIntegerField()
    model = models.CharField(max_length=100)
    at = models.DateTimeField()
    found = models.JSONField(default=list)  # {new, old, statement_id, why}
    dropped = models.PositiveIntegerField(default=0)  # said, but not to be found in the texts
    read = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=20, blank=True)  # assist.contract.Why; empty where there is one

    personal = ("found",)
    plain = ("draft", "version", "model", "at", "dropped", "read", "offered", "trouble")


class Proposal(Table):
    """Sentences that a language model proposed for a draft, each with its sources. They stand in the draft; a person sends it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="proposals")
    model = models.CharField(max_length=100)
    at = models.DateTimeField()
    sentences = models.JSONField(default=list)  # {text, sources}: ids of posts, or of versions of articles
    trouble = models.CharField(
        max_length=20, blank=True
    )  # assist.contract.Why; empty where there are sentences or none fit

    personal = ("sentences",)
    plain = ("draft", "model", "at", "trouble")
