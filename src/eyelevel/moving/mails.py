"""Bringing in letters of former years, oldest first, each by its own key: a second run adds only what is new.

What can be read becomes a post in the case of its thread; the rest lands in the quarantine, as at any other door.
Letters are parsed in the children, outside of any transaction; a few at a time are written.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from eyelevel.cases import importing as cases
from eyelevel.cases.models import Case
from eyelevel.channels import actions as channels
from eyelevel.channels import reading
from eyelevel.channels.contract import Letter, Limits, Part, RawArrival, Unreadable
from eyelevel.channels.mail import fields, mime
from eyelevel.channels.models import Arrival, Quarantine
from eyelevel.kernel import clock, facts, store
from eyelevel.kernel.models import Fact
from eyelevel.kernel.writer import write
from eyelevel.moving.mailboxes import Kind, Stored, letters
from eyelevel.people.models import Handle
from eyelevel.posts import importing as posts
from eyelevel.posts.models import Post

CHANNEL = "mail"
CLOSED, OPEN = "closed", "open"
AT_ONCE = 10  # letters in one transaction
HEAD = 128 * 1024  # bytes in which the Date is looked for
MOST_NAMED = 200

Tell = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asked for."""

    place: Path
    name: str  # of the archive: the same letter under the same name is the same event
    kind: Kind = "mboxrd"
    as_open: bool = False
    our_addresses: tuple[str, ...] = ()  # besides the address of the house

    def all_ours(self) -> frozenset[str]:
        return frozenset(posts.bare(one) for one in (settings.ENV.mail_address, *self.our_addresses))


@dataclass(kw_only=True)
class Counts:
    """What came of the letters. In a dry run: what would."""

    letters: int = 0
    brought: int = 0
    ours: int = 0
    known: int = 0
    unreadable: int = 0
    too_large: int = 0
    threads: int = 0
    people: int = 0
    named: list[str] = field(default_factory=list)

    def name(self, stored: Stored, why: str) -> None:
        if len(self.named) < MOST_NAMED:
            self.named.append(f"{stored.path.name} at byte {stored.offset}: {why}")


@dataclass(frozen=True, kw_only=True)
class _Read:
    """One letter, parsed and not yet written."""

    arrival: RawArrival
    shelved: str
    found: Letter | Unreadable
    parts: Sequence[tuple[Part, str]] = ()


def look(wish: Wish, *, now: datetime, tell: Tell) -> Counts:
    """The dry run: parse everything, write nothing. Raises mailboxes.NoMailbox or OSError."""
    counts = Counts()
    ours = wish.all_ours()
    with _by_age(wish, now=now) as (total, found), _notebook() as notes:
        for at, stored in found:
            counts.letters += 1
            tell(counts.letters, total)
            if _too_large(stored, counts):
                continue
            arrival = _arrival(wish, stored, at=at)
            read = reading.letter_of(channel=CHANNEL, raw=arrival.raw, envelope=arrival.envelope)
            if isinstance(read, Unreadable):
                counts.unreadable += 1
                counts.name(stored, read.reason)
                continue
            counts.brought += 1
            own = posts.bare(read.author.address) in ours
            counts.ours += own
            if not own and read.author.address:
                counts.people += notes.is_new_person(read.author.address)
            counts.threads += notes.begins_thread(read)
    return counts


def bring(wish: Wish, *, now: datetime, tell: Tell) -> Counts:
    """Write the letters that are not there yet. Raises mailboxes.NoMailbox, OSError or writer.NotKept."""
    counts = Counts()
    cases_before, people_before = Case.objects.count(), _people()
    with _by_age(wish, now=now) as (total, found):
        batch: list[_Read] = []
        for at, stored in found:
            counts.letters += 1
            if not _too_large(stored, counts):
                read = _read(_arrival(wish, stored, at=at))
                if isinstance(read.found, Unreadable):
                    counts.name(stored, read.found.reason)
                batch.append(read)
            if len(batch) >= AT_ONCE:
                _settle(batch, wish, counts, now=now)
                batch = []
                tell(counts.letters, total)
        _settle(batch, wish, counts, now=now)
        tell(counts.letters, total)
    counts.threads, counts.people = Case.objects.count() - cases_before, _people() - people_before
    return counts


