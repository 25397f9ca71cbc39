"""The search page: one question, its newest results, what narrows it, and what was not understood."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from eyelevel.cases.models import Case
from eyelevel.desk import finding
from eyelevel.desk.frame import page, staff_only
from eyelevel.kernel import clock
from eyelevel.kernel.policy import insist, visible
from eyelevel.kernel.search import providers, reads
from eyelevel.kernel.search.query import MOST_SIGNS, parse
from eyelevel.people.asking import asked

LONGEST_NUMBER = 18
LONGEST_CURSOR = 19


@staff_only
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    actor = asked(request).actor
    insist(actor, "search.ask")
    words = request.GET.get("q", "").strip()[: MOST_SIGNS + 1]
    number = words.removeprefix("#")
    if _is_number(number) and visible(actor, Case.objects.filter(pk=int(number))).exists():
        return redirect("case", number=int(number))
    question = parse(words)
    older = request.GET.get("older", "")
    found = reads.find(actor, question, older=int(older) if _is_number(older, LONGEST_CURSOR) else None)
    lags = [reads.lag(now=clock.now(), using=using) for using in providers.databases()]
    return page(
        request, "search", words=question.text, asks=question.asks, rows=finding.results(actor, found.hits),
        facets=finding.facets(found, question), counted=_counted(found), notes=[finding.note(one) for one in question.notes],
        older_href=finding.address(question.text, older=found.older) if found.older is not None else "",
        behind=[told for lag in lags if (told := finding.behind(lag))],
    )  # fmt: skip


def _is_number(text: str, longest: int = LONGEST_NUMBER) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest


def _counted(found: reads.Found) -> str:
    """How many there are, as far as they were counted."""
    if found.more:
        return _("More than %(count)s results, newest first. The numbers count the newest %(count)s.") % {
            "count": found.counted
        }
    if not found.counted:
        return ""
    one_or_more = ngettext("%(count)s result, newest first", "%(count)s results, newest first", found.counted)
    return one_or_more % {"count": found.counted}
