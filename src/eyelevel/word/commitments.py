"""Which clauses of an answer commit us to something, in German and English. Plain Python; docs/promises.md has the rules.

The draft is read as its reader sees it (`reading`), cut into clauses (`clauses`), each clause is asked for a reason why it is
no promise (`refusing`), for the words that commit us (`promising`), for its due time (`when`) and its kind (`kinds`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eyelevel.word import clauses, promising, reading, refusing, when
from eyelevel.word.clauses import IF
from eyelevel.word.kinds import Kind, kind_of
from eyelevel.word.listed import any_of
from eyelevel.word.when import BERLIN, When

MOST_READ = 200_000  # signs of a draft that are read
MOST_AHEAD = timedelta(days=280)  # a day without a year that would be later is one of the past


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One promise as written: text[start:end], what it promises and by when. `due_to` None: no date is named."""

    start: int
    end: int
    text: str
    kind: Kind
    due_from: datetime | None
    due_to: datetime | None
    conditional: bool


_ASKED = re.compile(r"\?\s*[\"'”»)]*$")


def find(text: str, *, sent_at: datetime, zone: str = BERLIN) -> tuple[Commitment, ...]:
    """The promises in an answer that is sent at `sent_at` (aware). Quotes of others do not count."""
    draft = text[:MOST_READ]
    read = reading.of(draft)

    def times(words: str) -> list[tuple[int, int]]:
        return [
            (one.start, one.end) for one in when.find(words, said_at=sent_at, zone=zone, after=sent_at.date())
        ]

    found: list[Commitment] = []
    after: date | None = None
    promised_in = -9  # the number of the last sentence that promised
    for clause in clauses.clauses(read.text, asked=_ASKED, times=times):
        words = clause.text + ("." if read.text[clause.end : clause.end + 1] == "." else "")
        judged = _Judged(words, sent_at=sent_at, zone=zone, after=after)
        after = judged.last_day or after
        if not judged.is_promise(
            same=promised_in == clause.sentence, near=promised_in >= clause.sentence - 1
        ):
            continue
        promised_in = clause.sentence
        chosen = judged.chosen()
        start, end = read.span(clause.start, clause.end)
        found.append(
            Commitment(
                start=start, end=end, text=draft[start:end], kind=kind_of(judged.main), conditional=judged.conditional,
                due_from=chosen.due_from if chosen else None, due_to=chosen.due_to if chosen else None,
            )
        )  # fmt: skip
    return tuple(found)


