"""What came in, as it came in: raw arrivals, what could not be read, and the state of each account."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.tables import Table


class Account(Table):
    """One door or mailbox as the operator set it up, and how it is doing."""

    channel = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    cursor = models.JSONField(default=dict)
    last_ok_at = models.DateTimeField(null=True)
    last_error_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    plain = ("channel", "name", "cursor", "last_ok_at", "last_error_at", "last_error")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "name"], name="one_account_per_name")]


class Arrival(Table):
    """The bytes that came in, kept before anything looked into them. The unique key makes a repeat the same event."""

    channel = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    envelope = models.JSONField(default=dict)
    raw = models.BinaryField(null=True)  # small ones stand here, in the same fsync as their row
    raw_digest = models.CharField(max_length=64, blank=True)  # large ones stand in the store
    size = models.BigIntegerField()

    personal = ("envelope", "raw", "raw_digest")
    plain = ("channel", "source", "external_id", "received_at", "size")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "source", "external_id"], name="one_event_one_row")
        ]


class Quarantine(Table):
    """An arrival that could not be read: seen by a person, downloadable raw, retryable. Resolved, never deleted."""

    arrival = models.OneToOneField(Arrival, on_delete=models.CASCADE, related_name="quarantine")
    reason = models.CharField(max_length=40)
    detail = models.TextField(blank=True)
    since = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=1)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=40, blank=True)

    personal = ("detail",)
    plain = ("arrival", "reason", "since", "tries", "resolved_at", "resolution")

    class Meta:
        indexes = [
            models.Index(fields=["since"], condition=models.Q(resolved_at=None), name="quarantine_open")
        ]
