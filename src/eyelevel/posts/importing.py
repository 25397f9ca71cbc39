"""Letters out of an archive: the words of others and our own answers of former years, kept as posts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eyelevel.channels.contract import Letter, Part
from eyelevel.channels.models import Arrival
from eyelevel.people import actions as people
from eyelevel.people.models import Handle
from eyelevel.posts import actions
from eyelevel.posts.models import Post

IMPORTED = "imported"


def keep(
    arrival: Arrival, letter: Letter, parts: Sequence[tuple[Part, str]], *, our_addresses: Collection[str]
) -> Post:  # fmt: skip
    """A letter of others as their word; one that we wrote as our answer. People are met at the time of the letter."""
    if bare(letter.author.address) not in our_addresses:
        handle = actions.handle_of(arrival, letter, now=arrival.received_at)
        return actions.write_down(
            arrival, letter, parts, kind=Post.Kind.HEARD, handle=handle, person=handle.person if handle else None,
            verified=False, remarks=[IMPORTED],
        )  # fmt: skip
    handle = _only_recipient(arrival, letter, our_addresses)
    return actions.write_down(
        arrival, letter, parts, kind=Post.Kind.ANSWER, handle=handle, person=handle.person if handle else None,
        verified=True, remarks=[IMPORTED],
    )  # fmt: skip


def _only_recipient(arrival: Arrival, letter: Letter, our_addresses: Collection[str]) -> Handle | None:
    """To whom we wrote, where that was one person."""
    outside = sorted({*letter.recipients, *letter.carbon_copies} - {
        one for one in (*letter.recipients, *letter.carbon_copies) if bare(one) in our_addresses
    })  # fmt: skip
    if len(outside) != 1:
        return None
    return people.meet(
        channel=arrival.channel,
        address=outside[0],
        name="",
        language=letter.language,
        now=arrival.received_at,
    )


def make_note(post: Post) -> None:
    """Ours, but not to the person of the case: colleagues read it, nobody else."""
    post.kind, post.openness = Post.Kind.NOTE, Post.Openness.INTERNAL
    post.save(update_fields=["kind", "openness"])


def is_here(letter: Letter, *, channel: str) -> bool:
    """Did this very letter come by another door before: the same Message-ID from the same author?"""
    if not letter.message_id:
        return False
    rows = Post.objects.filter(message_id=letter.message_id[:500], channel=channel).select_related("handle")
    return any(
        row.kind == Post.Kind.ANSWER
        or (row.handle is not None and row.handle.address == letter.author.address)
        for row in rows[:20]
    )


def bare(address: str) -> str:
    """An address without its tag: service+c-12-abc@x and service@x are the same mailbox."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
