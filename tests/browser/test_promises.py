"""Chips that come while an answer is written, and the ledger beside the case, in a real browser and on every screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_arranging import two_cases
from tests.browser.test_pages import judge, too_wide
from tests.running import plain

pytestmark = pytest.mark.browser
TEXT = "Guten Tag. Wir rufen Sie morgen bis 12 Uhr zurück."


def test_a_chip_appears_while_typing_and_what_is_done_to_it_outlives_more_typing(open_page, demo):
    _colleague, (number, _other) = two_cases(demo, who="petra")
    page = open_page(who="petra", language="en")
    page.goto(f"{demo.url}/desk/cases/{number}/")
    text = page.locator("textarea#text")
    text.fill(TEXT)
    chip = page.locator(".chip")
    expect(chip).to_have_count(1)
    expect(chip).to_contain_text("Wir rufen Sie morgen bis 12 Uhr zurück")
    expect(chip.locator("[type=checkbox]")).to_be_checked()
    due = chip.locator("[type=datetime-local]")
    assert due.input_value().endswith("T12:00")
    day = due.input_value()[:10]
    due.fill(f"{day}T11:30")
    text.press("End")
    text.type(" Wir schicken Ihnen bis Freitag die Rechnung.")
    expect(chip).to_have_count(2)
    expect(due.first).to_have_value(f"{day}T11:30")
    chip.nth(1).locator("[type=checkbox]").uncheck()
    page.locator("[data-send] button[name=send]").click()
    expect(page.locator("#ledger li")).to_have_count(1)
    expect(page.locator("#ledger li")).to_contain_text("11:30")


def test_without_script_the_promise_is_shown_before_it_is_sent(open_page, demo):
    _colleague, (number, _other) = two_cases(demo, who="okafor")
    page = open_page(who="okafor", language="en", script=False)
    page.goto(f"{demo.url}/desk/cases/{number}/")
    page.locator("textarea#text").fill(TEXT)
    page.locator("[data-send] button[name=send]").click()
    expect(page.locator(".notice.bad")).to_contain_text("your answer promises something")
    expect(page.locator(".chip")).to_have_count(1)
    page.locator("[data-send] button[name=send]").click()
    expect(page.locator("#ledger li")).to_have_count(1)


def test_the_promise_of_the_story_is_in_the_ledger_and_late(open_page, demo, number):
    page = open_page(who="mira")
    page.goto(f"{demo.url}/desk/cases/{number}/")
    late = page.locator("#ledger li").filter(has_text="Wir rufen Sie am Dienstag bis 12 Uhr zurück")
    expect(late).to_contain_text("überfällig")
    page.goto(f"{demo.url}/desk/?list=promises")
    expect(page.locator(".rows")).to_contain_text("Zusage überfällig seit")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1360, "light"), (1360, "dark"), (360, "light"), (360, "dark")]
)
def test_chips_and_the_ledger_hold_on_every_screen(open_page, demo, width, scheme):
    colleague, (number, other) = two_cases(demo, who="petra")
    long = (
        "Wir überweisen Ihnen den Betrag von 25 Euro "
        + "sehr " * 40
        + "bis Freitag. Wir melden uns umgehend."
    )
    colleague.post(f"/desk/cases/{number}/draft/", text=f"{TEXT} {long}")
    asked = colleague.post(f"/desk/cases/{other}/calls/", said=TEXT)
    assert "Zusagen in diesen Worten" in plain(asked) or "Promises in these words" in plain(asked)
    page = open_page(who="petra", width=width, scheme=scheme)
    problems = {}
    for path in (f"/desk/cases/{number}/", colleague.at.removeprefix(demo.url)):
        page.goto(demo.url + path)
        if found := judge(page) or too_wide(page) > 0:
            problems[path] = found
    page.locator("button.first").click()
    page.locator("#ledger summary").first.click()
    if found := judge(page) or too_wide(page) > 0:
        problems["ledger"] = found
    assert problems == {}
