"""The only writes to the index. They are short: everything that takes time is done by `prepared` before.

The index is no act of anybody, so it records no facts; it can be made again from what it points to.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from eyelevel.kernel.search import analysis, words
from eyelevel.kernel.search.models import Again, Document, Position
from eyelevel.kernel.search.providers import DEFAULT, Findable
from eyelevel.kernel.search.rules import place_of

LONGEST_LANGUAGE = 5
PURGE = "purge"  # the feed whose position says whether erased words wait to be merged away


@dataclass(frozen=True)
class Prepared:
    """One thing, analysed: its row without a final place, and its tokens."""

    document: Document
    tokens: analysis.Tokens


def prepared(text: Findable) -> Prepared:
    """Analyse one thing; takes time, so never inside the writer."""
    markers = [
        analysis.marker("kind", text.kind),
        *(analysis.marker("scope", scope) for scope in text.scopes),
    ]
    markers += [analysis.marker("channel", text.channel)] if text.channel else []
    markers += [analysis.marker("state", text.state)] if text.state else []
    markers += [token for author in text.authors for token in analysis.author_markers(author)]
    read = analysis.tokens(title=text.title, body=text.body, language=text.language, beside=markers)
    language = text.language[:LONGEST_LANGUAGE].lower() or read.language
    beside = f"{read.beside} {analysis.marker('lang', language)}" if language else read.beside
    read = replace(read, beside=beside)
    whole = "\n".join((read.title, read.body, read.beside, text.group, str(analysis.VERSION)))
    place = place_of(at=text.at, kind=text.kind, thing=text.thing)
    document = Document(
        place=place, kind=text.kind, thing=text.thing, group=text.group, channel=text.channel, language=language,
        state=text.state, digest=hashlib.blake2b(f"{place}\n{whole}".encode(), digest_size=12).digest(),
        tokens=zlib.compress(f"{read.title}\n{read.body}\n{read.beside}".encode(), 1),
    )  # fmt: skip
    return Prepared(document, read)


def put(texts: Sequence[Prepared], *, gone: Sequence[tuple[str, int]] = (), using: str = DEFAULT) -> int:
    """Bring these things into the index as they are now, take out what is gone; returns how many rows changed."""
    known = _known([(one.document.kind, one.document.thing) for one in texts] + list(gone), using=using)
    fresh: list[Prepared] = []
    old: list[Document] = [known[key] for key in gone if key in known]
    if old:
        _want_purge(using)
    for one in texts:
        before = known.get((one.document.kind, one.document.thing))
        if before is not None and bytes(before.digest) == one.document.digest:
            continue
        fresh.append(one)
        if before is not None:
            old.append(before)
    _take(old, using=using)
    _give_places(fresh, using=using)
    Document.objects.using(using).bulk_create([one.document for one in fresh])
    words.put(
        using,
        [
            words.Row(one.document.place, one.tokens.title, one.tokens.body, one.tokens.beside)
            for one in fresh
        ],
    )
    return len(old) + len(fresh)


def forget(kind: str, things: Iterable[int], *, using: str = DEFAULT) -> None:
    """Erase these things from the index, at once; what SQLite still holds of their words is merged away soon after.

    For the act that erases or changes them, in its transaction. The indexer then looks once more: it may have read them a
    moment before, and what is still there it indexes as it reads now.
    """
    numbers = list(things)
    put([], gone=[(kind, thing) for thing in numbers], using=using)
    Again.objects.using(using).bulk_create([Again(kind=kind, thing=thing) for thing in numbers])


def looked_again(rows: Iterable[int], *, using: str = DEFAULT) -> None:
    """The indexer has looked at the things of these rows of Again."""
    Again.objects.using(using).filter(pk__in=list(rows)).delete()


def clear(*, using: str = DEFAULT) -> None:
    """An empty index that nobody has begun to fill."""
    Document.objects.using(using).all().delete()
    Position.objects.using(using).all().delete()
    Again.objects.using(using).all().delete()
    words.clear(using)


def put_and_come_to(
    texts: Sequence[Prepared], *, gone: Sequence[tuple[str, int]], feed: str, position: int, using: str
) -> None:
    """A stretch of a walk and how far it came, in one transaction."""
    put(texts, gone=gone, using=using)
    came_to(feed, position, using=using)


def came_to(feed: str, position: int, *, done: bool = False, using: str = DEFAULT) -> None:
    """Note how far a feed was followed, in the transaction that wrote what it brought."""
    Position.objects.using(using).update_or_create(
        feed=feed, defaults={"position": position, "done": done, "version": analysis.VERSION}
    )


def merge_a_little(*, using: str = DEFAULT) -> bool:
    """One short write of the purge; False when nothing erased is left in the words."""
    more = words.merge(using)
    if not more:
        came_to(PURGE, 0, using=using)
    return more


def _want_purge(using: str) -> None:
    came_to(PURGE, 1, using=using)


def _known(keys: Sequence[tuple[str, int]], *, using: str) -> dict[tuple[str, int], Document]:
    found: dict[tuple[str, int], Document] = {}
    for kind in {kind for kind, _thing in keys}:
        things = [thing for one, thing in keys if one == kind]
        for row in Document.objects.using(using).filter(kind=kind, thing__in=things):
            found[kind, row.thing] = row
    return found


def _take(rows: Sequence[Document], *, using: str) -> None:
    words.take(using, [words.Row(row.place, *_unpacked(row)) for row in rows])
    Document.objects.using(using).filter(place__in=[row.place for row in rows]).delete()


def _unpacked(row: Document) -> tuple[str, str, str]:
    title, body, beside = zlib.decompress(bytes(row.tokens)).decode().split("\n")
    return title, body, beside


def _give_places(fresh: Sequence[Prepared], *, using: str) -> None:
    """Two things can ask for one place only by a rare accident; the later one stands right after the other."""
    asked = [one.document.place for one in fresh]
    taken = set(Document.objects.using(using).filter(place__in=asked).values_list("place", flat=True))
    for one in fresh:
        while one.document.place in taken:
            one.document.place += 1
            if Document.objects.using(using).filter(place=one.document.place).exists():
                taken.add(one.document.place)
        taken.add(one.document.place)
