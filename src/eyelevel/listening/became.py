"""Writing onto a heard word what it became, in the file of what is overheard; repeated by a step until it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import write_heard
from eyelevel.listening.models import Heard, Match


def mark_became(fact: Fact) -> facts.Effect | None:
    """Step: the words of this fact carry their post and case; open radars are told.

    Done twice it writes the same. A word that is gone from the radar has no row to mark.
    """
    watches = write_heard(_mark, fact.data["words"])
    if not watches:
        return None
    things = [f"watch:{number}" for number in watches]
    return lambda: facts.record("heard.marked", at=clock.now(), things=things)


def _mark(words: Sequence[Mapping[str, str]]) -> Sequence[int]:
    """Returns the watches in whose columns these words stand."""
    for word in words:
        Heard.objects.filter(network=word["network"], external_id=word["external_id"]).update(
            post_public_id=word["post"], case_number=int(word["case"])
        )
    posts = [word["post"] for word in words]
    rows = Match.objects.filter(heard__post_public_id__in=posts)
    return sorted(set(rows.values_list("watch_id", flat=True)))
