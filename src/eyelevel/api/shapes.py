"""What goes in and out of the API. A field that is not named here cannot be set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StrictInt

from eyelevel.kernel.moments import in_utc
from eyelevel.listening.language import MOST_SIGNS

MOST_TEXT = 50_000
MOST_ANSWER = 199_999
BIGGEST = 2**53 - 1  # what every JSON reader keeps exactly


def _only_text(value: Any) -> Any:
    """A moment travels as text. Raises ValueError where it is something else, or not a moment of this calendar."""
    if not isinstance(value, str):
        raise ValueError("a moment is written as text, by RFC 3339")  # noqa: TRY004 -- pydantic reports ValueError
    told = datetime.fromisoformat(value)
    if told.tzinfo is None:
        return value
    known = in_utc(told)
    if known is None:
        raise ValueError("this moment is too far away")
    return known


Number = Annotated[int, Field(ge=1, le=BIGGEST)]
Moment = Annotated[AwareDatetime, BeforeValidator(_only_text)]
Words = Annotated[str, Field(strict=True, min_length=1, max_length=MOST_TEXT, pattern=r"\S")]
MaybeWords = Annotated[str, Field(strict=True, max_length=MOST_TEXT)]
Line = Annotated[str, Field(strict=True, min_length=1, max_length=300, pattern=r"\S")]
MaybeLine = Annotated[str, Field(strict=True, max_length=300)]
Mail = Annotated[str, Field(strict=True, max_length=254)]
PublicId = Annotated[str, Field(strict=True, max_length=26)]


class In(Schema):
    """What comes in: nothing but the named fields."""

    model_config = ConfigDict(extra="forbid")


class NotValidOut(Schema):
    at: list[str]
    why: str


class ObjectionOut(Schema):
    """An old sentence of ours that stands against a new one: of a `post`, or of an `article`, then `said_by` is its title."""

    kind: Literal[
        "date", "amount", "yes_no", "status", "cause", "responsibility", "policy", "quantity", "place"
    ]
    old_sentence: str
    old_words: str
    new_sentence: str
    new_words: str
    said_by: str
    said_at: datetime
    said_in_case: int | None
    near: Literal["person", "article", "number", "linked", "public", "others"]
    post: str
    article: str = ""


class RecipientOut(Schema):
    address: str
    new: bool


class ProblemOut(Schema):
    """A problem by RFC 9457. Beside the standard members it may hold those that belong to its type."""

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    errors: list[NotValidOut] = []
    scopes: list[str] = []
    objections: list[ObjectionOut] = []
    recipients: list[RecipientOut] = []
    posts: list[str] = []
    limit: Literal["", "case", "month", "contract", "deadline", "public"] = ""
    allowed: int = 0
    used: int = 0
    asked: int = 0
    who_may: list[ColleagueOut] = []


class PersonRef(Schema):
    id: str
    name: str


class ColleagueOut(Schema):
    id: int
    name: str
    role: Literal["agent", "supervisor", "operator"]


class ColleaguesOut(Schema):
    items: list[ColleagueOut]


class CaseOut(Schema):
    """One concern of one person. `waiting_since` is their first word that we have not answered."""

    number: int
    state: Literal["open", "closed"]
    subject: str
    channel: str
    person: PersonRef | None
    holder: int | None
    opened_at: datetime
    last_word_at: datetime
    waiting_since: datetime | None
    asked_since: datetime | None
    snoozed_until: datetime | None
    alarm_since: datetime | None
    closed_at: datetime | None
    helped_at: datetime | None


class CasesOut(Schema):
    items: list[CaseOut]
    next: str | None


class CaseIn(In):
    """A case that is opened by hand, with what the person said."""

    subject: Line
    heard: Words
    said: MaybeWords = ""
    name: MaybeLine = ""
    mail: Mail = ""


class RenameIn(In):
    subject: Line


class HandIn(In):
    """To whom (the id of a colleague), or null: back to everybody."""

    to: Annotated[StrictInt, Field(ge=1, le=BIGGEST)] | None
    note: MaybeLine = ""


class SnoozeIn(In):
    until: Moment


class NoteIn(In):
    text: Words


class CallIn(In):
    """What the person said and what we said; at least one of them."""

    heard: MaybeWords = ""
    said: MaybeWords = ""


class FileOut(Schema):
    id: str
    name: str
    media_type: str
    size: int
    href: str


class PostOut(Schema):
    """One word in the dialogue. `kind`: in (they), out (we), call (we, on the telephone), note (internal)."""

    id: str
    kind: Literal["in", "out", "note", "call"]
    openness: Literal["dialogue", "internal", "public"]
    channel: str
    at: datetime
    author: str
    verified: bool
    automatic: bool
    subject: str
    text: str
    language: str
    url: str
    remarks: list[str]
    files: list[FileOut]
    delivery: str | None


class PostsOut(Schema):
    items: list[PostOut]
    next: str | None


class PromiseOut(Schema):
    """What we said we would do, and until when. `first_due` is the date before it was moved, `foretold_at` when the person
    was told by mail that it may be late, `late` that its time has passed without an outcome or before it.
    """

    id: str
    case: int
    post: str
    words: str
    kind: str
    due: datetime
    due_from: datetime | None
    first_due: datetime | None
    conditional: bool
    owner: int
    made_at: datetime
    state: Literal["open", "kept", "not_kept", "released"]
    late: bool
    foretold_at: datetime | None
    settled_at: datetime | None
    settled_by: int | None
    evidence: str


class PromisesOut(Schema):
    items: list[PromiseOut]


class OutcomeIn(In):
    """`evidence` shows it (a call at 11:40, a parcel number); "kept" needs it."""

    outcome: Literal["kept", "not_kept", "released"]
    evidence: Annotated[str, Field(strict=True, max_length=1_000)] = ""


class MoveIn(In):
    due: Moment
    reason: Line


class KeeperIn(In):
    """The id of a colleague."""

    to: Annotated[StrictInt, Field(ge=1, le=BIGGEST)]


class DraftIn(In):
    """`seen` is the newest post that the writer has read; `to` one of the person's addresses, null for the receipt page."""

    text: Annotated[str, Field(strict=True, max_length=MOST_ANSWER)]
    seen: PublicId | None
    to: Mail | None = None


