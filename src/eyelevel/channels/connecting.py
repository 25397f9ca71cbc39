"""Connecting a source: what was typed is checked, tried once for real, and only then a row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlsplit

from django.conf import settings

from eyelevel.channels import bluesky_accounts as accounts
from eyelevel.channels import listening
from eyelevel.channels.bluesky.xrpc import ENTRY
from eyelevel.channels.contract import Overheard, Plan, SourceEnded, SourceTrouble
from eyelevel.channels.feed import poll as feed
from eyelevel.channels.models import Source
from eyelevel.channels.reading import feed_of, mail_of
from eyelevel.channels.replay import lines
from eyelevel.kernel import clock
from eyelevel.kernel.text import one_line

SECONDS_TO_TRY = 8.0
WORDS_SHOWN = 3
MOST_NAME = 120

Fault = Literal["name", "address", "file", "number", "login", "kind", "tag"]


class Wrong(ValueError):
    """What was typed cannot be a source: which part of it, and the other side's words where there are any."""

    def __init__(self, fault: Fault, words: str = "") -> None:
        super().__init__(words)
        self.fault = fault


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A source as it was typed and checked, not yet tried."""

    kind: str
    name: str
    address: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    secret: str = ""


def wanted(kind: str, typed: Mapping[str, str]) -> Wanted:
    """Raises Wrong."""
    if kind not in _FORMS:
        raise Wrong("kind")
    made = _FORMS[kind](typed)
    name = one_line(typed.get("name", ""), MOST_NAME) or made.name
    if not name:
        raise Wrong("name")
    return replace(made, kind=kind, name=one_line(name, MOST_NAME))


def recordings() -> Sequence[str]:
    """The files that can be replayed, by name."""
    folder = listening.recordings()
    if not folder.is_dir():
        return []
    kinds = {".jsonl", ".ndjson", ".mbox", ".xml"}
    return sorted(one.name for one in folder.iterdir() if one.suffix.lower() in kinds and one.is_file())[:200]


def tried(one: Wanted) -> tuple[Wanted, Sequence[Overheard]]:
    """Fetch a real answer, change nothing: the source with what was learnt about it, and the first words heard.

    Raises Wrong with the other side's words.
    """
    try:
        if one.kind == Source.Kind.ACCOUNT:
            return _logged_in(one), ()
        if one.kind == Source.Kind.FEED:
            return _feed(one)
        if one.kind == Source.Kind.WEBHOOK:
            return one, ()
        if one.kind == Source.Kind.REPLAY:
            return one, _beginning(one)
        return one, _heard(one)
    except accounts.NoLogin as error:
        raise Wrong("login", str(error)) from error
    except (SourceTrouble, SourceEnded) as error:
        raise Wrong("address", str(error)) from error
    except (lines.NoRecording, OSError) as error:
        raise Wrong("file", str(error)) from error


def _plan(one: Wanted) -> Plan:
    return Plan(
        name=one.name, address=one.address, options=one.options, cursor={}, secret=one.secret,
        allowed=tuple(settings.ENV.allow_addresses), folder=listening.recordings(), read_mail=mail_of, read_feed=feed_of,
    )  # fmt: skip


def _heard(one: Wanted) -> Sequence[Overheard]:
    """The first words of a stream, within some seconds. Silence is an answer too: the connection stood."""
    stop, words = threading.Event(), []
    timer = threading.Timer(SECONDS_TO_TRY, stop.set)
    timer.start()
    try:
        for caught in listening.ADAPTERS[one.kind](_plan(one), stop=stop, now=clock.real_now):
            words += [word for word in caught.words if word.text]
            if len(words) >= WORDS_SHOWN or stop.is_set():
                break
    finally:
        timer.cancel()
    return words[:WORDS_SHOWN]


def _feed(one: Wanted) -> tuple[Wanted, Sequence[Overheard]]:
    address, _found = feed.found_at(_plan(one))
    there = replace(one, address=address)
    caught = list(feed.Poll(_plan(there), now=clock.real_now).ask())
    return there, [word for each in caught for word in each.words][-WORDS_SHOWN:]


def _beginning(one: Wanted) -> Sequence[Overheard]:
    path = listening.recordings() / one.options["file"]
    found: list[Overheard] = []
    for place, entry in enumerate(lines.read(path, source=one.name, read_mail=mail_of)):
        if entry.word is not None:
            found.append(entry.word)
        if len(found) >= WORDS_SHOWN or place > 1_000:
            break
    return found


def _logged_in(one: Wanted) -> Wanted:
    session = accounts.try_login(handle=one.options["handle"], password=one.secret, host=one.address)
    options = {"did": session.did, "handle": session.handle}
    return replace(one, address=session.host, options=options)


def _address(typed: Mapping[str, str], *schemes: str) -> str:
    address = typed.get("address", "").strip()
    try:
        parts = urlsplit(address)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good or len(address) > 1_000 or any(sign <= " " for sign in address):
        raise Wrong("address")
    return address


def _number(typed: Mapping[str, str], name: str, *, otherwise: float, least: float, most: float) -> float:
    text = typed.get(name, "").strip().replace(",", ".")
    try:
        value = float(text) if text else otherwise
    except ValueError as error:
        raise Wrong("number") from error
    if not least <= value <= most:
        raise Wrong("number")
    return value


def _bluesky(typed: Mapping[str, str]) -> Wanted:
    hosts = " ".join(_address({"address": one}, "wss", "ws") for one in typed.get("address", "").split()[:8])
    return Wanted(kind="", name="Bluesky", address=hosts, options={"reposts": typed.get("reposts") == "yes"})


def _firehose(typed: Mapping[str, str]) -> Wanted:
    address = _address(typed, "wss", "ws", "https", "http")
    return Wanted(kind="", name=urlsplit(address).hostname or "", address=address)


def _rss(typed: Mapping[str, str]) -> Wanted:
    address = _address(typed, "https", "http")
    minutes = _number(typed, "minutes", otherwise=feed.MINUTES, least=feed.FEWEST_MINUTES, most=1_440)
    return Wanted(
        kind="", name=urlsplit(address).hostname or "", address=address, options={"minutes": minutes}
    )


def _mastodon(typed: Mapping[str, str]) -> Wanted:
    tag = typed.get("tag", "").strip().lstrip("#")
    if not tag or len(tag) > 100 or not tag.replace("_", "").isalnum():
        raise Wrong("tag")
    address = _address(typed, "https", "http").rstrip("/")
    return Wanted(
        kind="",
        name=f"#{tag}",
        address=address,
        options={"tag": tag},
        secret=typed.get("password", "").strip()[:500],
    )


def _replay(typed: Mapping[str, str]) -> Wanted:
    name = typed.get("file", "")
    if name not in recordings():
        raise Wrong("file")
    options = {
        "file": name, "speed": _number(typed, "speed", otherwise=1.0, least=0.01, most=1_000_000),
        "per_minute": _number(typed, "per_minute", otherwise=60.0, least=0.01, most=600_000),
        "seed": int(_number(typed, "seed", otherwise=1, least=0, most=2**31)),
    }  # fmt: skip
    return Wanted(kind="", name=name, options=options)


def _webhook(typed: Mapping[str, str]) -> Wanted:
    del typed  # it needs a name only
    return Wanted(kind="", name="")


def _account(typed: Mapping[str, str]) -> Wanted:
    handle, password = typed.get("handle", "").strip().lstrip("@"), typed.get("password", "").strip()
    if not handle or not password or len(handle) > 253 or len(password) > 200:
        raise Wrong("login")
    host = _address(typed, "https", "http") if typed.get("address", "").strip() else ENTRY
    return Wanted(kind="", name=f"@{handle}", address=host, options={"handle": handle}, secret=password)


_FORMS: Mapping[str, Callable[[Mapping[str, str]], Wanted]] = {
    Source.Kind.BLUESKY: _bluesky, Source.Kind.FIREHOSE: _firehose, Source.Kind.FEED: _rss, Source.Kind.MASTODON: _mastodon, Source.Kind.REPLAY: _replay,
    Source.Kind.WEBHOOK: _webhook, Source.Kind.ACCOUNT: _account,
}  # fmt: skip
