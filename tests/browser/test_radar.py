"""The radar in a real browser: it fills by itself, stays calm under noise, and works by keys and without a script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from tests import running
from tests.browser.test_pages import SCREENS, judge, too_wide
from tests.running import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo whose network can be made noisy."""
    home = tmp_path_factory.mktemp("radar") / "home"
    home.mkdir()
    one = running.Running(home=home, port=running.free_port(), smtp=0, sink=running._Sink())
    log = home.parent / "log"
    one.logs.append(log)
    command = ["demo", "--port", str(one.port), "--data", str(home), "--speed", "60"]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("EYELEVEL_", "DJANGO_"))
    }
    environment["PYTHONPATH"] = f"{running.ROOT / 'src'}:{running.ROOT}"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.noisy", str(home), *command], env=environment, stdout=file, stderr=file,
        )  # fmt: skip
    try:
        wait_for(lambda: "now it is your turn" in one.log(), why="no story", seconds=90)
        yield one
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def seen(demo):
    """seen(name) makes a watch and returns its number."""
    visitor = demo.browser()
    visitor.post("/demo/", who="mira")

    def make(name, query="fahrplan"):
        page = visitor.post("/desk/watches/new/", name=name, query=query)
        return int(re.findall(rf'/desk/watches/(\d+)/">{name}<', page)[-1])

    yield make
    for number in re.findall(r'/desk/watches/(\d+)/">', visitor.get("/desk/radar/")):
        visitor.post(f"/desk/watches/{number}/", do="end")


def noise(demo, number, *, rate, seconds, people, wait=True):
    (demo.home / "silence").unlink(missing_ok=True)
    order = demo.home / "order"
    order.write_text(f"{number} {rate} {seconds} {people}")
    order.rename(demo.home / "noise")
    if wait:
        quiet(demo)


def quiet(demo):
    wait_for((demo.home / "silence").exists, why="the noise did not end", seconds=60)


def test_a_column_fills_by_itself_and_counts_people(open_page, demo, seen):
    number = seen("Bahn")
    page = open_page(who="mira")
    page.goto(f"{demo.url}/desk/radar/")
    column = page.locator(f'[data-column="{number}"]')
    expect(column).to_contain_text("Noch nichts.")
    noise(demo, number, rate=10, seconds=1, people=4)
    expect(column.locator("[data-word]")).to_have_count(10, timeout=10_000)
    expect(column).to_contain_text("4 Menschen in der letzten Stunde")


def test_noise_leaves_a_reader_in_peace_and_the_number_is_right_in_the_end(open_page, demo, seen):
    number = seen("Sturm")
    noise(demo, number, rate=20, seconds=1, people=20)
    page = open_page(who="mira")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "part=" in request.url else None)
    page.goto(f"{demo.url}/desk/radar/")
    column = page.locator(f'[data-column="{number}"]')
    words = column.locator("[data-words]")
    expect(column.locator("[data-word]")).to_have_count(20)
    words.evaluate("list => { list.scrollTop = 400 }")
    first, began = column.locator("[data-word]").first.get_attribute("id"), time.monotonic()
    noise(demo, number, rate=150, seconds=6, people=300)
    expect(column).to_contain_text("300 Menschen in der letzten Stunde", timeout=15_000)
    expect(column).to_contain_text("eine Stichprobe: ")
    assert 1 <= len(asked) <= (time.monotonic() - began) / 0.25 + 2
    assert words.evaluate("list => list.scrollTop") == 400
    assert column.locator("[data-word]").first.get_attribute("id") == first
    column.get_by_role("button", name="Das Neueste zeigen").click()
    expect(column.locator("[data-word]")).to_have_count(30, timeout=10_000)
    assert column.locator("[data-word]").first.get_attribute("id") != first