class PassageOut(Schema):
    """Signs `start` up to `end` of the text, and in how many earlier answers they stand."""

    start: int
    end: int
    answers: int


class MirrorOut(Schema):
    """How much of the draft stands in earlier answers, and what of the things that the person named it names."""

    percent: int
    passages: list[PassageOut]
    named: list[str]
    not_named: list[str]
    whole: bool


class DraftOut(Schema):
    """Our words before they leave, and what stands against them now. `mirror` is null where it was not checked."""

    text: str
    version: int
    changed_at: datetime
    recipients: list[RecipientOut]
    checked: bool
    objections: list[ObjectionOut]
    said_meanwhile: list[str]
    mirror: MirrorOut | None


class AnswerIn(In):
    """`reason` where an objection stands and it is to leave all the same; `confirm` names recipients who are new."""

    reason: Annotated[str, Field(strict=True, max_length=1_000)] = ""
    confirm: Annotated[list[Mail], Field(max_length=20)] = []


class AnswerOut(Schema):
    post: str
    recipients: list[str]
    leaves_at: datetime
    checked: bool


class HandleOut(Schema):
    channel: str
    address: str
    name: str
    verified_at: datetime | None
    undeliverable_since: datetime | None


class PersonOut(Schema):
    id: str
    name: str
    language: str
    first_seen_at: datetime
    handles: list[HandleOut]


class PersonsOut(Schema):
    items: list[PersonOut]
    next: str | None


class QuarantineOut(Schema):
    """What came in and could not be read."""

    number: int
    channel: str
    reason: str
    detail: str
    size: int
    since: datetime
    tries: int
    resolved_at: datetime | None


class QuarantinesOut(Schema):
    items: list[QuarantineOut]
    next: str | None


class SendingOut(Schema):
    """One departure, on whose word it leaves, and what came of it."""

    id: str
    channel: str
    state: Literal["waiting", "delivered", "undelivered", "unknown", "dead", "withdrawn"]
    recipient: str
    approved_by: str
    notice: str
    case: int | None
    attempts: int
    not_before: datetime
    settled_at: datetime | None
    last_word: str


