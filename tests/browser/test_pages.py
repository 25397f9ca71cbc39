"""Every screen in a real browser: nothing serious for axe, nothing wider than a phone, nothing from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AXE

pytestmark = pytest.mark.browser

PUBLIC = [
    "/",
    "/contact/",
    "/receipt/",
    "/guest/?token=none",
    "/readers/",
    "/not-heard/",
    "/keys/",
    "/api/",
    "/demo/",
    "/demo/post/",
    "/account/login/",
    "/nothing-here/",
]
DESK = [
    "/desk/", "/desk/?list=alarms", "/desk/?list=closed", "/desk/search/", "/desk/search/?q=Vertrag+is:x", "/desk/cases/{n}/",
    "/desk/cases/new/", "/desk/cases/{n}/arrange/", "/desk/cases/{n}/ask/",
    "/desk/quarantine/", "/desk/outbox/", "/desk/sources/", "/desk/left-out/", "/desk/house/", "/receipt/of/{n}/", "/account/2fa/", "/account/2fa/totp/activate/",
    "/account/password/change/", "/account/logout/", "/desk/house/sessions/", "/account/2fa/passkeys/", "/account/2fa/passkeys/add/",
    "/account/reauthenticate/",
]  # fmt: skip
SCREENS = [(1360, "light", "de"), (1360, "dark", "en"), (360, "light", "en"), (360, "dark", "de")]


def judge(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]][:3])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize(("width", "scheme", "language"), SCREENS)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    open_page, demo, number, width, scheme, language
):
    who = {"de": "mira", "en": "okafor"}[language]
    page = open_page(width=width, scheme=scheme, language=language, who=who)
    problems = {}
    for path in [*PUBLIC, *DESK]:
        if path == "/nothing-here/":
            continue
        page.goto(demo.url + path.format(n=number))
        if found := judge(page):
            problems[path] = found
        if (over := too_wide(page)) > 0:
            problems[path, "too wide"] = over
        assert page.locator("html").get_attribute("lang") == language or path in PUBLIC
    assert problems == {}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_stranger_reads_the_public_pages_in_their_language(open_page, demo, language):
    page = open_page(language=language)
    page.goto(f"{demo.url}/contact/")
    assert page.locator("h1").inner_text() == {"de": "Schreiben Sie uns", "en": "Write to us"}[language]
    page.get_by_role("link", name={"de": "English", "en": "Deutsch"}[language]).click()
    assert page.locator("h1").inner_text() == {"en": "Schreiben Sie uns", "de": "Write to us"}[language]


def test_public_pages_work_without_javascript_and_by_keyboard(open_page, demo):
    page = open_page(script=False, language="en")
    page.goto(f"{demo.url}/contact/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#text").fill("May I pause?")
    page.locator("#name").focus()
    page.keyboard.type("waldmeister")
    page.locator("main button.first").focus()
    page.keyboard.press("Enter")
    code = page.locator(".code").inner_text()
    page.get_by_role("button", name="Open my case").click()
    page.wait_for_timeout(1500)
    page.goto(f"{demo.url}/receipt/?lang=en")
    page.get_by_label("Your code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("May I pause?")
    assert code not in page.url
    assert page.context.cookies() == []


def test_at_200_percent_nothing_is_cut_off(open_page, demo, number):
    page = open_page(width=680, who="mira")
    page.goto(f"{demo.url}/desk/cases/{number}/")
    assert too_wide(page) <= 0
