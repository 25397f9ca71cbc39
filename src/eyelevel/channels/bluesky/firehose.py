"""The stream of one Bluesky server (PDS) or relay: com.atproto.sync.subscribeRepos, DAG-CBOR frames with CAR slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import libipld

from eyelevel.channels.bluesky.batches import Gathering, Message, batches
from eyelevel.channels.bluesky.sockets import opened
from eyelevel.channels.bluesky.words import POST, PROFILE, REPOST, Authors, Strange, gone_account, word_of
from eyelevel.channels.contract import Caught, Plan, SourceTrouble, Stop
from eyelevel.kernel.moments import moment_in

PATH = "/xrpc/com.atproto.sync.subscribeRepos"
MOST_FRAME = 5 * 1024 * 1024  # the protocol's own bound for a message
MOST_CHANGES = 200  # likewise, in one commit
SILENCE = 0.0  # one server may be quiet for hours; pings notice a dead connection


class Refused(SourceTrouble):
    """The server ended the stream with an error of the protocol."""


def listen(plan: Plan, *, stop: Stop, now: Callable[[], datetime]) -> Iterator[Caught]:
    """Hear one server. Raises SourceTrouble; a cursor that the server does not know is given up, and said so."""
    stream = Stream(plan, now=now)
    parts = urlsplit(plan.address)
    query = urlencode({"cursor": stream.cursor}) if stream.cursor is not None else ""
    path = parts.path if parts.path not in {"", "/"} else PATH
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    with opened(
        urlunsplit((scheme, parts.netloc, path, query, "")), allowed=plan.allowed, most=MOST_FRAME
    ) as socket:
        try:
            yield from batches(
                socket,
                stream.read,
                stream.gathering,
                stop=stop,
                silence=float(plan.options.get("silence", SILENCE)),
            )
        except Refused:
            if (left := stream.gathering.take()) is not None:
                yield left
            raise


class Stream:
    """Reads frames; the cursor is the server's own sequence number."""

    def __init__(self, plan: Plan, *, now: Callable[[], datetime]) -> None:
        seq = plan.cursor.get("seq")
        self.cursor = seq if isinstance(seq, int) else None
        self.gathering = Gathering(number=int(plan.cursor.get("number", 0)))
        self.gathering.cursor = dict(plan.cursor)
        self._source, self._now, self._authors = plan.name, now, Authors()
        self._reposts = bool(plan.options.get("reposts"))

    def read(self, message: Message) -> None:
        """One frame. Raises Refused where the server says that it ends."""
        try:
            kind, body = _opened(message)
            self._hear(kind, body)
        except (ValueError, RecursionError, OverflowError) as error:
            self.gathering.strange(message, str(error))

    def _hear(self, kind: str, body: Mapping[str, Any]) -> None:
        if kind == "error":
            if body.get("error") == "FutureCursor":
                self.gathering.cursor.pop("seq", None)
            raise Refused(f"{body.get('error')}: {body.get('message', '')}"[:300])
        if kind == "#info":
            self.gathering.note(
                "info", f"the server says: {body.get('name')} {body.get('message', '')}"[:300]
            )
            return
        seq = body.get("seq")
        if not isinstance(seq, int):
            raise Strange("a frame without its number")
        self._moved_to(seq)
        at = moment_in(body.get("time")) or self._now()
        if kind == "#commit":
            self._commit(body, at)
        elif kind == "#account":
            self.gathering.heard(gone_account(self._source, _did(body.get("did")), body, at=at))
        elif kind == "#identity":
            self._authors.is_called(_did(body.get("did")), body.get("handle"))
            self.gathering.heard(None)
        else:
            self.gathering.heard(None)

    def _moved_to(self, seq: int) -> None:
        if self.cursor is not None and seq <= self.cursor:
            remark = f"the server jumped back from number {self.cursor} to {seq}; words come twice, they count once"
            self.gathering.note("back", remark)
            return
        self.cursor = seq
        self.gathering.cursor["seq"] = seq

    def _commit(self, body: Mapping[str, Any], at: datetime) -> None:
        did, changes = _did(body.get("repo")), body.get("ops")
        if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
            raise Strange("a commit without its changes, or with too many")
        wanted = [one for one in changes if isinstance(one, dict) and self._concerns(one.get("path"))]
        blocks: Mapping[bytes, Any] = {}
        if any(one.get("cid") for one in wanted):
            blocks = libipld.decode_car(body.get("blocks") or b"")[1]
        self.gathering.heard(None)
        for one in wanted:
            collection, _sep, rkey = str(one["path"]).partition("/")
            record = blocks.get(one.get("cid") or b"")
            change = {
                "operation": one.get("action"), "collection": collection, "rkey": rkey, "record": record,
            }  # fmt: skip
            self.gathering.heard(word_of(self._source, did, change, at=at, authors=self._authors))

    def _concerns(self, path: object) -> bool:
        collection = path.partition("/")[0] if isinstance(path, str) else ""
        return collection in {POST, PROFILE} or (collection == REPOST and self._reposts)


def _opened(message: Message) -> tuple[str, Mapping[str, Any]]:
    """The two halves of a frame: what it is, and what it says. Raises ValueError."""
    if isinstance(message, str):
        raise Strange("text where frames are expected")
    halves = libipld.decode_dag_cbor_multi(message)
    if len(halves) != 2 or not all(isinstance(half, dict) for half in halves):
        raise Strange("not a header and a body")
    header, body = halves
    if header.get("op") == -1:
        return "error", body
    if header.get("op") != 1 or not isinstance(header.get("t"), str):
        raise Strange("an unknown kind of frame")
    return header["t"], body


def _did(value: object) -> str:
    if not isinstance(value, str) or not value.startswith("did:") or len(value) > 300:
        raise Strange("no did")
    return value