class SendingsOut(Schema):
    items: list[SendingOut]
    next: str | None


class FileIn(In):
    name: Line
    media_type: Annotated[str, Field(strict=True, max_length=120)] = "application/octet-stream"
    content: Annotated[str, Field(strict=True, description="The bytes in base64.")]


class ArrivalIn(In):
    """A word from outside. `id` makes a repeat the same event; `case` puts it into a case, as its person's own word."""

    id: Annotated[str, Field(strict=True, min_length=1, max_length=150, pattern=r"^[!-~]+$")]
    text: Words
    subject: MaybeLine = ""
    name: Annotated[str, Field(strict=True, max_length=120)] = ""
    mail: Mail = ""
    language: Literal["de", "en"] = "de"
    case: Annotated[StrictInt, Field(ge=1, le=BIGGEST)] | None = None
    files: Annotated[list[FileIn], Field(max_length=10)] = []


class ArrivalOut(Schema):
    """Kept, then read into a post of a case, or unreadable and in quarantine."""

    id: str
    state: Literal["kept", "read", "unreadable"]
    case: int | None
    post: str | None


class FactOut(Schema):
    """Something that happened. `by` names a colleague (staff:3), a person, or the system."""

    id: int
    kind: str
    at: datetime
    by: str
    things: list[str]


class FactsOut(Schema):
    """`next` is always there: ask it again later for what happened since."""

    items: list[FactOut]
    next: str


class NoteOut(Schema):
    """What of a question was not understood, and at which of its signs."""

    code: str
    at: int
    piece: str


class FoundOut(Schema):
    """One result. `id` belongs to a post, a heard word or an article, a case has its number; `case` is null for what is in none."""

    kind: Literal["case", "post", "heard", "article"]
    id: str | None
    case: int | None
    at: datetime
    title: str
    snippet: str
    channel: str
    author: str
    language: str
    state: Literal["open", "closed"] | None
    url: str


class SearchOut(Schema):
    """`behind` counts what the index has not read yet; while it is `filling`, older things may be missing."""

    items: list[FoundOut]
    next: str | None
    notes: list[NoteOut]
    behind: int
    filling: bool


class WatchOut(Schema):
    """A question to everything that is heard, in the watch language."""

    id: str
    name: str
    query: str
    opens_cases: bool
    made_at: datetime
    changed_at: datetime
    paused_at: datetime | None
    too_many_at: datetime | None


class WatchesOut(Schema):
    items: list[WatchOut]
    next: str | None


WatchName = Annotated[str, Field(strict=True, min_length=1, max_length=120, pattern=r"\S")]
WatchQuery = Annotated[str, Field(strict=True, min_length=1, max_length=MOST_SIGNS, pattern=r"\S")]
YesOrNo = Annotated[bool, Field(strict=True)]


class WatchIn(In):
    """`opens_cases`: what it matches becomes a case by itself; that needs cases:write as well."""

    name: WatchName
    query: WatchQuery
    opens_cases: YesOrNo = False


class WatchChangeIn(In):
    """What is left out stays as it is."""

    name: WatchName | None = None
    query: WatchQuery | None = None
    opens_cases: YesOrNo | None = None
    paused: YesOrNo | None = None


class HeardOut(Schema):
    """A public word that a watch matched; `case` and `post` where it became one. `answers` names the word before it."""

    id: str
    network: str
    author: str
    author_name: str
    text: str
    language: str
    url: str
    at: datetime
    heard_at: datetime
    edited_at: datetime | None
    answers: str
    repeats: str
    marks: list[str]
    case: int | None
    post: str | None


class HeardsOut(Schema):
    items: list[HeardOut]
    next: str | None


class ArticleOut(Schema):
    """What we know in writing, as version `version` says it: the `published` one, or the newest where none counts.
    `look_again_on` is its date of doubt; sources are addresses, names, or "post:ID".
    """

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
    look_again_on: date | None
    made_at: datetime
    changed_at: datetime


class ArticlesOut(Schema):
    items: list[ArticleOut]
    next: str | None


class MeOut(Schema):
    """The token and the colleague behind it."""

    token: str
    name: str
    scopes: list[str]
    expires_at: datetime
    colleague: ColleagueOut
    requests_per_minute: int
