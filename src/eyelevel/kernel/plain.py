"""The words of an HTML text, for reading and searching. Linear; loads nothing, follows nothing."""

from __future__ import annotations

from html.parser import HTMLParser

_BREAKS = frozenset("p br div li tr h1 h2 h3 h4 h5 h6 blockquote table ul ol pre hr".split())
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in {"p", "div", "tr", "blockquote"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(" ".join(data.split()) if data.strip() else " ")


def plain(html: str, limit: int) -> str:
    """The text of the first `limit` signs of an HTML document, with line breaks where blocks end."""
    words = _Words()
    words.feed(html[:limit])
    words.close()
    lines = [" ".join(line.split()) for line in "".join(words.pieces).split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip()
