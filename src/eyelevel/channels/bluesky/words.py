"""From an event of the AT protocol to an overheard word: posts, reposts, edits, deletes, and who asked not to be shown."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from eyelevel.channels.contract import WHOLE_AUTHOR, Overheard
from eyelevel.kernel.moments import moment_in

NETWORK = "bluesky"
POST, REPOST, PROFILE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.actor.profile"
NO_INDEX = "no-index"
NOT_WITHOUT_LOGIN = "!no-unauthenticated"
EVENTS: Mapping[str, Literal["new", "edit", "delete"]] = {
    "create": "new", "update": "edit", "delete": "delete",
}  # fmt: skip
OF_THE_MACHINES = frozenset(
    {"desynchronized", "throttled"}
)  # account states that nobody's wish stands behind
MOST_AUTHORS = 20_000
MOST_TEXT = 10_000
CLOCKS_DIFFER = timedelta(minutes=5)


class Strange(ValueError):
    """It is no event as the protocol describes it."""


class Authors:
    """What the stream told about its authors since it was opened: names, and who asked not to be shown to strangers."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, str] = OrderedDict()
        self._hidden: OrderedDict[str, bool] = OrderedDict()

    def name(self, did: str) -> str:
        return self._names.get(did, "")

    def hides(self, did: str) -> bool:
        return self._hidden.get(did, False)

    def is_called(self, did: str, handle: object) -> None:
        if isinstance(handle, str) and handle:
            _remember(self._names, did, handle[:200])

    def asks(self, did: str, *, hidden: bool) -> None:
        if hidden:
            _remember(self._hidden, did, value=True)
        else:
            self._hidden.pop(did, None)


def _remember(held: OrderedDict[str, Any], key: str, value: Any) -> None:
    held[key] = value
    held.move_to_end(key)
    if len(held) > MOST_AUTHORS:
        held.popitem(last=False)


def address_of(did: str, collection: str, rkey: str) -> str:
    return f"at://{did}/{collection}/{rkey}"


def page_of(did: str, rkey: str) -> str:
    return f"https://bsky.app/profile/{did}/post/{rkey}"


def gone_account(source: str, did: str, account: Mapping[str, Any], *, at: datetime) -> Overheard | None:
    """An account that is deleted, taken down, suspended or put to sleep: all its words are to be forgotten."""
    if account.get("active") is not False or account.get("status") in OF_THE_MACHINES:
        return None
    return Overheard(
        network=NETWORK, source=source, external_id=f"at://{did}", event="delete", author=did, at=at, marks=(WHOLE_AUTHOR,)
    )  # fmt: skip


def word_of(
    source: str, did: str, change: Mapping[str, Any], *, at: datetime, authors: Authors
) -> Overheard | None:
    """The word in one change of a repository (operation, collection, rkey, record); None for what is no word.

    Raises Strange. A changed profile is noted in `authors`.
    """
    collection, rkey, operation = (_text(change, key) for key in ("collection", "rkey", "operation"))
    record = change.get("record")
    if collection == PROFILE:
        authors.asks(did, hidden=isinstance(record, dict) and _hidden(record))
    if collection not in {POST, REPOST}:
        return None
    if operation not in EVENTS:
        raise Strange("an unknown operation")
    event = EVENTS[operation]
    common: dict[str, Any] = {
        "network": NETWORK, "source": source, "external_id": address_of(did, collection, rkey), "event": event,
        "author": did, "author_name": authors.name(did),
    }  # fmt: skip
    if event == "delete":
        return Overheard(**common, at=at)
    if not isinstance(record, dict):
        raise Strange("a word without its record")
    common |= {"at": _said_at(record, at)}
    if collection == REPOST:
        return Overheard(**common, repeats=_address(record.get("subject")))
    return _post(common, did, rkey, record, authors)


def _post(common: dict[str, Any], did: str, rkey: str, record: dict[str, Any], authors: Authors) -> Overheard:
    text = record.get("text")
    if not isinstance(text, str):
        raise Strange("a post without text")
    reply = record.get("reply")
    parent, root = (
        (_address(reply.get("parent")), _address(reply.get("root"))) if isinstance(reply, dict) else ("", "")
    )
    marks = [NO_INDEX] if _hidden(record) or authors.hides(did) else []
    quoted = _quoted(record.get("embed"))
    if quoted:
        marks.append(f"quotes:{quoted}")
    return Overheard(
        **common, text=text[:MOST_TEXT], url=page_of(did, rkey), language=_language(record), parent=parent, root=root,
        marks=tuple(marks),
    )  # fmt: skip


def _text(held: Mapping[str, Any], key: str) -> str:
    value = held.get(key)
    if not isinstance(value, str) or not value or len(value) > 600:
        raise Strange(f"no {key}")
    return value


def _address(reference: object) -> str:
    """The at:// address of a strong reference."""
    uri = reference.get("uri") if isinstance(reference, dict) else None
    return uri[:500] if isinstance(uri, str) else ""


def _quoted(embed: object) -> str:
    """The post that this one quotes: as the embed itself, or beside a picture."""
    record = embed.get("record") if isinstance(embed, dict) else None
    if isinstance(record, dict) and isinstance(record.get("record"), dict):
        record = record["record"]
    uri = _address(record)
    return uri if f"/{POST}/" in uri else ""


def _hidden(record: Mapping[str, Any]) -> bool:
    labels = record.get("labels")
    values = labels.get("values") if isinstance(labels, dict) else None
    return isinstance(values, list) and any(
        isinstance(one, dict) and one.get("val") == NOT_WITHOUT_LOGIN for one in values
    )


def _language(record: Mapping[str, Any]) -> str:
    langs = record.get("langs")
    first = langs[0] if isinstance(langs, list) and langs else ""
    code = first.partition("-")[0].lower() if isinstance(first, str) else ""
    return code if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else ""


def _said_at(record: Mapping[str, Any], seen: datetime) -> datetime:
    """When its author says that it was written; a time that has not come yet is not believed."""
    said = moment_in(record.get("createdAt"))
    return said if said is not None and said <= seen + CLOCKS_DIFFER else seen
