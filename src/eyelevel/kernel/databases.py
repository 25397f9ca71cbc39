"""Which table lives in which database: on SQLite what is overheard has a file of its own, on PostgreSQL all is one.

No transaction spans both files. Whatever must agree between them is repeated by an idempotent step.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

DEFAULT = "default"
HEARD = "heard"
EVERY = "*"  # a table that each file has for itself: the search index; whoever asks it names the file


def alias(name: str) -> str:
    """The database behind the name of a file: itself where it is set up, else the one that holds everything."""
    return name if name in settings.DATABASES else DEFAULT


class Files:
    """Django's router: a table says by its `file` where it lives."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        return alias(getattr(model, "file", DEFAULT))

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **_hints: Any) -> bool:
        return self.db_for_read(type(one)) == self.db_for_read(type(other))

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        """A table is made in its own file only; an operation without a table says by the hint `file` where it runs."""
        if model_name is None:
            return hints.get("file") == EVERY or db == alias(str(hints.get("file", DEFAULT)))
        try:
            model: Any = apps.get_model(app_label, model_name)
        except LookupError:  # a table of former times: it lived in the first file
            return db == DEFAULT
        return getattr(model, "file", DEFAULT) == EVERY or db == self.db_for_read(model)
