"""Sessions in the database, written by the one pen: a page on a reading thread may end or change a session too."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Store

from eyelevel.kernel.writer import write


class SessionStore(Store):
    """Django's sessions in the database; every write goes through the writer."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Store.get_model_class()

    def save(self, must_create: bool = False) -> None:
        write(super().save, must_create=must_create)

    def delete(self, session_key: str | None = None) -> None:
        write(super().delete, session_key)
