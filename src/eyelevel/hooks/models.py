"""Who outside is told what happens here: one row per address that an operator stood up for."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table


class Subscription(Table):
    """An address that is told about some kinds of facts. Its secrets are derived, so no table holds them."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    with_content = models.BooleanField(default=False)
    approved_by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    told_id = models.BigIntegerField()  # the newest fact that was looked at for this address
    generation = models.PositiveIntegerField(default=1)  # which secret is the newest
    former_until = models.DateTimeField(null=True)  # how long the one before it signs too
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True)

    plain = (
        "public_id", "url", "kinds", "with_content", "approved_by", "created_at", "told_id", "generation",
        "former_until", "stopped_at", "stopped_why", "failing_since",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(approved_by=""), name="no_hook_without_a_word"),
        ]
