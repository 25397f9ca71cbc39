"""Doubts about articles: by a date, by a colleague, by an answer that said otherwise. Each waits for a colleague's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.knowledge.models import Article, Doubt
from eyelevel.people import reads as people
from eyelevel.people.models import Staff

LIST = "articles"
MOST_REASON = 1_000
DATE, COLLEAGUE, ANSWER = Doubt.Kind.DATE, Doubt.Kind.COLLEAGUE, Doubt.Kind.ANSWER


class NeedsReason(ValueError):
    """A doubt says what is doubtful."""


class NotAhead(ValueError):
    """A date of doubt lies ahead."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence of an answer beside the sentence of the article that it stands against."""

    article_id: int
    sentence: str
    answer_sentence: str


def set_date(article: Article, *, on: date | None, by: Staff, now: datetime) -> None:
    """From this day on it must be looked at again; None: no such day. A new day settles the doubt that the former one
    raised. Raises NotAhead.
    """
    if on == article.look_again_on:
        return
    if on is not None and _begins(on) <= now:
        raise NotAhead("the day lies ahead")
    article.look_again_on = on
    article.save(update_fields=["look_again_on"])
    due = _begins(on) if on is not None else None
    _record(
        "article.date_set",
        article,
        by=f"staff:{by.pk}",
        now=now,
        not_before=due,
        on=on.isoformat() if on else None,
    )
    for row in article.doubts.filter(kind=DATE, settled_at=None):
        settle(row, by=by, note="", now=now)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=people.zone())


def fall_due(fact: Fact) -> facts.Effect | None:
    """Step, due on the date of doubt: the article is doubted, once, if that is still its date."""
    on = fact.data["on"]
    row = Article.objects.filter(pk=fact.data["article"], look_again_on=on).first() if on else None
    if row is None or row.state == Article.State.WITHDRAWN or _begins(date.fromisoformat(on)) > clock.now():
        return None
    return lambda: _fall_due(row, now=clock.now())


def _fall_due(row: Article, *, now: datetime) -> None:
    if not row.doubts.filter(kind=DATE, settled_at=None).exists():
        Doubt.objects.create(article=row, kind=DATE, at=now)
        _record("article.doubted", row, by="system", now=now, why=str(DATE))


def doubt(article: Article, *, reason: str, by: Staff, now: datetime) -> Doubt:
    """A colleague says why it may be wrong. Raises NeedsReason."""
    if not reason.strip():
        raise NeedsReason("say what is doubtful")
    row = Doubt.objects.create(
        article=article, kind=COLLEAGUE, at=now, by=by, reason=reason.strip()[:MOST_REASON]
    )
    _record("article.doubted", article, by=f"staff:{by.pk}", now=now, why=str(COLLEAGUE))
    return row


def answered_otherwise(found: Sequence[Said], *, post_id: int, now: datetime) -> None:
    """An answer that left says something else: each article once for each of its sentences."""
    for one in found:
        article = Article.objects.get(pk=one.article_id)
        _row, made = Doubt.objects.get_or_create(
            article=article, kind=ANSWER, post_id=post_id, sentence=one.sentence,
            defaults={"at": now, "answer_sentence": one.answer_sentence},
        )  # fmt: skip
        if made:
            _record("article.doubted", article, by="system", now=now, why=str(ANSWER), post=post_id)


def settle(row: Doubt, *, by: Staff, note: str, now: datetime) -> None:
    """Somebody has looked: it is right, or was put right."""
    unsettled = Doubt.objects.filter(pk=row.pk, settled_at=None)
    if unsettled.update(settled_at=now, settled_by=by, settled_note=note[:300]):
        _record("article.doubt_settled", row.article, by=f"staff:{by.pk}", now=now, doubt=row.pk)


def _record(
    kind: str, article: Article, *, by: str, now: datetime, not_before: datetime | None = None, **data: object
) -> None:
    facts.record(
        kind,
        at=now,
        by=by,
        things=[f"article:{article.pk}", LIST],
        not_before=not_before,
        article=article.pk,
        **data,
    )
