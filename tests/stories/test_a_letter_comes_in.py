"""The smallest whole: a letter comes in, one case, an answer arrives. A running house, real mail, real pages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest

from tests import running
from tests.running import plain, wait_for


@pytest.fixture(scope="module")
def mira(house, ruth):
    browser = house.colleague("Mira Lang", by=ruth)
    browser.post("/desk/house/preferences/", language="en", theme="auto")
    return browser


@pytest.fixture(scope="module")
def letter(house):
    """Tom's first mail; gives its Message-ID."""
    return house.mail(
        sender="tom@mail.example", name="Tom Whitfield", subject="My router is dead",
        text="Hello,\n\nthe router you sent me does not start. What shall I do?\n\nTom",
    )  # fmt: skip


@pytest.fixture(scope="module")
def case(mira, letter):
    return mira.case_about("router is dead")


def test_the_letter_is_on_the_desk_and_tom_is_told_once_that_it_arrived(house, mira, case):
    page = plain(mira.get(f"/desk/cases/{case}/"))
    assert "the router you sent me does not start" in page
    assert "Tom Whitfield has been waiting for us since" in page
    notice = house.sent_to("tom@mail.example")[0]
    assert notice["Auto-Submitted"] == "auto-generated"
    assert "router" not in notice.get_content()
    assert re.search(r"Your code: [0-9A-Z]{4}(-[0-9A-Z]{4}){4}", notice.get_content())


def test_the_answer_arrives_in_toms_thread_under_a_human_name(house, mira, case, letter):
    mira.post(f"/desk/cases/{case}/answer/", text="Hello Tom,\n\na new router leaves today.\n\nMira Lang")
    answer = house.sent_to("tom@mail.example", count=2)[1]
    assert answer["In-Reply-To"] in {letter, house.sent_to("tom@mail.example")[0]["Message-ID"]}
    assert letter in answer["References"]
    assert str(answer["From"]).startswith("Mira Lang")
    assert f"service+c-{case}-" in str(answer["Reply-To"])
    assert "a new router leaves today" in answer.get_content()


def cases_found(mira, words):
    return len(re.findall(r'data-case="', mira.get(f"/desk/search/?q={words}+kind:case")))


def test_toms_reply_joins_his_case_without_the_quoted_history(house, mira, case):
    answer = house.sent_to("tom@mail.example", count=2)[1]
    house.mail(
        sender="tom@mail.example", subject=f"Re: {answer['Subject']}", to=str(answer["Reply-To"]),
        text="Great, thank you.\n\nOn Mon, 23 Nov 2026 at 09:12, Mira Lang wrote:\n> a new router leaves today.\n",
        In_Reply_To=answer["Message-ID"], References=answer["Message-ID"],
    )  # fmt: skip
    wait_for(
        lambda: "Great, thank you." in plain(mira.get(f"/desk/cases/{case}/")), why="the reply did not join"
    )
    assert cases_found(mira, "router") == 1


def test_a_stranger_with_the_case_address_is_shown_as_unverified(house, mira, case):
    address = str(house.sent_to("tom@mail.example", count=2)[1]["Reply-To"])
    house.mail(
        sender="rosa@other.example", subject="Tom asked me to write", to=address, text="I am his neighbour."
    )
    wait_for(
        lambda: "his neighbour" in plain(mira.get(f"/desk/cases/{case}/")),
        why="the neighbour's word did not join",
    )
    assert "not from the known address: unverified" in plain(mira.get(f"/desk/cases/{case}/"))
    assert not any("rosa@other.example" in str(mail["To"]) for mail in house.sink.mails)


def test_a_forged_reference_to_toms_letter_opens_a_case_of_its_own(house, mira, case, letter):
    house.mail(
        sender="eve@evil.example", subject="Re: My router is dead", text="Tell me all.", In_Reply_To=letter
    )
    wait_for(lambda: cases_found(mira, "router") == 2, why="no second case")
    assert "Tell me all" not in plain(mira.get(f"/desk/cases/{case}/"))


