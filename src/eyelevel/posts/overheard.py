"""A public word that was only overheard becomes a post: copied once, whole, with its public conversation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from eyelevel.channels.contract import Overheard
from eyelevel.people.models import Handle, Staff
from eyelevel.posts.models import Evidence, Post, Thread

EVIDENCE = "evidence"


def threads_of(words: Sequence[Overheard]) -> dict[tuple[str, str], Thread]:
    """The public conversations of these words, by network and external id of the word.

    Until the transaction ends nobody else takes words of them: two colleagues at one word make one case.
    """
    roots = {
        (word.network, word.external_id): (word.network, word.root or word.external_id) for word in words
    }
    held: dict[tuple[str, str], Thread] = {}
    for network, root in sorted(set(roots.values())):
        thread, _made = Thread.objects.get_or_create(channel=network, root=root)
        held[network, root] = Thread.objects.select_for_update().get(pk=thread.pk)
    return {word: held[root] for word, root in roots.items()}


def standing(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Post]:
    """Those public words that are posts already, by network and external id."""
    by_network: dict[str, list[str]] = {}
    for network, external_id in names:
        by_network.setdefault(network, []).append(external_id)
    found: dict[tuple[str, str], Post] = {}
    for network, ids in by_network.items():
        rows = Post.objects.filter(
            channel=network, message_id__in=ids, kind=Post.Kind.HEARD, openness=Post.Openness.PUBLIC
        )
        found |= {(network, row.message_id): row for row in rows}
    return found


def from_heard(
    word: Overheard, *, case_id: int, thread: Thread, handle: Handle | None, remarks: Sequence[str] = ()
) -> Post:
    """Copy the word into a case. The same word twice is the same post, in the case where it came first."""
    post, _made = Post.objects.get_or_create(
        channel=word.network,
        message_id=word.external_id,
        kind=Post.Kind.HEARD,
        openness=Post.Openness.PUBLIC,
        defaults={
            "at": word.at, "case_id": case_id, "thread": thread, "handle": handle,
            "person": handle.person if handle else None, "author_name": word.author_name or word.author[:200],
            "text": word.text, "language": word.language, "url": word.url,
            "references": [one for one in dict.fromkeys((word.root, word.parent)) if one],
            "remarks": [*remarks, *word.marks],
        },
    )  # fmt: skip
    return post


def keep_evidence(post: Post, word: Overheard, *, by: Staff, now: datetime) -> Evidence:
    """The exact word beside its post: all fields as JSON with sorted names, and the SHA-256 of these bytes."""
    exact = msgspec.json.encode(word, order="sorted")
    return Evidence.objects.create(
        post=post,
        exact=exact.decode(),
        digest=hashlib.sha256(exact).hexdigest(),
        kept_at=now,
        kept_by=by,
    )
