"""A real browser (the system's Chromium) on a running house with the demo's story told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import running
from tests.running import wait_for

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"


def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="package")  # its event loop must be gone before the tests of other folders run
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo with its story told."""
    home = tmp_path_factory.mktemp("browser") / "home"
    one = running.Running(home=home, port=running.free_port(), smtp=0, sink=running._Sink())
    command = ("demo", "--port", str(one.port), "--data", str(home), "--speed", "60")
    process = running.start(one, *command, port=one.port, smtp=0, database="")
    try:
        wait_for(
            lambda: "now it is your turn" in one.log(), why="the story did not come to its end", seconds=90
        )
        yield one
    finally:
        process.terminate()
        process.wait(30)


class Watched:
    """A page that notes what a user would not see: errors, and requests to other servers."""

    def __init__(self, page, base):
        self.page, self.base = page, base
        self.errors, self.foreign = [], []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)
        page.on("request", lambda request: self._note(request.url))

    def _hear(self, message):
        refused = "status of 4" in message.text  # a refusal that the page shows in words
        if message.type == "error" and not refused:
            self.errors.append(message.text)

    def _note(self, url):
        if not url.startswith((self.base, "data:", "blob:")):
            self.foreign.append(url)


@pytest.fixture
def open_page(browser, demo):
    """open_page(width=..., scheme=..., language=..., who=..., script=...) gives a watched page; all are judged at the end."""
    contexts, pages = [], []

    def make(*, width=1360, scheme="light", language="de", who=None, script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale=f"{language}-DE", java_script_enabled=script,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watched = Watched(page, demo.url)
        pages.append(watched)
        if who:
            page.goto(f"{demo.url}/demo/")
            page.locator(f"form:has(input[value={who}]) button").click()
            page.wait_for_url("**/desk/**")
        return page

    yield make
    for watched in pages:
        assert watched.errors == []
        assert watched.foreign == []
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def number(demo):
    """The number of Jana's case."""
    visitor = demo.browser()
    visitor.post("/demo/", who="mira")
    return visitor.case_about("Vertrag umstellen")
