"""Reading JSON of strangers: bounded before it is parsed, and only what both databases can keep."""

from __future__ import annotations

import json
import re
from typing import Any

from eyelevel.api.problems import Problem

DEEPEST = 32
LONGEST_NUMBER = 30  # signs; no field of ours needs more
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def parse(raw: bytes) -> Any:
    """The value in these bytes. Raises Problem for whatever is not plain, finite, unambiguous JSON."""
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_refuse,
            parse_int=_short_int,
            parse_float=_short_float,
        )
    except RecursionError as error:
        raise Problem("unreadable", "nested too deep") from error
    except ValueError as error:  # also UnicodeDecodeError and JSONDecodeError
        raise Problem(
            "unreadable", "not JSON in UTF-8, or a key, number or sign that is not taken"
        ) from error
    _look_through(value)
    return value


def keepable(text: str) -> bool:
    """Without NUL and lone surrogates, which PostgreSQL cannot keep."""
    return _UNKEEPABLE.search(text) is None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _short_int(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(digits)


def _short_float(digits: str) -> float:
    value = float(digits) if len(digits) <= LONGEST_NUMBER else float("inf")
    if value in {float("inf"), float("-inf")}:
        raise ValueError("a number is too long or too large")
    return value


def _look_through(value: Any) -> None:
    """Raises Problem for what is nested too deep or holds signs that cannot be kept; without recursion."""
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise Problem("unreadable", f"nested deeper than {DEEPEST}")
        if isinstance(one, dict):
            waiting += [(key, depth) for key in one]
            waiting += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list):
            waiting += [(inner, depth + 1) for inner in one]
        elif isinstance(one, str) and not keepable(one):
            raise Problem("unreadable", "NUL and lone surrogates are not taken")
