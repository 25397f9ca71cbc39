"""The one way to write a record down: a strict part of RFC 8785 (JCS), so that equal records have equal bytes.

Objects, lists, texts, whole numbers up to 2^53-1, true, false and null; names of fields in ASCII, in ascending order; no
spaces; in texts only what must be escaped is escaped. No fractions: nobody has to agree on how they are written.
"""

from __future__ import annotations

import json
from typing import Any

MOST_NUMBER = 2**53 - 1
MOST_DEPTH = 8

Value = Any  # what JSON can hold; checked by `_insist`, which a type cannot say


class NotCanonical(ValueError):
    """These bytes, or this value, are nothing that `dumps` would write."""


def dumps(value: Value) -> bytes:
    """The canonical bytes. Raises NotCanonical for a value that has none."""
    _insist(value, depth=0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("half a surrogate pair is no text") from error


def loads(content: bytes) -> Value:
    """What these canonical bytes say. Raises NotCanonical for all others: doubled names, other spelling, nesting, rubbish."""
    try:
        value = json.loads(content.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("this is no JSON that a transcript holds") from error
    if dumps(value) != content:
        raise NotCanonical("it is not written in the canonical way")
    return value


def _once(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a name stands twice in one object")
    return found


def _insist(value: Value, *, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise NotCanonical(f"nested deeper than {MOST_DEPTH}")
    if isinstance(value, dict):
        for name, held in value.items():
            if not (isinstance(name, str) and name.isascii()):
                raise NotCanonical("names are ASCII")
            _insist(held, depth=depth + 1)
    elif isinstance(value, list):
        for held in value:
            _insist(held, depth=depth + 1)
    else:
        _insist_plain(value)


def _insist_plain(value: Value) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > MOST_NUMBER:
            raise NotCanonical("a number is too large")
    elif value is not None and not isinstance(value, bool | str):
        raise NotCanonical(f"{type(value).__name__} cannot stand in a transcript")
