"""Seed 003: "Entscheidungskompetenz haben die meisten Teams nicht." Here Mira decides within her frame, at once; beyond it the
house finds the colleague who may, and the system that pays hears of each decision once.
"""

from __future__ import annotations

import re

import pytest

from tests import running
from tests.receiver import receiver, signed_by
from tests.running import plain, wait_for

JANA = "jana@post.example"


@pytest.fixture(scope="module")
def house():
    with running.house(allow_addresses='["127.0.0.1/32"]', undo_seconds="1") as one:
        yield one


@pytest.fixture(scope="module")
def bank():
    """The system that carries out what was decided."""
    with receiver() as one:
        yield one


@pytest.fixture(scope="module")
def hook(ruth, bank):
    page = ruth.post("/desk/house/webhooks/", url=bank.url, kind="decision.made")
    return re.search(r"whsec_[\w+/=]+", page)[0]


@pytest.fixture(scope="module")
def desks(house, ruth):
    mira, ines = (house.colleague(name, by=ruth) for name in ("Mira Lang", "Ines Falk"))
    frames = plain_links(ruth.get("/desk/house/mandates/"))
    write(ruth, frames["Mira Lang"], "50", "200")
    write(ruth, frames["Ines Falk"], "150,00 €", "1.000,00 €")
    return mira, ines, frames


def plain_links(page):
    found = re.findall(r'/desk/house/mandates/(\d+)/">([^<]+)<', page)
    return {name: number for number, name in found}


def write(ruth, number, case, month):
    ruth.post(
        f"/desk/house/mandates/{number}/",
        goodwill_case=case,
        goodwill_month=month,
        publishes="1",
        shown="amounts",
    )


def decide(browser, case, *, text, expect_last=200, **fields):
    """Send an answer with a decision: it is shown again, then sent."""
    path = f"/desk/cases/{case}/answer/"
    handle = re.search(r'<option value="(\d+)" selected', browser.get(f"/desk/cases/{case}/"))[1]
    fields = {
        "text": text,
        "handle": handle,
        **{f"decide-{name}": value for name, value in fields.items() if name != "of"},
    } | ({"of": fields["of"]} if "of" in fields else {})
    first = browser.post(path, **fields, expect=409)
    seal = re.search(r'name="decide-seen" value="(\w+)"', first)
    if seal is None:
        return first, fields
    return browser.post(path, **fields, **{"decide-seen": seal[1]}, expect=expect_last), fields


def receipt(house, case):
    """The page of the person, by the code in the first mail."""
    mail = house.sent_to(JANA)[0].get_content()
    code = re.search(r"(?:Code|Ihr Code): (\S+)", mail)[1]
    return plain(house.browser().post("/receipt/", code=code))


def test_within_the_frame_at_once_beyond_it_by_whoever_may(house, ruth, bank, hook, desks):
    mira, ines, frames = desks
    house.mail(sender=JANA, name="Jana Petersen", subject="Techniker kam nicht", text="Ich habe gewartet.")
    case = mira.case_about("Techniker kam nicht")

    page, _ = decide(
        mira, case, text="Sie bekommen eine Gutschrift von mir.", kind="goodwill", amount="30,00 €",
        words="Gutschrift auf die nächste Rechnung",
    )  # fmt: skip
    assert "Kulanz 30 €" in plain(page)
    wait_for(lambda: len(bank.came) == 1, why="the bank heard nothing")
    (said,) = bank.came
    assert signed_by(hook, said)
    assert said["body"]["type"] == "decision.made"
    assert said["body"]["data"]["amount_cents"] == 3_000
    assert said["body"]["data"]["first_contact"] is True
    assert "Gutschrift" not in said["raw"].decode()

    house.mail(sender=JANA, name="Jana Petersen", subject="Re: Techniker kam nicht", text="Das ist zu wenig.",
               In_Reply_To=house.sent_to(JANA, count=2)[-1]["Message-ID"])  # fmt: skip
    wait_for(lambda: "Das ist zu wenig." in plain(mira.get(f"/desk/cases/{case}/")), why="no second mail")
    refused, fields = decide(
        mira,
        case,
        text="Ich bitte eine Kollegin.",
        kind="goodwill",
        amount="40",
        words="Zwei weitere Monate frei",
    )
    assert "20 €" in plain(refused)
    assert "Ines Falk" in plain(refused)
    mira.post(f"/desk/cases/{case}/answer/", **fields, wish=f"hand:{frames['Ines Falk']}")
    assert len(bank.came) == 1

    assert "Zwei weitere Monate frei" in plain(ines.get("/desk/decisions/"))
    there = ines.get(f"/desk/cases/{case}/")
    wish = re.search(rf"/desk/cases/{case}/\?wish=(\d+)", there)[1]
    assert 'value="40,00"' in ines.get(f"/desk/cases/{case}/?wish={wish}")
    decide(
        ines, case, text="Sie bekommen noch etwas dazu.", kind="goodwill", amount="40,00",
        words="Zwei weitere Monate frei", of=wish,
    )  # fmt: skip
    wait_for(lambda: len(bank.came) >= 2, why="the bank did not hear of the second decision")
    assert [one["body"]["data"]["amount_cents"] for one in bank.came] == [3_000, 4_000]
    assert [one["body"]["data"]["first_contact"] for one in bank.came] == [True, False]
    assert len(set(bank.ids())) == 2

    wait_for(lambda: "Zwei weitere Monate frei" in receipt(house, case), why="Jana reads nothing of it")
    page = receipt(house, case)
    assert "Gutschrift auf die nächste Rechnung" in page
    assert "Ines Falk" in page
    assert "bis 150 €" in page
    assert mira.get("/desk/decisions/")
    figures = plain(ruth.get("/desk/decisions/"))
    told = "entschieden: 1 · beim ersten Kontakt: 0 (0 %) · weitergegeben: 1 · Rahmen zu eng: 1"
    assert told in figures
    assert len(bank.came) == 2