_UPON = re.compile(
    r"\b(?:bei|nach|mit|vorbehaltlich)\s+(?:\w+\s+){0,2}(?:freigabe|erfolg\w*|zustimmung|eingang|erhalt|genehmigung|zahlungseingang|verfügbarkeit|annahme|rücksendung|eintreffen|vorlage|positive\w*|freischaltung|rückkehr|abschluss)\b"
    r"|\b(?:up)?on\s+(?:receipt|approval|acceptance|arrival|confirmation)\b|\bafter\s+(?:receipt|approval)\b|\bpending\b|\bsubject\s+to\b|\bim\s+fall\w*\b|\bfollowing\s+(?:receipt|approval)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(IF, re.IGNORECASE)
_CONDITIONAL_PART = re.compile(
    rf"{IF}[^,;.]*?(?:,|$|[;.]|(?=\b(?:we|i|it|you|he|she|they)(?:['’]ll|\s+will)\b))", re.IGNORECASE
)
_ANYWAY = re.compile(
    any_of("""
    spätestens jedoch | spätestens aber | jedoch spätestens | aber spätestens | in jedem fall | auf jeden fall
    jedenfalls | ohnehin | so oder so | but by | but no later | but at the latest | but in any | in any case
    in any event | at the latest | either way | regardless
"""),
    re.IGNORECASE,
)
_STATE = re.compile(
    any_of("""
    abholbereit | *fertig | bereit | verfügbar | fertig | freigeschaltet | nutzbar | abgeholt | abholen | online
    abrufbar | einsehbar | startklar | available | ready | active | live | collect | collected | pick up | unlocked
    waiting for you
"""),
    re.IGNORECASE,
)
# What stands before a date that no longer holds: "statt Montag", "nicht am Montag, sondern ...".
_NO_LONGER = re.compile(
    r"\b(?:anders\s+als|unlike|contrary\s+to|statt|anstatt|anstelle|instead\s+of|rather\s+than|nicht|not|ursprünglich\w*|originally|vom|dated|(?:letter|complaint|mail|order|message|invoice|call)\s+of)\s+"
    r"(?:(?:wie|as)\s+\w+\s+)?(?:(?:am|zum|im|in|on|dem|den|der|the|by|bis|erst|only|until|zugesagten|geplanten)\s+){0,3}$",
    re.IGNORECASE,
)
# A span that starts with the condition: "innerhalb von 3 Tagen".
_FROM_THEN = re.compile(r"^(?:in|innerhalb|binnen|within|innert|nach)\b|^\w+\s(?:bis|to|-|–)\s\w+\s|am\s+selben|same\s+day", re.IGNORECASE)  # fmt: skip


# After a promise in the same sentence, a verb at the beginning is ours: "... und sag dir dann Bescheid", "and send it on".
_GOES_ON = re.compile(r"^\W*(?!bitte|please)[a-zäöü]", re.IGNORECASE)


# "innerhalb von sechs Wochen nach Vertragsende": it counts from an event whose day is not told.
_AFTER_EVENT = re.compile(
    r"^\s+(?:nach|ab|after|of|following|from)\s+(?!now|today|heute|jetzt|sofort|hand)", re.IGNORECASE
)


class _Judged:
    """One clause with what was found in it."""

    def __init__(self, words: str, *, sent_at: datetime, zone: str, after: date | None) -> None:
        state = bool(_STATE.search(words))
        times = when.find(words, said_at=sent_at, zone=zone, after=after, state=state)
        dropped = [one for one in times if _NO_LONGER.search(words[: one.start])]
        self.words = _without(words, dropped)
        self.times = [one for one in times if one not in dropped]
        self.ahead = [one for one in self.times if _lies_ahead(one, sent_at)]
        self.from_event = [
            one
            for one in self.ahead
            if _FROM_THEN.search(one.text) and _AFTER_EVENT.match(self.words[one.end :])
        ]
        upon = bool(_UPON.search(self.words))
        self.conditional = (upon or bool(_CONDITION.search(self.words))) and not _ANYWAY.search(self.words)
        self.main = _CONDITIONAL_PART.sub(" ", self.words)
        self.last_day = max((one.first for one in self.ahead if one.first is not None), default=None)

    def is_promise(self, *, same: bool, near: bool) -> bool:
        """`same`: a clause before it in the same sentence is a promise; `near`: that or the sentence before."""
        if self.times and not self.ahead:
            return False
        if refusing.reason(self.words, self.main, goes_on=same and bool(_GOES_ON.search(self.words))):
            return False
        dated = any(one.due_to is not None or one.text[:1].isdigit() for one in self.ahead)
        return promising.commits(
            self.main,
            dated=dated,
            hasty=bool(self.ahead) and not dated,
            past=refusing.is_past(self.main),
            follows=same,
            near=near or self.conditional,
        )

    def chosen(self) -> When | None:
        """The time by which it is due: the one at the latest where one is said to be, else the first."""
        dated = [one for one in self.ahead if one.due_to is not None and one not in self.from_event]
        if self.conditional:
            dated = [one for one in dated if not _FROM_THEN.search(one.text) and not self._in_condition(one)]
        if not dated:
            return None
        anyway = _ANYWAY.search(self.words)
        behind = [one for one in dated if anyway is not None and one.end >= anyway.start()]
        return behind[-1] if behind else dated[0]

    def _in_condition(self, one: When) -> bool:
        return any(
            match.start() <= one.start < match.end() for match in _CONDITIONAL_PART.finditer(self.words)
        )


def _lies_ahead(one: When, sent_at: datetime) -> bool:
    """Of a day without a year that is only just over, people speak in retrospect: "am 12.10. gebucht"."""
    if one.due_to is None:
        return True
    far = one.due_to > sent_at + MOST_AHEAD and not re.search(r"\d{4}|jahr|year", one.text, re.IGNORECASE)
    return one.due_to >= sent_at and not far


def _without(words: str, dropped: Sequence[When]) -> str:
    """The clause with dates that no longer hold, and the word that takes them back, as blanks."""
    for one in dropped:
        lead = _NO_LONGER.search(words[: one.start])
        begin = lead.start() if lead else one.start
        words = words[:begin] + " " * (one.end - begin) + words[one.end :]
    return words
