"""Two letters of one person become one case and two again, and somebody without a seat is asked. A running house."""

from __future__ import annotations

import re

import pytest

from tests.running import plain, wait_for

KIM = "kim@partner.example"


@pytest.fixture(scope="module")
def mira(house):
    browser = house.colleague("Mira Lang", by=house.owner())
    browser.post("/desk/house/preferences/", language="en", theme="auto")
    return browser


@pytest.fixture(scope="module")
def cases(house, mira):
    """Tom's two letters, each answered once; gives (number, our answer) for both."""
    found = []
    for count, (subject, text) in enumerate(
        [("My router", "The router is dead."), ("My invoice", "The invoice is wrong.")], start=1
    ):
        house.mail(sender="tom@mail.example", name="Tom Whitfield", subject=subject, text=text)
        number = mira.case_about(subject)
        mira.post(f"/desk/cases/{number}/answer/", text=f"We look into it: {subject}.")
        answers = wait_for(
            lambda count=count: [
                mail for mail in house.sink.mails if "We look into it" in mail.get_content()
            ][count - 1 : count],
            why="the answer did not leave",
        )
        found.append((number, answers[0]))
    return found


def reads(browser, number):
    return plain(browser.get(f"/desk/cases/{number}/"))


def test_two_cases_become_one_and_a_reply_to_the_old_address_joins(house, mira, cases):
    (router, _), (invoice, old) = cases
    mira.post(f"/desk/cases/{router}/merge/", other=str(invoice))
    page = reads(mira, router)
    assert "The invoice is wrong." in page
    assert "The router is dead." in page
    house.mail(
        sender="tom@mail.example", subject="And the invoice?", to=str(old["Reply-To"]), text="Any news of the invoice?",
    )  # fmt: skip
    wait_for(lambda: "Any news of the invoice?" in reads(mira, router), why="the reply did not join")
    assert mira.get(f"/desk/cases/{invoice}/")
    assert mira.at.endswith(f"/desk/cases/{router}/?merged={invoice}")
    assert re.findall(r'data-case="(\d+)"', mira.get(f"/desk/?q=%23{invoice}")) == [str(router)]


def test_and_apart_again_with_the_reply_where_it_belongs(mira, cases):
    (router, _), (invoice, _) = cases
    part = re.search(r'href="(/desk/merges/\d+/)"', mira.get(f"/desk/cases/{router}/"))[1]
    chosen = re.findall(r'name="also" value="(\d+)" checked', mira.get(part))
    assert len(chosen) == 1
    mira.post(part, also=chosen[0])
    assert "Any news of the invoice?" in reads(mira, invoice)
    assert "Tom Whitfield has been waiting for us since" in reads(mira, invoice)
    assert "invoice is wrong" not in reads(mira, router)
    assert "We have been waiting for Tom Whitfield since" in reads(mira, router)


def test_a_partner_answers_by_the_link_and_by_mail_and_tom_never_sees_it(house, mira, cases):
    (router, _), _ = cases
    mira.post(
        f"/desk/cases/{router}/ask/", name="Kim Berger", mail=KIM, question="Is a new router in stock?", days="3",
        language="en",
    )  # fmt: skip
    mail = house.sent_to(KIM)[0]
    assert "router is dead" not in mail.get_content()
    link = re.search(r"http://127\.0\.0\.1:\d+(/guest/\?token=\S+)", mail.get_content())[1]
    kim = house.browser()
    assert "Is a new router" not in plain(kim.get(link))
    token = re.search(r"token=([\w-]+)", link)[1]
    page = kim.post("/guest/", token=token, lang="en")
    assert "Is a new router in stock?" in plain(page)
    assert "router is dead" not in plain(page)
    mark = re.search(r'name="page" value="([^"]+)"', page)[1]
    kim.post("/guest/answer/", page=mark, text="Yes, three of them.", lang="en")
    assert "Yes, three of them." in reads(mira, router)
    house.mail(
        sender=KIM, subject=f"Re: {mail['Subject']}", to=str(mail["Reply-To"]), text="One is on its way."
    )
    wait_for(lambda: "One is on its way." in reads(mira, router), why="the mail did not become a note")
    outside = plain(mira.get(f"/receipt/of/{router}/"))
    assert "The router is dead." in outside
    assert "three of them" not in outside
    assert "on its way" not in outside
    assert len(house.sent_to(KIM)) == 1
    withdraw = re.search(r'action="(/desk/askings/\d+/withdraw/)"', mira.get(f"/desk/cases/{router}/"))[1]
    mira.post(withdraw)
    kim.post("/guest/answer/", page=mark, text="One more thing", lang="en", expect=404)
    kim.post("/guest/", token=token, lang="en", expect=404)
