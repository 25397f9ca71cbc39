"""Sessions in the database, written by the one pen: a page on a reading thread may end or change a session too.

The table holds a hash of each session's key. Whoever reads the database or a backup cannot sit down at an open desk.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Store
from django.utils import timezone

from eyelevel.kernel.writer import write


def hash_of(session_key: str) -> str:
    """The name of a session in the tables: 160 bits of SHA-256, because the column holds 40 signs."""
    return hashlib.sha256(session_key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


class SessionStore(Store):
    """Django's sessions in the database under the hash of their key; every write goes through the writer."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Store.get_model_class()

    def _get_session_from_db(self) -> Any:
        key = self.session_key or ""
        found = self.model.objects.filter(session_key=hash_of(key), expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=hash_of(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        made = super().create_model_instance(data)
        made.session_key = hash_of(made.session_key)
        return made

    def save(self, must_create: bool = False) -> None:
        write(super().save, must_create=must_create)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            write(self.model.objects.filter(session_key=hash_of(key)).delete)
