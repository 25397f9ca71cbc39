"""Takes the pictures of docs/screens from a running demo, to be looked at.

./eyelevel py -m tests.browser.screens
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import running
from tests.browser.conftest import chromium
from tests.running import wait_for

FOLDER = running.ROOT / "docs" / "screens"
LOOKS = [
    ("desktop", 1360, "light", "en"),
    ("desktop", 1360, "dark", "de"),
    ("phone", 360, "light", "de"),
    ("phone", 360, "dark", "en"),
]
DRAFT = (
    "Guten Tag Frau Petersen,\n\nIhre Unterlagen sind vollständig, und Sie behalten Ihre Rufnummer. Wir rufen Sie am Donnerstag an."
    "\n\nMira Lang"
)


def take(browser: Browser, base: str, number: int, code: str, look: tuple[str, int, str, str]) -> None:
    size, width, scheme, language = look
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme=scheme, locale=f"{language}-DE"
    )
    page = context.new_page()

    def shoot(name: str, *, whole: bool = False) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}-{language}.png", full_page=whole)

    page.goto(f"{base}/contact/?lang={language}")
    shoot("form")
    page.goto(f"{base}/receipt/?lang={language}")
    page.locator("#code").fill(code)
    page.locator("main button").click()
    shoot("receipt")
    page.goto(f"{base}/demo/")
    page.locator("form:has(input[value=mira]) button").click()
    page.wait_for_url("**/desk/**")
    page.goto(f"{base}/desk/house/")
    page.locator("#language").select_option(language)
    page.locator("form[action*=preferences] button").click()
    page.goto(f"{base}/desk/")
    shoot("desk")
    page.goto(f"{base}/desk/radar/")
    shoot("radar")
    page.goto(f"{base}/desk/watches/new/")
    page.locator("[name=query]").fill('nordlicht* AND (router OR *liefer*) NOT "gewinnspiel"')
    page.wait_for_timeout(1500)
    shoot("watch")
    page.goto(f"{base}/desk/search/?q=Vertrag")
    shoot("search")
    page.goto(f"{base}/desk/cases/{number}/arrange/")
    shoot("arrange")
    page.goto(f"{base}/desk/cases/{number}/")
    page.locator("#text").fill(DRAFT)
    page.locator("#objections .objection").first.wait_for()
    page.wait_for_timeout(900)
    _show_objection(page)
    shoot("case")
    context.close()


def _show_objection(page: Page) -> None:
    page.evaluate("document.querySelector('#text').scrollIntoView({block: 'start'})")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        one = running.Running(home=home, port=running.free_port(), smtp=0, sink=running._Sink())
        process = running.start(
            one, "demo", "--port", str(one.port), "--data", str(home), "--speed", "30", port=one.port, smtp=0
        )
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            wait_for(lambda: "now it is your turn" in one.log(), why="no story", seconds=120)
            visitor = one.browser()
            visitor.post("/demo/", who="mira")
            number = visitor.case_about("Vertrag umstellen")
            post = visitor.get("/demo/post/")
            code = re.findall(r"Ihr Code: ([0-9A-Z-]+)", post)[-1]
            for look in LOOKS:
                take(browser, one.url, number, code, look)
        finally:
            browser.close()
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    main()
