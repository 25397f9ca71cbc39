"""What a program shows instead of a login, and the answers that are kept so that a repeat is no second event."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Staff


class Token(Table):
    """Lets a program act as a colleague, within scopes and until a day. Only a hash of it is kept."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    owner = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    lookup = models.CharField(max_length=12, unique=True)
    token_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    personal = ("owner", "name", "last_used_at")
    plain = ("public_id", "lookup", "token_hash", "scopes", "created_at", "expires_at", "revoked_at")


class KeptAnswer(Table):
    """What a request with this Idempotency-Key was answered, written in the transaction of its effect."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    personal = ("body",)
    plain = ("token", "key", "request_hash", "status", "at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
