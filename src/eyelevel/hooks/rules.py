"""What a webhook says, and about what. Plain Python, no database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

# The facts that may leave the house; the rest is its inner life. Those about sendings are not among them: a webhook
# about a webhook would never end.
KINDS = (
    "case.opened", "case.opened_by_hand", "case.joined", "case.handed", "case.snoozed", "case.woke", "case.alarm",
    "case.closed", "case.reopened", "case.renamed", "case.helped", "case.first_human_word", "case.merged",
    "case.unmerged", "case.split", "case.unsplit", "case.linked", "case.unlinked", "case.asked", "case.asked_answered",
    "case.asked_overdue", "case.asking_withdrawn", "case.evidence", "cases.changed_together", "cases.woke_together",
    "cases.put_back_together", "post.noted", "post.entered", "answer.approved", "promise.made", "promise.due_soon",
    "promise.foretold", "promise.kept", "promise.not_kept", "promise.released", "promise.broken", "promise.moved", "promise.handed",
    "promise.unattended", "promise.taken_back", "objection.overridden", "decision.made", "decision.executed", "decision.taken_back",
    "sending.came_back", "quarantine.opened", "quarantine.resolved",
)  # fmt: skip
TEST = "test"
DECISION = "decision.made"  # no fact: a decision on its way to the one address that carries it out (hooks/decisions.py)
MOST_URL = 500
# Plain words of a fact that travel along; everything else in it is either an id (translated) or stays here.
TOLD = (
    "channel",
    "known",
    "until",
    "reason",
    "checked",
    "objections",
    "passed_on",
    "verb",
    "kept",
    "merged",
    "source",
    "target",
    "due",
    "before",
    "late",
    "told",
)


def acceptable(url: str) -> bool:
    """Is this an http address without a user name in it? Where it leads is judged when it is dialled."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or 0 < parts.port < 65_536
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MOST_URL
    return (
        plain
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not parts.username
        and port_is_fine
    )


def hook_id(*, subscription: str, fact_id: int) -> str:
    """The webhook-id: the same for the same fact and receiver, however often it is sent."""
    return f"msg_{subscription}_{fact_id}"


def payload(
    *, kind: str, at: datetime, fact_id: int, things: Sequence[str], data: Mapping[str, Any],
    content: Mapping[str, Any] | None,
) -> str:  # fmt: skip
    """The body: what happened, when, and to which things. People's words stand in it only as `content`."""
    said: dict[str, Any] = {
        "fact": fact_id,
        "things": [thing for thing in things if thing.startswith("case:")],
    }
    said |= {name: data[name] for name in ("case", "post", "promise", *TOLD) if data.get(name) is not None}
    if content:
        said["content"] = dict(content)
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": said}, ensure_ascii=False)
