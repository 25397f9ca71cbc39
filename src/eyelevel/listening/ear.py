"""The ear: takes what the sources hear, lets the engine judge it, and keeps what a watch matched.

`take` comes back when that is committed, so a source that waits for it neither loses words nor runs ahead. What nothing
matches is forgotten: it stands a while in the ring, in memory, and nowhere else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from eyelevel.channels.contract import Overheard
from eyelevel.kernel import clock, push
from eyelevel.kernel.children import ChildrenStopped
from eyelevel.kernel.writer import NotKept, Overloaded, write, write_heard
from eyelevel.listening import actions, asked, leaving, ring
from eyelevel.listening.actions import RADAR, Found
from eyelevel.listening.asking import Answers
from eyelevel.listening.matching import LOST, EngineBroken, Matcher, Watches
from eyelevel.listening.rules import Counts, Name, Sorted, name_of, sorted_out
from eyelevel.listening.wanting import Wanting
from eyelevel.people import left_out
from eyelevel.posts import edited, withdrawn

MOST_AT_ONCE = 512  # words in one batch and one transaction
SECONDS_BETWEEN_LOOKS = 0.5  # how soon a changed watch is heard
SECONDS_BETWEEN_PUSHES = 0.125
SECONDS_BETWEEN_COUNTS = 5.0  # a crash forgets as much of the counting
SECONDS_BETWEEN_PURGES = 3_600.0
SECONDS_TO_FIRST_PURGE = 60.0
LONGEST_NAP = 60.0
COMPILED = "compiled"  # in the data folder; may be deleted at any time

log = structlog.get_logger("ear")


class Ear:
    """One ear per process that listens; `take` from as many threads as there are sources."""

    def __init__(self, *, now: Callable[[], datetime] = clock.now, matcher: Matcher | None = None) -> None:
        self._now, self._matcher = now, matcher or Matcher(keep_in=str(settings.HOME / COMPILED))
        self.recent = ring.Ring()
        self._answers = Answers(
            lambda query, most: ring.preview(query, self.recent.newest_first(), most=most)
        )
        self._current = Current()
        self._counts = Counts()
        self._wanting = Wanting()
        self._news = News()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ear", daemon=True)

    def start(self) -> None:
        ring.install(self.recent)
        self._answers.start()
        self._thread.start()

    def stop(self) -> None:
        """Words under way are refused by NotKept; their sources bring them again."""
        self._ended.set()
        self._news.bell.set()
        self._thread.join(10)
        self._answers.stop()
        self._matcher.stop()
        ring.install(None)

    def take(self, words: Sequence[Overheard]) -> None:
        """Judge these words and commit what matches. Raises NotKept or Overloaded: then bring the same words again."""
        for start in range(0, len(words), MOST_AT_ONCE):
            try:
                self._take(self._sorted(words[start : start + MOST_AT_ONCE]))
            except (ChildrenStopped, EngineBroken, DatabaseError) as error:
                raise NotKept(str(error)) from error

    def _sorted(self, words: Sequence[Overheard]) -> Sorted:
        """At the door: whoever says a code of theirs here is left out from this word on."""
        proven = [one for one in words if leaving.proves(one, now=self._now())]
        names = self._current.left_out(look=bool(proven))
        self.recent.leave_out(names)
        return sorted_out(words, left_out=names)

    def _take(self, heard: Sorted) -> None:
        left = asked.said_by(heard.left) if heard.left else []
        self.recent.add(heard.said, gone=heard.gone, left=heard.left)
        watches = self._current.watches()
        judged = self._matcher.match(heard.said, watches)
        found = [
            Found(word=word, watches=its, author=author_number(word))
            for word, its in zip(heard.said, judged, strict=True)
            if its is not LOST and (its or word.event == "edit")
        ]
        self._note_deleted([*heard.deleted, *(withdrawn.said_by(heard.left) if heard.left else ())])
        self._note_edited(heard.said)
        self._keep(found, [*heard.gone, *left], watches)
        self._wanting.want(found, watches, now=self._now())
        self._counts.add(
            heard, judged
        )  # last: words that come again because something failed are counted once
        self._news.bell.set()

    def _note_deleted(self, names: Sequence[Name]) -> None:
        """Before anything is forgotten: after a crash the source tells of the same deletes, and nothing was missed."""
        posts = withdrawn.standing(names) if names else ()
        if posts:
            write(withdrawn.note_deleted, posts, now=self._now())

    def _note_edited(self, words: Sequence[Overheard]) -> None:
        texts = edited.standing(words)
        if texts:
            write(edited.note_edited, texts, now=self._now())

    def _keep(self, found: Sequence[Found], gone: Sequence[Name], watches: Watches) -> None:
        """One transaction, or none where nothing would change."""
        unmatched = [name_of(one.word) for one in found if not one.watches]
        there = asked.rows_of([*gone, *unmatched])
        kept = [one for one in found if one.watches or name_of(one.word) in there]
        if not kept and not there:
            return
        counts = self._counts.taken()
        try:
            changed = write_heard(
                actions.keep_matched, kept, gone=[name for name in gone if name in there], counts=counts,
                judged=frozenset(watches.queries), now=self._now(),
            )  # fmt: skip
        except BaseException:
            self._counts.put_back(counts)
            raise
        if changed:
            self._news.tell([RADAR, *(actions.thing(watch) for watch in changed)])

    def _run(self) -> None:
        """Beside the sources: tells open pages, writes the counts down, deletes what is too old."""
        counts_at = time.monotonic() + SECONDS_BETWEEN_COUNTS
        purge_at = time.monotonic() + SECONDS_TO_FIRST_PURGE
        while not self._ended.is_set():
            self._news.bell.wait(SECONDS_BETWEEN_COUNTS if self._counts.waiting else LONGEST_NAP)
            self._news.bell.clear()
            try:
                push.announce_passing(self._news.taken())
                if time.monotonic() >= counts_at:
                    self._write_counts()
                    counts_at = time.monotonic() + SECONDS_BETWEEN_COUNTS
                if time.monotonic() >= purge_at:
                    self._purge()
                    purge_at = time.monotonic() + SECONDS_BETWEEN_PURGES
            except (NotKept, Overloaded, DatabaseError) as error:
                log.warning("the ear could not write", error=str(error))
            close_old_connections()
            self._ended.wait(SECONDS_BETWEEN_PUSHES)
        self._end()

    def _end(self) -> None:
        try:
            self._write_counts()
        except (NotKept, Overloaded, DatabaseError) as error:
            log.warning("the last counts were not written", error=str(error))
        connections.close_all()

    def _write_counts(self) -> None:
        counts = self._counts.taken()
        if not counts:
            return
        try:
            write_heard(actions.add_counts, counts, now=self._now())
        except BaseException:
            self._counts.put_back(counts)
            raise

    def _purge(self) -> None:
        leaving.forget_lately(now=self._now())
        before = self._now() - timedelta(days=settings.ENV.heard_days)
        total = 0
        while (gone := write_heard(actions.purge, before=before)) and not self._ended.is_set():
            total += gone
            self._ended.wait(SECONDS_BETWEEN_PUSHES)  # others write in between
        if total:
            log.info("deleted what was heard long ago", words=total, before=before.isoformat())


class Current:
    """The watches of now and who is left out, looked up anew twice a second at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watches, self._state = Watches(version="", queries={}), ""
        self._left_out: frozenset[Name] = frozenset()
        self._looked = -SECONDS_BETWEEN_LOOKS

    def watches(self) -> Watches:
        with self._lock:
            self._look()
            return self._watches

    def left_out(self, *, look: bool) -> frozenset[Name]:
        """(network, folded name) of everybody who asked not to be heard; `look` where that changed just now."""
        with self._lock:
            if look:
                self._looked = -SECONDS_BETWEEN_LOOKS
            self._look()
            return self._left_out

    def _look(self) -> None:
        if time.monotonic() - self._looked < SECONDS_BETWEEN_LOOKS:
            return
        state = asked.state_of_watches()
        if state != self._state:
            self._watches, self._left_out, self._state = asked.watches_now(), left_out.names(), state
            log.info("listening", watches=len(self._watches.queries), left_out=len(self._left_out))
        self._looked = time.monotonic()


class News:
    """Names of what changed, gathered until they are told together."""

    def __init__(self) -> None:
        self.bell = threading.Event()
        self._lock = threading.Lock()
        self._things: set[str] = set()

    def tell(self, things: Iterable[str]) -> None:
        with self._lock:
            self._things.update(things)
        self.bell.set()

    def taken(self) -> set[str]:
        with self._lock:
            things, self._things = self._things, set()
        return things


def author_number(word: Overheard) -> int:
    """What an author is counted by: the same for all their words here, meaningless elsewhere.

    Where the network names no author, all words of one source count as one voice.
    """
    author = word.author or f"\n{word.source}"
    number: int = settings.KEYS.number("heard-author", f"{word.network}\n{author}")
    return number
