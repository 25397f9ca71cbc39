"""The base of every table: each field says whether it is about a person.

The declaration is what export and erasure are generated from, so an undeclared field fails the build.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Table(models.Model):
    """A table whose fields are declared: `personal` ones are a person's to see and erase, `plain` ones are not."""

    personal: ClassVar[tuple[str, ...]] = ()
    plain: ClassVar[tuple[str, ...]] = ()
    file: ClassVar[str] = (
        "default"  # on SQLite: the database file that this table lives in (kernel/databases.py)
    )

    class Meta:
        abstract = True


def undeclared(model: type[models.Model]) -> set[str]:
    """Names of the concrete fields of `model` that are declared not exactly once."""
    names = [
        field.name
        for field in [*model._meta.concrete_fields, *model._meta.local_many_to_many]
        if field.name != "id"
    ]
    declared = [*getattr(model, "personal", ()), *getattr(model, "plain", ())]
    return {name for name in {*names, *declared} if declared.count(name) != 1 or name not in names}
