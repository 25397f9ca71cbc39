"""The words of an HTML page (a mail, an entry of a feed), in one pass. Not cleaned, not for showing."""

from __future__ import annotations

import html as entities
import re

MOST_QUOTE_DEPTH = 5

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_TAG_STOP = re.compile("[\"'>]")
_SKIPPED = frozenset({"script", "style", "title", "template", "svg", "math", "object", "iframe"})
_LINE = frozenset(
    "br div tr table ul ol dl dt dd hr pre section article header footer address center form".split()
)
_PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 blockquote".split())
_HUGE_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")


class _Page:
    """Lines of text while the tags go by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0

    def add(self, text: str) -> None:
        self._line.append(entities.unescape(_HUGE_NUMBER.sub("\ufffd", text)))

    def end_line(self, *, blank: bool = False) -> None:
        line = " ".join("".join(self._line).split())
        self._line = []
        prefix = "> " * min(self._depth, MOST_QUOTE_DEPTH)
        if line:
            self.lines.append(prefix + line)
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())

    def tag(self, name: str, *, closing: bool) -> None:
        if name == "li" and not closing:
            self.end_line()
            self._line.append("- ")
        elif name in {"td", "th"}:
            self._line.append(" ")
        elif name == "br" and not self._line:
            self.end_line(blank=True)
        elif name in _LINE or name == "li":
            self.end_line()
        elif name in _PARAGRAPH:
            self.end_line(blank=True)
        if name == "blockquote":
            self._depth = max(0, self._depth - 1) if closing else self._depth + 1


def text_of_html(html: str) -> str:
    """The words of a page with their lines; blockquotes become lines that begin with ">". One pass, never back."""
    page = _Page()
    position, endless = 0, set[str]()
    while position < len(html):
        start = html.find("<", position)
        start = len(html) if start < 0 else start
        page.add(html[position:start])
        match = _TAG.match(html, start + 1)
        if match is None:
            position = _after_markup(html, start, page, endless)
            continue
        name = match[2].lower()
        position = _tag_end(html, match.end())
        page.tag(name, closing=bool(match[1]))
        if name in _SKIPPED and not match[1] and name not in endless:
            position = _after_skipped(html, position, name, endless)
    page.end_line()
    return "\n".join(page.lines).strip()


def _tag_end(html: str, position: int) -> int:
    """The place after the ">" of a tag; one inside a quoted attribute does not count."""
    while True:
        stop = _TAG_STOP.search(html, position)
        if stop is None:
            return len(html)
        if stop[0] == ">":
            return stop.end()
        closed = html.find(stop[0], stop.end()) if html[stop.start() - 1] == "=" else -1
        position = stop.end() if closed < 0 else closed + 1


def _after_markup(html: str, start: int, page: _Page, endless: set[str]) -> int:
    """The place after a comment, a declaration or a bare "<"."""
    if html.startswith("<!--", start) and "comment" not in endless:
        end = html.find("-->", start + 4)
        if end >= 0:
            return end + 3
        endless.add("comment")
    if html.startswith(("<!", "<?", "</"), start):
        end = html.find(">", start)
        return end + 1 if end >= 0 else len(html)
    page.add(html[start : start + 1])
    return start + 1


def _after_skipped(html: str, position: int, name: str, endless: set[str]) -> int:
    close = re.compile(f"</{name}", re.IGNORECASE).search(html, position)
    if close is None:
        endless.add(name)
        return position
    return _tag_end(html, close.end())
