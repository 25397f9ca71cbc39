"""The objection check: a draft held against what this person was told. Plain Python over plain values.

Two sentences clash when they speak of the same matter and say another date, another sum, or the opposite. It prefers
silence to a false alarm: no matter in common, no objection. docs/objections.md lists what is and is not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from eyelevel.kernel import text as texts
from eyelevel.word import amounts, dates, lexicon

MOST_READ = 20_000  # signs of a draft that are checked; beyond it the page says so
MOST_SENTENCES = 200

TOO_BROAD = frozenset({"price"})  # everything has a price: another word in common is needed

Kind = Literal["date", "weekday", "amount", "status"]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Something we said before: to whom does not matter here, the caller has chosen."""

    id: str
    text: str
    said_at: datetime
    channel: str = ""
    by: str = ""
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence of ours and what it commits to."""

    start: int
    end: int
    text: str
    matters: frozenset[str]
    words: frozenset[str]
    statuses: frozenset[tuple[str, bool]]
    dates: tuple[dates.DateMention, ...]
    amounts: tuple[amounts.Amount, ...]


@dataclass(frozen=True, kw_only=True)
class Objection:
    """An old sentence that stands against a new one, with the words that clash."""

    kind: Kind
    draft_start: int
    draft_end: int
    draft_sentence: str
    new_words: str
    old_sentence: str
    old_words: str
    statement_id: str


_QUOTED = re.compile(r"^\s*>")
_ASKED = re.compile(r"\?\s*[\"'”»)]*$")
_THEIRS = re.compile(
    r"^(?:bitte\b|please\b|(?:sie|du)\s+(?:müssen|können|sollten|haben\s+uns|schrieben|teilten)\b|you\s+(?:must|can|may|should|wrote|told|said)\b)",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"\b(?:anders\s+als|entgegen\s+(?:unserer|der|meiner)|(?:ich|wir)\s+(?:korrigier|berichtig)|korrektur\b|statt\s+(?:wie|am|montag|dienstag|"
    r"mittwoch|donnerstag|freitag|samstag|sonntag)|nicht\s+mehr\s+wie\s+(?:zugesagt|angekündigt)|unlike\s+what|contrary\s+to\s+what"
    r"|(?:we|i)\s+(?:correct|have\s+to\s+correct)|correction\b|instead\s+of\s+(?:monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|the)|was\s+(?:wrong|a\s+mistake|falsch|ein\s+(?:fehler|irrtum)|nicht\s+richtig)|war\s+(?:falsch|ein\s+(?:fehler|irrtum)|nicht\s+richtig))",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:(?:haben|hatten|hatte|habe)\b[^.!?]*\b(?:zugesagt|versprochen|angekündigt|mitgeteilt|geschrieben|gesagt)"
    r"|(?:we|i)\s+(?:had\s+)?(?:promised|told\s+you|said|announced|wrote))",
    re.IGNORECASE,
)


def too_long(draft: str) -> bool:
    """Is there more text than is checked? Then the page says that the rest is not checked."""
    return len(draft) > MOST_READ


def objections(
    draft: str, *, now: datetime, earlier: Sequence[Statement], limit: int = 5
) -> tuple[Objection, ...]:
    """What of `earlier` stands against the draft, at most `limit`, newest statement first for each sentence."""
    shown = texts.visible(draft[:MOST_READ])
    new = claims_of(shown, said_at=now)
    if _CORRECTED.search(shown) or not new:
        new = tuple(claim for claim in new if not _openly_corrected(shown, claim))
    old = [(statement, claim) for statement in earlier for claim in _old_claims(statement)]
    found: list[Objection] = []
    for claim in new:
        for statement, before in old:
            for clash in _clashes(claim, before):
                if not _known(found, claim, clash):
                    found.append(_objection(clash, claim, before, statement))
    return tuple(found[:limit])


def _known(found: Sequence[Objection], claim: Claim, clash: tuple[Kind, str, str]) -> bool:
    """One sentence meets each old wording once."""
    return any(
        one.draft_start == claim.start and one.kind == clash[0] and one.old_words == clash[2] for one in found
    )


def _old_claims(statement: Statement) -> tuple[Claim, ...]:
    return claims_of(texts.visible(statement.text[:MOST_READ]), said_at=statement.said_at)


def _openly_corrected(draft: str, claim: Claim) -> bool:
    """An announced correction covers its own sentence and its neighbours."""
    around = draft[max(0, claim.start - 160) : claim.end + 160]
    return bool(_CORRECTED.search(around))


@lru_cache(maxsize=4_096)
def claims_of(shown: str, *, said_at: datetime) -> tuple[Claim, ...]:
    """The claims of a text as a reader sees it: our statements, not questions, quotes or the reader's duties."""
    return tuple(_claims(shown, said_at))


