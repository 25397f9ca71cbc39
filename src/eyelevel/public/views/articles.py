"""What the company knows, for everybody: the list, one article. No cookie, no script, and the same for whoever looks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from eyelevel.kernel.policy import STRANGER, visible
from eyelevel.kernel.search import reads as search
from eyelevel.kernel.search.query import MOST_SIGNS, parse
from eyelevel.knowledge import reads, rules
from eyelevel.knowledge.models import Article
from eyelevel.public.pages import page

MOST_ROWS = 300
MOST_FOUND = 50


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """Titles, those in the language of the page first; with words, what is found, newest first."""
    words = request.GET.get("q", "").strip()[:MOST_SIGNS]
    hits = (
        search.find(STRANGER, parse(words), most=MOST_FOUND, facets=False, kinds=["article"]).hits
        if words
        else ()
    )
    known = reads.published_ids(STRANGER, [hit.text.thing for hit in hits])
    found = [(known[hit.text.thing], hit) for hit in hits if hit.text.thing in known]
    language = "en" if (get_language() or "de").startswith("en") else "de"
    rows = () if words else reads.for_everybody(language, most=MOST_ROWS)
    return page(request, "help", words=words, found=found, rows=rows)


@require_safe
def article(request: HttpRequest, public_id: str) -> HttpResponse:
    row: Article | None = visible(STRANGER, Article.objects.filter(public_id=public_id)).first()
    shown = reads.version(row, row.published) if row is not None else None
    if row is None or shown is None:
        raise Http404
    return page(request, "help_article", row=row, shown=shown, blocks=rules.blocks(shown.text))
