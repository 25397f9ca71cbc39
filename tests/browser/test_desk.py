"""At the desk, as a colleague works there: live, by keys, with the objection between draft and button."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_letter_appears_on_the_open_desk_by_itself(open_page, demo):
    page = open_page(who="mira")
    expect(page.locator(".rows")).not_to_contain_text("Ein Brief von eben")
    visitor = demo.browser()
    form = visitor.get("/contact/")
    token = re.search(r'name="token" value="([^"]+)"', form)[1]
    visitor.post("/contact/", token=token, text="Ein Brief von eben", name="Ole")
    expect(page.locator(".rows")).to_contain_text("Ein Brief von eben", timeout=10_000)


def test_the_objection_stands_between_the_draft_and_the_button(open_page, demo, number):
    page = open_page(who="petra")
    page.goto(f"{demo.url}/desk/cases/{number}/")
    expect(page.get_by_role("button", name="Als Mail senden")).to_be_visible()
    page.locator("#text").fill("Guten Tag Frau Petersen, Ihre Unterlagen sind vollständig.")
    expect(page.locator("#objections")).to_contain_text("Eines steht gegen diese Antwort.")
    expect(page.locator("#objections mark").first).to_have_text("unvollständig")
    expect(page.get_by_role("button", name="Als Mail senden")).to_have_count(0)
    boxes = [page.locator(one).bounding_box()["y"] for one in ("#text", "#objections", "[data-send]")]
    assert boxes == sorted(boxes)
    page.get_by_text("Trotzdem senden, mit Grund").click()
    page.get_by_role("button", name="Absenden").click()
    expect(page.locator("#main")).to_contain_text("Nicht gesendet")
    page.locator("#text").fill("Guten Tag Frau Petersen, wir melden uns.")
    expect(page.get_by_role("button", name="Als Mail senden")).to_be_visible()
    page.goto(f"{demo.url}/desk/cases/{number}/")
    expect(page.locator("#text")).to_have_value("Guten Tag Frau Petersen, wir melden uns.")


def test_an_answer_can_be_taken_back_and_its_words_stand_in_the_draft_again(open_page, demo):
    page = open_page(who="jonas")
    page.goto(f"{demo.url}/desk/search/?q=Vertrag+pausieren+kind:case")
    page.locator("a.row").first.click()
    page.locator("#text").fill("Das geht bis zu sechs Monate.")
    page.get_by_role("button", name=re.compile("Auf die Belegseite stellen|Als Mail senden")).click()
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(page.locator("#text")).to_have_value("Das geht bis zu sechs Monate.")
    expect(page.locator(".posts")).not_to_contain_text("sechs Monate")


def test_the_keys_move_answer_search_and_explain_themselves(open_page, demo):
    page = open_page(who="ruth")
    page.keyboard.press("j")
    page.wait_for_url("**/desk/cases/**")
    first = page.url
    page.keyboard.press("j")
    page.wait_for_function("first => location.href !== first", arg=first)
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("j")
    assert page.locator("#search").input_value() == "j"
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "note"


def test_two_at_one_case_see_each_other(open_page, demo, number):
    mira = open_page(who="mira")
    mira.goto(f"{demo.url}/desk/cases/{number}/")
    petra = open_page(who="petra")
    petra.goto(f"{demo.url}/desk/cases/{number}/")
    expect(petra.locator("[data-thing^=presence]")).to_contain_text("Mira Lang sieht gerade hierher.")
    petra.locator("#text").fill("Guten Tag, wir melden uns morgen.")
    expect(mira.locator("[data-thing^=presence]")).to_contain_text(
        "Petra Sommer schreibt hier gerade.", timeout=10_000
    )


def test_what_a_colleague_notes_appears_on_the_open_case(open_page, demo, number):
    mira = open_page(who="mira")
    mira.goto(f"{demo.url}/desk/cases/{number}/")
    okafor = demo.browser()
    okafor.post("/demo/", who="okafor")
    okafor.post(f"/desk/cases/{number}/notes/", text="Scanner checked, it is broken.")
    expect(mira.locator(".posts")).to_contain_text("Scanner checked", timeout=10_000)


def test_a_dark_desk_stays_dark(open_page, demo):
    page = open_page(who="okafor", language="en")
    page.goto(f"{demo.url}/desk/house/")
    page.get_by_label("Light or dark").select_option("dark")
    page.locator("form[action*=preferences] button").click()
    page.goto(f"{demo.url}/desk/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    red, green, blue = map(float, re.findall(r"[\d.]+", page.evaluate(
        "(() => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = getComputedStyle(document.documentElement).backgroundColor; c.fillRect(0,0,1,1); return [...c.getImageData(0,0,1,1).data].slice(0,3).join(' ') })()"
    )))  # fmt: skip
    assert red + green + blue < 150
    page.goto(f"{demo.url}/desk/house/")
    page.get_by_label("Light or dark").select_option("auto")
    page.locator("form[action*=preferences] button").click()
