"""From a public word that arrives to the number that changes in a browser with the radar open.

    python -m bench.live --per-second 10
    python -m bench.live --per-second 1000

Words come in by our webhook, signed, at this rate. Twice a second one of them is by an author who has not spoken yet, so
the number of people in the column goes up by one; the wait is from the call that carries this word to the change of
that number in the page (headless Chromium on the same machine).
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import threading
import time
import urllib.request

from playwright.sync_api import sync_playwright

from bench.house import House, house, machine, quantile
from bench.streams import Desk
from eyelevel.kernel import hooks

CALLS_PER_SECOND = 10
WATCH = """
() => {
  window.numbers = [];
  const read = () => {
    const found = document.querySelector('[data-column] [data-head] p').textContent.match(/\\d[\\d.,]*/);
    const number = found ? parseInt(found[0].replace(/\\D/g, ''), 10) : 0;
    const last = window.numbers.length ? window.numbers[window.numbers.length - 1][0] : -1;
    if (number !== last) window.numbers.push([number, Date.now() / 1000]);
  };
  new MutationObserver(read).observe(document.querySelector('[data-radar]'), {subtree: true, childList: true, characterData: true});
  read();
}
"""


class Speaker:
    """Calls the webhook ten times a second; every fifth call brings a new author."""

    def __init__(self, address: str, secret: str, *, per_second: int, seconds: float) -> None:
        self._address, self._secret = address, secret
        self._each, self._calls = max(1, per_second // CALLS_PER_SECOND), int(seconds * CALLS_PER_SECOND)
        self.first_said: list[float] = []

    def run(self) -> None:
        began = time.monotonic()
        for call in range(self._calls):
            time.sleep(max(0.0, began + call / CALLS_PER_SECOND - time.monotonic()))
            fresh = call % 5 == 0
            words = [
                {"id": f"{call}-{n}", "text": f"Nordlicht steht, Wort {call} {n}", "author": "everybody"}
                for n in range(self._each)
            ]
            if fresh:
                words[0]["author"] = f"author-{call}"
                self.first_said.append(time.time())
            self._call(f"call-{call}", words)

    def _call(self, name: str, words: list[dict[str, str]]) -> None:
        body, stamp = json.dumps({"kind": "heard", "words": words}).encode(), int(time.time())
        signed = hooks.sign(secrets=[self._secret], message_id=name, timestamp=stamp, body=body)
        headers = {
            hooks.ID: name, hooks.TIMESTAMP: str(stamp), hooks.SIGNATURE: signed, "Content-Type": "application/json"
        }  # fmt: skip
        with urllib.request.urlopen(
            urllib.request.Request(self._address, data=body, headers=headers), timeout=20
        ):
            pass


def measure(one: House, *, per_second: int, seconds: float) -> dict[str, object]:
    desk = Desk(one)
    page = desk.read("/desk/sources/", "kind=webhook&name=bench&do=connect")
    path, secret = re.search(r"/hooks/\w+/", page), re.search(r"whsec_[\w+/=]+", page)
    if path is None or secret is None:
        raise RuntimeError("the page shows no secret")
    desk.post("/desk/watches/new/", "name=Nordlicht&query=nordlicht*")
    speaker = Speaker(one.url + path[0], secret[0], per_second=per_second, seconds=seconds)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        name, _sep, value = desk.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": one.url}])
        tab = context.new_page()
        tab.goto(f"{one.url}/desk/radar/")
        tab.evaluate(WATCH)
        thread = threading.Thread(target=speaker.run)
        thread.start()
        while thread.is_alive():
            tab.wait_for_timeout(200)
        tab.wait_for_timeout(3_000)
        shown = tab.evaluate("() => window.numbers")
        browser.close()
    return _waits(speaker.first_said, shown) | {"per_second": per_second, "machine": machine()}


def _waits(said: list[float], shown: list[tuple[int, float]]) -> dict[str, object]:
    """`everybody` is one person, so the n-th new author makes the number n + 1 (at 1 a call, where they speak alone: n)."""
    first = next((number for number, _at in shown if number > 0), 1)
    waits = []
    for place, at in enumerate(said, start=first):
        seen = next((when for number, when in shown if number >= place and when >= at - 0.05), None)
        if seen is not None:
            waits.append(seen - at)
    return {
        "new_people": len(said), "seen": len(waits), "p50_ms": round(quantile(waits, 0.5) * 1000),
        "p99_ms": round(quantile(waits, 0.99) * 1000),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--per-second", type=int, default=10)
    options.add_argument("--seconds", type=float, default=40)
    given = options.parse_args()
    with house(EYELEVEL_DEMO="true") as one:
        print(json.dumps(measure(one, per_second=given.per_second, seconds=given.seconds)))


if __name__ == "__main__":
    main()
