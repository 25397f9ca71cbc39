"""What of an answer is its own substance: not the greeting, not the closing and signature, not what is quoted."""

from __future__ import annotations

import re
from functools import lru_cache

from eyelevel.word import reading
from eyelevel.word.reading import Reading

MOST_GREETING = 8  # words up to the comma: "Sehr geehrte Frau Dr. von der Heide,"
MOST_AFTER_CLOSING = 15  # lines of name, firm and address
LONGEST_END = 1_500  # signs in which a closing is looked for
_GREETING = re.compile(
    r"\s*(?:sehr\s+geehrte[rs]?|sehr\s+verehrte[rs]?|liebe[rs]?|hallo|hi|hey|moin(?:\s+moin)?|servus|grüezi|grüß\s+gott|guten?\s+"
    r"(?:tag|morgen|abend)|dear|hello|good\s+(?:morning|afternoon|evening|day))\b[^,!\n.:;–]*(?:[,!:–]|(?=\n)|\Z)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?<=\n)|(?<=[.!?] ))[ \t]*(?:mit\s+(?:freundlichen?|besten|lieben|herzlichen|vielen|schönen|sonnigen)\s+gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:viele|liebe|beste|herzliche|freundliche|schöne|sonnige)\s+gr(?:ü|ue)(?:ß|ss)e|freundlichst|hochachtungsvoll|mfg|lg|vg"
    r"|(?:with\s+)?(?:best|kind|kindest|warm|warmest|many)\s+regards|regards|best\s+wishes|all\s+the\s+best|cheers"
    r"|yours\s+(?:sincerely|faithfully|truly)|sincerely(?:\s+yours)?)\b",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"(?m)^(?:-- ?|—)$")
_SENTENCE = re.compile(r"[^\W\d_]{2,}[.!?](?:\s|$)")


@lru_cache(maxsize=16)  # a draft is looked at twice on every pause, the letter beside it again and again
def of(answer: str) -> Reading:
    """The answer as its reader sees it, with blanks where it is no substance of ours. Places stay those of the answer."""
    seen = reading.of(answer)
    text = _without_greeting(_without_end(seen.text))
    return Reading(text, seen.places)


def _without_greeting(text: str) -> str:
    greeting = _GREETING.match(text)
    if greeting is None or len(greeting[0].split()) > MOST_GREETING:
        return text
    return _blank(text, greeting.start(), greeting.end())


def _without_end(text: str) -> str:
    """Cut at a closing if what follows looks like names and an address, or at the line that mail programs draw."""
    near = max(0, len(text) - LONGEST_END)
    for match in (*_DELIMITER.finditer(text, near), *_CLOSING.finditer(text, near)):
        rest = text[match.end() :]
        lines = [line.strip() for line in rest.split("\n")[1:] if line.strip()]
        drawn = match[0].strip() in {"--", "—"}
        if len(lines) <= MOST_AFTER_CLOSING and (drawn or not any(_is_sentence(line) for line in lines)):
            return _blank(text, match.start(), len(text))
    return text


def _is_sentence(line: str) -> bool:
    return len(line.split()) >= 6 and bool(_SENTENCE.search(line))


def _blank(text: str, start: int, end: int) -> str:
    """Line breaks stay, so that a sentence does not reach over the gap."""
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
