"""What a stranger would send (A14, A15, A17, A18, A28): refused with a clear word or shown harmlessly, never a crash."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eyelevel.channels.models import Arrival
from eyelevel.kernel import steps
from eyelevel.people.models import Login, Staff
from eyelevel.posts.models import Attachment, Post
from eyelevel.public.forms import new_token
from tests.kernel.evil import SCRIPTS

pytestmark = pytest.mark.django_db(databases="__all__")  # the search page asks both
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def visitor():
    return Client(headers=HERE)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("mira@nordlicht.example", "a long enough password")
    Staff.objects.create(name="Mira Lang", role="operator", login=login, language="en")
    client = Client(headers=HERE)
    client.force_login(login)
    return client


def fill(visitor, **fields):
    return visitor.post("/contact/", {"token": new_token(), "lang": "en", "text": "Hello", **fields})


class _Tags(HTMLParser):
    """What a browser would make elements and attributes of."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def harmless(page):
    """No tag that is not ours, no handler, no script but our own files."""
    for tag, attributes in _Tags(page).found:
        assert tag not in {"svg", "iframe", "object", "embed", "math", "video", "style", "base", "x"}, tag
        if tag == "script":
            assert re.fullmatch(r"/static/[0-9a-f]{12}/js/\w+\.js", attributes["src"]), attributes
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", (tag, name)
            if name in {"href", "src", "action", "formaction"}:
                assert not re.match(r"\s*(?:javascript|data|vbscript):", value or "", re.IGNORECASE), value


def test_a17_a_thousand_scripts_in_every_field_run_nowhere(visitor, desk):
    assert len(SCRIPTS) >= 1000
    for number, evil in enumerate(SCRIPTS):
        field = ("text", "subject", "name")[number % 3]
        fields = {"text": evil} if field == "text" else {"text": f"Hello {number}", field: evil}
        assert fill(visitor, **fields).status_code == 200
    steps.run_due()
    assert Post.objects.count() == len(SCRIPTS)
    harmless(desk.get("/desk/?most=500&list=now").content.decode())
    for number in {post.case_id for post in Post.objects.order_by("?")[:40]}:
        harmless(desk.get(f"/desk/cases/{number}/").content.decode())
        harmless(desk.get(f"/receipt/of/{number}/").content.decode())


@pytest.mark.parametrize(
    "place",
    [
        "/desk/search/?q={}",
        "/?lang={}",
        "/contact/?lang={}",
        "/enter/?token={}",
        "/account/login/?next={}",
        "/desk/?list={}",
    ],
)
def test_a17_what_stands_in_an_address_is_shown_harmlessly(desk, place):
    from urllib.parse import quote

    for evil in SCRIPTS[::25]:
        harmless(desk.get(place.format(quote(evil))).content.decode())


def test_a17_a_form_that_is_shown_again_is_harmless(visitor):
    for evil in SCRIPTS[::25]:
        page = visitor.post(
            "/contact/", {"token": "forged", "text": evil, "subject": evil, "name": evil, "mail": evil}
        )
        assert page.status_code == 400
        harmless(page.content.decode())


def test_a14_line_breaks_in_name_and_subject_become_spaces(visitor):
    fill(visitor, name="Eve\r\nBcc: all@x.example", subject="Hi\nBcc: x\x00\u202e")
    steps.run_due()
    post = Post.objects.get()
    assert post.author_name == "Eve Bcc: all@x.example"
    assert post.subject == "Hi Bcc: x"


@pytest.mark.parametrize(
    "bad",
    [
        "a@b\r\nBcc: c@d.example",
        "a b@c.example",
        "@",
        "x",
        "a@b@c.example",
        "<a@b.example>",
        "a@b.example,c@d.example",
    ],
)
def test_a14_an_address_that_is_none_is_said_and_the_text_stays(visitor, bad):
    page = fill(visitor, mail=bad, text="my long letter")
    assert page.status_code == 400
    assert "my long letter" in page.content.decode()
    assert not Arrival.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("x.svg", b"<svg onload=alert(1)><!ENTITY x SYSTEM 'file:///etc/passwd'></svg>", "image/svg+xml"),
        ("x.png", b"<html><script>alert(1)</script>", "image/png"),
        ("x.pdf", b"%PDF-1.4 <html><script>alert(1)</script>", "application/pdf"),
        ("x.html", b"<script>alert(1)</script>", "text/html"),
        ("../../etc/cron.d/x", b"* * * * *", "text/plain"),
        ("a.pdf\u202efdp.exe", b"MZ", "application/pdf"),
    ],
)
def test_a15_a18_a_file_is_only_ever_saved_never_shown(visitor, desk, name, content, kind):
    fill(visitor, file=SimpleUploadedFile(name, content, kind))
    steps.run_due()
    attachment = Attachment.objects.get()
    assert "/" not in attachment.name
    assert "\u202e" not in attachment.name
    answer = desk.get(f"/desk/files/{attachment.public_id}/")
    assert answer.content == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_file_that_is_too_large_is_said(visitor, monkeypatch):
    monkeypatch.setattr(settings.ENV, "max_upload", 10)
    assert fill(visitor, file=SimpleUploadedFile("x", b"x" * 11)).status_code == 400
    assert not Arrival.objects.exists()


