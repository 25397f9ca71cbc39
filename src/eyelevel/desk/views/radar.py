"""The radar: a column per watch, and taking what stands there into dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eyelevel.cases import overheard
from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.desk import radar as shown
from eyelevel.desk.frame import page, piece, staff_only
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.text import number_in
from eyelevel.kernel.writer import write
from eyelevel.listening import reads
from eyelevel.listening.models import Heard, Watch
from eyelevel.people.asking import asked, seat_of

MOST_CHOSEN = 50
MOST_OFFERED = 50  # cases of the list "now" that are offered for evidence; any other number can be typed


@staff_only
@require_safe
def radar(request: HttpRequest) -> HttpResponse:
    insist(asked(request).actor, "heard.read")
    part = request.GET.get("part")
    if part == "columns":
        return piece(
            request, "_columns", columns=_columns(request, _wanted(request)), now=clock.now(), words_wanted=_words(request)
        )  # fmt: skip
    if part == "since":
        return piece(request, "_since", since=_since(request))
    return radar_page(request)


def radar_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The whole radar; the address names the column in front, a filter, and how far back it goes."""
    watches = _watches(request)
    front = next(iter(_wanted(request)), watches[0].pk if watches else 0)
    back = shown.read_place(request.GET.get("before", ""))
    only = [one for one in watches if one.pk == front] if back else watches
    words = _words(request)
    kept = {"q": words} if words else {}
    return page(
        request, "radar", status=status, problem=problem, told=_told(request), words_wanted=words, front=front, back=back,
        columns=_columns(request, [one.pk for one in only], watches=only, before=back), now=clock.now(),
        choices=[(one.pk, one.name, shown.address(kept | {"watch": str(one.pk)})) for one in watches],
        src=shown.address(kept | {"part": ""}).removesuffix("part="), newest=shown.address(kept | {"watch": str(front)}),
        live=("list",) if back else tuple(f"watch:{one.pk}" for one in watches), most_searched=reads.MOST_SEARCHED,
    )  # fmt: skip


def _watches(request: HttpRequest) -> Sequence[Watch]:
    return list(reads.columns(asked(request).actor)[: shown.MOST_COLUMNS])


def _columns(
    request: HttpRequest,
    numbers: Sequence[int],
    *,
    watches: Sequence[Watch] | None = None,
    before: reads.Place | None = None,
) -> Sequence[shown.Column]:
    actor, now, words = asked(request).actor, clock.now(), _words(request)
    rows = _watches(request) if watches is None else watches
    return [
        shown.column(actor, one, words=words, before=before, now=now) for one in rows if one.pk in numbers
    ]


def _wanted(request: HttpRequest) -> Sequence[int]:
    """The watches that the address or the form names."""
    named = (request.POST if request.method == "POST" else request.GET).get("watch", "")
    found = (number_in(one, digits=9) for one in named[:500].split(","))
    return [number for number in found if number is not None]


def _words(request: HttpRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("q", "").strip()[:200]


def _since(request: HttpRequest) -> str:
    """How many words came since a page was paused."""
    at = shown.read_moment(request.GET.get("at", ""))
    numbers = set(_wanted(request)) & {one.pk for one in _watches(request)}
    count = sum(reads.words_since(one, at) for one in numbers) if at is not None else 0
    came = ngettext("Paused: %(count)s word came since.", "Paused: %(count)s words came since.", count)
    return came % {"count": shown.number(count)}


def _told(request: HttpRequest) -> tuple[str, int] | None:
    """What the last click did: its words and the number of the case."""
    did, number = request.GET.get("did", ""), number_in(request.GET.get("case", ""), digits=11)
    said = {"case": _("Now it is case %(number)s."), "already": _("It is case %(number)s already.")}
    if did not in said or number is None:
        return None
    return said[did] % {"number": number}, number


@staff_only
@require_POST
def take_words(request: HttpRequest) -> HttpResponse:
    """Make a case of one word or of those that are ticked; "answer" opens the composer of that case."""
    actor = asked(request).actor
    insist(actor, "heard.take")
    what, _sep, anchor = request.POST.get("do", "").partition(":")
    column, _sep, single = anchor.partition("-")
    ids = [single] if single else request.POST.getlist("word")
    words, problem = _chosen(request, ids)
    if problem:
        return radar_page(request, problem=problem, status=400)
    taken = write(
        overheard.open_from_heard, [reads.as_overheard(one) for one in words], by=seat_of(request), now=clock.now(),
        take=what == "answer",
    )  # fmt: skip
    if what == "answer":
        return HttpResponseRedirect(reverse("case", kwargs={"number": taken.case}) + "#composer")
    did = "case" if taken.joined or taken.evidence else "already"
    front = column.removeprefix("w") or request.POST.get("watch", "")
    kept = {"q": _words(request), "watch": front[:20], "did": did, "case": str(taken.case)}
    place = f"#{anchor[:60]}" if single else ""
    return HttpResponseRedirect(shown.address({name: kept[name] for name in kept if kept[name]}) + place)


def _chosen(request: HttpRequest, ids: Sequence[str]) -> tuple[Sequence[Heard], str]:
    """The words behind these names, or why not."""
    if len(ids) > MOST_CHOSEN:
        return [], _("These are more than %(most)s words. Take fewer at once.") % {"most": MOST_CHOSEN}
    if not ids:
        return [], _("No word is ticked.")
    found = reads.chosen(asked(request).actor, ids)
    return found, "" if found else _("These words are gone: their authors took them back.")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest) -> HttpResponse:
    """Asks into which case the words are to go, and keeps them there as they stand."""
    actor = asked(request).actor
    insist(actor, "heard.take")
    posted = request.method == "POST"
    words, problem = _chosen(request, (request.POST if posted else request.GET).getlist("word"))
    if problem:
        return _asking(request, words, problem=problem, status=400)
    if not posted:
        return _asking(request, words)
    number = number_in(request.POST.get("case", "").strip().lstrip("#"), digits=11)
    case: Case | None = visible(actor, Case.objects.filter(pk=number or 0)).first()
    if case is None:
        return _asking(request, words, problem=_("There is no case with this number."), status=400)
    insist(actor, "case.enter", case)
    values = [reads.as_overheard(one) for one in words]
    write(overheard.keep_as_evidence, case, values, by=seat_of(request), now=clock.now())
    return HttpResponseRedirect(reverse("case", kwargs={"number": case.pk}))


def _asking(
    request: HttpRequest, words: Sequence[Heard], *, problem: str = "", status: int = 200
) -> HttpResponse:
    actor = asked(request).actor
    answered = reads.answered_words(actor, words)
    lines: Sequence[Any] = [shown.word_of(one, answered, anchor=one.public_id) for one in words]
    offered = cases.shelf(actor, "now", now=clock.now())[:MOST_OFFERED]
    return page(request, "evidence", status=status, words_chosen=lines, problem=problem, cases=offered)
