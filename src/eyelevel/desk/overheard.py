"""Where a heard word leads from the search: to its post, else to its column of the radar, and to its place on the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from eyelevel.desk import radar
from eyelevel.kernel.policy import Actor, visible
from eyelevel.listening import reads
from eyelevel.listening.models import Heard, Match
from eyelevel.posts import overheard as posts


@dataclass(frozen=True, kw_only=True)
class Place:
    """`href` leads into the house ("" where no open column shows it), `url` out of it; `case` where it became a post."""

    href: str
    case: int | None
    url: str


def places_of(actor: Actor, numbers: Sequence[int]) -> dict[int, Place]:
    """Of each heard word that is still there."""
    words = list(visible(actor, Heard.objects.filter(pk__in=numbers))) if numbers else []
    standing = posts.standing((word.network, word.external_id) for word in words)
    on_the_radar = _on_the_radar(actor, words)
    found: dict[int, Place] = {}
    for word in words:
        post = standing.get((word.network, word.external_id))
        url = word.url if word.url.startswith(("https://", "http://")) else ""
        if post is not None and post.case_id is not None:
            href = f"{reverse('case', kwargs={'number': post.case_id})}#post-{post.pk}"
            found[word.pk] = Place(href=href, case=post.case_id, url=url)
        else:
            found[word.pk] = Place(href=on_the_radar.get(word.pk, ""), case=None, url=url)
    return found


def _on_the_radar(actor: Actor, words: Sequence[Heard]) -> dict[int, str]:
    """The address of a column of the radar that begins with the word."""
    columns = [watch.pk for watch in reads.columns(actor)[: radar.MOST_COLUMNS]] if words else []
    rows = visible(actor, Match.objects.filter(heard__in=words, watch_id__in=columns)).select_related("heard")
    return {row.heard_id: address_of(row) for row in rows.order_by("-watch_id", "id")}


def address_of(match: Match) -> str:
    before = radar.place_name(reads.Place(at=match.at, match=match.pk + 1))
    here = radar.address({"watch": str(match.watch_id), "before": before})
    return f"{here}#{radar.anchor_of(match.watch_id, match.heard)}"
