"""The operations of the API, one method each."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast
from urllib.parse import parse_qs, urlsplit

from eyelevel_client import shapes
from eyelevel_client.transport import Transport, part


class Facts(Iterator[shapes.Fact]):
    """The journal up to now. Keep `cursor` when it ended, and hand it to the next `facts(after=…)`."""

    def __init__(self, transport: Transport, query: Mapping[str, Any]) -> None:
        self._transport, self._query = transport, dict(query)
        self._page: list[shapes.Fact] = []
        self._following = ""
        self._ended = False
        self.cursor = str(query.get("cursor") or "")

    def __next__(self) -> shapes.Fact:
        while not self._page:
            if self._following:
                self.cursor, self._following = self._following, ""
            if self._ended:
                raise StopIteration
            said = self._transport.json("GET", "facts", query=self._query | {"cursor": self.cursor})
            self._page = said["items"]
            self._following = parse_qs(urlsplit(said["next"]).query)["cursor"][0]
            self._ended = not self._page
        return self._page.pop(0)


class Eyelevel:
    """An Eyelevel server, as one token may use it. Raises the exceptions of `eyelevel_client.problems`."""

    def __init__(
        self, base: str, *, token: str, timeout: float = 30.0, tries: int = 5, allow_http: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._transport = Transport(
            base, token=token, timeout=timeout, tries=tries, allow_http=allow_http, sleep=sleep
        )

    def me(self) -> shapes.Me:
        return cast("shapes.Me", self._get("me"))

    def cases(
        self, *, shelf: shapes.Shelf = "all", channel: str = "", person: str = ""
    ) -> Iterator[shapes.Case]:
        """Cases, newest first; page after page while you read."""
        return self._pages("cases", shelf=shelf, channel=channel, person=person)

    def case(self, number: int) -> shapes.Case:
        return cast("shapes.Case", self._get(f"cases/{part(number)}"))

    def open_case(
        self, *, subject: str, heard: str, said: str = "", name: str = "", mail: str = ""
    ) -> shapes.Case:
        body = {"subject": subject, "heard": heard, "said": said, "name": name, "mail": mail}
        return cast("shapes.Case", self._change("POST", "cases", body))

    def rename_case(self, number: int, *, subject: str) -> shapes.Case:
        return cast("shapes.Case", self._change("PATCH", f"cases/{part(number)}", {"subject": subject}))

    def hand_case(self, number: int, *, to: int | None, note: str = "") -> shapes.Case:
        """To a colleague, or with None back to everybody."""
        return cast("shapes.Case", self._on_case(number, "hand", {"to": to, "note": note}))

    def snooze_case(self, number: int, *, until: datetime) -> shapes.Case:
        """Out of sight until a moment; it needs a time zone."""
        if until.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return cast("shapes.Case", self._on_case(number, "snooze", {"until": until.isoformat()}))

    def close_case(self, number: int) -> shapes.Case:
        return cast("shapes.Case", self._on_case(number, "close"))

    def reopen_case(self, number: int) -> shapes.Case:
        return cast("shapes.Case", self._on_case(number, "reopen"))

    def posts(self, number: int) -> Iterator[shapes.Post]:
        """Everything said in a case, oldest first."""
        return self._pages(f"cases/{part(number)}/posts")

    def add_note(self, number: int, *, text: str) -> shapes.Post:
        return cast("shapes.Post", self._on_case(number, "notes", {"text": text}))

    def note_call(self, number: int, *, heard: str = "", said: str = "") -> shapes.Case:
        return cast("shapes.Case", self._on_case(number, "calls", {"heard": heard, "said": said}))

    def colleagues(self) -> list[shapes.Colleague]:
        return cast("list[shapes.Colleague]", self._get("colleagues")["items"])

    def draft(self, number: int) -> shapes.Draft:
        return cast("shapes.Draft", self._get(f"cases/{part(number)}/draft"))

    def write_draft(self, number: int, *, text: str, seen: str | None, to: str | None = None) -> shapes.Draft:
        """Keep a draft. `seen` is the newest post that you have read, `to` an address of the person."""
        body = {"text": text, "seen": seen, "to": to}
        return cast("shapes.Draft", self._change("PUT", f"cases/{part(number)}/draft", body))

    def send_answer(self, number: int, *, reason: str = "", confirm: Sequence[str] = ()) -> shapes.Answer:
        """Stand up for the draft. Raises Objected, SaidMeanwhile or NewRecipient."""
        body = {"reason": reason, "confirm": list(confirm)}
        return cast("shapes.Answer", self._on_case(number, "answer", body))

    def undo_answer(self, number: int, *, post: str) -> shapes.Case:
        return cast("shapes.Case", self._on_case(number, f"answers/{part(post)}/undo"))

    def decisions(self, number: int) -> list[shapes.Decision]:
        """What was decided in a case, oldest first."""
        return cast("list[shapes.Decision]", self._get(f"cases/{part(number)}/decisions")["items"])

    def decide(
        self, number: int, *, kind: shapes.DecisionKind, words: str, amount_cents: int = 0, days: int = 0
    ) -> shapes.Decision:
        """Decide within the frame of the colleague whose token this is. Raises BeyondFrame."""
        body = {"kind": kind, "words": words, "amount_cents": amount_cents, "days": days}
        return cast("shapes.Decision", self._on_case(number, "decisions", body))

    def promises(self, number: int) -> list[shapes.Promise]:
        """Everything promised in a case, the one due first on top."""
        return cast("list[shapes.Promise]", self._get(f"cases/{part(number)}/promises")["items"])

    def promise(self, promise: str) -> shapes.Promise:
        return cast("shapes.Promise", self._get(f"promises/{part(promise)}"))

    def settle_promise(self, promise: str, *, outcome: shapes.Outcome, evidence: str = "") -> shapes.Promise:
        """What became of it; "kept" needs what shows it. Raises TooLate where it has its outcome."""
        return self._on_promise(promise, "outcome", {"outcome": outcome, "evidence": evidence})

    def move_promise(self, promise: str, *, due: datetime, reason: str) -> shapes.Promise:
        """Another day, with a time zone. The sentence for the person stands at the end of your draft."""
        if due.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return self._on_promise(promise, "move", {"due": due.isoformat(), "reason": reason})

    def hand_promise(self, promise: str, *, to: int) -> shapes.Promise:
        return self._on_promise(promise, "hand", {"to": to})

    def tell_late(self, promise: str) -> shapes.Promise:
        """Tell the person by mail, in fixed words, that it will be late. Raises TooLate where that cannot be said."""
        return self._on_promise(promise, "late")

    def search(self, q: str, *, kinds: str = "") -> Iterator[shapes.Found]:
        """What the search box finds, newest first. `kinds`: case, post, heard, article, with commas; all without."""
        return self._pages("search", q=q, kinds=kinds)

    def articles(self, *, state: str = "") -> Iterator[shapes.Article]:
        """What the house knows in writing. `state`: draft, published, withdrawn; all without."""
        return self._pages("articles", state=state)

    def article(self, article: str) -> shapes.Article:
        return cast("shapes.Article", self._get(f"articles/{part(article)}"))

    def watches(self) -> Iterator[shapes.Watch]:
        return self._pages("watches")

    def watch(self, watch: str) -> shapes.Watch:
        return cast("shapes.Watch", self._get(f"watches/{part(watch)}"))

    def make_watch(self, *, name: str, query: str, opens_cases: bool = False) -> shapes.Watch:
        body = {"name": name, "query": query, "opens_cases": opens_cases}
        return cast("shapes.Watch", self._change("POST", "watches", body))

    def change_watch(
        self, watch: str, *, name: str | None = None, query: str | None = None, opens_cases: bool | None = None,
        paused: bool | None = None,
    ) -> shapes.Watch:  # fmt: skip
        """What is left out stays as it is."""
        given = {"name": name, "query": query, "opens_cases": opens_cases, "paused": paused}
        body = {field: value for field, value in given.items() if value is not None}
        return cast("shapes.Watch", self._change("PATCH", f"watches/{part(watch)}", body))

    def end_watch(self, watch: str) -> shapes.Watch:
        return cast("shapes.Watch", self._change("POST", f"watches/{part(watch)}/end"))

    def take_word(self, word: str) -> shapes.Case:
        """Make a heard word a case, or get the one in which it stands."""
        return cast("shapes.Case", self._change("POST", f"words/{part(word)}/case"))

    def words(self, watch: str) -> Iterator[shapes.Heard]:
        """What a watch matched, what was heard last first."""
        return self._pages(f"watches/{part(watch)}/words")

    def persons(self, *, address: str = "") -> Iterator[shapes.Person]:
        return self._pages("persons", address=address)

    def person(self, person: str) -> shapes.Person:
        return cast("shapes.Person", self._get(f"persons/{part(person)}"))

    def hand_in(
        self, *, id: str, text: str, subject: str = "", name: str = "", mail: str = "",  # noqa: A002 -- the API's word
        language: Literal["de", "en"] = "de", case: int | None = None, files: Mapping[str, bytes] | None = None,
    ) -> shapes.Arrival:  # fmt: skip
        """Hand in a word from outside. The same `id` twice is one event. `files`: name to bytes."""
        packed = [
            {"name": file, "content": base64.b64encode(content).decode()}
            for file, content in (files or {}).items()
        ]
        body = {
            "id": id, "text": text, "subject": subject, "name": name, "mail": mail, "language": language, "case": case,
            "files": packed,
        }  # fmt: skip
        return cast("shapes.Arrival", self._change("POST", "arrivals", body))

    def arrival(self, id: str) -> shapes.Arrival:  # noqa: A002 -- the API's word
        return cast("shapes.Arrival", self._get(f"arrivals/{part(id)}"))

    def quarantine(self, *, state: Literal["open", "all"] = "open") -> Iterator[shapes.Quarantined]:
        return self._pages("quarantine", state=state)

    def quarantined(self, number: int) -> shapes.Quarantined:
        return cast("shapes.Quarantined", self._get(f"quarantine/{part(number)}"))

    def quarantined_raw(self, number: int) -> bytes:
        return self._transport.ask("GET", f"quarantine/{part(number)}/raw").body

    def retry_quarantined(self, number: int) -> shapes.Quarantined:
        return cast("shapes.Quarantined", self._change("POST", f"quarantine/{part(number)}/retry"))

    def file(self, file: str) -> bytes:
        return self._transport.ask("GET", f"files/{part(file)}").body

    def outbox(self, *, state: shapes.SendingState | Literal["all"] = "all") -> Iterator[shapes.Sending]:
        return self._pages("outbox", state=state)

    def sending(self, sending: str) -> shapes.Sending:
        return cast("shapes.Sending", self._get(f"outbox/{part(sending)}"))

    def retry_sending(self, sending: str) -> shapes.Sending:
        return cast("shapes.Sending", self._change("POST", f"outbox/{part(sending)}/retry"))

    def facts(self, *, after: str = "", kind: str = "") -> Facts:
        """What happened since, oldest first, up to now."""
        return Facts(self._transport, {"cursor": after, "kind": kind, "limit": 100})

    def _get(self, path: str) -> Any:
        return self._transport.json("GET", path)

    def _change(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._transport.json(method, path, body=body)

    def _on_case(self, number: int, what: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._change("POST", f"cases/{part(number)}/{what}", body)

    def _on_promise(self, promise: str, what: str, body: Mapping[str, Any] | None = None) -> shapes.Promise:
        return cast("shapes.Promise", self._change("POST", f"promises/{part(promise)}/{what}", body))

    def _pages(self, path: str, **query: str) -> Iterator[Any]:
        said = self._transport.json("GET", path, query=query | {"limit": "100"})
        while True:
            yield from said["items"]
            if not said["next"]:
                return
            said = self._transport.json("GET", said["next"])