def _people() -> int:
    return Handle.objects.filter(channel=CHANNEL).count()


def _settle(batch: Sequence[_Read], wish: Wish, counts: Counts, *, now: datetime) -> None:
    if batch:
        for name in write(keep_all, batch, ours=wish.all_ours(), as_open=wish.as_open, now=now):
            setattr(counts, name, getattr(counts, name) + 1)


def keep_all(batch: Sequence[_Read], *, ours: frozenset[str], as_open: bool, now: datetime) -> list[str]:
    """Write some parsed letters; returns the names of the counts that each adds to."""
    return [name for one in batch for name in _keep(one, ours=ours, as_open=as_open, now=now)]


def _keep(one: _Read, *, ours: frozenset[str], as_open: bool, now: datetime) -> Iterator[str]:
    key = {"channel": CHANNEL, "source": one.arrival.source, "external_id": one.arrival.external_id}
    if Arrival.objects.filter(**key).exists() or (
        isinstance(one.found, Letter) and posts.is_here(one.found, channel=CHANNEL)
    ):
        yield "known"
        return
    arrival = Arrival.objects.get(pk=channels.keep(one.arrival, shelved=one.shelved))
    if isinstance(one.found, Unreadable):
        channels.quarantine(arrival, one.found, now=now)
        yield "unreadable"
        return
    post = _place(arrival, one.found, one.parts, ours=ours, as_open=as_open, now=now)
    yield "brought"
    if post.kind != Post.Kind.HEARD:
        yield "ours"


def _place(
    arrival: Arrival, letter: Letter, parts: Sequence[tuple[Part, str]], *, ours: frozenset[str], as_open: bool,
    now: datetime,
) -> Post:  # fmt: skip
    post = posts.keep(arrival, letter, parts, our_addresses=ours)
    cases.place(post, token=letter.case_token, as_open=as_open, now=now)
    return post


def read_again(fact: Fact) -> facts.Effect | None:
    """Step: somebody retries an imported letter that could not be read."""
    arrival = Arrival.objects.select_related("quarantine").filter(pk=fact.data["arrival"]).first()
    if arrival is None or Post.objects.filter(arrival=arrival).exists():
        return None
    found = reading.letter_of(
        channel=arrival.channel, raw=channels.raw_of(arrival), envelope=arrival.envelope
    )
    now = clock.now()
    if isinstance(found, Unreadable):
        return lambda: channels.quarantine(arrival, found, now=now)
    parts = [(part, store.put(part.content)) for part in found.parts]
    return lambda: _read_after_all(arrival.quarantine, arrival, found, parts, now=now)


def _read_after_all(
    entry: Quarantine, arrival: Arrival, letter: Letter, parts: Sequence[tuple[Part, str]], *, now: datetime
) -> None:
    ours = frozenset(arrival.envelope.get("ours", "").split(","))
    as_open = arrival.envelope[channels.IMPORTED] == OPEN
    _place(arrival, letter, parts, ours=ours, as_open=as_open, now=now)
    channels.resolve(entry, now=now, by="system", resolution="read")


def _read(arrival: RawArrival) -> _Read:
    found = reading.letter_of(channel=CHANNEL, raw=arrival.raw, envelope=arrival.envelope)
    parts = [] if isinstance(found, Unreadable) else [(part, store.put(part.content)) for part in found.parts]
    return _Read(arrival=arrival, shelved=channels.shelve(arrival), found=found, parts=parts)


