"""What the ear asks the tables: which watches there are, and which words are kept already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
from django.db.models import Count, Max, QuerySet

from eyelevel.channels.models import Source
from eyelevel.kernel.models import Fact
from eyelevel.listening.matching import Watches
from eyelevel.listening.models import Heard, Watch
from eyelevel.listening.rules import Name
from eyelevel.people import left_out

CHANGES = ("watch.made", "watch.changed", "watch.paused", "watch.ended", *left_out.CHANGES)


def state_of_watches() -> str:
    """Another text whenever a watch or the list of those who are left out changed, in this process or another."""
    told = Fact.objects.filter(kind__in=CHANGES).count()
    there = _listening().aggregate(many=Count("pk"), newest=Max("changed_at"))
    return f"{told} {there['many']} {there['newest']}"


def watches_now() -> Watches:
    """All watches that listen. Ask for the state first: what changes in between is then noticed next time."""
    rows = list(_listening().order_by("pk").values_list("pk", "query", "opens_cases"))
    queries = {watch: query for watch, query, _opens in rows}
    return Watches(
        version=hashlib.sha256(msgspec.msgpack.encode(queries)).hexdigest(),
        queries=queries,
        opens_cases=frozenset(watch for watch, _query, opens in rows if opens),
    )


def _listening() -> QuerySet[Watch]:
    return Watch.objects.filter(ended_at=None, paused_at=None)


def rows_of(names: Iterable[Name]) -> dict[Name, Heard]:
    """What is kept of these words."""
    wanted = set(names)
    if not wanted:
        return {}
    rows = Heard.objects.filter(
        network__in={network for network, _id in wanted}, external_id__in={name for _net, name in wanted}
    )
    return {name: row for row in rows if (name := (row.network, row.external_id)) in wanted}


def our_accounts() -> frozenset[Name]:
    """(network, author) of the accounts by which we speak."""
    dids = Source.objects.filter(kind=Source.Kind.ACCOUNT).values_list("options__did", flat=True)
    return frozenset(("bluesky", str(did)) for did in dids)


def said_by(authors: Iterable[Name]) -> list[Name]:
    """What is kept of these authors (network, author key)."""
    wanted = set(authors)
    rows = Heard.objects.filter(
        network__in={network for network, _key in wanted}, author__in={key for _network, key in wanted} - {""}
    )
    found = rows.values_list("network", "author", "external_id")
    return [(network, name) for network, author, name in found if (network, author) in wanted]
