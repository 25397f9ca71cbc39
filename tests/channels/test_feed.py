"""Feeds as sites serve them: three forms, edits, conditional asking, limits that a site sets, bombs."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from eyelevel.channels import reading
from eyelevel.channels.contract import Plan, SourceEnded, SourceTrouble
from eyelevel.channels.feed import poll
from eyelevel.channels.feed.read import read
from tests.channels.streams import ALLOWED, words
from tests.channels.test_replay import NOW, Time

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Bahn &amp; Co</title><language>de-DE</language>
<item><title>Zug fällt aus</title><link>/a</link><guid isPermaLink="false">1</guid><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate>
<description>&lt;p&gt;Der Zug nach &lt;b&gt;Kiel&lt;/b&gt; f&#228;llt aus.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item>
<item><title>Ohne Datum</title><link>https://bahn.example/b</link></item>
<item><category>leer</category></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Atom</title><entry><id>tag:x,2026:1</id><title>Eins</title>
<author><name>Jana</name></author><updated>2026-11-02T08:00:00Z</updated><content type="html">Wort &amp;amp; Tat</content></entry></feed>"""
JSON = json.dumps({
    "version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "de", "items": [
        {"id": 7, "url": "https://x.example/7", "content_html": "<p>Eins</p>", "authors": [{"name": "Jana"}], "date_published": "2026-11-02T08:00:00+01:00"},
        "no item", {"id": "8"},
    ],
})  # fmt: skip
PAGE = '<html><head><link rel="alternate" type="application/rss+xml" title="x" href="/feed.xml"></head><body>Hallo</body></html>'


class Site:
    """A site whose answers a test sets, path by path; it remembers what it was asked."""

    def __init__(self):
        self.pages = {"/robots.txt": (404, {}, b"")}
        self.asked = []
        self.url = ""

    def set(self, content, *, path="/feed.xml", status=200, **headers):
        raw = content if isinstance(content, bytes) else content.encode()
        self.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@pytest.fixture
def site():
    one = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            one.asked.append((self.path, dict(self.headers)))
            status, headers, raw = one.pages.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, raw = 304, b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    server.server_close()


LONG = "/" + "y" * 200


def plan(site, *, path="/feed.xml", cursor=None, **options):
    return Plan(
        name="Feed", address=site.url + path, options=options, cursor=cursor or {}, allowed=ALLOWED, read_feed=reading.feed_of
    )  # fmt: skip


def ask(site, *, cursor=None, now=lambda: NOW, **options):
    """One question; returns what came and the cursor after it."""
    caught = list(poll.Poll(plan(site, cursor=cursor, **options), now=now).ask())
    return caught, caught[-1].cursor


def test_an_rss_feed_is_heard_with_words_instead_of_tags(site):
    site.set(RSS)
    caught, _cursor = ask(site)
    undated, dated = words(caught)
    assert dated.text == "Zug fällt aus\n\nDer Zug nach Kiel fällt aus."
    assert dated.url == f"{site.url}/a"
    assert dated.at == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert (dated.language, dated.author, dated.author_name) == ("de", "127.0.0.1", "Bahn & Co")
    assert dated.external_id == f"{site.url}/feed.xml#1"
    assert (undated.marks, undated.at) == (("no-date",), NOW)
    (bad,) = [one for each in caught for one in each.malformed]
    assert bad.number == 3


@pytest.mark.parametrize("content", [ATOM, JSON])
def test_atom_and_json_feed_are_heard_alike(site, content):
    site.set(content)
    (word,) = words(ask(site)[0])
    assert word.author == "Jana@127.0.0.1"
    assert word.language == "de"
    assert word.text in {"Eins", "Eins\n\nWort & Tat"}
    assert word.marks == ()