def test_pausing_freezes_the_page_and_says_how_many_came(open_page, demo, seen):
    number = seen("Halt")
    noise(demo, number, rate=10, seconds=1, people=4)
    page = open_page(who="mira")
    page.goto(f"{demo.url}/desk/radar/")
    column = page.locator(f'[data-column="{number}"]')
    expect(column.locator("[data-word]")).to_have_count(10)
    page.keyboard.press("p")
    noise(demo, number, rate=10, seconds=1, people=9)
    expect(page.locator("[data-since]")).to_have_text(
        "Angehalten: seither kamen 10 Beiträge.", timeout=10_000
    )
    expect(column.locator("[data-word]")).to_have_count(10)
    expect(column).to_contain_text("4 Menschen in der letzten Stunde")
    page.keyboard.press("p")
    expect(column.locator("[data-word]")).to_have_count(20, timeout=10_000)
    expect(page.locator("[data-since]")).to_be_hidden()


def test_by_keys_alone_a_word_becomes_a_case_and_two_become_one(open_page, demo, seen):
    number = seen("Tasten")
    noise(demo, number, rate=10, seconds=1, people=10)
    page = open_page(who="mira")
    page.goto(f"{demo.url}/desk/radar/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.querySelectorAll('[data-word]')[1]")
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(page.get_by_text("Das ist jetzt Fall")).to_be_visible()
    expect(page.locator("[data-word]").first).to_contain_text("wurde Fall", timeout=10_000)
    expect(page.locator("#taking")).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("#taking")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("[data-word]:has-text('wurde Fall')")).to_have_count(3, timeout=10_000)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("nächster Beitrag")


def test_the_editor_shows_where_a_query_breaks_while_it_is_written(open_page, demo):
    page = open_page(who="mira")
    page.goto(f"{demo.url}/desk/watches/new/")
    page.locator("#query").fill("bahn AND )")
    expect(page.locator("#trouble")).to_contain_text("Bei Zeichen 10: hier fehlt ein Wort")
    assert page.locator("#query").get_attribute("aria-invalid") == "true"
    page.locator("#query").fill("bahn AND verspätung")
    expect(page.locator("#trouble")).to_have_text("")
    expect(page.locator("#preview")).to_contain_text("Was es trifft")


def test_without_a_script_the_radar_is_read_and_used_by_reload(open_page, demo, seen):
    number = seen("Schlicht")
    noise(demo, number, rate=10, seconds=1, people=4)
    page = open_page(who="mira", script=False)
    page.goto(f"{demo.url}/desk/radar/")
    expect(page.get_by_role("button", name="Anhalten")).to_have_count(0)
    expect(page.locator("[data-word]")).to_have_count(10)
    page.get_by_role("button", name="Zum Fall machen").first.click()
    expect(page.get_by_text("Das ist jetzt Fall")).to_be_visible()
    page.get_by_role("link", name="Als Beleg behalten").last.click()
    expect(page.locator("h1")).to_have_text("Als Beleg behalten")


@pytest.mark.parametrize(("width", "scheme", "language"), SCREENS)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    open_page, demo, seen, width, scheme, language
):
    number = seen("Prüfung")
    noise(demo, number, rate=50, seconds=1, people=40)
    page = open_page(
        width=width, scheme=scheme, language=language, who={"de": "mira", "en": "okafor"}[language]
    )
    problems = {}
    paths = [
        "/desk/radar/",
        "/desk/radar/?q=fahrplan",
        f"/desk/watches/{number}/",
        "/desk/watches/new/?query=a+AND+)",
    ]
    page.goto(f"{demo.url}/desk/radar/")
    paths.append(page.locator("[data-do=e]").first.get_attribute("href"))
    for path in paths:
        page.goto(demo.url + path)
        if found := judge(page):
            problems[path] = found
        if (over := too_wide(page)) > 0:
            problems[path, "too wide"] = over
    page.goto(f"{demo.url}/desk/radar/")
    page.locator("[data-tick]").first.check()
    if found := judge(page):
        problems["ticked"] = found
    assert problems == {}
