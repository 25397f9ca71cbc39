"""How far an import has come: what lets a killed one go on where it was."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.tables import Table


class ImportRun(Table):
    """One file that is being brought in. The position moves in the transaction that writes the rows before it."""

    sha256 = models.CharField(max_length=64, unique=True)
    member = models.CharField(max_length=200, blank=True)  # the part of the file that was written last
    line = models.BigIntegerField(default=0)  # the last line of it that is settled
    rows = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    plain = ("sha256", "member", "line", "rows", "started_at", "finished_at")