def test_a_changed_entry_is_an_edit_and_a_known_one_is_nothing(site):
    site.set(ATOM)
    _caught, cursor = ask(site)
    assert words(ask(site, cursor=cursor)[0]) == []
    site.set(ATOM.replace("Tat", "Taten"))
    (word,) = words(ask(site, cursor=cursor)[0])
    assert (word.event, word.external_id) == ("edit", f"{site.url}/feed.xml#tag:x,2026:1")


@pytest.mark.parametrize(
    "claimed",
    ["https://bahn.example/1", "http://bahn.example:80/1", "tag:bahn.example,2026:1", "urn:uuid:1",
     "https://127.0.0.1@bahn.example/1", "https://bahn.example#@127.0.0.1/1"],
)  # fmt: skip
def test_a_feed_cannot_name_its_entries_like_those_of_another_site(site, claimed):
    """Whoever could would change what the other site said, under its name, wherever a watch has kept it."""
    site.set(ATOM.replace("tag:x,2026:1", claimed))
    (word,) = words(ask(site)[0])
    assert word.external_id == f"{site.url}/feed.xml#{claimed}"


def test_a_feed_cannot_name_its_entries_like_those_of_another_feed_on_the_same_host(site):
    """On one host many people may write feeds."""
    site.set(ATOM.replace("tag:x,2026:1", f"{site.url}/other.xml#1"))
    (word,) = words(ask(site)[0])
    assert word.external_id == f"{site.url}/feed.xml#{site.url}/other.xml#1"


def test_names_that_are_too_long_to_be_kept_stay_apart(site):
    named = set()
    for end in "ab":
        site.set(ATOM.replace("tag:x,2026:1", "x" * 399 + end), path=LONG)
        (word,) = words(list(poll.Poll(plan(site, path=LONG), now=lambda: NOW).ask()))
        named.add(word.external_id)
    assert len(named) == 2
    assert max(map(len, named)) <= 500


def test_what_did_not_change_is_not_sent_again(site):
    site.set(ATOM, ETag='"1"', Last_Modified="Mon, 02 Nov 2026 08:00:00 GMT")
    _caught, cursor = ask(site)
    caught, after = ask(site, cursor=cursor)
    assert words(caught) == []
    headers = site.asked[-1][1]
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == "Mon, 02 Nov 2026 08:00:00 GMT"
    assert after["seen"] == cursor["seen"]


def test_it_asks_no_more_often_than_it_said_and_than_the_site_wants(site):
    site.set(ATOM)
    assert ask(site, minutes=0.1)[1]["due"] == (NOW + timedelta(minutes=5)).isoformat()
    assert ask(site)[1]["due"] == (NOW + timedelta(minutes=15)).isoformat()
    site.set(ATOM, Cache_Control="public, max-age=7200")
    assert ask(site)[1]["due"] == (NOW + timedelta(hours=2)).isoformat()


def test_it_listens_again_when_it_is_time_and_not_before(site):
    site.set(ATOM)
    clock, heard = Time(), []
    for one in poll.listen(plan(site, minutes=30), stop=clock, now=clock.now):
        heard.extend(one.words)
        clock.ended = clock.at > NOW + timedelta(minutes=70)
    assert len(heard) == 1
    assert [path for path, _headers in site.asked].count("/feed.xml") == 3
    assert [path for path, _headers in site.asked].count("/robots.txt") == 1


def test_a_feed_that_is_gone_for_good_ends(site):
    site.set("", status=410)
    with pytest.raises(SourceEnded, match="410"):
        ask(site)


@pytest.mark.parametrize(("status", "header", "seconds"), [(503, "120", 120), (429, "Mon, 02 Nov 2026 09:22:00 GMT", 600), (500, "", 0), (429, "99999999", 86_400), (404, "soon", 0)])  # fmt: skip
def test_a_site_in_trouble_says_when_to_come_again(site, status, header, seconds):
    site.set("", status=status, **({"Retry-After": header} if header else {}))
    with pytest.raises(SourceTrouble) as trouble:
        ask(site)
    assert trouble.value.after == seconds
    assert str(status) in str(trouble.value)


