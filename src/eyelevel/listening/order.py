"""The order of the columns on the radar."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from eyelevel.kernel import facts
from eyelevel.listening.models import Watch

LEFT: Literal[-1] = -1
RIGHT: Literal[1] = 1


def move_watch(watch: Watch, *, to: Literal[-1, 1], by: str, now: datetime) -> None:
    """Change places with the neighbour on that side; at the edge nothing moves."""
    row = list(Watch.objects.filter(ended_at=None).order_by("place", "id"))
    here = next((number for number, one in enumerate(row) if one.pk == watch.pk), None)
    if here is None or not 0 <= here + to < len(row):
        return
    row[here], row[here + to] = row[here + to], row[here]
    for place, one in enumerate(row):
        if one.place != place:
            Watch.objects.filter(pk=one.pk).update(place=place)
    facts.record("watch.moved", at=now, by=by, things=["radar"], watch=watch.pk)
