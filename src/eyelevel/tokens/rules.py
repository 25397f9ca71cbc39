"""What a token may be limited to, and how one looks. Plain Python, no database."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from eyelevel.kernel.ids import ALPHABET

PREFIX = "eye_"
LOOKUP_SIGNS, SECRET_SIGNS = 12, 40  # the secret has 200 random bits
_FORM = re.compile(rf"{PREFIX}(?P<lookup>[{ALPHABET}]{{{LOOKUP_SIGNS}}})_[{ALPHABET}]{{{SECRET_SIGNS}}}")

DAYS = (30, 90, 365)  # how long a new token may live
KEPT_FOR = timedelta(hours=24)
USED_IS_NOTED_EVERY = timedelta(minutes=1)
MOST_PER_COLLEAGUE = 50

_CASES_READ = ("case.read", "list.read", "search.ask")  # the search finds what the other verbs let read
_WATCHES_READ = ("watch.read", "heard.read", "search.ask")

# What each scope lets a program do, in the verbs of the one policy. The seat's own rights stay above it.
SCOPES: Mapping[str, Sequence[str]] = {
    "cases:read": _CASES_READ,
    "cases:write": (
        *_CASES_READ, "case.note", "case.hand", "case.snooze", "case.close", "case.rename", "case.enter", "heard.take",
    ),
    "promises:write": (*_CASES_READ, "promise.settle", "promise.postpone", "promise.hand"),
    "answers:write": (*_CASES_READ, "draft.write"),
    "answers:send": (*_CASES_READ, "draft.write", "answer.approve", "answer.undo", "promise.foretell"),
    "decisions:write": ("decision.make",),
    "persons:read": ("person.read",),
    "files:read": ("attachment.read",),
    "quarantine:read": ("quarantine.read",),
    "quarantine:write": ("quarantine.read", "quarantine.retry"),
    "outbox:read": ("outbox.read",),
    "outbox:write": ("outbox.read", "sending.retry"),
    "arrivals:write": ("arrival.hand_in",),
    "articles:read": ("article.read", "search.ask"),
    "watches:read": _WATCHES_READ,
    "watches:write": (*_WATCHES_READ, "watch.change"),
    "journal:read": ("journal.read",),
}  # fmt: skip


def new_token() -> str:
    """eye_LOOKUP_SECRET: the first part finds the row, the second proves it."""
    return PREFIX + _signs(LOOKUP_SIGNS) + "_" + _signs(SECRET_SIGNS)


def _signs(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def lookup_of(token: str) -> str | None:
    """The public part of a token, or None where it has another shape."""
    match = _FORM.fullmatch(token)
    return match["lookup"] if match else None


def verbs_of(scopes: Iterable[str]) -> frozenset[str]:
    """All verbs of these scopes; an unknown scope gives none."""
    return frozenset(verb for scope in scopes for verb in SCOPES.get(scope, ()))


def scopes_for(verb: str) -> tuple[str, ...]:
    """The scopes of which one is enough for this verb."""
    return tuple(scope for scope, verbs in SCOPES.items() if verb in verbs)
