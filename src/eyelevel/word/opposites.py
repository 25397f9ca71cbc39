"""The opposite of what was said: by the concepts of the vocabulary, by "not", by "none", by what is not done yet."""

from __future__ import annotations

import re

from eyelevel.word import matter, scope
from eyelevel.word.claims import Claim, Saying
from eyelevel.word.comparing import MOSTLY, REASONED, Clash, apart, conditional, matters, other_days, same

_BROAD = frozenset({"allowed", "exists", "needed", "accept", "done", "planned", "without", "winter", "fits"})

ALONE = frozenset({"complete", "readable"})  # clash even where no matter is named in common

_TWO_WAYS = frozenset({"complete", "readable"})  # statuses that do not simply move on

PENDING = re.compile(
    r"\b(?:muss noch|muessen noch|still has to|still have to|still needs|warten wir|wartet|before we can|have to wait|waiting on|still dark|erst (?:im|am|in|ab|naechste\w*|kommende\w*)|noch nicht|noch kein\w*|noch immer|immer noch|noch beim|noch in|noch bei uns|noch offen|noch zu|noch aus|wird noch|werden noch|liegt noch|warten noch|warten auf|wartet auf|muss erst|"
    r"muessen erst|erst noch|fehlt|fehlen|liegt uns nicht|liegt \w* ?nicht vor|not yet|yet to|hasn't|haven't|have not|has not|isn't|is still|are still|still waiting|still with|still has|waiting for|"
    r"waiting list|awaiting|will decide|wird geprueft|under review|starts on|next month|looking into|not been able|so far|abgelehnt|vergeben|warteliste|noch nichts|leaves us|is packed|kein eingang)\b"
)

_SETTLED = re.compile(
    r"\b(?:ist|sind|wurde|wurden|haben|hat|has been|have been|was|were|has|have|is|are|we've|it's|been|received|done|bereits|schon|da)\b|^(?!.*\b(?:wird|werden|will|shall)\b).*\w+(?:t|ed|en)\b"
)


def saying(new: Claim, old: Claim) -> Clash | None:
    """The opposite of what was said, by the concepts of the vocabulary."""
    for one in new.sayings:
        for other in old.sayings:
            if one.name == other.name and one.holds != other.holds and _opposed(new, one, old, other):
                return Clash(one.kind, (one.start, one.end), (other.start, other.end))  # type: ignore[arg-type] # the vocabulary names kinds
    return None


def _opposed(new: Claim, one: Saying, old: Claim, other: Saying) -> bool:
    """Do two opposite sayings speak of the same matter, at the same time, under the same conditions?"""
    if _both(new, one.name) or _both(old, one.name) or _moved_on(new, one):
        return False
    if one.name in ALONE:
        return True
    other_time = one.kind != "status" and (other_days(new, old) or REASONED.search(new.line))
    if other_time or apart(new, old) or conditional(new, old, one.name) or scope.other_subject(new, old):
        return False
    shared = matter.common(new, old, both=([(one.start, one.end)], [(other.start, other.end)]))
    return not shared.rivals and _enough(new, one, old, other, shared.weight)


def _moved_on(new: Claim, one: Saying) -> bool:
    """Has it only become so since?"""
    if one.kind == "status" and one.name not in _TWO_WAYS:
        return one.holds or new.progress
    return one.holds and new.progress


def _enough(new: Claim, one: Saying, old: Claim, other: Saying, weight: float) -> bool:
    """Is enough matter in common for this concept? More is asked of small words like "can"."""
    if one.name == "open" and scope.same_day_named(new, old):
        return True
    if one.name == "allowed" and (_is_modal(new, one) or _is_modal(old, other)):
        few, many = sorted((matters(new), matters(old)))
        return weight >= max(1.5, MOSTLY * many) or 1 <= few <= weight
    return weight >= (1.5 if one.name in _BROAD - {"allowed"} else 1)


def _is_modal(claim: Claim, saying: Saying) -> bool:
    return claim.text[saying.start : saying.end].lower() in {
        "können",
        "kann",
        "könnt",
        "dürfen",
        "darf",
        "can",
        "may",
        "cannot",
        "can't",
        "able to",
    }


def _both(claim: Claim, name: str) -> bool:
    return len({one.holds for one in claim.sayings if one.name == name}) == 2


def negation(new: Claim, old: Claim) -> Clash | None:
    """The same said with "not" and without."""
    if bool(new.denied) == bool(old.denied) or apart(new, old) or conditional(new, old):
        return None
    shared = matter.common(new, old)
    if shared.weight < 2 or shared.rivals or (old.denied and new.progress) or other_days(new, old):
        return None
    if (
        scope.other_subject(new, old)
        or shared.weight < MOSTLY * max(len(new.tokens), len(old.tokens))
        or REASONED.search(new.line)
    ):
        return None
    pending = bool(PENDING.search(old.line))
    if pending:
        return None
    return Clash("yes_no", (0, len(new.text)), (0, len(old.text)))


_NONE = re.compile(
    r"\b(?:kein\w*|no|not any|n't (?:\w+ )?any|no more|nobody)\b|\b(?:nicht|n't|not|won't) (?:geben|be an?|fuehren|be any)\b|\bfuehren wir nicht\b"
)

_THERE = re.compile(
    r"\b(?:haben|hat|gibt|findet|liefert|fuehren|bieten|verkaufen|auch|noch|there is|there are|there's|have|has|stock|sell|offer|do|run|is on|are on|made|available)\b"
)


def none(new: Claim, old: Claim) -> Clash | None:
    """What is there, and what is not."""
    none = _NONE.search(new.line)
    if none is None or old.denied or not _THERE.search(old.line) or REASONED.search(new.line):
        return None
    if apart(new, old) or conditional(new, old) or other_days(new, old) or scope.other_subject(new, old):
        return None
    shared = matter.common(new, old)
    few = min(matters(new), matters(old))
    if shared.rivals or shared.nouns < 1 or shared.weight < max(1, MOSTLY * few):
        return None
    return Clash("yes_no", (0, len(new.text)), (0, len(old.text)))


def status(new: Claim, old: Claim) -> Clash | None:
    """What was done is not done yet."""
    waits = PENDING.search(new.line)
    words = old.line
    if waits is None or PENDING.search(words) or old.denied or not _SETTLED.search(words):
        return None
    if not same(new, old, least=1.5 if new.language == "de" else 2) or apart(new, old):
        return None
    return Clash("status", (0, len(new.text)), (0, len(old.text)))
