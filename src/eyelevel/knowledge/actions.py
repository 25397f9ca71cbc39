"""Writing articles: every version is kept, two editors at once lose nothing, and only what is published counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from eyelevel.kernel import facts
from eyelevel.knowledge import doubts, rules
from eyelevel.knowledge.models import Article, Keyword, Version
from eyelevel.people.models import Staff

LIST = "articles"


class ChangedMeanwhile(ValueError):
    """A colleague has written a newer version since the writer opened this one: it is shown beside what was typed."""


class NothingWritten(ValueError):
    """An article has a title and a text."""


class TooLong(ValueError):
    """Longer than an article can be."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What stands in an editor."""

    title: str
    text: str
    sources: Sequence[str] = ()
    note: str = ""


def write(
    words: Words, *, language: str, audience: Article.Audience, look_again_on: date | None, by: Staff, now: datetime,
) -> Article:  # fmt: skip
    """A new article, as a draft; whoever writes it owns it. Raises NothingWritten, TooLong."""
    _insist(words)
    article = Article.objects.create(
        title=words.title, language=language, audience=audience, owner=by, made_at=now, changed_at=now
    )
    _keep(article, words, number=1, by=by, now=now)
    _record("article.written", article, by=by, now=now, number=1)
    if look_again_on is not None:
        doubts.set_date(article, on=look_again_on, by=by, now=now)
    return article


def revise(article: Article, words: Words, *, seen: int, by: Staff, now: datetime) -> Version:
    """The next version. `seen` is the newest that the writer had before the eyes. Raises ChangedMeanwhile, NothingWritten, TooLong.

    What is published stays as it is until the new version is published too.
    """
    _insist(words)
    number = seen + 1
    untouched = Article.objects.filter(pk=article.pk, latest=seen)
    if not untouched.update(latest=number, title=words.title, changed_at=now):
        raise ChangedMeanwhile(f"version {seen} is not the newest")
    article.refresh_from_db()
    version = _keep(article, words, number=number, by=by, now=now)
    _record("article.revised", article, by=by, now=now, number=number)
    return version


def _insist(words: Words) -> None:
    if not words.title.strip() or not words.text.strip():
        raise NothingWritten("a title and a text are needed")
    if len(words.text) > rules.MOST_TEXT or len(words.title) > rules.MOST_TITLE:
        raise TooLong("longer than an article can be")


def _keep(article: Article, words: Words, *, number: int, by: Staff, now: datetime) -> Version:
    return Version.objects.create(
        article=article, number=number, title=words.title, text=words.text, sources=list(words.sources), note=words.note,
        by=by, at=now,
    )  # fmt: skip


def publish(article: Article, *, number: int, keywords: Sequence[str], by: Staff, now: datetime) -> None:
    """Make this version the one that counts. `keywords` are those of its title and text (rules.keywords takes its time, so it is
    asked before). Raises ChangedMeanwhile where it is not the newest.
    """
    newest = Article.objects.filter(pk=article.pk, latest=number)
    if not newest.update(state=Article.State.PUBLISHED, published=number, changed_at=now):
        raise ChangedMeanwhile(f"version {number} is not the newest")
    article.refresh_from_db()
    version = article.versions.get(number=number)
    _take_keywords(article)
    Keyword.objects.bulk_create([Keyword(version=version, word=word) for word in keywords])
    _record("article.published", article, by=by, now=now, number=number)


def keywords_of(words: Words, *, language: str) -> Sequence[str]:
    """The words by which a version is found near a text."""
    return rules.keywords(f"{words.title}\n{words.text}", language=language)


def withdraw(article: Article, *, by: Staff, now: datetime) -> None:
    """It counts no longer; its versions stay."""
    if article.state != Article.State.PUBLISHED:
        return
    article.state, article.published, article.changed_at = Article.State.WITHDRAWN, None, now
    article.save(update_fields=["state", "published", "changed_at"])
    _take_keywords(article)
    _record("article.withdrawn", article, by=by, now=now)


def _take_keywords(article: Article) -> None:
    Keyword.objects.filter(version__article=article).delete()


def set_audience(
    article: Article, *, audience: Article.Audience, language: str, by: Staff, now: datetime
) -> None:
    """Who may read it, and in which language it is written."""
    if (article.audience, article.language) == (audience, language):
        return
    article.audience, article.language, article.changed_at = audience, language, now
    article.save(update_fields=["audience", "language", "changed_at"])
    _record("article.addressed", article, by=by, now=now, audience=str(audience))


def set_owner(article: Article, *, owner: Staff, by: Staff, now: datetime) -> None:
    """Who looks after it and is told of doubts."""
    if article.owner_id == owner.pk:
        return
    article.owner = owner
    article.save(update_fields=["owner"])
    _record("article.handed", article, by=by, now=now, taker=owner.pk)


def _record(kind: str, article: Article, *, by: Staff, now: datetime, **data: Any) -> None:
    facts.record(
        kind, at=now, by=f"staff:{by.pk}", things=[f"article:{article.pk}", LIST], article=article.pk, **data
    )
