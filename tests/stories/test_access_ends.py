"""A23: a seat, a session or a password that ends, ends on all doors within two seconds."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request

import pytest

from tests import running
from tests.running import plain


def listen(browser):
    """Open the event stream of this session; gives a function that tells how long it lived after being asked."""
    request = urllib.request.Request(f"{browser.base}/events?things=list")
    stream = browser._opener.open(request, timeout=30)
    assert stream.readline().startswith(b"retry:")
    ended = threading.Event()

    def read():
        try:
            while stream.readline():
                pass
        except OSError:
            pass
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    return ended


def dies(ended):
    """The stream ends; the promise is two seconds, the rest is the slowness of a busy machine."""
    return ended.wait(2 + 3)


def locked_out(browser):
    page = browser.get("/desk/")
    return "/account/login/" in browser.at and 'name="login"' in page


def test_a_seat_that_is_ended_ends_its_pages_and_its_stream(house, ruth):
    mira = house.colleague("Mira Lang", by=ruth)
    ended = listen(mira)
    number = _number(ruth, "Mira Lang")
    ruth.post(f"/desk/house/colleagues/{number}/", do="leave")
    assert dies(ended)
    assert locked_out(mira)


def _number(browser, name):
    import re

    page = browser.get("/desk/house/")
    row = next(part for part in page.split("<tr>") if name in part)
    return re.search(r"/colleagues/(\d+)/", row)[1]


def test_after_logging_out_the_cookie_is_worthless(house, ruth):
    okafor = house.colleague("Chidi Okafor", by=ruth)
    cookie = _cookie(okafor)
    ended = listen(okafor)
    okafor.post("/account/logout/")
    assert dies(ended)
    request = urllib.request.Request(
        f"{house.url}/desk/", headers={"Cookie": f"{cookie.name}={cookie.value}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert "/account/login/" in answer.url


def _cookie(browser):
    jar = next(one.cookiejar for one in browser._opener.handlers if hasattr(one, "cookiejar"))
    return next(iter(jar))


def test_a_changed_password_ends_the_other_sessions(house, ruth):
    other = house.browser()
    other.post("/account/login/", login="ruth@nordlicht.example", password=running.PASSWORD)
    assert other.at.endswith("/desk/")
    ended = listen(other)
    ruth.post("/account/reauthenticate/", password=running.PASSWORD)
    fresh = "vier Wochen Stille"
    ruth.post("/account/password/change/", oldpassword=running.PASSWORD, password1=fresh, password2=fresh)
    assert dies(ended)
    assert locked_out(other)
    assert not locked_out(ruth)


def test_a_lost_role_is_lost_at_once(house, ruth):
    petra = house.colleague("Petra Sommer", by=ruth, role="operator")
    assert "Platz geben" in plain(petra.get("/desk/house/")) or "Give a seat" in plain(
        petra.get("/desk/house/")
    )
    ruth.post(f"/desk/house/colleagues/{_number(ruth, 'Petra Sommer')}/", do="role", role="agent")
    petra.post("/desk/house/", name="X", mail="x@x.example", role="agent", expect=403)


def test_a_session_that_is_ended_from_another_device_ends_its_pages_and_its_stream(house, ruth):
    lost = house.colleague("Lena Kraft", by=ruth)
    here = _again(house, lost, "lena@nordlicht.example")
    kept, ended = listen(here), listen(lost)
    here.post("/desk/house/sessions/")
    assert dies(ended)
    assert locked_out(lost)
    assert not locked_out(here)
    assert not kept.is_set()


def test_an_operator_ends_all_sessions_of_a_colleague(house, ruth):
    lost = house.colleague("Timo Brandt", by=ruth)
    also = _again(house, lost, "timo@nordlicht.example")
    streams = [listen(one) for one in (lost, also)]
    ruth.post(f"/desk/house/colleagues/{_number(ruth, 'Timo Brandt')}/", do="sessions")
    assert all(dies(one) for one in streams)
    assert locked_out(lost)
    assert locked_out(also)
    assert not locked_out(ruth)


def _again(house, first, email):
    """The same colleague in a second browser, by a password that the first one sets."""
    first.post("/account/password/set/", password1=running.PASSWORD, password2=running.PASSWORD)
    second = house.browser()
    second.post("/account/login/", login=email, password=running.PASSWORD)
    assert second.at.endswith("/desk/")
    return second


def test_a_cookie_stands_for_nothing_once_its_session_has_ended(house, ruth):
    """The same cookie on every door: page, stream, file, change."""
    nora = house.colleague("Nora Winter", by=ruth)
    ruth.post(f"/desk/house/colleagues/{_number(ruth, 'Nora Winter')}/", do="sessions")
    nora.get("/events?things=list", expect=404)
    nora.post("/desk/cases/new/", expect=404, person="x", text="x")
    assert locked_out(nora)


def test_a_stranger_hears_nothing(house):
    for things in ("list", "case:1", "presence:1", "outbox"):
        house.browser().get(f"/events?things={things}", expect=404)
    house.browser().get("/events", expect=400)


def test_a_one_time_link_works_once(house, ruth):
    import re

    page = ruth.post("/desk/house/", name="Jonas Weber", mail="jonas@nordlicht.example", role="agent")
    token = re.search(r"/enter/\?token=([\w-]+)", page)[1]
    first, second = house.browser(), house.browser()
    first.post("/enter/", token=token)
    assert first.at.endswith("/desk/")
    second.post("/enter/", token=token, expect=410)


def test_a_login_that_is_guessed_too_often_is_slowed(house):
    visitor = house.browser()
    for _ in range(12):
        request = urllib.request.Request(
            f"{house.url}/account/login/",
            data=b"login=ruth@nordlicht.example&password=x",
            headers={"Origin": house.url},
        )
        try:
            page = visitor._opener.open(request, timeout=20).read().decode()
        except urllib.error.HTTPError as error:
            page = error.read().decode()
            if error.code == 429:
                return
        if "Too many" in page or "Zu viele" in page:
            return
        time.sleep(0.01)
    pytest.fail("nobody slowed the guessing down")
