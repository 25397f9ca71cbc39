"""The new words of a reply, without the history and the signature below; and the language that they are in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailparser_reply.parser import EmailReplyParser

MOST_TO_STRIP = 128 * 1024  # signs of a text that are searched for quoted history
MOST_FOR_LIBRARY = 16 * 1024  # mail-parser-reply: 16 kB of blank lines took 19 s, guarded as below 0.2 s
MOST_IN_LINE = 300  # signs of a line that a pattern is tried on

FORWARD_SUBJECT = re.compile(r"(?:wg|fw|fwd|weitergeleitet)\s*:", re.IGNORECASE)
_FORWARD = re.compile(
    r"[-\s]*(?:forwarded message|weitergeleitete (?:nachricht|mail|e-mail)|begin forwarded message|"
    r"anfang der weitergeleiteten (?:nachricht|e-mail|mail))[-:\s]*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[\s*]*[-_]{2,}\s*(?:urspr(?:ü|ue|.{1,2})ngliche (?:nachricht|mail|e-mail)|original[- ]?nachricht|"
    r"original[- ]?(?:message|mail|e-mail)|reply message)\s*[-_]{2,}[\s*]*",
    re.IGNORECASE,
)
_FIELD_LINE = re.compile(
    r"[\s*|]*(?:(?P<sender>von|from)|(?P<when>gesendet|gesendet am|sent|datum|date)|(?P<to>an|to|cc|kopie|bcc)|"
    r"(?P<subject>betreff|subject)|(?P<more>antwort an|reply-to|organisation|organization|wichtigkeit|importance))"
    r"\s{0,3}\*?:\*?(?=\s|$)",
    re.IGNORECASE,
)
_WROTE = re.compile(r"\b(?:wrote|writes|schrieb|geschrieben)\b", re.IGNORECASE)
_DATED_START = re.compile(r"(?:on|am)\s+(?:[^\W\d]{2,11}[.,]{0,2}\s+){0,4}\d", re.IGNORECASE)
_BARE_START = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d.{0,60}<[^<>]{3,200}@[^<>]{1,200}>:")
_ZITAT = re.compile(r"(?:zitat von|quoting)\s", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d\d\b")
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_RULE = re.compile(r"[\s_\-=*>–—]*")


def new_words(text: str) -> str:
    """The new words of a reply: without quoted history and signature, German or English.

    Answers between or under quoted lines stay. What a person forwards stays, it is what they want to say. Where
    nothing would be left, everything stays.
    """
    head, tail = text[:MOST_TO_STRIP], text[MOST_TO_STRIP:]
    lines, ended = _without_history(head.split("\n"))
    own = _library_cut(lines)
    if own < len(lines):
        lines, ended = lines[:own], True
    if tail and not ended:
        lines = [*lines, *tail.split("\n")]
    new = _without_rules(lines)
    kept = _without_rules(_without_signature(new))
    left = next((one for one in (kept, new) if any(line.strip() for line in one)), None)
    return text if left is None else "\n".join(left).strip("\n")


def _without_history(lines: list[str]) -> tuple[list[str], bool]:
    """The lines that are no quote, and whether the rest was cut off as history."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _is_marked(line):
            at += 1
        elif _FORWARD.fullmatch(line[:MOST_IN_LINE]):
            return [*kept, *lines[at:]], True
        elif _SEPARATOR.fullmatch(line[:MOST_IN_LINE]) or _is_field_block(lines, at):
            return kept, True
        elif span := _attribution(lines, at):
            after = _next_words(lines, at + span)
            if after >= len(lines) or not _is_marked(lines[after]):
                return kept, True
            at = after
        else:
            kept.append(line)
            at += 1
    return kept, False


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith(">")


