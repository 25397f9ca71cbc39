"""An author asks not to be heard: the proof in their own word, and forgetting what was kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from eyelevel.channels.bluesky_accounts import did_of
from eyelevel.channels.contract import Overheard
from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import write, write_heard
from eyelevel.listening import actions
from eyelevel.listening.actions import RADAR, thing
from eyelevel.listening.models import Heard
from eyelevel.listening.rules import NAMED_BY_HANDLE
from eyelevel.people import left_out
from eyelevel.people.models import LeftOut

LATELY = timedelta(hours=3)
UNPROVABLE = frozenset(
    {"feed"}
)  # the author of an entry is whatever its text says: a colleague looks and does it by hand


def proves(word: Overheard, *, now: datetime) -> bool:
    """Does this word say a code that somebody was given on our page? Then its author is left out from now on.

    A word that only passes on what another one said proves nothing about whoever passes it on.
    """
    if (
        word.network in UNPROVABLE
        or word.event == "delete"
        or word.repeats
        or "unheard-" not in word.text.casefold()
    ):
        return False
    codes = left_out.CODE.findall(word.text)
    if not codes or not word.author:
        return False
    return write(left_out.prove, network=word.network, key=word.author, codes=codes, now=now)


def forget_author(fact: Fact) -> facts.Effect | None:
    """Step: what was kept of somebody who is left out now is deleted; open radars are told. Done twice it does the same.

    Whom we know by name alone is asked for by that name last, so that nothing kept waits for another server.
    """
    row = LeftOut.objects.exclude(since=None).filter(pk=fact.data["row"]).first()
    if row is None:
        return None
    kept = list(_kept_of([row]))
    watches = write_heard(actions.forget, [(one.network, one.external_id) for one in kept])
    key = "" if row.key else _key_of(row, kept)
    return lambda: _forgotten(row, key=key, watches=watches)


def _forgotten(row: LeftOut, *, key: str, watches: frozenset[int]) -> None:
    if key:
        left_out.learn(row, key=key, now=clock.now())
    things = [RADAR, *(thing(watch) for watch in sorted(watches))] if watches else []
    facts.record("heard.forgotten", at=clock.now(), things=things, row=row.pk)


def forget_lately(*, now: datetime) -> None:
    """Once more what is kept of whoever was left out a short time ago: their words may have been under way."""
    rows = LeftOut.objects.filter(since__gte=now - LATELY)
    names = [(one.network, one.external_id) for one in _kept_of(rows)]
    if names:
        write_heard(actions.forget, names)


def _kept_of(rows: Iterable[LeftOut]) -> QuerySet[Heard]:
    wanted = Q(pk__in=())
    for row in rows:
        for name in {row.name, row.key} - {""}:
            called = Q(author__iexact=name) | Q(author__iexact=f"@{name}")
            if row.network in NAMED_BY_HANDLE:
                called |= Q(author_name__iexact=name)
            wanted |= Q(network=row.network) & called
    return Heard.objects.filter(wanted)


def _key_of(row: LeftOut, kept: Sequence[Heard]) -> str:
    """What the network itself calls them; "" where that cannot be told. Raises where the network cannot be asked now."""
    if row.network not in NAMED_BY_HANDLE or row.name.startswith("did:"):
        return ""
    return next((one.author for one in kept if one.author), "") or did_of(row.name)
