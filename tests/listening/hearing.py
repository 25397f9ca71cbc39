"""Watches and heard words for tests, as the ear writes them: Heard, Match and Tally."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime

from eyelevel.kernel.writer import write_heard
from eyelevel.listening import people
from eyelevel.listening.models import Heard, Match, Tally, Watch

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def watch(name="Bahn", query="bahn", *, place=0, opens_cases=False, now=NOW):
    return Watch.objects.create(
        name=name, query=query, place=place, opens_cases=opens_cases, made_at=now, changed_at=now
    )


def hear(*watches, text="Die Bahn steht.", author="did:plc:jana", name="Jana", at=NOW, **more):
    """One word that these watches matched."""
    return hear_many([{"text": text, "author": author, "author_name": name, "at": at, **more}], watches)[0]


def hear_many(words, watches):
    """Many words at once, with one tally per watch and hour, in one transaction of the heard file."""
    return write_heard(_hear, words, watches)


def _hear(words, watches):
    rows = [
        Heard(**{"network": "bluesky", "source": "jetstream", "external_id": f"at://{next(_numbers)}", "heard_at": one["at"], **one})
        for one in words
    ]  # fmt: skip
    Heard.objects.bulk_create(rows)
    for watched in watches:
        Match.objects.bulk_create(
            [
                Match(watch_id=watched.pk, heard=row, at=row.heard_at, author=hash_of(row.author))
                for row in rows
            ]
        )
        _tally(watched, rows)
    return rows


def _tally(watched, rows):
    hours = {}
    for row in rows:
        hours.setdefault(row.heard_at.replace(minute=0, second=0, microsecond=0), []).append(row)
    for hour, those in hours.items():
        tally, _made = Tally.objects.get_or_create(
            watch_id=watched.pk, hour=hour, defaults={"people": people.EMPTY}
        )
        tally.words += len(those)
        tally.people = people.add(bytes(tally.people), [hash_of(row.author) for row in those])
        tally.save()


def hash_of(author):
    """An evenly spread number of 63 bits, as the ear makes it with a key."""
    return int.from_bytes(hashlib.sha256(author.encode()).digest()[:8], "big", signed=False) >> 1
