"""The objection check: a draft held against what this person was told. Plain Python over plain values.

Two sentences clash when they speak of the same matter and cannot both be true. It prefers silence to a false alarm: no
matter in common, no objection. docs/objections.md lists what is and is not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from eyelevel.kernel import text as texts
from eyelevel.word import clashes, evidence, reach, signals, weighing
from eyelevel.word.claims import Claim, claims_of
from eyelevel.word.comparing import Clash, Kind
from eyelevel.word.reach import Near

NEIGHBOURHOOD = 160  # signs around a sentence in which an announced correction may stand
NAMES_NOTHING = 2  # words with matter: "that was a mistake of ours"
MOST_COMPARED = 20_000  # pairs of sentences, a second or two; a letter against 500 answers has some thousands
MOST_READ = 20_000  # signs of a draft that are checked; beyond it the page says so

# Kinds whose precision on the tuning half of bench/corpora/contradictions.jsonl is below 0.9: not checked in what ships.
SWITCHED_OFF: frozenset[Kind] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Something we said before: to whom does not matter here, the caller has chosen."""

    id: str
    text: str
    said_at: datetime
    channel: str = ""
    by: str = ""
    where: str = ""
    near: Near = "person"


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
    near: Near = "person"


_CORRECTED = re.compile(
    r"\b(?:anders\s+als|entgegen\s+(?:unserer|der|meiner|dem|meinem|unserem)|(?:ich|wir)\s+(?:\w+\s+){0,3}(?:korrigier|berichtig)|korrektur\b|berichtig|richtigstell|planänderung|"
    r"statt\s+(?:wie|am|an|im|in|der|des|den|dem|bisher|\d|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|nicht\s+mehr\s+(?:wie|am|im|in|bei)\b|nicht\s+länger\b|abweichend\s+von|anstatt|(?:früher|vorher|zuvor|bisher|zunächst|ursprünglich)\s+(?:\w+\s+){0,3}(?:genannt|angegeben|mitgeteilt|gesagt|geschrieben|geplant|zugesagt)\w*|neuer\s+stand|nun\s+doch|(?:kann|klappt|geht|können)\s+[^.!?]{0,40}\bdoch\s+nicht|nach\s+hinten\s+schieben|richtig\s+(?:ist|sind|wäre|wären)\b|jetzt\s+doch|leider\s+doch|verlängert\s+(?:worden|sich|bis)|update:|"
    r"(?:verlegen|verlegt|verschieben|verschoben|verschiebt|verschob|umgelegt|umgezogen|vorverlegt|vorgezogen|verzögert\s+sich|sich\s+verzögert)\b|neu\s+ist\b|neue[rsn]?\s+(?:termin|preis|ort|treffpunkt|datum|stand)\b|"
    r"geändert\b|ändert\s+sich|ändern\s+(?:den|die|das|ihren|wir)|(?:hat|haben)\s+sich\s+(?:\w+\s+){0,4}(?:erhöht|verteuert|verringert|verschoben|geändert|ergeben|verzögert|herausgestellt)|"
    r"müssen\s+(?:\w+\s+){0,6}(?:absagen|ändern|zurücknehmen|umplanen)|(?:mich|uns|mir|haben)\s+(?:\w+\s+){0,3}(?:geirrt|vertan|verrechnet|verzählt|verschrieben|verlesen|verguckt)|verwechselt|"
    r"(?:falschen?|falsche[rs]?|veraltete[rsn]?)\s+(?:tag|datum|preis|termin|ort|betrag|auskunft|angabe|zahl|uhrzeit|information|adresse)\w*|(?:stimmt|stimmte|stimmen|gilt|gelten)\s+(?:leider\s+|so\s+)?nicht(?:\s+mehr)?\b|"
    r"doch\s+(?:nicht|nur|erst|schon|noch)|(?:ein|unser|mein)\s+(?:fehler|irrtum|versehen)|versehentlich|irrtümlich|fälschlich|überholt\b|"
    r"unlike\s+what|should\s+have\s+been|was\s+a\s+(?:slip|typo)|push\s+[^.!?]{3,40}\s+back|after\s+all\b|got\s+(?:that|it|this|the\s+\w+)\s+wrong|(?:previously|originally|earlier|first)\s+(?:\w+\s+){0,2}(?:said|told|stated|announced|planned|quoted|promised)|(?:is|are|has\s+been|have\s+been)\s+(?:now\s+)?(?:delayed|extended|brought\s+forward)|update:|contrary\s+to|(?:we|i)\s+(?:\w+\s+){0,2}correct\b|correction\b|corrected\b|change\s+of\s+(?:plan|date|venue|place|time)|(?:ignore|disregard|scrap)\s+(?:my|our|the|what)|"
    r"instead\s+of|rather\s+than\s+(?:on|in|at|the|mon|tue|wed|thu|fri|sat|sun|£|€|\d)|(?:have|had|has|need|needed)\s+(?:had\s+)?to\s+(?:move|postpone|change|reschedule|bring\s+forward|put\s+(?:back|off)|push|raise|withdraw)|"
    r"(?:been|was|is|were|are)\s+(?:\w+\s+)?(?:moved|postponed|rescheduled|put\s+back|pushed\s+back|brought\s+forward|changed|delayed\s+(?:until|till|to|by)|raised)|has\s+slipped|rescheduled|postponed|(?:changed|moved)\s+(?:\w+\s+){0,4}from\b|"
    r"(?:has|have)\s+(?:since\s+)?(?:changed|moved|risen|gone\s+up)|after\s+all\b|no\s+longer\b|not\s+any\s?more|(?:i|we)\s+(?:was|were)\s+(?:wrong|mistaken)|(?:my|our)\s+(?:mistake|error|slip)\b|mistakenly|in\s+error|misread|miscounted|misinformed|"
    r"(?:wrong|incorrect|outdated)\s+(?:date|day|price|figure|place|time|number|information|amount)|(?:gave|told|sent)\s+you\s+(?:the\s+)?wrong|was\s+(?:wrong|a\s+mistake)|war\s+(?:falsch|ein\s+(?:fehler|irrtum)|nicht\s+richtig))",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Held:
    """What stands against a draft; `whole` is False where not everything was compared."""

    objections: tuple[Objection, ...]
    whole: bool


def too_long(draft: str) -> bool:
    """Is there more text than is checked? Then the page says that the rest is not checked."""
    return len(draft) > MOST_READ


def warm() -> None:
    """Read the dictionaries once (about a second), so that the first writer of the day does not wait for them."""
    now = datetime.now(UTC)
    for said in ("Ihre Bestellung kommt morgen an.", "Your order arrives tomorrow."):
        objections(said, now=now, earlier=[Statement(id="", text=said, said_at=now)])


def objections(
    draft: str, *, now: datetime, earlier: Sequence[Statement], limit: int = 5
) -> tuple[Objection, ...]:
    """What of `earlier` stands against the draft, at most `limit`, newest statement first for each sentence."""
    return held(draft, now=now, earlier=earlier, limit=limit).objections


def held(draft: str, *, now: datetime, earlier: Sequence[Statement], limit: int = 5) -> Held:
    """The same, and whether everything was compared: not where the draft is too long, or too much speaks of the same."""
    shown = texts.visible(draft[:MOST_READ])
    claims = claims_of(shown, said_at=now)
    new = [claim for claim in claims if not _openly_corrected(shown, claim, claims)]
    if not new:
        return Held(objections=(), whole=not too_long(draft))
    old = [
        (statement, claim) for statement in earlier for claim in _old_claims(statement) if _meet(new, claim)
    ]
    found: list[Objection] = []
    for claim in new[: max(1, MOST_COMPARED // max(1, len(old)))]:
        for statement, before in old[:MOST_COMPARED]:
            for clash in _clashes(claim, before, statement.near):
                one = _objection(clash, claim, before, statement)
                if not _known(found, one):
                    found.append(one)
            if len(found) >= limit:
                return Held(objections=tuple(found[:limit]), whole=not too_long(draft))
    return Held(objections=tuple(found), whole=not too_long(draft) and len(new) * len(old) <= MOST_COMPARED)


def _meet(new: Sequence[Claim], old: Claim) -> bool:
    """Is there anything in common at all? `around` holds the words of the whole draft, so its first claim tells."""
    return not new[0].around.isdisjoint(old.keys) or bool(clashes.alone(old))


def _clashes(new: Claim, old: Claim, near: Near) -> Iterator[Clash]:
    """One clash at most of two sentences: the likeliest of a kind that is switched on and concerns the reader."""
    if new.keys.isdisjoint(old.keys) and clashes.alone(new).isdisjoint(clashes.alone(old)):
        return  # no sign is likely where two sentences have nothing in common
    known = weighing.weights()
    likely = [
        (score, sign)
        for sign in signals.signs(new, old)
        if sign.kind not in SWITCHED_OFF
        and reach.counts(sign.kind, new, old, near)
        and (score := weighing.likelihood(evidence.of(sign, new, old), known))
        >= weighing.enough(sign.shown_by)
    ]
    if likely:
        yield max(likely, key=lambda one: one[0])[1].clash


def weighed(
    draft: str, now: datetime, said: str, said_at: datetime
) -> Iterator[tuple[signals.Sign, dict[str, float]]]:
    """All signs between a draft and one statement with their evidence, as the weights are learnt from them."""
    shown = texts.visible(draft[:MOST_READ])
    claims = claims_of(shown, said_at=now)
    for new in claims:
        if not _openly_corrected(shown, new, claims):
            for old in claims_of(texts.visible(said[:MOST_READ]), said_at=said_at):
                for sign in signals.signs(new, old):
                    yield sign, evidence.of(sign, new, old)


def _known(found: Sequence[Objection], new: Objection) -> bool:
    """One sentence meets each old wording once."""
    return any(
        one.draft_start == new.draft_start and one.kind == new.kind and one.old_words == new.old_words
        for one in found
    )


def _old_claims(statement: Statement) -> tuple[Claim, ...]:
    return claims_of(texts.visible(statement.text[:MOST_READ]), said_at=statement.said_at)


def _openly_corrected(draft: str, claim: Claim, claims: Sequence[Claim]) -> bool:
    """An announced correction covers its own sentence, and a neighbour of it that speaks of the same or where it names nothing."""
    begin = max(0, claim.start - NEIGHBOURHOOD)
    for match in _CORRECTED.finditer(draft, begin, claim.end + NEIGHBOURHOOD):
        where = next((one for one in claims if one.start <= match.start() < one.end), None)
        if where is None or where is claim or len(where.tokens) <= NAMES_NOTHING or where.keys & claim.keys:
            return True
    return False


def _objection(clash: Clash, new: Claim, old: Claim, statement: Statement) -> Objection:
    return Objection(
        kind=clash.kind, draft_start=new.start, draft_end=new.end, draft_sentence=new.text,
        new_words=new.text[slice(*clash.new)], old_sentence=old.text, old_words=old.text[slice(*clash.old)],
        statement_id=statement.id, near=statement.near,
    )  # fmt: skip