BODIES = [
    ("application/json", b'{"a":' * 100_000),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"text": "\\ud800", "n": ' + b"9" * 1_000_000 + b"}"),
    ("application/json", b'{"text": NaN}'),
    ("text/plain", b"token=x&text=y"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\nunclosed"),
    ("multipart/form-data; boundary=x", b"--x\r\n" * 10_000),
    ("multipart/form-data; boundary=" + "x" * 5000, b""),
    ("application/x-www-form-urlencoded", b"&" * 100_000),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5_000))),
    ("application/x-www-form-urlencoded", b"token=%00&text=%ed%a0%80%00"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"text=%2BADw-script"),
    ("application/x-www-form-urlencoded; charset=nonsense", b"text=x"),
    ("", b"\xff\xfe\x00"),
]


@pytest.mark.parametrize("path", ["/contact/", "/receipt/", "/receipt/reply/", "/enter/", "/account/login/"])
@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_a28_bodies_of_another_shape_are_refused_with_a_page(visitor, path, kind, body):
    answer = visitor.generic("POST", path, body, content_type=kind)
    assert answer.status_code in {200, 400, 404, 410}
    assert b"<h1>" in answer.content
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\ud800", "x" * 20_000, "\u202e", "🙂" * 9_000])
def test_a28_signs_that_databases_dislike_are_kept_or_refused_the_same_on_both_engines(visitor, odd):
    data = {"token": new_token(), "text": f"before {odd} after"}
    body = "&".join(f"{key}={_quoted(value)}" for key, value in data.items())
    answer = visitor.generic("POST", "/contact/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400}
    steps.run_due()
    if answer.status_code == 200:
        assert Post.objects.get().text.startswith("before")
        assert "\x00" not in Post.objects.get().text


def _quoted(text):
    from urllib.parse import quote

    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "9223372036854775808", "-1", "1e9", "٣"])
def test_a28_numbers_that_are_none_lead_nowhere(desk, number):
    assert desk.get(f"/desk/cases/{number}/").status_code == 404
    assert desk.get(f"/desk/search/?q=%23{number}").status_code == 200
    assert desk.get(f"/desk/?most={number}").status_code == 200


def test_a_token_is_for_one_form_and_ends(visitor, monkeypatch):
    from datetime import timedelta

    from eyelevel.kernel import clock

    token = new_token()
    now = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: now + timedelta(hours=25))
    assert visitor.post("/contact/", {"token": token, "text": "x"}).status_code == 400
    assert visitor.post("/contact/", {"token": token[:-2] + "AA", "text": "x"}).status_code == 400
    assert visitor.post("/contact/", {"text": "x"}).status_code == 400


def test_public_pages_set_no_cookie_and_ask_nobody_else(visitor):
    for path in ("/", "/contact/", "/receipt/", "/readers/"):
        answer = visitor.get(path)
        assert not answer.cookies
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.content.decode())
        assert "<script" not in answer.content.decode()
    assert not fill(visitor).cookies


def test_the_page_says_before_somebody_writes_who_reads_it(visitor):
    page = visitor.get("/contact/?lang=de").content.decode()
    assert page.index("Dies lesen die Menschen in unserem Service") < page.index("<textarea")


def test_a26_no_header_of_a_stranger_is_reflected(visitor):
    answer = visitor.get("/contact/", headers={"X-Forwarded-Host": "evil.example", "Host": "evil.example"})
    assert "evil.example" not in answer.content.decode()
    assert "evil.example" not in str(answer.headers)
