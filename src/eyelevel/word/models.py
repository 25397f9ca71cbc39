"""What the house said, counted: each audience has a version, and each objection that was overridden keeps its reason."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.tables import Table
from eyelevel.people.models import Staff


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
