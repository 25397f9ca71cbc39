"""The one queue of the house: what happened (Fact) and what must follow from it (Step).

Both are rows written in the transaction that made them true, so nothing that happened can be forgotten and nothing that
was rolled back can be acted on.
"""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.tables import Table


class Fact(Table):
    """Something that happened. `things` names what changed ("case:412"), for streams and the journal."""

    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60, blank=True)
    things = models.JSONField(default=list)
    data = models.JSONField(default=dict)

    personal = ("actor",)
    plain = ("kind", "at", "things", "data")

    class Meta:
        indexes = [models.Index(fields=["kind", "at"])]


class Step(Table):
    """Work that follows from a fact: claimed with a lease, tried again with back-off, dead where a person must look."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    plain = ("fact", "name", "state", "attempts", "not_before", "lease_until", "error")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "name"], name="one_step_per_fact")]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=models.Q(state="waiting"), name="step_due"),
            models.Index(fields=["id"], condition=models.Q(state="dead"), name="step_dead"),
        ]
