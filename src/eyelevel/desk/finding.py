"""Search results as the desk shows them: where each leads, what the facets are called, what was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eyelevel.desk import names, overheard
from eyelevel.kernel.pages import spoken_seconds
from eyelevel.kernel.policy import Actor
from eyelevel.kernel.search import query as box
from eyelevel.kernel.search.reads import MOST_LAG_COUNTED, Found, Hit, Lag
from eyelevel.kernel.search.snippets import Piece
from eyelevel.kernel.text import one_line

MOST_VALUES = 8
MOST_NAME = 60
LAG_WORTH_SAYING = 15.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the results; `url` is where a public word stands on its network."""

    href: str
    case: int | None
    what: str
    title: Sequence[Piece]
    snippet: Sequence[Piece]
    channel: str
    author: str
    at: datetime
    closed: bool
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a facet: choosing it narrows the question, choosing it again widens it."""

    href: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Facet:
    name: str
    values: Sequence[Value]


def results(actor: Actor, hits: Sequence[Hit]) -> list[Result]:
    """The lines of one page; what was overheard leads to its case, to the radar, or nowhere but to its network."""
    heard = overheard.places_of(actor, [hit.text.thing for hit in hits if hit.text.kind == "heard"])
    return [
        _overheard(hit, heard.get(hit.text.thing)) if hit.text.kind == "heard" else result(hit)
        for hit in hits
    ]


def _overheard(hit: Hit, place: overheard.Place | None) -> Result:
    text = hit.text
    author = next((name for name in text.authors if name), "")
    return Result(
        href=place.href if place else "", case=place.case if place else None, what=_what(text.kind, place.case if place else None),
        title=[Piece(one_line(author, MOST_NAME) or _("somebody without a name"))], snippet=hit.snippet,
        channel=names.channel(text.channel), author="", at=text.at, closed=False, url=place.url if place else "",
    )  # fmt: skip


def result(hit: Hit) -> Result:
    text = hit.text
    if text.kind == "article":
        return Result(
            href=reverse("article", kwargs={"number": text.thing}), case=None, what=kind(text.kind), title=hit.title,
            snippet=hit.snippet, channel="", author="", at=text.at, closed=False,
        )  # fmt: skip
    case = int(text.group.removeprefix("case:")) if text.group.startswith("case:") else None
    href = reverse("case", kwargs={"number": case}) if case is not None else ""
    return Result(
        href=f"{href}#post-{text.thing}" if href and text.kind == "post" else href, case=case, what=_what(text.kind, case),
        title=hit.title if text.title else [Piece(_("without a subject"))], snippet=hit.snippet,
        channel=names.channel(text.channel), author=next((name for name in text.authors if name), ""), at=text.at,
        closed=text.state == "closed",
    )  # fmt: skip


def _what(name: str, case: int | None) -> str:
    if case is None:
        return kind(name)
    told = {"post": _("Post in case %(number)s"), "heard": _("Heard, now in case %(number)s")}
    return told.get(name, _("Case %(number)s")) % {"number": case}


def facets(found: Found, question: box.Query) -> list[Facet]:
    """The facets that can still narrow the question, or are chosen already."""
    titles = {
        "kind": _("What it is"), "channel": _("Channel"), "state": _("State"), "lang": _("Language"), "month": _("Month"),
    }  # fmt: skip
    shown: list[Facet] = []
    for name, counts in found.facets.items():
        values = [_value(name, value, count, question) for value, count in counts[:MOST_VALUES]]
        if len(values) > 1 or any(value.chosen for value in values):
            shown.append(Facet(name=titles[name], values=values))
    return shown


def _value(name: str, value: str, count: int, question: box.Query) -> Value:
    if name == "month":
        first = date.fromisoformat(f"{value}-01")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        chosen = question.after == first and question.before == following
        picked = {"after": "", "before": ""} if chosen else {"after": str(first), "before": str(following)}
    else:
        chosen = question.chosen.get(name) == value
        picked = {name: "" if chosen else value}
    return Value(
        href=address(box.narrowed(question.text, **picked)),
        name=_called(name, value),
        count=count,
        chosen=chosen,
    )


def _called(facet: str, value: str) -> str:
    if facet == "kind":
        return kind(value)
    if facet == "channel":
        return names.channel(value)
    if facet == "state":
        return {"open": _("open"), "closed": _("closed")}.get(value, value)
    if facet == "lang":
        return {"de": "Deutsch", "en": "English"}.get(value, value)
    return formats.date_format(date.fromisoformat(f"{value}-01"), "YEAR_MONTH_FORMAT")


def kind(name: str) -> str:
    return {"case": _("Case"), "post": _("Post"), "heard": _("Heard"), "article": _("Article")}.get(
        name, name
    )


def address(words: str, *, older: int | None = None) -> str:
    query = {"q": words} | ({"older": str(older)} if older is not None else {})
    return f"{reverse('search')}?{urlencode(query)}"


def note(one: box.Note) -> str:
    """What was not understood, as a sentence."""
    told = {"piece": one.piece, "at": one.at}
    sentences = {
        "too-long": _("Only the first %(most)s signs were read.") % {"most": box.MOST_SIGNS},
        "too-many-words": _("Only the first %(most)s words were looked for.") % {"most": box.MOST_WORDS},
        "too-many-stars": _("Only the first %(most)s words with * were looked for.") % {"most": box.MOST_PREFIXES},
        "too-many-filters": _("Only the first %(most)s filters were used.") % {"most": box.MOST_FILTERS},
        "short-star": _("“%(piece)s” (sign %(at)s): * needs at least three letters before it.") % told,
        "star-inside": _("“%(piece)s” (sign %(at)s): * counts only at the end of a word.") % told,
        "open-quote": _("The quotation mark at sign %(at)s is not closed; it was read up to the end.") % told,
        "no-filter": _("“%(piece)s” (sign %(at)s) is no filter; it was read as a word.") % told,
        "no-date": _("“%(piece)s” (sign %(at)s): expected a date like 2026-10-01; this was left out.") % told,
        "no-state": _("“%(piece)s” (sign %(at)s): expected is:open or is:closed; this was left out.") % told,
        "no-value": _("“%(piece)s” (sign %(at)s): expected a word after the colon; this was left out.") % told,
        "no-operator": _("“%(piece)s” (sign %(at)s) was left out: all words must occur, OR between two finds either, - takes one out.") % told,
    }  # fmt: skip
    return sentences[one.code]


def behind(lag: Lag) -> str:
    """How far the index is behind, where that is worth saying."""
    if lag.filling:
        return _("The index is being filled; older things may not be found yet.")
    if lag.seconds < LAG_WORTH_SAYING:
        return ""
    count = f"{lag.behind}+" if lag.behind >= MOST_LAG_COUNTED else str(lag.behind)
    return ngettext(
        "%(count)s new change is not in the index yet: it is %(time)s behind.",
        "%(count)s new changes are not in the index yet: it is %(time)s behind.",
        lag.behind,
    ) % {"count": count, "time": spoken_seconds(lag.seconds)}
