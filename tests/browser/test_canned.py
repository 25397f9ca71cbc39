"""The mirror that comes while an answer is written, and the months, in a real browser and on every screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_arranging import two_cases
from tests.browser.test_pages import judge, too_wide
from tests.running import wait_for

pytestmark = pytest.mark.browser
CANNED = "Wir haben Ihre Meldung an die Fachabteilung gegeben und prüfen den Vorgang dort mit der gebotenen Sorgfalt."
OWN = "Der zweite Scan ist lesbar, das Foto auf Seite drei war nur zu dunkel, das sehe ich erst jetzt."


def said_before(demo, *, who):
    """A colleague has said it in one case; returns them and the number of another case, of somebody else."""
    colleague, (first, _second) = two_cases(demo, who=who)
    colleague.post(f"/desk/cases/{first}/answer/", text=CANNED)
    fields = {
        "subject": "Bestellung 4711-22",
        "name": "Ida",
        "mail": "",
        "heard": "Die Bestellung 4711-22 fehlt, die Rechnung ist da.",
    }
    colleague.post("/desk/cases/new/", **fields)
    number = int(colleague.at.partition("/cases/")[2].partition("/")[0])

    def known():
        colleague.post(f"/desk/cases/{number}/draft/", text=CANNED)
        return (
            'class="mirror"' in (page := colleague.get(f"/desk/cases/{number}/"))
            and "<mark>Wir haben" in page
        )

    wait_for(known, why="the answer was not learnt", seconds=20)
    return colleague, number


def test_the_mirror_follows_what_is_typed_and_stays_open(open_page, demo):
    _colleague, number = said_before(demo, who="okafor")
    page = open_page(who="okafor", language="en")
    page.goto(f"{demo.url}/desk/cases/{number}/")
    mirror, text = page.locator(".mirror"), page.locator("textarea#text")
    text.fill(CANNED)
    expect(mirror).to_contain_text("100 % of this answer stands in earlier answers.")
    mirror.locator("summary").click()
    expect(mirror.locator("mark")).to_have_text(CANNED)
    text.fill(f"{OWN} {CANNED} Bestellung 4711-22.")
    expect(mirror).to_contain_text("Named: Bestellung 4711-22.")
    text.press("End")
    text.type(" Und noch ein Satz, den hier wirklich noch niemand so gesagt hat.")
    expect(mirror.locator("summary")).to_contain_text("3")
    expect(mirror.locator("mark")).to_be_visible()
    text.fill(OWN)
    expect(mirror).to_contain_text("Nothing of this answer stands in earlier answers.")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1360, "light"), (1360, "dark"), (360, "light"), (360, "dark")]
)
def test_the_mirror_and_the_months_hold_on_every_screen(open_page, demo, width, scheme):
    colleague, number = said_before(demo, who="petra")
    colleague.post(f"/desk/cases/{number}/draft/", text=f"{OWN}\n\n{CANNED}\n\n{'lang' * 60} {CANNED}")
    page = open_page(who="petra", width=width, scheme=scheme)
    page.goto(f"{demo.url}/desk/cases/{number}/")
    page.locator(".mirror summary").click()
    problems = {}
    if found := judge(page) or too_wide(page) > 0:
        problems["mirror"] = found
    page = open_page(who="ruth", width=width, scheme=scheme)
    page.goto(f"{demo.url}/desk/house/canned/")
    expect(page.locator("ul.sources li")).to_contain_text("Satzbausteine:")
    if found := judge(page) or too_wide(page) > 0:
        problems["months"] = found
    assert problems == {}
