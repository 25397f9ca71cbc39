"""One public reply on Bluesky, and saying truthfully what came of it.

The key of our post is part of the departure, so a second try writes the same record again, which changes nothing: a
retry never posts twice, and after a broken connection one look tells whether it stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from eyelevel.channels.bluesky.names import Address, address, time_of
from eyelevel.channels.bluesky.rich import facets
from eyelevel.channels.bluesky.xrpc import Account, Refusal, Sessions, call, record, server_of
from eyelevel.channels.contract import Departure, Receipt
from eyelevel.kernel import http

FOR_GOOD = frozenset({"AccountTakedown", "AccountDeactivated"})

sessions = Sessions()


class Gone(RuntimeError):
    """The post that we answer is not there any more."""


def leave(departure: Departure, *, account: Account, now: Callable[[], datetime]) -> Receipt:
    """One try. A deleted parent and a refused record are "refused"; everything else that fails is "later"."""
    ours, parent = address(departure.message_id), address(departure.in_reply_to)
    if ours is None or parent is None:
        return Receipt(
            state="refused", detail="it names no post on Bluesky that it is or that it answers", at=now()
        )
    try:
        _put(departure, ours, parent, account)
    except Gone as gone:
        return Receipt(state="refused", detail=str(gone), at=now())
    except Refusal as refusal:
        return _judged(refusal, now())
    except (http.Unreachable, http.TooMuch) as error:
        return _looked(ours, account, error, now())
    except http.Forbidden as error:
        return Receipt(state="later", detail=str(error), at=now())
    return Receipt(state="delivered", detail=ours.page, at=now())


def _put(departure: Departure, ours: Address, parent: Address, account: Account) -> None:
    session = sessions.of(account)
    if session.did != ours.did:
        raise Refusal(403, "", f"the account is {session.did} now, the answer was approved for {ours.did}")
    text = departure.text.strip()
    post: dict[str, Any] = {
        "$type": ours.collection, "text": text, "reply": _reply_to(parent, session.host, account),
        "createdAt": time_of(ours.rkey).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }  # fmt: skip
    if found := facets(text, did_of=lambda name: _did_of(name, session.host, account)):
        post["facets"] = found
    body = {
        "repo": ours.did, "collection": ours.collection, "rkey": ours.rkey, "record": post, "swapRecord": None,
    }  # fmt: skip
    try:
        sessions.ask(account, "com.atproto.repo.putRecord", method="POST", body=body)
    except Refusal as refusal:
        if (
            refusal.error != "InvalidSwap"
        ):  # it stands there already, from a try that we did not hear the end of
            raise


def _reply_to(parent: Address, host: str, account: Account) -> dict[str, Any]:
    """Strong references to the parent and to the root of its conversation, as they stand now. Raises Gone."""
    found = record(host, parent, allowed=account.allowed)
    if found is None:
        elsewhere = server_of(parent.did, directory=account.directory, allowed=account.allowed)
        found = record(elsewhere, parent, allowed=account.allowed) if elsewhere else None
    if found is None:
        raise Gone("the post that it answers is not there any more")
    here = {"uri": str(parent), "cid": str(found.get("cid", ""))}
    value = found.get("value")
    reply = value.get("reply") if isinstance(value, dict) else None
    root = reply.get("root") if isinstance(reply, dict) else None
    known = isinstance(root, dict) and isinstance(root.get("uri"), str) and isinstance(root.get("cid"), str)
    return {"parent": here, "root": {"uri": root["uri"], "cid": root["cid"]} if known and root else here}


def _did_of(name: str, host: str, account: Account) -> str:
    try:
        found = call(
            host, "com.atproto.identity.resolveHandle", query={"handle": name}, allowed=account.allowed
        )
    except (Refusal, http.Unreachable, http.TooMuch, http.Forbidden):
        return ""
    return str(found.get("did", ""))


def _judged(refusal: Refusal, now: datetime) -> Receipt:
    """4xx about the record itself is for good; logins, limits and trouble of the server pass."""
    for_good = refusal.error in FOR_GOOD or (
        400 <= refusal.status < 500 and refusal.status not in {401, 408, 429}
    )
    return Receipt(
        state="refused" if for_good else "later", detail=str(refusal), at=now, again_at=refusal.again_at
    )


def _looked(ours: Address, account: Account, error: Exception, now: datetime) -> Receipt:
    """After silence: does it stand there? If not, it is tried again under the same key, so it cannot stand twice."""
    try:
        if record(sessions.of(account).host, ours, allowed=account.allowed) is not None:
            return Receipt(state="delivered", detail=f"{ours.page} (found there after: {error})", at=now)
    except (Refusal, http.Unreachable, http.TooMuch, http.Forbidden):
        pass
    return Receipt(state="later", detail=f"{type(error).__name__}: {error}", at=now)
