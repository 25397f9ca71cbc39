"""Passkeys in a real browser with a virtual authenticator: set, logged in with, named, removed; and what a loss ends."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import running
from tests.running import PASSWORD, wait_for

pytestmark = pytest.mark.browser
OWNER = "ruth@nordlicht.example"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Device:
    """A browser with a device that keeps passkeys; its owner can be verified or not."""

    def __init__(self, browser, base, *, script=True):
        self.context = browser.new_context(locale="en-GB", java_script_enabled=script)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.base, self.errors = base, []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._cdp = self.context.new_cdp_session(self.page)
        self._cdp.send("WebAuthn.enable")
        made = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self._id = made["authenticatorId"]

    def _hear(self, said):
        """Errors, but for a stream that is refused: these tests throw the cookies of an open desk away."""
        if said.type == "error" and "/events?" not in said.location["url"]:
            self.errors.append((said.text, said.location["url"]))

    def open(self, path):
        self.page.goto(self.base + path)
        return self.page

    def verified(self, *, yes):
        self._cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": yes})

    def log_in_with_passkey(self):
        self.open("/account/login/").get_by_role("button", name="Log in with a passkey").click()

    def log_in_with_password(self):
        page = self.open("/account/login/")
        page.locator("input[name=login]").fill(OWNER)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()


@pytest.fixture
def house():
    with running.house(demo="false") as one:
        yield one


@pytest.fixture
def device(browser, house):
    """Ruth's laptop: she has just become the owner and has set no second factor yet."""
    token = wait_for(lambda: re.findall(r"/setup/\?token=(\S+)", house.log()), why="no set-up link")[-1]
    one = Device(browser, f"http://localhost:{house.port}")
    page = one.open(f"/setup/?token={token}")
    page.locator("[name=name]").fill("Ruth Hansen")
    page.locator("[name=mail]").fill(OWNER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/account/2fa/")
    yield one
    assert one.errors == []
    one.context.close()


def set_passkey(device):
    page = device.open("/account/2fa/passkeys/add/")
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_role("button", name="Set the passkey").click()
    return page


def test_a_passkey_opens_the_desk_and_can_be_named_but_the_last_one_stays(device):
    page = device.open("/desk/")
    expect(page).to_have_url(re.compile("/account/2fa/$"))
    set_passkey(device)
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator("li.code").all_inner_texts()
    assert len(codes) == 10
    device.open("/desk/house/")
    expect(page.locator("main")).to_contain_text("10 recovery codes left")

    device.context.clear_cookies()
    device.log_in_with_passkey()
    page.wait_for_url("**/desk/")

    device.open("/account/2fa/passkeys/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_role("link", name="With a passkey instead").click()
    page.get_by_role("button", name="Go on with a passkey").click()
    page.locator("[name=name]").fill("My laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("My laptop")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("alert")).to_contain_text("last second factor")
    device.open("/account/2fa/passkeys/")
    expect(page.locator("main")).to_contain_text("My laptop")


def test_after_the_password_a_passkey_or_a_recovery_code_is_asked_for(device):
    page = set_passkey(device)
    page.wait_for_url("**/recovery-codes/")
    code = page.locator("li.code").first.inner_text()

    device.context.clear_cookies()
    device.log_in_with_password()
    page.get_by_role("button", name="Go on with a passkey").click()
    page.wait_for_url("**/desk/")

    for works in (True, False):
        device.context.clear_cookies()
        device.log_in_with_password()
        page.locator("[name=code]").fill(code)
        page.get_by_role("button", name="Go on", exact=True).click()
        if works:
            page.wait_for_url("**/desk/")
            device.open("/desk/house/")
            expect(page.locator("main")).to_contain_text("9 recovery codes left")
        else:
            expect(page.get_by_role("alert").first).to_contain_text("did not fit")
            page.goto(device.base + "/desk/")
            expect(page).to_have_url(re.compile("/account/2fa/authenticate/"))


def test_a_passkey_without_finger_face_or_pin_opens_nothing(device):
    page = set_passkey(device)
    page.wait_for_url("**/recovery-codes/")
    device.context.clear_cookies()
    device.verified(yes=False)
    device.log_in_with_passkey()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    page.goto(device.base + "/desk/")
    expect(page).to_have_url(re.compile("/account/login/"))


def test_removing_a_passkey_ends_the_other_sessions(device, browser):
    page = set_passkey(device)
    page.wait_for_url("**/recovery-codes/")
    second = Device(browser, device.base)
    second.log_in_with_password()
    second.page.locator("[name=code]").fill(page.locator("li.code").first.inner_text())
    second.page.get_by_role("button", name="Go on", exact=True).click()
    second.page.wait_for_url("**/desk/")
    set_passkey(second)
    second.page.wait_for_url("**/account/2fa/")
    second.open("/account/2fa/passkeys/")
    second.page.get_by_role("link", name="Remove").first.click()
    second.page.get_by_role("button", name="Remove it").click()
    second.page.wait_for_url("**/passkeys/")
    expect(second.page.get_by_role("link", name="Remove")).to_have_count(1)
    second.open("/desk/")
    expect(second.page).to_have_url(re.compile("/desk/$"))
    device.open("/desk/")
    expect(page).to_have_url(re.compile("/account/login/"))
    second.context.close()


def test_without_javascript_the_password_way_stays_and_says_what_passkeys_need(device, browser):
    plain = Device(browser, device.base, script=False)
    page = plain.open("/account/login/")
    expect(page.get_by_role("button", name="Log in with a passkey")).to_have_count(0)
    expect(page.locator("input[name=password]")).to_be_visible()
    plain.context.close()
