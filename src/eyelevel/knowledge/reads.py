"""Questions about articles: which there are, how they read, which are near to a text."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, When

from eyelevel.kernel.policy import STRANGER, Actor, visible
from eyelevel.knowledge import rules
from eyelevel.knowledge.models import Article, Doubt, Keyword, Version
from eyelevel.posts.models import Post

NEAR = 10  # versions that are looked at more closely for one text
NEAREST = 3
NEARBY = 5  # so many times as many are looked up, because not everybody may read each
MOST_PAIRS = 3_000  # of words and versions for one text: the rarest words come first
ENOUGH = 2.0  # words in common without which a sentence is not offered


@dataclass(frozen=True, kw_only=True)
class Written:
    """A published version whose words are near to a text: one of our statements, to everybody."""

    version: int
    text: str
    at: datetime
    title: str


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """An article with the sentence that answers. `number` is the place of the sentence in the version."""

    article: Article
    version: Version
    sentence: str
    number: int


def articles(actor: Actor) -> QuerySet[Article]:
    rows: QuerySet[Article] = visible(actor, Article.objects.select_related("owner"))
    open_doubts = Doubt.objects.filter(article=OuterRef("pk"), settled_at=None)
    return rows.annotate(in_doubt=Exists(open_doubts)).order_by("-changed_at", "-id")


def published_ids(actor: Actor, numbers: Sequence[int]) -> Mapping[int, str]:
    """The outward names of these articles, as far as this actor may read them."""
    rows = visible(actor, Article.objects.filter(pk__in=numbers))
    return dict(rows.values_list("pk", "public_id"))


def for_everybody(language: str, *, most: int) -> Sequence[Version]:
    """What everybody may read, as it counts: by title, those of this language first."""
    public = visible(STRANGER, Article.objects.all())
    rows = Version.objects.select_related("article").filter(
        article__in=public, number=F("article__published")
    )
    own = Case(When(article__language=language, then=0), default=1)
    return list(rows.order_by(own, "title", "id")[:most])


def doubted(rows: QuerySet[Article]) -> QuerySet[Article]:
    """Those of them that wait for somebody to look."""
    return rows.filter(pk__in=Doubt.objects.filter(settled_at=None).values("article"))


def version(article: Article, number: int | None) -> Version | None:
    return article.versions.select_related("by").filter(number=number or 0).first()


def history(article: Article) -> Sequence[Version]:
    """Every version, the newest first."""
    return list(article.versions.select_related("by").order_by("-number"))


def doubts(article: Article) -> Sequence[Doubt]:
    """Open ones first, then the newest."""
    rows = article.doubts.select_related("by", "settled_by")
    return list(rows.order_by(F("settled_at").desc(nulls_first=True), "-at", "-id"))


def doubted_of(staff_id: int) -> int:
    """How many articles of this owner are in doubt."""
    return (
        Doubt.objects.filter(settled_at=None, article__owner_id=staff_id).values("article").distinct().count()
    )


def statements_like(text: str, *, limit: int = 12, actor: Actor | None = None) -> Sequence[Written]:
    """The published versions that share most words with this text, of those that the actor may read where one is given.
    Three questions to the database.
    """
    wanted = rules.keywords(text[: rules.MOST_READ], most=rules.MOST_ASKED)
    return [
        Written(version=row.pk, text=row.text, at=row.at, title=row.title)
        for row in _near(wanted, most=limit, actor=actor)
    ]


def suggestions(text: str, *, actor: Actor, language: str = "", most: int = NEAREST) -> Sequence[Suggestion]:
    """The published articles that this actor may read and that answer the text best, with the sentence that does."""
    wanted = rules.keywords(text, language=language, most=rules.MOST_ASKED)
    found: list[tuple[float, Suggestion]] = []
    for row in _near(wanted, most=NEAR, actor=actor):
        best = rules.best_sentence(row.title, row.text, wanted, language=row.article.language)
        if best.shared >= min(ENOUGH, len(wanted)) and best.sentence:
            one = Suggestion(article=row.article, version=row, sentence=best.sentence, number=best.number)
            found.append((best.shared, one))
    found.sort(key=lambda pair: (-pair[0], -pair[1].version.pk))
    return [one for _shared, one in found[:most]]


def _near(wanted: Collection[str], *, most: int, actor: Actor | None = None) -> Sequence[Version]:
    """The versions in force that share most of these words, rare ones first; only those that the actor may read, where one
    is given.
    """
    if not wanted:
        return []
    keys = Keyword.objects.filter(word__in=list(wanted))
    counted = dict(keys.values("word").annotate(among=Count("id")).values_list("word", "among"))
    weights: dict[int, float] = {}
    for number, word in keys.filter(word__in=_rarest(counted)).values_list("version", "word"):
        weights[number] = weights.get(number, 0.0) + 1 / math.sqrt(counted.get(word, 1))
    nearest = sorted(weights, key=lambda number: (-weights[number], -number))[: most * NEARBY]
    rows = Version.objects.select_related("article", "article__owner").filter(pk__in=nearest)
    if actor is not None:
        rows = rows.filter(article__in=visible(actor, Article.objects.all()))
    found = {row.pk: row for row in (rows if actor is not None else rows.filter(pk__in=nearest[:most]))}
    return [found[number] for number in nearest if number in found][:most]


def _rarest(counted: Mapping[str, int]) -> Sequence[str]:
    """The rarest words that bring at most MOST_PAIRS rows, at least one."""
    words = sorted(counted, key=lambda word: (counted[word], word))
    sums = list(itertools.accumulate(counted[word] for word in words))
    return words[: max(1, sum(one <= MOST_PAIRS for one in sums))]


def sentence_for_all(version_id: int | None, number: int | None) -> str | None:
    """A sentence of a version that counts and that everybody may read; None for any other."""
    row = (
        Version.objects.select_related("article")
        .filter(pk=version_id or 0, number=F("article__published"))
        .first()
    )
    if row is None or number is None or row.article.audience != Article.Audience.PUBLIC:
        return None
    found = rules.sentences(row.text)
    return found[number] if number < len(found) else None


def known_names(sources: Sequence[object]) -> Sequence[str]:
    """Names and addresses of the people whose words are named as sources: they must not slip into an article."""
    posts = Post.objects.filter(pk__in=rules.posts_in(sources))
    cases = [number for number in posts.values_list("case_id", flat=True) if number is not None]
    rows = Post.objects.filter(case_id__in=cases) | posts
    said = rows.exclude(kind__in=[Post.Kind.NOTE, Post.Kind.ANSWER, Post.Kind.CALL]) | rows.exclude(
        person=None
    )
    columns = ("person__name", "person__handles__name", "person__handles__address")
    ours = set(rows.exclude(staff=None).values_list("staff__name", flat=True))
    found = {name for row in said.values_list(*columns).distinct() for name in row if name}
    return sorted(found - ours)
