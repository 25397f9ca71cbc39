"""The words around what was found, from the text as it is now: the index itself keeps no text that could be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.kernel.search import analysis
from eyelevel.kernel.search.query import Query

MOST_SIGNS = 20_000  # of one text that are looked through
BEFORE_SIGNS = 60
SNIPPET_SIGNS = 220


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `found` where it is what was asked for. Plain text: the page escapes it."""

    text: str
    found: bool = False


class Matcher:
    """Finds the words of one question in texts."""

    def __init__(self, query: Query) -> None:
        terms = [term for group in query.wanted for term in group if not term.tokens[0].startswith("=")]
        self._tokens = frozenset(token for term in terms if not term.prefix for token in term.tokens)
        self._prefixes = tuple(term.tokens[0] for term in terms if term.prefix)

    def whole(self, text: str) -> Sequence[Piece]:
        """All of a short text with what was found marked."""
        shown = analysis.shown(text)
        return _pieces(shown, self._places(shown), 0, len(shown))

    def snippet(self, text: str) -> Sequence[Piece]:
        """The stretch of SNIPPET_SIGNS that holds most of what was asked for, or the beginning."""
        shown = " ".join(analysis.shown(text[:MOST_SIGNS]).split())
        places = self._places(shown)
        start = _best_start(places)
        while 0 < start < len(shown) and not shown[start - 1].isspace():
            start -= 1
        end = min(len(shown), start + SNIPPET_SIGNS)
        while end < len(shown) and not shown[end].isspace() and end < start + SNIPPET_SIGNS + 40:
            end += 1
        found = list(
            _pieces(shown, [place for place in places if place[1] <= end and place[0] >= start], start, end)
        )
        return [*([Piece("… ")] if start else []), *found, *([Piece(" …")] if end < len(shown) else [])]

    def _places(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in analysis.words(text) if self._is(match[0])] if self._any else []

    @property
    def _any(self) -> bool:
        return bool(self._tokens or self._prefixes)

    def _is(self, word: str) -> bool:
        known = analysis.keys(word)
        forms = known.asked.union(known.parts)
        return not self._tokens.isdisjoint(forms) or any(form.startswith(self._prefixes) for form in forms)


def _best_start(places: Sequence[tuple[int, int]]) -> int:
    """Where the window with most places begins, a little before its first one."""
    best, most, right = 0, 0, 0
    for left, (start, _end) in enumerate(places):
        while right < len(places) and places[right][1] <= start + SNIPPET_SIGNS - BEFORE_SIGNS:
            right += 1
        if right - left > most:
            best, most = start, right - left
    return max(0, best - BEFORE_SIGNS)


def _pieces(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    at = start
    for begin, stop in places:
        if begin > at:
            pieces.append(Piece(text[at:begin]))
        pieces.append(Piece(text[begin:stop], found=True))
        at = stop
    return [*pieces, Piece(text[at:end])] if at < end else pieces
