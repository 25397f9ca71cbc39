"""STAND-IN of the radar branch: the real actions are built beside the engine; keep those when merging."""

from __future__ import annotations

from datetime import datetime

from eyelevel.kernel import facts
from eyelevel.listening.language import parse
from eyelevel.listening.models import Watch


def make_watch(*, name: str, query: str, opens_cases: bool, by: str, now: datetime) -> Watch:
    parse(query)
    place = Watch.objects.count()
    watch = Watch.objects.create(
        name=name[:120], query=query, opens_cases=opens_cases, place=place, made_at=now, changed_at=now
    )
    facts.record("watch.made", at=now, by=by, things=["radar"], watch=watch.pk)
    return watch


def change_watch(watch: Watch, *, name: str, query: str, opens_cases: bool, by: str, now: datetime) -> None:
    parse(query)
    Watch.objects.filter(pk=watch.pk).update(
        name=name[:120], query=query, opens_cases=opens_cases, changed_at=now
    )
    facts.record("watch.changed", at=now, by=by, things=["radar", f"watch:{watch.pk}"], watch=watch.pk)


def pause_watch(watch: Watch, *, paused: bool, by: str, now: datetime) -> None:
    Watch.objects.filter(pk=watch.pk).update(paused_at=now if paused else None)
    facts.record(
        "watch.paused", at=now, by=by, things=["radar", f"watch:{watch.pk}"], watch=watch.pk, paused=paused
    )


def end_watch(watch: Watch, *, by: str, now: datetime) -> None:
    Watch.objects.filter(pk=watch.pk).update(ended_at=now)
    facts.record("watch.ended", at=now, by=by, things=["radar", f"watch:{watch.pk}"], watch=watch.pk)
