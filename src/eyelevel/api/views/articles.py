"""What the company knows, for programs to read."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from eyelevel.api import made, paging, shapes
from eyelevel.api.frame import by_token
from eyelevel.api.operations import listed, operation, shown
from eyelevel.kernel.policy import insist
from eyelevel.knowledge import reads
from eyelevel.knowledge.models import Article

router = Router(tags=["articles"])
State = Annotated[
    str,
    Query(max_length=9, pattern="^(draft|published|withdrawn|)$", description="Only those in this state."),
]


@operation(
    router, "GET", "/articles", name="list-articles", verb="article.read", out=shapes.ArticlesOut,
    summary="Articles, the one made last first",
)  # fmt: skip
def list_articles(
    request: HttpRequest, state: State = "", limit: paging.Limit = paging.USUAL, cursor: paging.Cursor = ""
) -> HttpResponse:
    actor = by_token(request).actor
    insist(actor, "article.read")
    rows = reads.articles(actor)
    rows = rows.filter(state=state) if state else rows
    found, following = paging.page(request, rows, what=f"articles:{state}", limit=limit, cursor=cursor)
    return listed(shapes.ArticlesOut(items=made.articles(found), next=following), following=following)


@operation(
    router, "GET", "/articles/{article}", name="read-article", verb="article.read", out=shapes.ArticleOut, also=(404,),
    summary="One article, as it counts or, where it does not, as it was written last",
)  # fmt: skip
def read_article(request: HttpRequest, article: shapes.PublicId) -> HttpResponse:
    actor = by_token(request).actor
    row: Article | None = reads.articles(actor).filter(public_id=article).first()
    if row is None:
        raise Http404
    insist(actor, "article.read", row)
    return shown(made.articles([row])[0])
