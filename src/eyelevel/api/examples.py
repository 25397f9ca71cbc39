"""One example of each operation: as a request, and as the Python client says it. A test compares both with the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

CLIENT: Mapping[str, str] = {
    "list-cases": 'for case in api.cases(shelf="mine"):\n    print(case["number"], case["subject"])',
    "open-case": 'api.open_case(subject="Router defekt", heard="Seit Montag kein Netz.", name="Jana Petersen")',
    "read-case": "api.case(412)",
    "rename-case": 'api.rename_case(412, subject="Router defekt")',
    "hand-case": 'api.hand_case(412, to=3, note="kennt den Fall")',
    "snooze-case": "api.snooze_case(412, until=datetime(2027, 1, 4, 9, tzinfo=UTC))",
    "close-case": "api.close_case(412)",
    "reopen-case": "api.reopen_case(412)",
    "list-posts": 'for post in api.posts(412):\n    print(post["author"], post["text"])',
    "add-note": 'api.add_note(412, text="Techniker ist bestellt.")',
    "note-call": 'api.note_call(412, heard="Wann kommt jemand?", said="Am Freitag.")',
    "list-colleagues": "api.colleagues()",
    "read-draft": "api.draft(412)",
    "write-draft": 'api.write_draft(412, text="Guten Tag, …", seen=post["id"], to="jana@post.example")',
    "send-answer": "try:\n    api.send_answer(412)\nexcept Objected as problem:\n    print(problem.objections)",
    "undo-answer": 'api.undo_answer(412, post=answer["post"])',
    "list-decisions": 'for one in api.decisions(412):\n    print(one["kind"], one["words"])',
    "decide": 'api.decide(412, kind="goodwill", amount_cents=3000, words="Gutschrift")',
    "list-promises": 'for promise in api.promises(412):\n    print(promise["words"], promise["due"], promise["state"])',
    "read-promise": 'api.promise(promise["id"])',
    "settle-promise": 'api.settle_promise(promise["id"], outcome="kept", evidence="Anruf um 11:40")',
    "move-promise": 'api.move_promise(promise["id"], due=datetime(2027, 1, 4, 12, tzinfo=UTC), reason="Ersatzteil fehlt")',
    "hand-promise": 'api.hand_promise(promise["id"], to=3)',
    "tell-late": 'api.tell_late(promise["id"])',
    "search": 'for found in api.search("router kiel", kinds="post,heard"):\n    print(found["case"], found["snippet"])',
    "list-articles": 'for article in api.articles(state="published"):\n    print(article["title"], article["in_doubt"])',
    "read-article": 'api.article(article["id"])',
    "list-watches": 'for watch in api.watches():\n    print(watch["name"], watch["query"])',
    "make-watch": 'api.make_watch(name="Router", query="router (kaputt OR defekt)")',
    "read-watch": 'api.watch(watch["id"])',
    "change-watch": 'api.change_watch(watch["id"], paused=True)',
    "end-watch": 'api.end_watch(watch["id"])',
    "take-word": 'api.take_word(word["id"])',
    "list-words": 'for word in api.words(watch["id"]):\n    print(word["author_name"], word["text"])',
    "list-persons": 'for person in api.persons(address="jana@post.example"):\n    print(person["name"])',
    "read-person": 'api.person(case["person"]["id"])',
    "hand-in": 'api.hand_in(id="shop-8812", text="Wo bleibt mein Paket?", mail="jana@post.example")',
    "read-arrival": 'api.arrival("shop-8812")',
    "list-quarantine": 'for entry in api.quarantine():\n    print(entry["reason"])',
    "read-quarantine": "api.quarantined(7)",
    "read-quarantine-raw": "api.quarantined_raw(7)",
    "retry-quarantine": "api.retry_quarantined(7)",
    "file": 'api.file(post["files"][0]["id"])',
    "list-outbox": 'for sending in api.outbox(state="dead"):\n    print(sending["last_word"])',
    "read-sending": 'api.sending(sending["id"])',
    "retry-sending": 'api.retry_sending(sending["id"])',
    "list-facts": 'for fact in api.facts(after=last_cursor):\n    print(fact["kind"], fact["things"])',
    "me": "api.me()",
}
BODIES: Mapping[str, Mapping[str, Any]] = {
    "open-case": {"subject": "Router defekt", "heard": "Seit Montag kein Netz.", "name": "Jana Petersen"},
    "rename-case": {"subject": "Router defekt"},
    "hand-case": {"to": 3, "note": "kennt den Fall"},
    "snooze-case": {"until": "2027-01-04T09:00:00+01:00"},
    "add-note": {"text": "Techniker ist bestellt."},
    "note-call": {"heard": "Wann kommt jemand?", "said": "Am Freitag."},
    "write-draft": {"text": "Guten Tag, …", "seen": None, "to": None},
    "send-answer": {},
    "decide": {"kind": "goodwill", "amount_cents": 3000, "words": "Gutschrift"},
    "settle-promise": {"outcome": "kept", "evidence": "Anruf um 11:40"},
    "move-promise": {"due": "2027-01-04T12:00:00+01:00", "reason": "Ersatzteil fehlt"},
    "hand-promise": {"to": 3},
    "make-watch": {"name": "Router", "query": "router (kaputt OR defekt)"},
    "change-watch": {"paused": True},
    "hand-in": {"id": "shop-8812", "text": "Wo bleibt mein Paket?", "mail": "jana@post.example"},
}
PLACES = {"{number}": "412", "{arrival}": "shop-8812"}
QUESTIONS: Mapping[str, str] = {"search": "?q=router+kiel"}  # of those that cannot be asked without


def curl(*, method: str, path: str, name: str) -> str:
    """The request on a command line; $TOKEN and $HOUSE are the reader's."""
    place = path
    for part, value in PLACES.items():
        place = place.replace(part, value)
    place = place.replace("{", "$").replace("}", "")
    place += QUESTIONS.get(name, "")
    lines = [f'curl -X {method} "$HOUSE{place}"', '-H "Authorization: Bearer $TOKEN"']
    if name in BODIES:
        lines += [
            "-H 'Content-Type: application/json'",
            f"-d '{json.dumps(BODIES[name], ensure_ascii=False)}'",
        ]
    if method != "GET":
        lines.insert(2, '-H "Idempotency-Key: $(uuidgen)"')
    return " \\\n  ".join(lines)