def _claims(shown: str, said_at: datetime) -> Iterator[Claim]:
    for span in texts.sentences(_without_quotes(shown), MOST_SENTENCES):
        if _ASKED.search(span.text) or _THEIRS.search(span.text):
            continue
        folded = texts.folded(span.text)
        found_dates = tuple(one for one in dates.find(span.text, said_at=said_at) if one.dated)
        found_amounts = amounts.find(span.text)
        statuses = lexicon.statuses(folded)
        if found_dates or found_amounts or statuses:
            yield Claim(
                start=span.start, end=span.end, text=span.text, matters=lexicon.matters(folded),
                words=lexicon.content_words(folded), statuses=statuses,
                dates=() if _REPORTED.search(span.text) else found_dates, amounts=found_amounts,
            )  # fmt: skip


def _without_quotes(shown: str) -> str:
    """Quoted lines keep their length (as blanks), so that places stay right."""
    lines = shown.split("\n")
    return "\n".join(" " * len(line) if _QUOTED.match(line) else line for line in lines)


def _clashes(new: Claim, old: Claim) -> Iterator[tuple[Kind, str, str]]:
    """Each kind of clash with the new and the old words."""
    status = _other_status(new, old)
    if status is not None:
        yield status
    if _same_matter(new, old):
        yield from (one for one in (_other_date(new, old), _other_amount(new, old)) if one is not None)


def _same_matter(new: Claim, old: Claim) -> bool:
    common = len(new.words & old.words)
    if new.matters and old.matters:
        shared = new.matters & old.matters
        return bool(shared - TOO_BROAD) or bool(shared and common)
    return common >= 2


def _other_status(new: Claim, old: Claim) -> tuple[Kind, str, str] | None:
    for name, holds in sorted(new.statuses):
        if (name, not holds) in old.statuses and (lexicon.alone(name) or _same_matter(new, old)):
            return "status", lexicon.words_for(name, new.text), lexicon.words_for(name, old.text)
    return None


def _other_date(new: Claim, old: Claim) -> tuple[Kind, str, str] | None:
    if not new.dates or not old.dates:
        return None
    if any(_agree(one, other) for one in new.dates for other in old.dates):
        return None
    one, other = new.dates[0], old.dates[0]
    return ("weekday" if one.weekday and other.weekday else "date"), one.text, other.text


def _agree(one: dates.DateMention, other: dates.DateMention) -> bool:
    """Could both be true? Deadlines agree when they end together; a moment agrees with a period that holds it."""
    if one.ends is None or other.ends is None:
        return True
    if one.begins is None or other.begins is None:
        if one.begins is None and other.begins is None:
            return one.ends == other.ends or _loosely_equal(one.ends, other.ends)
        moment, until = (one, other) if other.begins is None else (other, one)
        return moment.begins is not None and until.ends is not None and moment.begins <= until.ends
    return one.begins <= other.ends and other.begins <= one.ends


def _loosely_equal(one: datetime, other: datetime) -> bool:
    """The same day, one of them without an hour."""
    day_end = dates.DAY_END
    return one.date() == other.date() and day_end in {one.time(), other.time()}


def _other_amount(new: Claim, old: Claim) -> tuple[Kind, str, str] | None:
    if not new.amounts or not old.amounts:
        return None
    said = {(one.value, one.currency) for one in old.amounts}
    currencies = {one.currency for one in old.amounts}
    comparable = [one for one in new.amounts if one.currency in currencies]
    fresh = [one for one in comparable if (one.value, one.currency) not in said]
    if not fresh or len(fresh) < len(comparable):
        return None
    return "amount", fresh[0].text, old.amounts[0].text


def _objection(clash: tuple[Kind, str, str], new: Claim, old: Claim, statement: Statement) -> Objection:
    kind, new_words, old_words = clash
    return Objection(
        kind=kind, draft_start=new.start, draft_end=new.end, draft_sentence=new.text, new_words=new_words,
        old_sentence=old.text, old_words=old_words, statement_id=statement.id,
    )  # fmt: skip
