"""What may be written down about an error: PostgreSQL quotes the statement and the row behind its first sentence."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"(?:\n|\\n)(?:LINE \d+|DETAIL|CONTEXT|QUERY): ")


def told(words: str) -> str:
    """The message of an error up to where a database begins to quote words and addresses of people."""
    return _QUOTED.split(words, maxsplit=1)[0]
