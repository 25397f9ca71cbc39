"""The new words of a reply, without the history below it. The full text is always kept beside them.

Our own scan for the shapes of German and English mail programs; linear, line by line. Where it would leave nothing,
everything is kept: a word too many is read over, a word too few is lost.
"""

from __future__ import annotations

import re

_INTRO = re.compile(
    r"^(?:(?:Am|On|Le|El)\b.{3,200}\b(?:schrieb|wrote|schreef|a écrit|escribió)\b.{0,120}:?\s*$"
    r"|.{0,80}<[^<>\s]+@[^<>\s]+>\s*(?:schrieb|wrote)\b.{0,80}:?\s*$"
    r"|\d{4}-\d{2}-\d{2}.{0,120}<[^<>\s]+@[^<>\s]+>:?\s*$)",
    re.IGNORECASE,
)
_INTRO_BEGINS = re.compile(r"^(?:Am|On)\b.{3,200}$", re.IGNORECASE)
_INTRO_ENDS = re.compile(r"(?:schrieb|wrote)\b.{0,120}:\s*$", re.IGNORECASE)
_RULE = re.compile(
    r"^\s*(?:-{2,}\s*(?:Ursprüngliche Nachricht|Original(?:-| )?Nachricht|Original Message|Weitergeleitete Nachricht|Forwarded message"
    r"|Originalnachricht|Antwort oben einfügen|Reply above this line)\s*-*|_{20,}|\*{3,}.*above this line.*)\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*[>*]*\s*\*?(?:Von|From|Gesendet|Sent|An|To|Betreff|Subject|Datum|Date|Cc|Kopie)\*?\s*:\*?\s*\S",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"^(?:--\s?|(?:Von meinem|Gesendet von|Gesendet mit|Sent from|Get Outlook|Diese Nachricht wurde von meinem"
    r"|Sent with|Von Outlook|Holen Sie sich Outlook)\b.{0,80})$",
    re.IGNORECASE,
)


def without_history(text: str) -> tuple[str, str]:
    """(the new words, everything). Both are stripped of outer blank lines."""
    full = text.strip()
    lines = full.split("\n")
    end = _history_begins(lines)
    kept = lines[:end]
    below = _answers_below(lines, end)
    new = _unsigned([line for line in kept if not line.startswith(">")] + below)
    return (new or full), full


def _history_begins(lines: list[str]) -> int:
    for number, line in enumerate(lines):
        if _RULE.match(line) or _INTRO.match(line) or _outlook(lines, number) or _broken_intro(lines, number):
            return number
    return len(lines)


def _broken_intro(lines: list[str], number: int) -> bool:
    """ "Am ... um ..." on one line and "schrieb ...:" on the next, as narrow mail programs wrap it."""
    if not _INTRO_BEGINS.match(lines[number]):
        return False
    joined = lines[number]
    for following in lines[number + 1 : number + 3]:
        joined += " " + following
        if _INTRO_ENDS.search(joined) and len(joined) < 400 and re.search(r"\d", joined):
            return True
    return False


def _outlook(lines: list[str], number: int) -> bool:
    """A block of at least three header lines (Von, Gesendet, An, Betreff ...)."""
    if not _HEADER.match(lines[number]):
        return False
    return sum(bool(_HEADER.match(line)) for line in lines[number : number + 6]) >= 3


def _answers_below(lines: list[str], end: int) -> list[str]:
    """Words written between or below quoted lines are new words too."""
    if end >= len(lines) or not any(line.startswith(">") for line in lines[end + 1 :]):
        return []
    rest = lines[end + 1 :]
    first = next(number for number, line in enumerate(rest) if line.startswith(">"))
    words = [line for line in rest[first:] if not line.startswith(">")]
    return ["", *words] if any(line.strip() for line in words) else []


def _unsigned(lines: list[str]) -> str:
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line.strip() if line.strip() != "--" else "--") and any(
            one.strip() for one in lines[:number]
        ):
            lines = lines[:number]
            break
    return "\n".join(line.rstrip() for line in lines).strip()
