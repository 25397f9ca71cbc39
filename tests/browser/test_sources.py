"""The page "Sources" as a supervisor sees it, on a desk and on a phone: every form open, with sources in every state."""

from __future__ import annotations

import re

import pytest

from tests import running
from tests.browser.test_pages import judge, too_wide

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def supervised():
    """A house with two sources, and the address by which its supervisor enters once for each screen."""
    with running.house() as house:
        owner = house.owner()
        for typed in (
            {"kind": "webhook", "name": "Shop"},
            {"kind": "webhook", "name": "Zeitung-mit-sehr-langem-Namen-ohne-Leerzeichen"},
        ):
            owner.post("/desk/sources/", do="connect", **typed)
        owner.post("/desk/sources/1/", do="pause")

        def enter(number):
            page = owner.post(
                "/desk/house/", name="Ada", mail=f"ada{number}@nordlicht.example", role="supervisor"
            )
            return house.url, re.search(r"/enter/\?token=[\w-]+", page)[0]

        yield enter


@pytest.mark.parametrize(("number", "width", "scheme"), [(1, 1360, "light"), (2, 360, "dark")])
def test_every_form_is_readable_and_no_screen_too_narrow(browser, supervised, number, width, scheme):
    base, enter = supervised(number)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="de-DE"
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(base + enter)
    page.locator("main button").first.click()
    page.wait_for_url("**/desk/**")
    page.goto(f"{base}/desk/sources/")
    for summary in page.locator("main details > summary").all():
        summary.click()
    assert page.locator("main details[open]").count() == 7
    assert judge(page) == []
    assert too_wide(page) == 0
    last = page.locator("main details").last
    last.locator("input[name=handle]").fill("bahn.example")
    last.locator("button[value=try]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert errors == []
    context.close()
