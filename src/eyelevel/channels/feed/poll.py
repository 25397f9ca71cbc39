"""Hearing a feed by asking for it now and then: conditional, patient, and only where its site lets robots ask."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from protego import Protego

from eyelevel.channels.contract import (
    FEED_GONE,
    MOST_WORDS,
    Caught,
    Malformed,
    Overheard,
    Plan,
    SourceEnded,
    SourceTrouble,
    Stop,
)
from eyelevel.channels.feed.read import Entry, Feed
from eyelevel.kernel import http
from eyelevel.kernel.moments import moment_in

NETWORK = "feed"
AGENT = "Eyelevel"
BOUNDS = http.Bounds(size=5 * 1024 * 1024, seconds=20.0, redirects=5)
ROBOTS = http.Bounds(size=500 * 1024, seconds=10.0, redirects=5)  # RFC 9309 asks for at least 500 KiB
ROBOTS_ARE_GOOD_FOR = timedelta(hours=24)  # likewise at most
FEWEST_MINUTES, MINUTES = 5.0, 15.0
LONGEST_WAIT = timedelta(days=1)
MOST_NAME = 500
MOST_SEEN = 2_000  # entries whose digest is kept, to notice edits
NAP_SECONDS = 1.0
UNDATED = "no-date"


def listen(plan: Plan, *, stop: Stop, now: Callable[[], datetime]) -> Iterator[Caught]:
    """Ask, wait, ask again. Raises SourceTrouble, and SourceEnded where the feed is gone for good."""
    poll = Poll(plan, now=now)
    while not stop.is_set():
        if now() >= poll.due:
            yield from poll.ask()
        else:
            yield Caught()
            stop.wait(min(NAP_SECONDS, (poll.due - now()).total_seconds()))


class Poll:
    """One feed, with what it said last time in its cursor."""

    def __init__(self, plan: Plan, *, now: Callable[[], datetime]) -> None:
        self._plan, self._now = plan, now
        self._cursor: dict[str, Any] = dict(plan.cursor)
        minutes = max(FEWEST_MINUTES, float(plan.options.get("minutes", MINUTES)))
        self._pause = timedelta(minutes=minutes)

    @property
    def due(self) -> datetime:
        return moment_in(self._cursor.get("due")) or self._now()

    def ask(self) -> Iterator[Caught]:
        """One request. What came is yielded in batches; the cursor comes with the last."""
        self._insist_on_robots()
        answer = _fetched(self._plan.address, self._conditional(), BOUNDS, self._plan)
        if answer.status == 410:
            raise SourceEnded(FEED_GONE)
        if answer.status == 304:
            self._wait(answer)
            yield Caught(cursor=dict(self._cursor))
            return
        if answer.status != 200:
            raise SourceTrouble(f"the feed answered {answer.status}", after=_after(answer, self._now()))
        yield from self._read(answer)

    def _conditional(self) -> dict[str, str]:
        named = {"If-None-Match": self._cursor.get("etag"), "If-Modified-Since": self._cursor.get("modified")}
        return {name: value for name, value in named.items() if isinstance(value, str) and value}

    def _wait(self, answer: http.Answer) -> None:
        """When to ask again: not sooner than the pause, later where the site says that nothing changes till then."""
        age = _max_age(answer.headers.get("cache-control", ""))
        pause = max(self._pause, min(timedelta(seconds=age), LONGEST_WAIT))
        self._cursor["due"] = (self._now() + pause).isoformat()

    def _read(self, answer: http.Answer) -> Iterator[Caught]:
        feed = read(self._plan, answer)
        number = int(self._cursor.get("number", 0))
        self._wait(answer)
        if not feed.known:
            bad = Malformed(
                number=number + 1, excerpt=answer.body[:200].decode("utf-8", "replace"), why="no feed"
            )
            self._cursor["number"] = number + 1
            yield Caught(malformed=(bad,), cursor=dict(self._cursor))
            return
        words = self._news(feed)
        self._cursor |= {
            "etag": answer.headers.get("etag", "")[:500], "modified": answer.headers.get("last-modified", "")[:100],
            "number": number + len(feed.entries) + feed.bad,
        }  # fmt: skip
        malformed = tuple(
            Malformed(
                number=number + len(feed.entries) + place + 1, excerpt="", why="an entry without any words"
            )
            for place in range(feed.bad)
        )
        remark = f"only the first {len(feed.entries)} entries are read" if feed.cut else ""
        for start in range(0, len(words) - MOST_WORDS, MOST_WORDS):
            yield Caught(words=words[start : start + MOST_WORDS])
        rest = words[(len(words) - 1) // MOST_WORDS * MOST_WORDS :] if words else ()
        yield Caught(words=rest, malformed=malformed, cursor=dict(self._cursor), remark=remark)

    def _news(self, feed: Feed) -> tuple[Overheard, ...]:
        """New and changed entries, oldest first; an entry that only left the feed was not deleted."""
        seen: dict[str, str] = dict(self._cursor.get("seen", {}))
        words: list[Overheard] = []
        for entry in reversed(feed.entries):
            before = seen.pop(entry.id, None)
            seen[entry.id] = entry.digest
            if before != entry.digest:
                words.append(self._word(entry, feed, edited=before is not None))
        self._cursor["seen"] = dict(list(seen.items())[-MOST_SEEN:])
        return tuple(words)

    def _word(self, entry: Entry, feed: Feed, *, edited: bool) -> Overheard:
        site = _host(self._plan.address)
        return Overheard(
            network=NETWORK, source=self._plan.name, external_id=self._name(entry),
            event="edit" if edited else "new", author=f"{entry.author}@{site}"[:320] if entry.author else site,
            author_name=(entry.author or feed.title)[:200], text=entry.text, url=entry.url,
            at=min(entry.at, self._now()) if entry.at else self._now(), language=entry.language,
            marks=() if entry.at else (UNDATED,),
        )  # fmt: skip

    def _name(self, entry: Entry) -> str:
        """Its id counts for this feed alone: nobody who writes another feed, on this host or elsewhere, can change it."""
        name = f"{self._plan.address}#{entry.id}"
        return name if len(name) <= MOST_NAME else f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"

    def _insist_on_robots(self) -> None:
        """Raises SourceTrouble where the site asks robots to stay away from this address."""
        until = moment_in(self._cursor.get("robots_until"))
        if until is None or until <= self._now():
            self._cursor["robots"] = may_ask(self._plan.address, self._plan)
            self._cursor["robots_until"] = (self._now() + ROBOTS_ARE_GOOD_FOR).isoformat()
        if not self._cursor["robots"]:
            self._cursor["robots_until"] = ""
            after = ROBOTS_ARE_GOOD_FOR.total_seconds()
            raise SourceTrouble("robots.txt of this site asks us to stay away from this address", after=after)


def may_ask(url: str, plan: Plan) -> bool:
    """What robots.txt says (RFC 9309): absent is yes, a server in trouble is not now. Raises SourceTrouble."""
    parts = urlsplit(url)
    answer = _fetched(f"{parts.scheme}://{parts.netloc}/robots.txt", {}, ROBOTS, plan)
    if answer.status >= 500 or answer.status == 429:
        raise SourceTrouble(f"robots.txt answered {answer.status}", after=_after(answer, datetime.now(UTC)))
    if answer.status != 200:
        return True
    rules = Protego.parse(answer.body.decode("utf-8", "replace"))
    return bool(rules.can_fetch(url, AGENT))


def read(plan: Plan, answer: http.Answer) -> Feed:
    """What stands in an answer, by a child. Raises SourceTrouble where it took too long or too much."""
    if plan.read_feed is None:
        raise SourceTrouble("feeds are read by the running house only")
    given = {"url": answer.url, "content_type": answer.headers.get("content-type", "")}
    return msgspec.msgpack.decode(plan.read_feed(answer.body, given), type=Feed)


def found_at(plan: Plan) -> tuple[str, Feed]:
    """The feed at this address, or the first that the page there names. Raises SourceTrouble, SourceEnded."""
    address = plan.address
    for _ in range(2):
        if not may_ask(address, plan):
            raise SourceTrouble("robots.txt of this site asks us to stay away from this address")
        answer = _fetched(address, {}, BOUNDS, plan)
        if answer.status != 200:
            raise SourceTrouble(f"{address} answered {answer.status}")
        feed = read(plan, answer)
        if feed.known:
            return address, feed
        if not feed.links:
            break
        address = feed.links[0]
    raise SourceTrouble("there is no feed at this address, and the page names none")


def _fetched(url: str, headers: dict[str, str], bounds: http.Bounds, plan: Plan) -> http.Answer:
    try:
        return http.fetch(url, headers={"User-Agent": AGENT, **headers}, bounds=bounds, allowed=plan.allowed)
    except (http.Forbidden, http.Unreachable, http.TooMuch) as error:
        raise SourceTrouble(f"{type(error).__name__}: {error}") from error


def _host(address: str) -> str:
    """The host of a web address; "" for anything else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""


def _after(answer: http.Answer, now: datetime) -> float:
    """Seconds until we may come again; none where the site does not say."""
    wait = http.retry_after(answer.headers, now=now, most=LONGEST_WAIT)
    return 0.0 if wait is None else wait.total_seconds()


def _max_age(header: str) -> int:
    for part in header.split(","):
        name, _sep, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
    return 0
