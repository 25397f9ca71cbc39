"""Days and periods as people name them, in German and English: which days are meant, and whether they are a deadline.

Each recogniser is one pattern and one function from its match to (first day, last day). The rules stand in docs/dates.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from eyelevel.word.day_phrases import RECOGNISERS
from eyelevel.word.periods import Days, Now


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A named day or period: text[start:end]. Without `first` and `last` it is named, but cannot be read for sure."""

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    deadline: bool = False  # anything up to `last`
    weekday: bool = False
    from_today: bool = False  # a weekday that may mean today
    opens: bool = False  # "from Tuesday": begins then
    before: bool = False  # "before Friday": the day before, unless an hour is named
    part: str = ""  # the part of the day in one word with it ("Freitagvormittag")


_DEADLINE = re.compile(
    r"\b(?:bis|spätestens|spät\.|by|until|till|no\slater\sthan|not\slater\sthan|latest|within|innerhalb|binnen|zum|zur|deadline|vor|before|ahead\sof|prior\sto)"
    r"\s(?:spätestens\s|spät\.\s|einschließlich\s|zum\s|zu\s|zur\s|am\s|den\s|dem\s|the\s|on\s|at\sthe\slatest\s|der\s|latest\s|jedoch\s|aber\s|kommenden\s|nächsten\s)*$",
    re.IGNORECASE,
)
_DEADLINE_WITHIN = re.compile(
    r"^(?:bis|zum|by|until|before|vor|noch\svor|rechtzeitig|in\stime)\b", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\b(?:vor|before|ahead\sof|prior\sto)\s(?:dem\s|the\s|next\s|kommendem\s)*$", re.IGNORECASE
)
_OPENS = re.compile(r"\b(?:ab|von|from|as\sof|starting)\s(?:dem\s|the\s|on\s)*$", re.IGNORECASE)


def phrases(text: str, *, today: date, late: bool = False, after: date | None = None) -> Iterator[Phrase]:
    """All named days of a text in the order of their places; of two that overlap, the longer one.

    `late`: sent so late in the day that a weekday of today means the next; `after`: the day of an earlier promise.
    """
    now = Now(today=today, late=late, after=after)
    raw = [(match, read, kind) for kind, pattern, read in RECOGNISERS for match in pattern.finditer(text)]
    raw.sort(key=lambda one: (one[0].start(), -len(one[0][0])))
    held: Phrase | None = None
    for match, read, kind in raw:
        if held is not None and match.start() < held.end:
            continue
        phrase = _phrase(match, read, kind, now, text)
        if phrase is None:
            continue
        if (
            held is not None
            and held.weekday
            and kind == "date"
            and _NAMED_TWICE.match(text[held.end : phrase.start])
        ):
            phrase = replace(phrase, start=held.start, text=text[held.start : phrase.end], deadline=held.deadline or phrase.deadline,
                             before=held.before, part=held.part)  # fmt: skip
        elif held is not None:
            yield held
        held = phrase
    if held is not None:
        yield held


_NAMED_TWICE = re.compile(
    r"^\.?,?\s?(?:(?:den|dem|der|the)\s)?$", re.IGNORECASE
)  # "Freitag, den 27. November"


def _phrase(
    match: re.Match[str], read: Callable[[re.Match[str], Now], Days], kind: str, now: Now, text: str
) -> Phrase | None:
    found = read(match, now)
    place = {"start": match.start(), "end": match.end(), "text": match[0]}
    if found is None:
        return Phrase(**place, first=None, last=None) if kind in {"date", "odd"} else None  # type: ignore[arg-type] # a place has two numbers and a text
    first, last = found
    lead = text[max(0, match.start() - 34) : match.start()]
    before = bool(_BEFORE.search(lead)) and kind in {"weekday", "date", "period", "relative"}
    deadline = (
        bool(_DEADLINE.search(lead)) or bool(_DEADLINE_WITHIN.match(match[0])) or kind in {"span", "edge"}
    )
    return Phrase(
        **place, first=first, last=last, deadline=deadline or before or _is_edge(match), weekday=kind == "weekday",  # type: ignore[arg-type] # as above
        from_today=kind == "weekday" and not _strict(match), opens=bool(_OPENS.search(lead)), before=before,
        part=(match.groupdict().get("partofday") or "").lower(),
    )  # fmt: skip


def is_deadline(lead: str) -> bool:
    """Do the words before a time make it a deadline ("bis", "by")?"""
    return bool(_DEADLINE.search(lead))


def _is_edge(match: re.Match[str]) -> bool:
    """The middle or the end of something is a deadline, its beginning a window."""
    part = (
        match.groupdict().get("part") or match.groupdict().get("part2") or match.groupdict().get("edge") or ""
    )
    return part.lower().startswith(("mit", "mid", "wochenm", "end", "the mid", "the end", "jahresende"))


def _strict(match: re.Match[str]) -> bool:
    return bool(match.groupdict().get("strict") or match.groupdict().get("later"))
