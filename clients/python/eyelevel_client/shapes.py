"""What comes back, as typed dictionaries. Moments are texts by RFC 3339."""

from __future__ import annotations

from typing import Literal, TypedDict

Shelf = Literal["all", "now", "mine", "unassigned", "alarms", "snoozed", "closed"]
SendingState = Literal["waiting", "delivered", "undelivered", "unknown", "dead", "withdrawn"]


class PersonRef(TypedDict):
    id: str
    name: str


class Colleague(TypedDict):
    id: int
    name: str
    role: Literal["agent", "supervisor", "operator"]


class Case(TypedDict):
    number: int
    state: Literal["open", "closed"]
    subject: str
    channel: str
    person: PersonRef | None
    holder: int | None
    opened_at: str
    last_word_at: str
    waiting_since: str | None
    asked_since: str | None
    snoozed_until: str | None
    alarm_since: str | None
    closed_at: str | None
    helped_at: str | None


DecisionKind = Literal["goodwill", "contract", "deadline", "other"]


class Decision(TypedDict):
    id: str
    case: int
    kind: DecisionKind
    amount_cents: int
    currency: str
    days: int
    words: str
    decided_by: int
    decided_at: str
    frame_version: int | None
    first_contact: bool
    state: Literal["decided", "executed", "failed", "taken_back"]
    way: Literal["", "webhook", "task"]
    owner: int
    evidence: str
    settled_at: str | None


class File(TypedDict):
    id: str
    name: str
    media_type: str
    size: int
    href: str


class Post(TypedDict):
    id: str
    kind: Literal["in", "out", "note", "call"]
    openness: Literal["dialogue", "internal", "public"]
    channel: str
    at: str
    author: str
    verified: bool
    automatic: bool
    subject: str
    text: str
    language: str
    url: str
    remarks: list[str]
    files: list[File]
    delivery: str | None


class Recipient(TypedDict):
    address: str
    new: bool


class Objection(TypedDict):
    kind: Literal[
        "date", "amount", "yes_no", "status", "cause", "responsibility", "policy", "quantity", "place"
    ]
    old_sentence: str
    old_words: str
    new_sentence: str
    new_words: str
    said_by: str
    said_at: str
    said_in_case: int | None
    near: Literal["person", "article", "number", "linked", "public", "others"]
    post: str
    article: str


class Passage(TypedDict):
    start: int
    end: int
    answers: int


class Mirror(TypedDict):
    percent: int
    passages: list[Passage]
    named: list[str]
    not_named: list[str]
    whole: bool


class Draft(TypedDict):
    text: str
    version: int
    changed_at: str
    recipients: list[Recipient]
    checked: bool
    objections: list[Objection]
    said_meanwhile: list[str]
    mirror: Mirror | None


class Answer(TypedDict):
    post: str
    recipients: list[str]
    leaves_at: str
    checked: bool


Outcome = Literal["kept", "not_kept", "released"]


class Promise(TypedDict):
    id: str
    case: int
    post: str
    words: str
    kind: str
    due: str
    due_from: str | None
    first_due: str | None
    conditional: bool
    owner: int
    made_at: str
    state: Literal["open", "kept", "not_kept", "released"]
    late: bool
    foretold_at: str | None
    settled_at: str | None
    settled_by: int | None
    evidence: str


class Handle(TypedDict):
    channel: str
    address: str
    name: str
    verified_at: str | None
    undeliverable_since: str | None


class Person(TypedDict):
    id: str
    name: str
    language: str
    first_seen_at: str
    handles: list[Handle]


class Quarantined(TypedDict):
    number: int
    channel: str
    reason: str
    detail: str
    size: int
    since: str
    tries: int
    resolved_at: str | None


class Sending(TypedDict):
    id: str
    channel: str
    state: SendingState
    recipient: str
    approved_by: str
    notice: str
    case: int | None
    attempts: int
    not_before: str
    settled_at: str | None
    last_word: str


class Arrival(TypedDict):
    id: str
    state: Literal["kept", "read", "unreadable"]
    case: int | None
    post: str | None


class Fact(TypedDict):
    id: int
    kind: str
    at: str
    by: str
    things: list[str]


class Found(TypedDict):
    kind: Literal["case", "post", "heard", "article"]
    id: str | None
    case: int | None
    at: str
    title: str
    snippet: str
    channel: str
    author: str
    language: str
    state: Literal["open", "closed"] | None
    url: str


class Article(TypedDict):
    id: str
    title: str
    text: str
    language: str
    state: Literal["draft", "published", "withdrawn"]
    audience: Literal["public", "colleagues"]
    owner: int
    version: int
    latest: int
    published: int | None
    sources: list[str]
    in_doubt: bool
    look_again_on: str | None
    made_at: str
    changed_at: str


class Watch(TypedDict):
    id: str
    name: str
    query: str
    opens_cases: bool
    made_at: str
    changed_at: str
    paused_at: str | None
    too_many_at: str | None


class Heard(TypedDict):
    id: str
    network: str
    author: str
    author_name: str
    text: str
    language: str
    url: str
    at: str
    heard_at: str
    edited_at: str | None
    answers: str
    repeats: str
    marks: list[str]
    case: int | None
    post: str | None


class Me(TypedDict):
    token: str
    name: str
    scopes: list[str]
    expires_at: str
    colleague: Colleague
    requests_per_minute: int
