"""What the ear decides before it matches: plain thinking without Django, tested by examples."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from eyelevel.channels.contract import WHOLE_AUTHOR, Overheard
from eyelevel.kernel.moments import EARLIEST, in_utc
from eyelevel.kernel.text import clean, one_line
from eyelevel.listening.words import language_of

NO_INDEX = "no-index"  # the author asked not to be indexed
OURS = "ours"  # the source knows: one of our own accounts said it
CUT = "cut-when-heard"
MOST_TEXT = 20_000  # signs; a longer text is cut before it is matched and kept
MOST_NAME = 500
MOST_NETWORK = 40
MOST_MARKS = 10
MOST_WANTED_A_MINUTE = 10  # cases that one watch may open by itself
ONE_MINUTE = 60.0

NAMED_BY_HANDLE = frozenset({"bluesky"})  # where the shown name is a name that nobody else has

Name = tuple[str, str]
"""What names a word everywhere: its network, and its name there."""


@dataclass
class Count:
    """What happened to the words of one network, since it was last written down."""

    heard: int = 0
    matched: int = 0
    withheld: int = 0
    refused: int = 0
    lost: int = 0
    lost_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """What is to be matched, and what must not be kept (any longer). Each word once, as it was said last."""

    said: Sequence[Overheard]
    deleted: Sequence[Name]
    withheld: Sequence[Name]
    left: Sequence[Name] = ()  # (network, author) of whoever took everything back
    heard: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def gone(self) -> Sequence[Name]:
        return [*self.deleted, *self.withheld]


class Counts:
    """Counts by network, from several threads, until they are written down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Count] = {}

    @property
    def waiting(self) -> bool:
        return bool(self._counts)

    def add(self, heard: Sorted, judged: Sequence[tuple[int, ...] | None]) -> None:
        """One batch: `judged` has the watches of each word of `heard.said`, None where the engine broke on it."""
        counts: dict[str, Count] = {}
        for network, many in heard.heard.items():
            counts[network] = Count(heard=many, refused=heard.refused[network])
        for network, _name in heard.withheld:
            counts[network].withheld += 1
        for word, watches in zip(heard.said, judged, strict=True):
            one = counts[word.network]
            if watches is None:
                one.lost += 1
                one.lost_name = word.external_id
            elif watches:
                one.matched += 1
        self.put_back(counts)

    def taken(self) -> dict[str, Count]:
        with self._lock:
            counts, self._counts = self._counts, {}
        return counts

    def put_back(self, counts: Mapping[str, Count]) -> None:
        with self._lock:
            for network, more in counts.items():
                self._counts[network] = _sum(self._counts.get(network, Count()), more)


def _sum(one: Count, more: Count) -> Count:
    return Count(
        heard=one.heard + more.heard, matched=one.matched + more.matched, withheld=one.withheld + more.withheld,
        refused=one.refused + more.refused, lost=one.lost + more.lost, lost_name=more.lost_name or one.lost_name,
    )  # fmt: skip


def name_of(word: Overheard) -> Name:
    return word.network, word.external_id


def is_left_out(word: Overheard, left_out: frozenset[Name]) -> bool:
    """Did its author ask this house not to be heard? `left_out`: (network, folded name or key)."""
    if not left_out:
        return False
    called = [word.author, word.author_name] if word.network in NAMED_BY_HANDLE else [word.author]
    return any((word.network, one.casefold().removeprefix("@")) in left_out for one in called if one)


def sorted_out(words: Iterable[Overheard], *, left_out: frozenset[Name] = frozenset()) -> Sorted:
    """Bounds what strangers wrote, and leaves of each word what was said last.

    Withheld is whatever its author asked not to be indexed, and every word of an author who is left out. What was deleted in between is gone, even where the same name is said again afterwards. A word told again as new
    changes nothing that an edit said.
    """
    last: dict[Name, Overheard] = {}
    deleted: dict[Name, None] = {}
    left: dict[Name, None] = {}
    heard: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for word in words:
        network = one_line(word.network, MOST_NETWORK)
        heard[network] += 1
        name = name_of(word)
        if not _is_named(word):
            refused[network] += 1
        elif word.event == "delete" and WHOLE_AUTHOR in word.marks:
            left[word.network, word.author] = None
            last = {one: said for one, said in last.items() if (said.network, said.author) not in left}
        elif word.event == "delete":
            deleted[name] = None
            last.pop(name, None)
        elif word.event == "edit" or name not in last:
            last[name] = word
    withheld = {name for name, word in last.items() if NO_INDEX in word.marks or is_left_out(word, left_out)}
    return Sorted(
        said=[bounded(word) for name, word in last.items() if name not in withheld],
        deleted=list(deleted),
        left=list(left),
        withheld=sorted(withheld),
        heard=heard,
        refused=refused,
    )


def _is_named(word: Overheard) -> bool:
    """A name that would have to be changed to be kept could make two words one."""
    return (
        0 < len(word.external_id) <= MOST_NAME
        and 0 < len(word.network) <= MOST_NETWORK
        and clean(word.external_id) == word.external_id
        and one_line(word.network, MOST_NETWORK) == word.network
    )


def bounded(word: Overheard) -> Overheard:
    """The word as it is matched and kept: no signs that a database refuses, nothing longer than its column."""
    text = clean(word.text)
    marks = [one_line(mark, 60) for mark in word.marks[:MOST_MARKS]]
    if len(text) > MOST_TEXT:
        text = text[:MOST_TEXT]
        marks.append(CUT)
    return msgspec.structs.replace(
        word,
        source=one_line(word.source, 200),
        author=one_line(word.author, 320),
        author_name=one_line(word.author_name, 200),
        text=text,
        url=one_line(word.url, 1_000) if word.url.startswith(("https://", "http://", "at://")) else "",
        at=in_utc(word.at) or EARLIEST,
        language=language_of(word.language)[:5] if word.language.isascii() else "",
        parent=one_line(word.parent, MOST_NAME),
        root=one_line(word.root, MOST_NAME),
        repeats=one_line(word.repeats, MOST_NAME),
        marks=tuple(marks),
    )


def may_open_a_case(word: Overheard, *, ours: frozenset[Name]) -> bool:
    """Never what we said ourselves, never what somebody only passed on."""
    return not word.repeats and OURS not in word.marks and (word.network, word.author) not in ours


class Gate:
    """Lets MOST_WANTED_A_MINUTE words a minute through for each watch."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._passed: dict[int, deque[float]] = {}
        self._told: dict[int, float] = {}

    def let_through(self, watch: int, count: int) -> int:
        """How many of `count` may pass now."""
        now = self._clock()
        passed = self._passed.setdefault(watch, deque())
        while passed and passed[0] <= now - ONE_MINUTE:
            passed.popleft()
        room = min(count, MOST_WANTED_A_MINUTE - len(passed))
        passed.extend([now] * room)
        return room

    def tells(self, watch: int) -> bool:
        """Is it time again to say that this watch wants too much? Once a minute."""
        now = self._clock()
        if now - self._told.get(watch, -ONE_MINUTE) < ONE_MINUTE:
            return False
        self._told[watch] = now
        return True