def _too_large(stored: Stored, counts: Counts) -> bool:
    if stored.size <= Limits().raw:
        return False
    counts.too_large += 1
    counts.name(stored, f"{stored.size} bytes, at most {Limits().raw} are read")
    return True


def _arrival(wish: Wish, stored: Stored, *, at: datetime) -> RawArrival:
    raw = stored.read(Limits().raw)
    return RawArrival(
        channel=CHANNEL, source=f"import:{wish.name}"[:200], external_id=hashlib.sha256(raw).hexdigest(), raw=raw,
        received_at=at,
        envelope={
            channels.IMPORTED: OPEN if wish.as_open else CLOSED,
            "mail_from": "unknown",  # an archive does not say; an empty one would mean a machine
            "ours": ",".join(sorted(wish.all_ours())),
        },
    )  # fmt: skip


def written_at(head: bytes, *, otherwise: datetime, now: datetime) -> datetime:
    """When a letter was written by its own word, never later than now."""
    top = mime.entity_at(head, 0, len(head), Limits(), [])
    return min(fields.moment(top.first("date")) or otherwise, now)


@contextmanager
def _by_age(wish: Wish, *, now: datetime) -> Iterator[tuple[int, Iterator[tuple[datetime, Stored]]]]:
    """How many letters there are, and all of them with their times, oldest first: an answer comes after its question."""
    with _scratch() as notes:
        notes.execute("CREATE TABLE found (at REAL, path TEXT, offset INTEGER, size INTEGER, quoted TEXT)")
        for one in letters(wish.place, kind=wish.kind):
            mtime = datetime.fromtimestamp(one.path.stat().st_mtime, UTC)
            at = written_at(one.read(HEAD), otherwise=mtime, now=now)
            row = (at.timestamp(), str(one.path), one.offset, one.size, one.quoted)
            notes.execute("INSERT INTO found VALUES (?, ?, ?, ?, ?)", row)
        total = int(notes.execute("SELECT count(*) FROM found").fetchone()[0])
        rows = notes.execute("SELECT at, path, offset, size, quoted FROM found ORDER BY at, rowid")
        yield (
            total,
            (
                (
                    datetime.fromtimestamp(at, UTC),
                    Stored(path=Path(path), offset=offset, size=size, quoted=quoted),
                )
                for at, path, offset, size, quoted in rows
            ),
        )


class _Notes:
    """People and letters that were seen; on the disk, because there may be many."""

    def __init__(self, notes: sqlite3.Connection) -> None:
        self._notes = notes
        notes.execute("CREATE TABLE person (address TEXT PRIMARY KEY) WITHOUT ROWID")
        notes.execute("CREATE TABLE letter (message_id TEXT PRIMARY KEY) WITHOUT ROWID")

    def is_new_person(self, address: str) -> bool:
        return self._notes.execute("INSERT OR IGNORE INTO person VALUES (?)", (address,)).rowcount == 1

    def begins_thread(self, letter: Letter) -> bool:
        """Does it answer no letter that came before? Who wrote it is not asked, so an import may make more cases."""
        named = letter.references[-20:]
        marks = ",".join("?" * len(named))
        asked = f"SELECT 1 FROM letter WHERE message_id IN ({marks}) LIMIT 1"  # noqa: S608 -- only question marks
        known = self._notes.execute(asked, named).fetchone() is not None
        self._notes.execute("INSERT OR IGNORE INTO letter VALUES (?)", (letter.message_id,))
        return not known


@contextmanager
def _notebook() -> Iterator[_Notes]:
    with _scratch() as notes:
        yield _Notes(notes)


@contextmanager
def _scratch() -> Iterator[sqlite3.Connection]:
    with (
        tempfile.TemporaryDirectory(prefix="eyelevel-mail-") as folder,
        closing(sqlite3.connect(Path(folder) / "notes", isolation_level=None)) as notes,
    ):
        notes.execute("PRAGMA journal_mode=OFF")
        notes.execute("PRAGMA synchronous=OFF")
        yield notes
