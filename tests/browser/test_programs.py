"""The pages for programs in a real browser: the documentation, tokens, webhooks."""

from __future__ import annotations

import pytest

from tests.browser.test_pages import SCREENS, judge, too_wide

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme", "language"), SCREENS)
def test_axe_finds_nothing_serious_on_the_pages_for_programs(open_page, demo, width, scheme, language):
    page = open_page(width=width, scheme=scheme, language=language, who="ruth")
    found = {}

    def look(name):
        found[name] = (judge(page), max(too_wide(page), 0))

    page.goto(f"{demo.url}/api/?lang={language}")
    look("documentation")
    page.goto(f"{demo.url}/desk/house/tokens/")
    page.locator("#token-name").fill("Warenwirtschaft")
    page.get_by_label("cases:read").check()
    page.locator("main form button.first").click()
    assert page.locator(".secret").first.inner_text().startswith("eye_")
    look("tokens")
    page.goto(f"{demo.url}/desk/house/webhooks/")
    page.locator("#hook-url").fill("https://example.com/hook")
    page.get_by_label("case.closed").check()
    look("webhooks")
    page.locator("main form button.first").click()
    assert page.locator(".secret").first.inner_text().startswith("whsec_")
    page.locator("button[value=test]").click()
    look("webhook")
    page.locator("button[value=stop]").click()
    assert page.locator("button[value=start]").is_visible()
    assert found == dict.fromkeys(found, ([], 0))


def test_a_token_is_made_by_keyboard_alone_without_javascript(open_page, demo):
    page = open_page(script=False, language="en", who="mira")
    page.goto(f"{demo.url}/desk/house/tokens/")
    page.locator("#token-name").focus()
    page.keyboard.type("script")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("main form button.first").focus()
    page.keyboard.press("Enter")
    assert page.locator(".secret").first.inner_text().startswith("eye_")
