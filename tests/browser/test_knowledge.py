"""Articles in a real browser: read, beside an answer, made from a case, and before somebody writes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_arranging import two_cases
from tests.browser.test_pages import judge, too_wide

pytestmark = pytest.mark.browser
TEXT = "## Kosten\n\nDie Reklamation kostet 4,90 Euro.\n\n- Legen Sie den Lieferschein bei."


@pytest.fixture(scope="module")
def article(demo):
    """A public article that everybody can read; the address of its page at the desk."""
    colleague = demo.browser()
    colleague.post("/demo/", who="petra")
    told = {
        "title": "Reklamation",
        "text": TEXT,
        "audience": "public",
        "language": "de",
        "seen": "0",
        "do": "publish",
    }
    colleague.post("/desk/knowledge/new/", **told)
    return colleague.at.partition("?")[0].removeprefix(demo.url)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_an_article_can_be_read_by_everybody(open_page, demo, article, width, scheme):
    page = open_page(who="petra", language="de", width=width, scheme=scheme)
    for path in (
        "/desk/knowledge/",
        article,
        f"{article}edit/",
        f"{article}versions/",
        "/help/",
        "/contact/",
    ):
        page.goto(f"{demo.url}{path}")
        assert judge(page) == []
        assert not too_wide(page)


def test_one_click_puts_the_sentence_that_answers_into_the_draft(open_page, demo, article):
    _colleague, (number, _other) = two_cases(demo, who="okafor")
    page = open_page(who="okafor", language="en")
    page.goto(f"{demo.url}/desk/cases/{number}/")
    text = page.locator("textarea#text")
    text.fill("Guten Tag, zur Reklamation und was sie kostet:")
    offered = page.locator("#suggestions [name=sentence]")
    expect(offered).to_have_count(1)
    offered.click()
    expect(text).to_have_value(
        "Guten Tag, zur Reklamation und was sie kostet:\n\nDie Reklamation kostet 4,90 Euro."
    )
    expect(page.locator(".post .mark.good")).to_have_count(0)
    text.fill("Die Reklamation kostet 9,90 Euro.")
    expect(page.locator("#objections")).to_contain_text("in the article “Reklamation”")
    page.locator("#objections a").first.click()
    expect(page).to_have_url(re.compile(re.escape(article)))


def test_somebody_without_script_finds_the_answer_and_can_still_write(open_page, demo, article):
    page = open_page(language="de", script=False)
    page.goto(f"{demo.url}/contact/?lang=de")
    page.locator("#text").fill("Was kostet eine Reklamation?")
    page.locator("[name=look]").click()
    summary = page.locator("main details summary")
    expect(summary).to_contain_text("Die Reklamation kostet 4,90 Euro.")
    summary.click()
    expect(page.locator("main details")).to_contain_text("Legen Sie den Lieferschein bei.")
    expect(page.locator("#text")).to_have_value("Was kostet eine Reklamation?")
    page.locator("button.first").click()
    expect(page.locator(".code")).to_be_visible()
    assert page.context.cookies() == []
