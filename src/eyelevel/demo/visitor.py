"""Somebody with a browser, as far as the demo needs one: logs in, fills forms, reads the list."""

from __future__ import annotations

import html
import re
import time
from datetime import datetime
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

PATIENCE_SECONDS = 20.0
SECONDS = 20.0


class Lost(RuntimeError):
    """The page did not show what the story needs."""


class Visitor:
    """One browser session against the house on loopback."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._browser: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self._browser.open(self._base + path, timeout=SECONDS) as answer:
            return str(answer.read().decode("utf-8"))

    def post(self, path: str, **fields: Any) -> str:
        request = Request(  # noqa: S310 -- our own loopback address
            self._base + path, data=urlencode(fields, doseq=True).encode(), headers={"Origin": self._base}
        )
        with self._browser.open(request, timeout=SECONDS) as answer:
            return str(answer.read().decode("utf-8"))

    def enter(self, token: str) -> None:
        self.post("/enter/", token=token)

    def case_about(self, words: str) -> int:
        """The number of the case with these words in its subject; waits until the house has opened it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = re.search(
                r'data-case="(\d+)"', self.get("/desk/search/?" + urlencode({"q": f"{words} kind:case"}))
            )
            if found:
                return int(found[1])
            time.sleep(0.1)
        raise Lost(f"no case about {words!r} appeared")

    def call_note(self, case: int, *, heard: str, said: str) -> None:
        """A call, and what was promised on it goes into the ledger as the page proposes."""
        page = self.post(f"/desk/cases/{case}/calls/", heard=heard, said=said)
        asked = re.search(r'action="(/desk/cases/\d+/posts/\d+/promises/)"', page)
        if asked is not None:
            self.post(asked[1], **_proposed(page))

    def promise(self, case: int, words: str) -> tuple[datetime, str]:
        """When the promise with these words is due, and everything that the ledger says about it."""
        page = self.get(f"/desk/cases/{case}/")
        ledger = page.partition('id="ledger"')[2].partition("</section>")[0]
        entry = next((one for one in ledger.split("<li>") if words in html.unescape(one)), "")
        due = re.search(r'<time datetime="([^"]+)"', entry)
        if due is None:
            raise Lost(f"no promise {words!r} in case {case}")
        return datetime.fromisoformat(due[1]), entry

    def wait_for_promise(self, case: int, words: str, *, until: str) -> None:
        """Until the ledger says `until` about it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while until not in self.promise(case, words)[1]:
            if time.monotonic() > deadline:
                raise Lost(f"the ledger never said {until!r} about {words!r}")
            time.sleep(0.1)

    def article(self, title: str, text: str, *, language: str) -> None:
        """Write an article and publish it for everybody."""
        fields = {"title": title, "text": text, "language": language, "audience": "public", "do": "publish"}
        if title not in html.unescape(self.post("/desk/knowledge/new/", seen="0", **fields)):
            raise Lost(f"the article {title!r} was not published")

    def our_letter(self, case: int, text: str) -> None:
        self.post(f"/desk/cases/{case}/entries/", channel="letter", ours="1", text=text)

    def pasted_post(self, case: int, *, author: str, url: str, text: str) -> None:
        self.post(
            f"/desk/cases/{case}/entries/", channel="paste", author=author, url=url, text=text, public="1"
        )

    def our_public_answer(self, case: int, *, url: str, text: str) -> None:
        self.post(f"/desk/cases/{case}/entries/", channel="paste", ours="1", url=url, text=text, public="1")

    def answer(self, case: int, text: str) -> None:
        page = self.post(f"/desk/cases/{case}/draft/", text=text)
        self.post(f"/desk/cases/{case}/answer/", text=text, **_proposed(page))

    def fill_form(self, *, subject: str, name: str, text: str, language: str) -> None:
        page = self.get(f"/contact/?lang={language}")
        token = re.search(r'name="token" value="([^"]+)"', page)
        if token is None:
            raise Lost("the form has no token")
        self.post(
            "/contact/", subject=subject, name=name, text=text, lang=language, token=html.unescape(token[1])
        )


def _proposed(page: str) -> dict[str, Any]:
    """The chips of a page, as they stand there."""
    words = re.findall(r'name="offered" value="([^"]*)"', page)
    due = re.findall(r'name="(due-\d+)" value="([^"]*)"', page)
    ticked = re.findall(r'name="promise" value="(\d+)" checked', page)
    return {"offered": [html.unescape(one) for one in words], "promise": ticked, **dict(due)}
