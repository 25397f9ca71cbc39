"""A tag on a Mastodon server, by its public API: asked now and then, the newest page each time, so edits there are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from eyelevel.channels.contract import MOST_WORDS, Caught, Malformed, Overheard, Plan, SourceTrouble, Stop
from eyelevel.kernel import http
from eyelevel.kernel.moments import moment_in
from eyelevel.kernel.page_text import text_of_html
from eyelevel.kernel.text import clean, web_address

NETWORK = "mastodon"
NO_INDEX = "no-index"
BOUNDS = http.Bounds(size=4 * 1024 * 1024, seconds=20.0, redirects=2)
PAGE = 40  # the most that the API gives at once
MOST_PAGES = 5
MOST_SEEN = 1_000
MOST_TEXT = 20_000
LEAST_SECONDS, SECONDS = 10.0, 60.0
LONGEST_WAIT = timedelta(hours=1)
NAP_SECONDS = 1.0


class Strange(ValueError):
    """It is no status as the API describes it."""


def listen(plan: Plan, *, stop: Stop, now: Callable[[], datetime]) -> Iterator[Caught]:
    """Ask, wait, ask again. Raises SourceTrouble."""
    cursor, due = dict(plan.cursor), now()
    pause = timedelta(seconds=max(LEAST_SECONDS, float(plan.options.get("seconds", SECONDS))))
    while not stop.is_set():
        if now() < due:
            yield Caught()
            stop.wait(min(NAP_SECONDS, (due - now()).total_seconds()))
            continue
        asked = Asking(plan, cursor, now=now)
        yield from asked.caught()
        cursor, due = asked.cursor, max(now() + pause, asked.not_before)


class Asking:
    """One round: the newest page, and those before it until something known comes, at most five."""

    def __init__(self, plan: Plan, cursor: Mapping[str, Any], *, now: Callable[[], datetime]) -> None:
        self._plan, self._now = plan, now
        self.cursor = dict(cursor)
        self.not_before = now()
        self._seen: dict[str, str] = dict(cursor.get("seen", {}))
        self._fresh = not self._seen

    def caught(self) -> Iterator[Caught]:
        """New and edited words, oldest first, with the cursor in the last of them."""
        number = int(self.cursor.get("number", 0))
        words: list[Overheard] = []
        malformed: list[Malformed] = []
        for held in reversed(self._statuses()):
            number += 1
            try:
                words += self._news(held)
            except Strange as error:
                excerpt = msgspec.json.encode(held)[:200].decode("utf-8", "replace")
                malformed.append(Malformed(number=number, excerpt=excerpt, why=str(error)))
        self.cursor = {"number": number, "seen": dict(list(self._seen.items())[-MOST_SEEN:])}
        for start in range(0, max(1, len(words)), MOST_WORDS):
            last = start + MOST_WORDS >= len(words)
            yield Caught(
                words=tuple(words[start : start + MOST_WORDS]), malformed=tuple(malformed[-20:]) if last else (),
                cursor=self.cursor if last else None,
            )  # fmt: skip

    def _statuses(self) -> Sequence[Any]:
        found: list[Any] = []
        before = ""
        for _ in range(1 if self._fresh else MOST_PAGES):
            page = self._page(before)
            found += page
            before = str(page[-1].get("id", "")) if page and isinstance(page[-1], dict) else ""
            known = any(isinstance(one, dict) and one.get("uri") in self._seen for one in page)
            if known or not before or len(page) < PAGE:
                break
        return found

    def _page(self, before: str) -> list[Any]:
        base, tag = self._plan.address.rstrip("/"), quote(str(self._plan.options.get("tag", "")), safe="")
        query = urlencode({"limit": str(PAGE)} | ({"max_id": before} if before else {}))
        headers = {"Authorization": f"Bearer {self._plan.secret}"} if self._plan.secret else {}
        try:
            answer = http.fetch(
                f"{base}/api/v1/timelines/tag/{tag}?{query}", headers=headers, bounds=BOUNDS, allowed=self._plan.allowed
            )  # fmt: skip
        except (http.Forbidden, http.Unreachable, http.TooMuch) as error:
            raise SourceTrouble(f"{type(error).__name__}: {error}") from error
        self._obey_limits(answer)
        if answer.status != 200:
            wait = (self.not_before - self._now()).total_seconds()
            raise SourceTrouble(f"the server answered {answer.status}", after=max(0.0, wait))
        try:
            held = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise SourceTrouble(f"the answer is not JSON: {error}") from error
        if not isinstance(held, list):
            raise SourceTrouble("the answer is no list of statuses")
        return held[:PAGE]

    def _obey_limits(self, answer: http.Answer) -> None:
        """X-RateLimit-Remaining and -Reset, or Retry-After: with nothing left we come again when the server says so."""
        spent = answer.status == 429 or answer.headers.get("x-ratelimit-remaining", "") == "0"
        reset = moment_in(answer.headers.get("x-ratelimit-reset"))
        wait = http.retry_after(answer.headers, now=self._now())
        if reset is None and wait is not None:
            reset, spent = self._now() + wait, spent or answer.status == 503
        if spent and reset is not None:
            self.not_before = min(reset, self._now() + LONGEST_WAIT)

    def _news(self, held: Any) -> list[Overheard]:
        """The status as a word, where it is new or was edited since."""
        word = word_of(held, source=self._plan.name, server=urlsplit(self._plan.address).hostname or "")
        edited = held.get("edited_at") or ""
        before = self._seen.pop(word.external_id, None)
        self._seen[word.external_id] = str(edited)
        if before == str(edited):
            return []
        return [word if before is None else msgspec.structs.replace(word, event="edit")]


def word_of(held: Any, *, source: str, server: str) -> Overheard:
    """One status of the API. Raises Strange."""
    account = held.get("account") if isinstance(held, dict) else None
    if not isinstance(account, dict):
        raise Strange("no status with an account")
    uri, acct = held.get("uri"), account.get("acct")
    content, said = held.get("content"), moment_in(held.get("created_at"))
    if not isinstance(uri, str) or not uri or not isinstance(acct, str) or not acct:
        raise Strange("no uri or no acct")
    if not isinstance(content, str) or said is None:
        raise Strange("no content or no created_at")
    warning = held.get("spoiler_text")
    text = clean(text_of_html(content[: 4 * MOST_TEXT])).strip()
    shown = f"{clean(warning).strip()}\n\n{text}".strip() if isinstance(warning, str) and warning else text
    url, language = held.get("url"), held.get("language")
    hidden = account.get("noindex") is True or account.get("indexable") is False
    return Overheard(
        network=NETWORK, source=source, external_id=uri[:500], author=(acct if "@" in acct else f"{acct}@{server}")[:320],
        author_name=clean(str(account.get("display_name") or acct))[:200], text=shown[:MOST_TEXT],
        url=web_address(url) if isinstance(url, str) else "", at=said,
        language=language[:2].lower() if isinstance(language, str) else "", marks=(NO_INDEX,) if hidden else (),
    )  # fmt: skip
