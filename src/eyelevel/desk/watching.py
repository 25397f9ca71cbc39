"""What the watch editor says: where a query cannot be read, what was expected there, what it matches now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from eyelevel.desk import names
from eyelevel.desk.radar import number
from eyelevel.kernel.text import one_line
from eyelevel.listening import ring
from eyelevel.listening.language import NotUnderstood

MOST_PREVIEWED = 20
BEFORE_THE_PLACE = 30
BEHIND_THE_PLACE = 30


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why a query is none: a sentence, and one line of it with a caret below the place."""

    said: str
    line: str
    caret: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One recently heard word that the query matches."""

    author: str
    network: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a query matches among the words heard last, in how many of how many; or why it cannot be read."""

    lines: Sequence[Line] = ()
    matched: str = "0"
    of: str = ""
    trouble: Trouble | None = None


def preview(query: str) -> Preview:
    """Nothing for an empty query: nobody has asked yet."""
    if not query.strip():
        return Preview()
    try:
        found = ring.matching(query, most=MOST_PREVIEWED)
    except NotUnderstood as wrong:
        return Preview(trouble=trouble(query, wrong))
    lines = [
        Line(
            author=one_line(word.author_name or word.author, 80), network=names.channel(word.network), at=word.at,
            text=one_line(word.text, 300),
        )
        for word in found.words
    ]  # fmt: skip
    return Preview(lines=lines, matched=number(found.matched), of=number(found.of) if found.of else "")


def trouble(query: str, wrong: NotUnderstood) -> Trouble:
    """The place is shown by a caret below one line of the query, cut around it where the query is long."""
    flat = "".join(" " if sign.isspace() else sign for sign in query)
    start = max(0, wrong.position - BEFORE_THE_PLACE)
    cut = flat[start : wrong.position + BEHIND_THE_PLACE]
    lead = "…" if start else ""
    tail = "…" if wrong.position + BEHIND_THE_PLACE < len(flat) else ""
    place = {"place": wrong.position + 1, "expected": expected(wrong.expected)}
    return Trouble(
        said=_("At sign %(place)s: %(expected)s") % place,
        line=lead + cut + tail,
        caret=" " * (len(lead) + wrong.position - start) + "^",
    )


def expected(code: str) -> str:
    """What the language expected, in the words of a person."""
    return {
        "term": _("a word or a phrase is missing here."),
        "end": _("this parenthesis was never opened."),
        "closing-quote": _("this quotation mark is never closed."),
        "closing-parenthesis": _("this parenthesis is never closed."),
        "letters": _("there is no letter and no digit in this."),
        "one-word": _("a star belongs to one word alone."),
        "star-at-edge": _("a star stands only at the beginning or at the end of a word."),
        "three-signs": _("at least three letters are needed beside a star."),
        "known-field": _("only lang:, network:, author:, domain:, has: and is: are known before a colon."),
        "known-value": _("only has:link, is:reply and is:repost are known."),
        "domain": _("a domain is written like bahn.de."),
        "one-word-each": _("on either side of NEAR stands one word."),
        "value": _("something must follow the colon without a space."),
        "language": _("a language has two letters, like de or en."),
        "something-to-find": _("a language or a network alone would match far too much: add a word."),
        "something-wanted": _("only what must not be there is named: add a word that must be there."),
        "shorter": _("the query is too long."),
        "fewer-terms": _("there are too many words in the query."),
        "less-depth": _("there are too many parentheses inside each other."),
    }.get(code, code)
