"""What a move carries, what it leaves behind and why, and what it must not set going again. Plain Python, no database.

Every table of the house is carried unless it stands here; a table of a library must stand here either way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FORMAT = 1
LOGINS, KEYS = "logins", "keys"

LEFT_OUT: dict[str, str] = {
    "account.emailconfirmation": "one-time tokens are never moved",
    "auth.group": "rights stand on seats; this table of a library is empty",
    "auth.group_permissions": "rights stand on seats; this table of a library is empty",
    "auth.permission": "made anew by every installation",
    "cases.presence": "who looks at a case right now; old after a minute",
    "contenttypes.contenttype": "made anew by every installation",
    "moving.importrun": "the state of imports belongs to one installation",
    "people.firstownertoken": "one-time tokens are never moved",
    "people.loginlink": "one-time tokens are never moved",
    "people.seatsession": "everybody logs in again",
    "search.document": "made anew from what is carried",
    "search.position": "made anew from what is carried",
    "search.again": "made anew from what is carried",
    "sessions.session": "everybody logs in again",
    "word.learnt": "made anew from what is carried",
    "word.passage": "made anew from what is carried",
    "word.trace": "made anew from what is carried",
    "tokens.keptanswer": "a repeat within a day meets the house that it first asked",
}
ONLY_WITH: dict[str, str] = {
    "account.emailaddress": LOGINS,
    "mfa.authenticator": LOGINS,
    "tokens.token": LOGINS,
    "cases.receiptcode": KEYS,  # hashes under the key of the installation: worth nothing without it
}
OF_LIBRARIES = frozenset({"account.emailaddress", "mfa.authenticator"})  # carried, though no table of ours

UNUSABLE_PASSWORD = "!"  # noqa: S105 -- Django's sign for "no password is right"
HELD = "held by a move: the former house may have done it"
CLOCKS = frozenset(
    {
        "cases.raise_silence_alarm",
        "cases.wake",
        "word.promises.remind",
        "word.promises.lapse",
        "word.canned.learn",
        "word.canned.learn_all",
        "word.standing_in.begin",
        "people.left_out.lapse",
        "knowledge.doubts.fall_due",
    }
)  # steps that only watch the time or learn, and send nothing
OWN_FACTS = "moving."  # facts of this kind are about this installation and stay in it

Row = dict[str, Any]


def carried(label: str, *, ours: bool, extras: frozenset[str]) -> bool:
    """Does a file with these extras hold this table?"""
    if label in LEFT_OUT:
        return False
    return (ours or label in OF_LIBRARIES) and ONLY_WITH.get(label, "") in {"", *extras}


def _login(row: Row, extras: frozenset[str]) -> Row:
    return row if LOGINS in extras else {**row, "password": UNUSABLE_PASSWORD}


def _sending(row: Row, _extras: frozenset[str]) -> Row:
    if row.get("state") != "waiting":
        return {**row, "lease_until": None}
    return {
        **row,
        "state": "unknown",
        "lease_until": None,
        "settled_at": row.get("created_at"),
        "last_word": HELD,
    }


def _step(row: Row, _extras: frozenset[str]) -> Row:
    if row.get("state") != "waiting" or row.get("name") in CLOCKS:
        return {**row, "lease_until": None}
    return {**row, "state": "dead", "lease_until": None, "error": HELD}


def _subscription(row: Row, _extras: frozenset[str]) -> Row:
    """Whoever was told by the former house is told by this one only after somebody stood up for it again."""
    if row.get("stopped_at"):
        return row
    return {**row, "stopped_at": row.get("created_at"), "stopped_why": HELD}


def _source(row: Row, extras: frozenset[str]) -> Row:
    """Two houses must not hear the same by one cursor, nor speak by one account: a person lets it go on."""
    secret = row.get("secret") if KEYS in extras else ""
    return {**row, "secret": secret, "paused_at": row.get("paused_at") or row.get("made_at")}


def _asking(row: Row, extras: frozenset[str]) -> Row:
    """A link to a question opens the posts that its row names, and only the keys tell that the row is of this house."""
    return row if KEYS in extras else {**row, "withdrawn_at": row.get("withdrawn_at") or row.get("asked_at")}


def _decision(row: Row, _extras: frozenset[str]) -> Row:
    """The former house may have told the system that carries it out: a person looks, and sends it again or does it."""
    if row.get("state") != "decided" or row.get("way") != "webhook":
        return row
    return {**row, "state": "failed", "evidence": HELD}


_STILL: dict[str, Callable[[Row, frozenset[str]], Row]] = {
    "people.login": _login,
    "outbox.sending": _sending,
    "kernel.step": _step,
    "hooks.subscription": _subscription,
    "channels.source": _source,
    "cases.asking": _asking,
    "cases.decision": _decision,
}


def stilled(label: str, row: Row, extras: frozenset[str]) -> Row:
    """The row as it moves: what waits to be sent or done is held for a person, secrets stay behind.

    Applied when a file is written and again when it is read, because a file may come from anywhere.
    """
    rule = _STILL.get(label)
    return row if rule is None else rule(row, extras)
