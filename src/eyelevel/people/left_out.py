"""Authors on open networks who asked not to be heard: the wish, its proof, and its end.

Somebody asks on a public page, without an account, and gets a code. Whoever says this code in public on a network that the
house hears is the one who is left out: nobody can ask that somebody else falls silent. A colleague can set it by hand too.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from eyelevel.kernel import clock, facts
from eyelevel.kernel.keys import base32
from eyelevel.kernel.models import Fact
from eyelevel.kernel.text import one_line
from eyelevel.people.models import LeftOut

THING = "left-out"
CODE = re.compile(r"unheard-[0-9a-z]{12}", re.IGNORECASE)
PROOF_WITHIN = timedelta(days=30)
MOST_ASKED = 1_000  # wishes that wait for their proof; more would only be a flood
MOST_CODES = 5  # codes of one word that are looked up
MOST_NETWORK, MOST_NAME = 40, 320
NETWORKS = ("bluesky", "mastodon", "feed")  # that the public page offers; a colleague may name any
BEGAN, ENDED, LEARNT = "left_out.began", "left_out.ended", "left_out.learnt"
CHANGES = (BEGAN, ENDED, LEARNT)

Name = tuple[str, str]
"""A network, and what somebody is called there, folded."""


class TooManyAsk(RuntimeError):
    """MOST_ASKED wishes wait for their proof already."""


def folded(name: str) -> str:
    """A name as it is compared: without the leading @ and without regard to case."""
    return one_line(name, MOST_NAME).casefold().removeprefix("@")


def ask(*, network: str, name: str, now: datetime) -> LeftOut:
    """A wish without proof; nothing is left out yet. Raises TooManyAsk."""
    if LeftOut.objects.filter(since=None).count() >= MOST_ASKED:
        raise TooManyAsk
    code = "unheard-" + base32(secrets.token_bytes(8), length=12)
    row = LeftOut.objects.create(
        network=one_line(network, MOST_NETWORK), name=folded(name), code=code, asked_at=now
    )
    facts.record(
        "left_out.asked", at=now, by="stranger", things=[THING], not_before=now + PROOF_WITHIN, row=row.pk
    )
    return row


def prove(*, network: str, key: str, codes: Sequence[str], now: datetime) -> bool:
    """The author `key` of this network said these codes in public. True where one of them was asked for.

    Whom the form named does not matter: only the one who speaks is left out.
    """
    waiting = LeftOut.objects.filter(code__in=[code.lower() for code in codes[:MOST_CODES]], since=None)
    row = waiting.order_by("pk").first()
    if row is None or not key:
        return False
    row.network, row.key, row.name = network, one_line(key, MOST_NAME), ""
    _begin(row, by="author", now=now)
    return True


def set_by_hand(*, network: str, name: str, key: str = "", by: str, now: datetime) -> LeftOut:
    """A colleague writes down who asked; `by` is the key of an actor. Somebody who is left out already stays so once."""
    name, network = folded(name), one_line(network, MOST_NETWORK)
    there = LeftOut.objects.filter(network=network, name=name, key=key).exclude(since=None).first()
    if there is not None:
        return there
    row = LeftOut(network=network, name=name, key=key, asked_at=now)
    _begin(row, by=by, now=now)
    return row


def confirm(row: LeftOut, *, by: str, now: datetime) -> None:
    """A colleague knows that the wish is the author's own."""
    if row.since is None:
        _begin(row, by=by, now=now)


def _begin(row: LeftOut, *, by: str, now: datetime) -> None:
    row.since, row.by, row.code = now, by, ""
    row.save()
    facts.record(BEGAN, at=now, by=by, things=[THING], row=row.pk)


def learn(row: LeftOut, *, key: str, now: datetime) -> None:
    """What the network itself calls them: their words are known by it even where no name comes along."""
    if LeftOut.objects.filter(pk=row.pk, key="").update(key=one_line(key, MOST_NAME)):
        facts.record(LEARNT, at=now, things=[THING], row=row.pk)


def end(row: LeftOut, *, by: str, now: datetime) -> None:
    """They are heard again, or a wish is laid aside; the row goes, because it names somebody who asked to be unknown."""
    number = row.pk
    row.delete()
    facts.record(ENDED, at=now, by=by, things=[THING], row=number)


def lapse(fact: Fact) -> facts.Effect | None:
    """Step: a wish that nobody proved within PROOF_WITHIN is forgotten."""
    row = LeftOut.objects.filter(pk=fact.data["row"], since=None).first()
    return None if row is None else lambda: end(row, by="system", now=clock.now())


def names() -> frozenset[Name]:
    """Everybody who is left out, by name and by key."""
    rows = LeftOut.objects.exclude(since=None).values_list("network", "name", "key")
    return frozenset((network, folded(one)) for network, name, key in rows for one in (name, key) if one)