def test_robots_txt_is_obeyed(site):
    site.set(ATOM)
    site.set("User-agent: *\nDisallow: /\n", path="/robots.txt")
    with pytest.raises(SourceTrouble, match="stay away"):
        ask(site)
    assert [path for path, _headers in site.asked] == ["/robots.txt"]
    site.set("User-agent: *\nDisallow: /\n\nUser-agent: Eyelevel\nAllow: /feed.xml\n", path="/robots.txt")
    assert words(ask(site)[0])
    site.set("", path="/robots.txt", status=503)
    with pytest.raises(SourceTrouble, match="503"):
        ask(site)


def test_a_page_leads_to_its_feed(site):
    site.set(PAGE, path="/blog")
    site.set(ATOM)
    address, feed = poll.found_at(plan(site, path="/blog"))
    assert address == f"{site.url}/feed.xml"
    assert feed.title == "Atom"


def test_a_page_without_a_feed_says_so(site):
    site.set("<html>nothing</html>", path="/blog")
    with pytest.raises(SourceTrouble, match="no feed"):
        poll.found_at(plan(site, path="/blog"))


def test_a_feed_that_became_a_page_is_counted_and_tried_again(site):
    site.set("<html>parked</html>")
    caught, cursor = ask(site)
    assert (caught[0].malformed[0].number, caught[0].malformed[0].why) == (1, "no feed")
    assert cursor["due"]


def test_a_feed_never_leads_to_an_inner_address(site):
    """A25."""
    site.set("", status=302, Location="http://169.254.169.254/latest/")
    with pytest.raises(SourceTrouble, match="Forbidden"):
        ask(site)


def test_a_huge_feed_is_not_read(site):
    """A37."""
    site.set(b"<rss>" + b" " * (5 * 1024 * 1024 + 1))
    with pytest.raises(SourceTrouble, match="TooMuch"):
        ask(site)


def test_only_so_many_entries_are_read_and_it_says_so(site):
    entries = "".join(f"<item><title>{number}</title><guid>{number}</guid></item>" for number in range(700))
    site.set(f'<rss version="2.0"><channel>{entries}</channel></rss>')
    caught, _cursor = ask(site)
    assert len(words(caught)) == 500
    assert caught[-1].remark == "only the first 500 entries are read"
    assert max(len(one.words) for one in caught) <= 256


BOMBS = {
    "laughs": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1_000 + b'"><!ENTITY c "' + b"&b;" * 1_000 + b'"><!ENTITY d "' + b"&c;" * 1_000 + b'">]><rss version="2.0"><channel><item><title>&d;</title></item></channel></rss>',
    "outside": b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>x &a;</title></item></channel></rss>',
    "depth": b'<rss version="2.0"><channel><item>' + b"<a>" * 100_000,
    "json depth": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * 100_000,
    "quotes": b"<html>" + b"<link " + b"a='" * 150_000,
    "path": b"/etc/passwd", "address": b"http://169.254.169.254/", "nothing": b"", "noise": bytes(range(256)) * 2_000,
    "tags": b'<rss version="2.0"><channel><item><description>' + b"&lt;b" * 200_000 + b"</description></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_by_the_child_and_the_house_goes_on(name):
    """A19's relatives, in a child with its limits of time and memory."""
    with reading.children():
        began = time.monotonic()
        try:
            packed = reading.feed_of(BOMBS[name], {"url": "https://x.example/"})
        except SourceTrouble:
            packed = b""
        assert b"root:" not in packed
        assert len(packed) < 2_000_000
        assert time.monotonic() - began < 60
        assert b"Atom" in reading.feed_of(ATOM.encode(), {"url": "https://x.example/"})


def test_a_title_that_stands_in_the_text_too_is_not_said_twice():
    once = read(ATOM.replace("Wort &amp;amp; Tat", "Eins und mehr").encode(), url="https://x.example/")
    assert once.entries[0].text == "Eins und mehr"
