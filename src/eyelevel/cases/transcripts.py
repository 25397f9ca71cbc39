"""That somebody took a case along as a signed file."""

from __future__ import annotations

from datetime import datetime

from eyelevel.cases.models import Case
from eyelevel.kernel import facts


def note_made(case: Case, *, kind: str, sha256: str, by: str, now: datetime) -> None:
    """`kind` is "json" or "pdf"; `sha256` is that of the file, so that one that turns up again can be recognised."""
    facts.record(
        "case.transcript_made", at=now, by=by, things=[f"case:{case.pk}"], case=case.pk, written_as=kind, sha256=sha256
    )  # fmt: skip
