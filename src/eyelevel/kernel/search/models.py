"""What the index holds beside the words: one row per findable thing, and how far the index has come."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.databases import EVERY
from eyelevel.kernel.tables import Table


class Document(Table):
    """One findable thing. `place` is its moment and number in one (see `rules.place_of`): the order of all results.

    The words themselves stand in the table `search_words` of this database, by the same place; `tokens` is what was put
    there (packed), because SQLite needs it to take them out again.
    """

    place = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20)
    thing = models.BigIntegerField()
    group = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, blank=True)
    state = models.CharField(max_length=20, blank=True)
    digest = models.BinaryField()
    tokens = models.BinaryField(default=bytes)

    file = EVERY
    personal = ("digest", "tokens")
    plain = ("place", "kind", "thing", "group", "channel", "language", "state")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "thing"], name="one_document_per_thing")]
        indexes = [models.Index(fields=["group"], condition=~models.Q(group=""), name="document_group")]


class Position(Table):
    """How far the index has followed one feed; `version` is that of the analysis which it was written with."""

    feed = models.CharField(max_length=60, unique=True)
    position = models.BigIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=0)
    done = models.BooleanField(default=False)

    file = EVERY
    plain = ("feed", "position", "version", "done")


class Again(Table):
    """A thing at which the indexer is to look once more, written in the act that changed or erased it.

    What the indexer had read before that act is thereby never its last word. The row goes when it has looked.
    """

    kind = models.CharField(max_length=20)
    thing = models.BigIntegerField()

    file = EVERY
    plain = ("kind", "thing")
