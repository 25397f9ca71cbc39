"""What came in, as it came in: raw arrivals, what could not be read, and the state of each account."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
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


class Source(Table):
    """What the house listens to, or the account that it speaks with: a network, a feed, a recording, a webhook."""

    class Kind(models.TextChoices):
        BLUESKY = "bluesky"  # the public stream of Bluesky
        FIREHOSE = "firehose"  # the stream of one Bluesky server (PDS)
        FEED = "feed"
        MASTODON = "mastodon"
        REPLAY = "replay"
        WEBHOOK = "webhook"
        ACCOUNT = "bluesky-account"  # speaks, does not listen

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=1000, blank=True)
    options = models.JSONField(default=dict)
    secret = models.TextField(blank=True)  # concealed with the keys of this installation (kernel/keys.py)
    cursor = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)
    last_ok_at = models.DateTimeField(null=True)
    last_error_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    heard = models.BigIntegerField(default=0)
    malformed = models.BigIntegerField(default=0)
    reconnects = models.BigIntegerField(default=0)
    bad_number = models.BigIntegerField(null=True)  # the newest malformed line: its number and how it begins
    bad_excerpt = models.TextField(blank=True)
    bad_why = models.CharField(max_length=200, blank=True)

    personal = ("bad_excerpt",)
    plain = (
        "public_id", "kind", "name", "address", "options", "secret", "cursor", "made_at", "changed_at", "paused_at",
        "ended_at", "ended_why", "last_ok_at", "last_error_at", "last_error", "remark", "heard", "malformed",
        "reconnects", "bad_number", "bad_why",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(ended_at=None), name="one_open_source_per_name"
            )
        ]


class Delivery(Table):
    """A signed list of overheard words, kept before it was acknowledged. Its bytes go once the ear has them; its id
    stays a while, so that a repeat is known.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="deliveries")
    external_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    raw = models.BinaryField()
    taken_at = models.DateTimeField(null=True)

    personal = ("raw",)
    plain = ("source", "external_id", "received_at", "taken_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="one_delivery_per_id")]
        indexes = [
            models.Index(fields=["source", "id"], condition=models.Q(taken_at=None), name="delivery_waiting")
        ]
