"""How articles are found: by the version that counts, or the newest one where none does yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import F
from django.db.models.functions import Coalesce

from eyelevel.kernel.models import Fact
from eyelevel.kernel.search.providers import Findable, provides
from eyelevel.kernel.search.reads import EVERYBODY
from eyelevel.knowledge.models import Article, Version

KIND = "article"


class Articles:
    """Articles by title and text. What is public and published is everybody's to find, the rest is for colleagues."""

    def texts(self, things: Sequence[int]) -> Iterator[Findable]:
        shown = Coalesce(F("article__published"), F("article__latest"))
        rows = Version.objects.select_related("article").filter(article__in=things, number=shown)
        for row in rows:
            article = row.article
            public = article.state == Article.State.PUBLISHED and article.audience == Article.Audience.PUBLIC
            yield Findable(
                kind=KIND, thing=article.pk, at=row.at, title=row.title, body=row.text, language=article.language,
                scopes=("staff", EVERYBODY) if public else ("staff",),
            )  # fmt: skip

    def changed(self, facts: Sequence[Fact]) -> Iterable[int]:
        return {int(fact.data["article"]) for fact in facts if fact.data.get("article")}

    def after(self, thing: int, *, most: int) -> Sequence[int]:
        return list(Article.objects.filter(pk__gt=thing).order_by("pk").values_list("pk", flat=True)[:most])


provides(KIND, Articles(), verb="article.read")
