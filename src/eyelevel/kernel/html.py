"""Strangers' text and HTML made safe for our pages: nothing loads, nothing covers, nothing runs."""

from __future__ import annotations

import re
from html import escape

import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "textarea",
    "svg",
    "math",
    "iframe",
    "object",
    "select",
}
_IMAGE = re.compile(r"<img\b[^>]{0,4000}>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]{1,200})"|'([^']{1,200})')""", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"'`]{1,1000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_TAIL = ".,;:!?)]}»“”’"


def safe_mail_html(html: str, limit: int) -> str:
    """Mail HTML without styles, forms, images and active parts; every tag is closed. `limit` in signs."""
    return nh3.clean(
        _IMAGE.sub(_picture, html[:limit]), tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_DROPPED,
        url_schemes={"http", "https", "mailto"}, link_rel="noopener noreferrer nofollow", strip_comments=True,
        attribute_filter=_outward,
    )  # fmt: skip


def _outward(_tag: str, name: str, value: str) -> str | None:
    """A link without a scheme would lead to a page of our own."""
    return None if name == "href" and ":" not in value else value


def _picture(match: re.Match[str]) -> str:
    """A picture would tell its server who reads; its description stays."""
    alt = _ALT.search(match[0])
    return f" [{escape(alt[1] or alt[2])}] " if alt else ""


def linked(text: str, limit: int = 200_000) -> str:
    """Plain text as safe HTML: paragraphs, line breaks, links for addresses of web and mail."""
    shown = text[:limit]
    pieces: list[str] = []
    place = 0
    for match in _LINK.finditer(shown):
        found = match[0].rstrip(_TAIL)
        pieces += [escape(shown[place : match.start()]), _anchor(found)]
        place = match.start() + len(found)
    pieces.append(escape(shown[place:]))
    paragraphs = re.split(r"\n\s*\n", "".join(pieces).strip("\n"))
    return "".join(
        f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph.strip()
    )


def _anchor(found: str) -> str:
    target = found if found.startswith(("http://", "https://")) else f"mailto:{found}"
    return f'<a href="{escape(target)}" rel="noopener noreferrer nofollow">{escape(found)}</a>'