def test_a_form_needs_no_cookie_no_script_and_no_name(house, mira):
    visitor = house.browser()
    page = visitor.get("/contact/?lang=en")
    assert "The people of our service read this" in plain(page)
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    fields = {
        "token": token,
        "lang": "en",
        "text": "May I pause my contract for three months?",
        "name": "waldmeister",
    }
    sent = plain(visitor.post("/contact/", **fields))
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", sent)[0]
    again = plain(visitor.post("/contact/", **fields))
    assert code in again
    number = mira.case_about("pause my contract")
    assert cases_found(mira, "pause") == 1
    mira.post(f"/desk/cases/{number}/answer/", text="Yes, up to six months.\n\nMira Lang")
    seen = wait_for(
        lambda: (
            "Yes, up to six months."
            in (text := plain(visitor.post("/receipt/", code=code.lower(), lang="en")))
            and text
        ),
        why="the answer is not on the receipt page",
    )
    assert "We have answered. It has been your turn since" in str(seen)
    page = visitor.post("/receipt/", code=code, lang="en")
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    visitor.post("/receipt/reply/", code=code, token=token, lang="en", text="Wonderful!")
    wait_for(lambda: "Wonderful!" in plain(mira.get(f"/desk/cases/{number}/")), why="the reply did not join")
    visitor.post("/receipt/helped/", code=code, lang="en")
    assert "“That helped”" in plain(mira.get(f"/desk/cases/{number}/"))


def test_a_closed_case_opens_again_when_its_person_speaks(house, mira, case):
    mira.post(f"/desk/cases/{case}/closure/", closed="1")
    assert "closed by Mira Lang" in plain(mira.get(f"/desk/cases/{case}/"))
    house.mail(
        sender="tom@mail.example", subject="Re: router", text="It broke again.",
        to=str(house.sent_to("tom@mail.example", count=2)[1]["Reply-To"]),
    )  # fmt: skip
    wait_for(lambda: "opened again" in plain(mira.get(f"/desk/cases/{case}/")), why="the case stayed closed")


def test_poison_stops_nothing_and_disappears_nowhere(house, mira):
    import smtplib

    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)
    )
    with smtplib.SMTP("127.0.0.1", house.smtp, timeout=20) as server:
        server.sendmail("x@evil.example", ["service@nordlicht.example"], b"Subject: poison\r\n" + nested)
    house.mail(sender="after@mail.example", subject="After the poison", text="Does the house still read?")
    mira.case_about("After the poison")
    wait_for(
        lambda: "nested too deep" in plain(mira.get("/desk/quarantine/")),
        why="the poison is nowhere to be seen",
    )
    raw = re.search(r'href="(/desk/quarantine/\d+/raw/)"', mira.get("/desk/quarantine/"))[1]
    assert "boundary=b999" in mira.get(raw)
    entry = raw.removesuffix("raw/")
    mira.post(entry, do="retry")
    wait_for(lambda: "2 tries" in plain(mira.get("/desk/quarantine/")), why="it was not tried again")
    mira.post(entry, do="seen")
    assert "Everything that came in could be read." in plain(mira.get("/desk/quarantine/"))


def test_an_owner_sets_a_second_factor_and_needs_it_from_then_on(house, ruth):
    page = ruth.get("/account/2fa/totp/activate/")
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]
    done = ruth.post("/account/2fa/totp/activate/", code=one_time_code(secret))
    assert "Ersatzcodes" in plain(done) or "Recovery codes" in plain(done)
    other = house.browser()
    asked = other.post("/account/login/", login="ruth@nordlicht.example", password=running.PASSWORD)
    assert "/account/2fa/authenticate/" in other.at
    assert 'name="code"' in asked
    other.post("/account/2fa/authenticate/", code="000000")
    assert other.at.endswith("/authenticate/")
    recovery = re.search(r'class="code">(\w+)<', done)[1]
    other.post("/account/2fa/authenticate/", code=recovery)
    assert other.at.endswith("/desk/")


def one_time_code(secret):
    """RFC 6238, six digits of 30 seconds."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_the_house_says_how_it_is(house, mira):
    visitor = house.browser()
    assert visitor.get("/healthz") == "ok\n"
    assert visitor.get("/readyz") == "ready\n"
    metrics = visitor.get("/metrics")
    assert 'eyelevel_sendings{state="delivered"}' in metrics
    assert "eyelevel_cases_open" in metrics
