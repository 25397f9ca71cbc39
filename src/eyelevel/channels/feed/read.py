"""What stands in a feed (RSS, Atom, JSON Feed 1.1) or which feeds a page names. Runs in a child; no network, no house."""

from __future__ import annotations

import hashlib
import html
import re
import time
from calendar import timegm
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import msgspec

from eyelevel.kernel.moments import in_utc, moment_in
from eyelevel.kernel.page_text import text_of_html
from eyelevel.kernel.text import clean, web_address

MOST_ENTRIES = 500
MOST_TEXT = 20_000
MOST_HTML = 200_000
MOST_PAGE = 512 * 1024  # of a page that may name its feeds; they stand in its head
MOST_LINKS = 20
_LINK = re.compile(r"<link\b([^<>]{1,1000})>", re.IGNORECASE)
_FIELD = re.compile(
    r"""([a-z-]{1,20})\s{0,5}=\s{0,5}(?:"([^"]{0,800})"|'([^']{0,800})'|([^\s"'>]{1,800}))""", re.IGNORECASE
)
_KINDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
JSON_FEED = "https://jsonfeed.org/version/1"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `id` is the feed's own, or made of what it says; `digest` changes when its words change."""

    id: str
    text: str
    digest: str
    url: str = ""
    author: str = ""
    at: datetime | None = None
    language: str = ""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """`known` says that it is a feed at all; `links` are the feeds that a page names; `bad` counts unusable entries."""

    known: bool
    title: str = ""
    entries: tuple[Entry, ...] = ()
    bad: int = 0
    cut: int = 0
    links: tuple[str, ...] = ()


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What the child gets."""

    raw: bytes
    url: str
    content_type: str = ""


def job(payload: bytes) -> bytes:
    """The child's side."""
    task = msgspec.msgpack.decode(payload, type=Task)
    return msgspec.msgpack.encode(read(task.raw, url=task.url, content_type=task.content_type))


def read(raw: bytes, *, url: str, content_type: str = "") -> Feed:
    """Never raises for what stands in the bytes."""
    start = raw[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _json(raw, url)
    found = _parsed(raw, content_type)
    if found.get("version"):
        return _feed(found, url)
    return Feed(known=False, links=_named(raw[:MOST_PAGE].decode("utf-8", "replace"), url))


def _parsed(raw: bytes, content_type: str) -> Any:
    import feedparser  # type: ignore[import-untyped]  # it ships no types

    return feedparser.parse(
        BytesIO(raw), response_headers={"content-type": content_type}, sanitize_html=False, resolve_relative_uris=False
    )  # fmt: skip


def _feed(found: Any, url: str) -> Feed:
    about, entries = found.get("feed", {}), found.get("entries", [])
    language = _two(about.get("language", ""))
    made = [_entry(one, url, language) for one in entries[:MOST_ENTRIES]]
    kept = tuple(one for one in made if one is not None)
    return Feed(
        known=True, title=_line(about.get("title", ""), 200), entries=kept, bad=len(made) - len(kept),
        cut=max(0, len(entries) - MOST_ENTRIES),
    )  # fmt: skip


def _entry(one: Any, url: str, language: str) -> Entry | None:
    contents = [held.get("value", "") for held in one.get("content", [])]
    body = max([*contents, one.get("summary", "")], key=len)
    said = one.get("published_parsed") or one.get("updated_parsed")
    return _made(
        name=one.get("id", ""), title=_plain(one.get("title", "")), body=_plain(body), link=one.get("link", ""), url=url,
        author=one.get("author", ""), at=_moment(said), language=_two(one.get("language", "")) or language,
    )  # fmt: skip


def _made(
    *, name: str, title: str, body: str, link: str, url: str, author: str, at: datetime | None, language: str
) -> Entry | None:  # fmt: skip
    """None for an entry that says nothing."""
    title = _line(title, 500)
    text = body if body.startswith(title) else f"{title}\n\n{body}".strip()
    if not text:
        return None
    address = urljoin(url, link.strip())[:1000] if link else ""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Entry(
        id=clean(name).strip()[:400] or address[:400] or digest, text=text[:MOST_TEXT], digest=digest,
        url=web_address(address), author=_line(author, 200), at=at, language=language,
    )  # fmt: skip


def _plain(text: str) -> str:
    """Words of what may be HTML, as feeds write it."""
    cut = text[:MOST_HTML]
    return clean(text_of_html(cut) if "<" in cut or "&" in cut else cut).strip()


def _line(text: str, limit: int) -> str:
    return " ".join(clean(html.unescape(text)).split())[:limit]


def _two(language: object) -> str:
    code = language[:2].lower() if isinstance(language, str) else ""
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _moment(parts: time.struct_time | None) -> datetime | None:
    try:
        return in_utc(datetime.fromtimestamp(timegm(parts), UTC)) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _json(raw: bytes, url: str) -> Feed:
    try:
        held = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return Feed(known=False)
    if not isinstance(held, dict) or not str(held.get("version", "")).startswith(JSON_FEED):
        return Feed(known=False)
    items = held.get("items")
    items = items if isinstance(items, list) else []
    language = _two(held.get("language"))
    made = [_item(one, url, language) for one in items[:MOST_ENTRIES]]
    kept = tuple(one for one in made if one is not None)
    return Feed(
        known=True, title=_line(_string(held, "title"), 200), entries=kept, bad=len(made) - len(kept),
        cut=max(0, len(items) - MOST_ENTRIES),
    )  # fmt: skip


def _item(one: object, url: str, language: str) -> Entry | None:
    if not isinstance(one, dict):
        return None
    authors = one.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else one.get("author")
    text = clean(_string(one, "content_text")).strip() or _plain(_string(one, "content_html"))
    return _made(
        name=str(one.get("id") or ""), title=_string(one, "title"), body=text or clean(_string(one, "summary")).strip(),
        link=_string(one, "url"), url=url, author=_string(first, "name") if isinstance(first, dict) else "",
        at=moment_in(_string(one, "date_published") or _string(one, "date_modified")),
        language=_two(one.get("language")) or language,
    )  # fmt: skip


def _string(held: dict[str, Any], key: str) -> str:
    value = held.get(key)
    return value if isinstance(value, str) else ""


def _named(page: str, url: str) -> tuple[str, ...]:
    """The feeds that a page names in its head: <link rel="alternate" type="application/rss+xml" href>."""
    found: list[str] = []
    for match in _LINK.finditer(page):
        fields = {
            name.lower(): html.unescape(one or two or bare)
            for name, one, two, bare in _FIELD.findall(match[1])
        }
        if (
            "alternate" in fields.get("rel", "").lower().split()
            and fields.get("type", "").lower() in _KINDS
            and fields.get("href")
        ):
            found.append(urljoin(url, fields["href"]))
    return tuple(dict.fromkeys(found))[:MOST_LINKS]
