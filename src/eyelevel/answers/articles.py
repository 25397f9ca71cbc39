"""Answers beside articles: what the company wrote down is held against a draft, and an answer that left against it."""

from __future__ import annotations

from collections.abc import Sequence

from eyelevel.kernel import clock
from eyelevel.kernel.facts import Effect
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import Actor
from eyelevel.knowledge import doubts
from eyelevel.knowledge import reads as knowledge
from eyelevel.knowledge import rules as articles
from eyelevel.knowledge.models import Version
from eyelevel.posts.models import Post
from eyelevel.word import rules
from eyelevel.word.rules import Statement

CHANNEL = "article"


def statements(text: str, *, actor: Actor | None = None) -> Sequence[Statement]:
    """The published articles near to this text, as statements of ours; only what `actor` may read, where one is given."""
    return [
        Statement(
            id=articles.statement_id(one.version),
            text=one.text,
            said_at=one.at,
            channel=CHANNEL,
            by=one.title,
            near="article",
        )
        for one in knowledge.statements_like(text, actor=actor)
    ]


def compare(fact: Fact) -> Effect | None:
    """Step, due when an answer can no longer be taken back: articles that it contradicts are doubted, for their owners."""
    post = Post.objects.filter(pk=fact.data["post"], kind=Post.Kind.ANSWER).first()
    if post is None:
        return None
    found = rules.objections(post.text, now=post.at, earlier=statements(post.text))
    versions = Version.objects.in_bulk(
        [one for each in found if (one := articles.version_in(each.statement_id))]
    )
    said = [
        doubts.Said(
            article_id=versions[number].article_id,
            sentence=one.old_sentence,
            answer_sentence=one.draft_sentence,
        )
        for one in found
        if (number := articles.version_in(one.statement_id)) in versions and number is not None
    ]
    return lambda: doubts.answered_otherwise(said, post_id=post.pk, now=clock.now())