def _next_words(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _is_field_block(lines: Sequence[str], at: int) -> bool:
    """Outlook, GMX, web.de: Von, Gesendet, An, Betreff below each other, with a mail address or a date in them."""
    if not _FIELD_LINE.match(lines[at][:MOST_IN_LINE]):
        return False
    kinds: set[str] = set()
    strangers = 0
    block: list[str] = []
    for line in lines[at : at + 14]:
        found = _FIELD_LINE.match(line[:MOST_IN_LINE])
        strangers += found is None
        if found is None and (not line.strip() or strangers > 4):
            break
        kinds |= {found.lastgroup or ""} if found else set()
        block.append(line[:MOST_IN_LINE])
    told = " ".join(block)
    return len(kinds - {"more"}) >= 3 and "sender" in kinds and bool("@" in told or _YEAR.search(told))


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines from here say "On ... X wrote:", 0 for none. The shortest start wins, so no sentence is swallowed."""
    joined = ""
    for span, line in enumerate(lines[at : at + 4], start=1):
        if not line.strip() or _is_marked(line):
            return 0
        joined = f"{joined} {line.strip()}"[:500].strip()
        if _is_attribution(joined, lines, at + span):
            inner = any(_attribution(lines[: at + span], at + later) for later in range(1, span))
            wrapped = bool(_DATED_START.match(joined)) and not lines[at].rstrip().endswith((".", "!", "?"))
            return 0 if inner and not wrapped else span
    return 0


def _is_attribution(joined: str, lines: Sequence[str], after: int) -> bool:
    if not joined.rstrip("* ").endswith(":"):
        return False
    if _BARE_START.fullmatch(joined):
        return True
    wrote = _WROTE.search(joined)
    dated = bool(wrote and _DATED_START.match(joined))
    if not wrote and not _ZITAT.match(joined):
        return False
    following = _next_words(lines, after)
    if following < len(lines) and _is_marked(lines[following]):
        return dated or "@" in joined or bool(_YEAR.search(joined))
    certain = "@" in joined or (dated and bool(_YEAR.search(joined) and _TIME.search(joined)))
    return certain and len(joined) < 400 and (dated or following - after < 3)


def _library_cut(lines: Sequence[str]) -> int:
    """Where mail-parser-reply sees the first quoted mail begin. It gets few, short, condensed lines: its patterns are
    quadratic in blanks and in the length of a line. What it says counts only with an address or a full date in it.
    """
    numbers: list[int] = []
    room = MOST_FOR_LIBRARY
    for number, line in enumerate(lines):
        if not line.strip() and (not numbers or not lines[numbers[-1]].strip()):
            continue
        room -= len(line[:MOST_IN_LINE]) + 1
        if room < 0:
            break
        numbers.append(number)
    short = [" ".join(lines[number][:MOST_IN_LINE].split()) for number in numbers]
    replies = EmailReplyParser(languages=["de", "en"]).read("\n".join(short)).replies
    header = (replies[1].headers or "") if len(replies) > 1 else ""
    if not ("@" in header or (_YEAR.search(header) and _TIME.search(header))):
        return len(lines)
    first = header.strip().split("\n")[0].strip()
    return next((number for number, line in zip(numbers, short, strict=True) if line == first), len(lines))


_GREETING = (
    r"(?i:mit (?:freundlichen?|besten|lieben|herzlichen|vielen) (?:gr(?:ü|ue)(?:ß|ss)en|gru(?:ß|ss))|"
    r"(?:(?:viele|liebe|beste|herzliche|freundliche|schöne|sonnige)[nr]? )?gr(?:ü|ue)(?:ß|ss)e|"
    r"(?:(?:lieber|bester|schönen|lieben) )?gru(?:ß|ss)|mfg|lg|vg|hochachtungsvoll|"
    r"(?:best |kind |kindest |warm |warmest |many )?regards|best wishes|all the best|cheers|"
    r"(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours)"
)
_CLOSING = re.compile(_GREETING + r"(?i: (?:aus|from) [\w .-]{2,30})?(?:,? [A-ZÄÖÜ][\w.-]{0,30}){0,3}[,.! ]*")
_THANKS = re.compile(
    r"(?:(?:vielen|besten|herzlichen) dank|danke(?: schön)?|(?:many )?thanks|thank you|best)[,.! ]*",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"[\s*_]*(?:(?:von|aus) meine[mr] .{2,60} gesendet|gesendet (?:von|mit|über|aus) .{2,90}|sent (?:from|with|via) "
    r"(?:my|mail|outlook|yahoo|samsung|proton|gmail|an?) ?.{0,80}|get outlook for .{2,60}|outlook für .{2,30} beziehen.{0,60}|"
    r"diese nachricht wurde von .{2,60} gesendet|holen sie sich outlook.{0,60})[\s*_.]*",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"p\.? ?s\b|nachtrag|note:", re.IGNORECASE)


def _without_signature(lines: list[str]) -> list[str]:
    """Cut where a signature begins, if what follows looks like one; a line about the device goes anywhere near the end."""
    first = max(0, len(lines) - 60)
    for at in range(first, len(lines)):
        if _ends_the_letter(
            lines[at].strip()[:MOST_IN_LINE], [one for one in lines[at + 1 :] if one.strip()]
        ):
            lines = lines[:at] if any(line.strip() for line in lines[:at]) else lines
            break
    kept = [line for number, line in enumerate(lines) if number < first or not _DEVICE.fullmatch(line[:160])]
    return kept if any(line.strip() for line in kept) else lines


def _ends_the_letter(line: str, tail: Sequence[str]) -> bool:
    if line in {"--", "—"}:
        return len(tail) <= 20 and not any(_POSTSCRIPT.match(one.strip()) for one in tail)
    if _CLOSING.fullmatch(line):
        return len(tail) <= 15 and not any(_is_sentence(one.strip()) for one in tail)
    if _THANKS.fullmatch(line):
        names = [
            one for one in tail if not _CLOSING.fullmatch(one.strip()) and not _DEVICE.fullmatch(one[:160])
        ]
        return len(names) <= 2 and all(
            len(one.split()) <= 4 and not _is_sentence(one.strip()) for one in names
        )
    return False


def _is_sentence(line: str) -> bool:
    ends = line.endswith(("?", "!")) or (line.endswith((".", ":")) and len(line.split()) >= 4)
    return (
        ends or bool(_POSTSCRIPT.match(line)) or bool(_AMOUNT_OR_DATE.search(line) and len(line.split()) >= 5)
    )


_AMOUNT_OR_DATE = re.compile(r"\d\s?(?:€|eur\b)|[€$£]\s?\d|\b\d{1,2}\.\d{1,2}\.", re.IGNORECASE)


def _without_rules(lines: list[str]) -> list[str]:
    """No blank lines and no drawn rules at either end."""
    end = len(lines)
    while end and _RULE.fullmatch(lines[end - 1][:MOST_IN_LINE]):
        end -= 1
    start = 0
    while start < end and not lines[start].strip():
        start += 1
    return lines[start:end]


_FREQUENT: dict[str, frozenset[str]] = {
    "de": frozenset(
        "der die das und ist nicht ich sie wir ein eine mit für auf den dem zu von bitte es aber noch wo wann mein meine "
        "guten hallo danke".split()
    ),
    "en": frozenset(
        "the and is not i you we a an with for on to of please it but still have my your this that".split()
    ),
}


def language_of(text: str) -> str:
    """Either "de" or "en", by the most frequent words of the first 4,000 signs; "" where neither leads."""
    words = re.findall(r"[^\W\d_]+", text[:4_000].lower())
    found = {name: sum(word in known for word in words) for name, known in _FREQUENT.items()}
    if found["de"] == found["en"]:
        return ""
    return "de" if found["de"] > found["en"] else "en"
