"""Links and mentions of a post as facets: places in bytes of UTF-8, as the lexicon app.bsky.richtext.facet wants them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

MOST_FACETS = 30
MOST_MENTIONS = 10
_LINK = re.compile(r"https?://[^\s<>\"'`]{1,1000}")
_MENTION = re.compile(
    r"(?<![\w@.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.){1,8}[a-zA-Z][a-zA-Z0-9-]{0,61})"
)
_TAIL = ".,;:!?)]}»“”’"


def facets(text: str, *, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """The facets of a text; a name that `did_of` does not know ("") stays plain text."""
    found: list[dict[str, Any]] = []
    for match in list(_LINK.finditer(text))[:MOST_FACETS]:
        link = match[0].rstrip(_TAIL)
        found.append(
            _facet(text, match.start(), link, {"$type": "app.bsky.richtext.facet#link", "uri": link})
        )
    for match in list(_MENTION.finditer(text))[:MOST_MENTIONS]:
        if did := did_of(match[1].lower()):
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
            found.append(_facet(text, match.start(), match[0], feature))
    return sorted(found, key=lambda one: int(one["index"]["byteStart"]))


def _facet(text: str, start: int, piece: str, feature: dict[str, str]) -> dict[str, Any]:
    begin = len(text[:start].encode())
    return {"index": {"byteStart": begin, "byteEnd": begin + len(piece.encode())}, "features": [feature]}
