"""Lines of JSON out of a stream, each bounded before it is parsed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn, Protocol

MOST_LINE = 32 * 1024 * 1024  # bytes; a row holds at most three texts of a mebisign and 256 KiB of raw mail


class Chunks(Protocol):
    def read(self, /) -> bytes: ...


def lines(member: Chunks, *, most: int = MOST_LINE) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, line without its end); None in the place of a line that is longer than `most`."""
    number, size, too_long = 1, 0, False
    held: list[bytes] = []
    while chunk := member.read():
        *whole, rest = chunk.split(b"\n")
        for piece in whole:
            size += len(piece)
            yield number, None if too_long or size > most else b"".join((*held, piece))
            number, held, size, too_long = number + 1, [], 0, False
        size += len(rest)
        too_long = too_long or size > most
        held = [] if too_long else [*held, rest] if len(held) < 64 else [b"".join((*held, rest))]
    if size:
        yield number, None if too_long else b"".join(held)


def row_of(line: bytes | None) -> dict[str, Any]:
    """The object in a line. Raises ValueError with a sentence for people."""
    if line is None:
        raise ValueError(f"longer than {MOST_LINE // 1024**2} MB")
    try:
        row = _DECODER.decode(line.decode())
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at sign {error.pos + 1}") from error
    if type(row) is not dict:
        raise ValueError("not an object")
    if b"\\u" in line and _poisoned(line):
        raise ValueError("holds NUL or half a sign (a lone surrogate), which no database keeps")
    return row


def _poisoned(line: bytes) -> bool:
    """Only escapes can name these signs: raw ones are refused by JSON and by UTF-8."""
    text = json.dumps(json.loads(line), ensure_ascii=False)
    return "\\u0000" in text.replace("\\\\", "") or any("\ud800" <= sign <= "\udfff" for sign in text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)
