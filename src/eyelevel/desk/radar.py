"""The radar as its page shows it: columns with their figures, words with what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eyelevel.desk import names
from eyelevel.desk.story import Mark
from eyelevel.kernel.policy import Actor
from eyelevel.kernel.text import number_in, one_line, web_address
from eyelevel.listening import reads
from eyelevel.listening.models import Heard, Match, Watch
from eyelevel.posts import overheard as posts
from eyelevel.posts.models import Post

MOST_COLUMNS = 40
MOST_SHOWN = 600
MOST_QUOTED = 90
MOST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Word:
    """One heard word in one column."""

    anchor: str
    public_id: str
    author: str
    network: str
    at: datetime
    text: str
    cut: bool
    url: str
    answers: str
    marks: Sequence[Mark]
    case: int | None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The numbers above a column, in words; `sample` where more comes than anybody reads."""

    hour: str
    day: str
    rate: str
    sample: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """One watch on the radar. `older` leads on, `href` is this column alone."""

    number: int
    name: str
    paused: bool
    opens_cases: bool
    too_many_at: datetime | None
    figures: Figures
    words: Sequence[Word]
    href: str
    older: str


def column(actor: Actor, watch: Watch, *, words: str, before: reads.Place | None, now: datetime) -> Column:
    """The column with its newest words, or a sample of them where they come faster than people read."""
    rate = reads.words_per_minute(watch.pk, now=now)
    calm = rate > max(reads.CALM_ABOVE, reads.NEWEST) and not words and before is None
    rows = (
        reads.sample(actor, watch.pk, now=now)
        if calm
        else reads.newest(actor, watch.pk, words=words, before=before)
    )
    here: dict[str, str] = {"watch": str(watch.pk)} | ({"q": words} if words else {})
    more = not calm and len(rows) == reads.NEWEST
    return Column(
        number=watch.pk, name=watch.name, paused=watch.paused_at is not None, opens_cases=watch.opens_cases,
        too_many_at=watch.too_many_at,
        figures=_figures(watch.pk, rate=rate, shown=len(rows) if calm else 0, now=now), words=_words(actor, watch.pk, rows),
        href=address(here), older=address(here | {"before": place_of(rows[-1])}) if more or (calm and rows) else "",
    )  # fmt: skip


def _figures(watch_id: int, *, rate: int, shown: int, now: datetime) -> Figures:
    hour = reads.people_in_the_last_hour(watch_id, now=now)
    day = reads.people_in_the_last_day(watch_id, now=now)
    per_minute = ngettext("%(count)s word a minute", "%(count)s words a minute", rate)
    return Figures(
        hour=_hour(hour), day=_day(day), rate=per_minute % {"count": number(rate)} if rate and not shown else "",
        sample=_("a sample: %(shown)s of %(all)s words in the last minute") % {"shown": number(shown), "all": number(rate)}
        if shown else "",
    )  # fmt: skip


def _hour(people: reads.People) -> str:
    count = {"count": number(people.count)}
    if people.exact:
        said = ngettext(
            "%(count)s person in the last hour", "%(count)s people in the last hour", people.count
        )
        return said % count
    since = timezone.localtime(people.since).strftime("%H:%M")
    return _("about %(count)s people since %(time)s") % {**count, "time": since}


def _day(people: reads.People) -> str:
    count = {"count": number(people.count)}
    if people.exact:
        said = ngettext("%(count)s person in 24 hours", "%(count)s people in 24 hours", people.count)
        return said % count
    return _("about %(count)s people in 24 hours") % count


def _words(actor: Actor, watch_id: int, rows: Sequence[Match]) -> Sequence[Word]:
    heard = [row.heard for row in rows]
    answered = reads.answered_words(actor, heard)
    standing = posts.standing((one.network, one.external_id) for one in heard)
    return [
        word_of(
            one, answered, anchor=anchor_of(watch_id, one), post=standing.get((one.network, one.external_id))
        )
        for one in heard
    ]  # fmt: skip


def word_of(
    heard: Heard, answered: Mapping[tuple[str, str], Heard], *, anchor: str, post: Post | None = None
) -> Word:
    """The word with what can be said of it; `post` is what it became, as its case stands now."""
    # the channel says already that a recording is played
    told = [code for code in heard.marks if (code, heard.network) != ("replayed", "replay")]
    marks = [Mark(*names.remark(code)) for code in told]
    if heard.edited_at is not None:
        marks.append(Mark(*names.remark("edited")))
    if heard.repeats:
        marks.append(Mark(*names.remark("passed-on")))
    return Word(
        anchor=anchor, public_id=heard.public_id, author=one_line(heard.author_name or heard.author, MOST_NAME),
        network=names.channel(heard.network), at=heard.at, text=heard.text[:MOST_SHOWN], cut=len(heard.text) > MOST_SHOWN,
        url=web_address(heard.url), answers=_answers(heard, answered), marks=marks,
        case=post.case_id if post is not None else heard.case_number,
    )  # fmt: skip


def _answers(heard: Heard, answered: Mapping[tuple[str, str], Heard]) -> str:
    if not heard.parent:
        return ""
    other = answered.get((heard.network, heard.parent))
    if other is None:
        return _("answers a word that was not heard")
    said = {"name": other.author_name or other.author, "words": one_line(other.text, MOST_QUOTED)}
    return _("answers %(name)s: %(words)s") % said


def number(count: int) -> str:
    """A whole number as people write it: 8,412 or 8.412."""
    return formats.number_format(count, use_l10n=True, force_grouping=True)


def address(query: Mapping[str, str]) -> str:
    """The radar in this state."""
    return f"{reverse('radar')}?{urlencode(query)}" if query else reverse("radar")


def place_of(match: Match) -> str:
    """How an address names the place of a match in its column."""
    return place_name(reads.Place(at=match.at, match=match.pk))


def place_name(place: reads.Place) -> str:
    return f"{place.at.isoformat()}_{place.match}"


def anchor_of(watch_id: int, heard: Heard) -> str:
    """What names a word on the page: it can stand in several columns."""
    return f"w{watch_id}-{heard.public_id}"


def read_place(text: str) -> reads.Place | None:
    """The place that an address names, or nothing."""
    moment, _sep, number = text[:60].rpartition("_")
    at, match = read_moment(moment), number_in(number, digits=18)
    return None if at is None or match is None else reads.Place(at=at, match=match)


def read_moment(text: str) -> datetime | None:
    """A moment with its zone, as we wrote it into the page."""
    try:
        at = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
