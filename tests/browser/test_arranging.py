"""Choosing cases by key, and the pages of merging and of a question, in a real browser, also on a phone and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import judge, too_wide
from tests.running import plain

pytestmark = pytest.mark.browser


@pytest.fixture
def pair(demo):
    """Two fresh cases of one person; gives Petra's browser and both numbers."""
    return two_cases(demo, who="petra")


def two_cases(demo, *, who):
    """Two cases of one person that a colleague opens by hand, and therefore has."""
    colleague = demo.browser()
    colleague.post("/demo/", who=who)
    numbers = []
    for subject in ("Erstes Anliegen", "Zweites Anliegen"):
        fields = {
            "subject": subject,
            "name": "Ole",
            "mail": "ole@post.example",
            "heard": f"Es geht um: {subject}",
        }
        colleague.post("/desk/cases/new/", **fields)
        numbers.append(int(re.search(r"/desk/cases/(\d+)/", colleague.at)[1]))
    return colleague, numbers


def test_x_chooses_cases_and_the_choice_outlives_a_fresh_list(open_page, demo, pair):
    page = open_page(who="petra", language="en")
    page.goto(f"{demo.url}/desk/")
    page.keyboard.press("x")
    page.keyboard.press("x")
    expect(page.locator("[data-pick]:checked")).to_have_count(2)
    visitor = demo.browser()
    token = re.search(r'name="token" value="([^"]+)"', visitor.get("/contact/"))[1]
    page.evaluate("document.activeElement.blur()")
    visitor.post("/contact/", token=token, text="Noch ein Anliegen von eben", name="Ida")
    expect(page.locator(".rows")).to_contain_text("Noch ein Anliegen von eben", timeout=10_000)
    expect(page.locator("[data-pick]:checked")).to_have_count(2)


@pytest.mark.parametrize("width", [1360, 360])
def test_many_are_closed_and_put_back_without_script(open_page, demo, width):
    two_cases(demo, who="okafor")
    page = open_page(who="okafor", language="en", width=width, script=False)
    page.goto(f"{demo.url}/desk/?list=mine")
    boxes = page.locator("[data-pick]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_text("With the chosen cases").click()
    page.get_by_role("button", name="Close them").click()
    expect(page.locator(".list")).to_contain_text("2 cases closed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".list")).to_contain_text("2 cases put back.")


@pytest.mark.parametrize(("width", "scheme"), [(1360, "dark"), (360, "light")])
def test_the_pages_of_a_merge_and_of_a_question_hold_on_every_screen(open_page, demo, pair, width, scheme):
    colleague, (first, second) = pair
    colleague.post(f"/desk/cases/{first}/merge/", other=str(second))
    fields = {"name": "Kim", "mail": "kim@partner.example", "question": "Was meinen Sie?", "language": "de"}
    page = open_page(who="mira", width=width, scheme=scheme)
    part = re.search(r'href="(/desk/merges/\d+/)"', colleague.get(f"/desk/cases/{first}/"))[1]
    colleague.post(f"/desk/cases/{first}/ask/", **fields)
    problems = {}
    for path in (part, f"/desk/cases/{first}/", f"/desk/cases/{second}/", f"/desk/cases/{first}/arrange/"):
        page.goto(demo.url + path)
        if found := judge(page) or too_wide(page) > 0:
            problems[path] = found
    assert problems == {}
    assert "Was meinen Sie?" in plain(colleague.get(f"/desk/cases/{first}/"))
