"""Counting what is said, so that two answers written at once meet, and keeping the reason of an override."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from eyelevel.kernel import facts
from eyelevel.kernel.text import number_in
from eyelevel.people.models import Staff
from eyelevel.word.models import Audience, Override
from eyelevel.word.rules import Objection


class SomethingWasSaid(ValueError):
    """Since the check, somebody else has said something to this audience: check again."""


def speak_to(audience: str, *, seen: int, linked: Mapping[str, int] | None = None) -> int:
    """Bump the audience's version; raises SomethingWasSaid where it, or one of `linked`, is not what the check has seen."""
    rows = Audience.objects.all()
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    expected = {**(linked or {}), audience: seen}
    for name in sorted(expected):  # one order for all, so that two who wait for each other cannot be
        row, _ = rows.get_or_create(name=name)
        if row.version != expected[name]:
            raise SomethingWasSaid(f"{name} stands at {row.version}, the check saw {expected[name]}")
    return bump(audience)


def bump(audience: str) -> int:
    """A statement was made or taken back: whatever was checked before must be checked again."""
    row, _ = Audience.objects.get_or_create(name=audience)
    row.version += 1
    row.save(update_fields=["version"])
    return int(row.version)


def keep_overrides(
    objections: Sequence[Objection], *, post_id: int, reason: str, by: Staff, now: datetime, case_id: int
) -> None:
    """The answer goes out against these objections; the reason stays beside it."""
    Override.objects.bulk_create(
        [
            Override(
                post_id=post_id, kind=objection.kind, old_sentence=objection.old_sentence,
                new_sentence=objection.draft_sentence, old_post_id=number_in(objection.statement_id, digits=17), reason=reason, by=by,
                at=now,
            )
            for objection in objections
        ]
    )  # fmt: skip
    facts.record(
        "objection.overridden", at=now, by=f"staff:{by.pk}", things=[f"case:{case_id}"], post=post_id,
        kinds=sorted({objection.kind for objection in objections}),
    )  # fmt: skip
