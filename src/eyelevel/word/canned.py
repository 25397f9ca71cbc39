"""Learning what our answers consist of, after they were sent, and forgetting it with them.

Nothing here touches what is sent: it is read by the mirror (word/mirror.py) and counted per month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count, F

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.posts.models import Post
from eyelevel.word import mirror, reuse
from eyelevel.word.mirror import Look
from eyelevel.word.models import Learnt, Mirror, Passage, Trace

MOST_PER_TRACE = 48  # passages; a pair of words that so many share tells little, the next one is laid instead
AT_ONCE = 50  # answers of one step, when many are behind
SENT = "answer.approved"
BEHIND = "moving.answers_learnt"  # about this installation, so it stays here when a house moves (moving/rules.py)

Rows = Mapping[int, tuple[int, ...]]
"""The passages of an answer: their words as numbers, by their keys."""


def learn(fact: Fact) -> facts.Effect | None:
    """Step: keep what the mirror shows of an answer that was sent, and know its passages from now on."""
    post = Post.objects.filter(pk=fact.data["post"], kind=Post.Kind.ANSWER, learnt=None).first()
    if post is None:
        return None
    rows = rows_of(post.text)
    look = None
    if fact.kind == SENT:
        look = mirror.look(post.text, case_id=post.case_id or 0, now=post.at, besides=post.pk)
    return lambda: keep(post, rows, look)


def learn_all(fact: Fact) -> facts.Effect | None:
    """Step: learn the answers that came with a move or were there before this was, some at a time by their numbers."""
    after = fact.data.get("after", 0)
    posts = list(Post.objects.filter(kind=Post.Kind.ANSWER, pk__gt=after).order_by("pk")[:AT_ONCE])
    if not posts:
        return None
    ready = [(post, rows_of(post.text)) for post in posts]
    return lambda: _keep_all(ready)


def _keep_all(ready: Sequence[tuple[Post, Rows]]) -> None:
    known = set(Learnt.objects.filter(post__in=[post for post, _rows in ready]).values_list("post_id", flat=True))
    for post, rows in ready:
        if post.pk not in known:
            keep(post, rows, None)
    facts.record(BEHIND, at=clock.now(), after=ready[-1][0].pk)


def rows_of(text: str) -> Rows:
    """The passages of a text of ours."""
    found = (one.numbers for one in reuse.sentences(text))
    return {reuse.key_of(numbers): numbers for numbers in found if len(numbers) >= reuse.SHORTEST}


def keep(post: Post, rows: Rows, look: Look | None) -> None:
    """Write it down, unless the answer was taken back meanwhile."""
    if not Post.objects.select_for_update().filter(pk=post.pk).exists():
        return
    if look is not None:
        Mirror.objects.create(
            post=post, at=post.at, own=look.share.own, canned=look.share.canned, whole=look.whole,
            named=len(look.specificity.named), things=look.specificity.things,
        )  # fmt: skip
    Learnt.objects.create(post=post, passages=_count(rows))


def _count(rows: Rows) -> list[int]:
    """One answer more for each passage; a new one gets its traces. Returns their ids."""
    keys = sorted(rows)
    Passage.objects.bulk_create(
        [Passage(key=key, numbers=reuse.packed(rows[key])) for key in keys], ignore_conflicts=True
    )
    Passage.objects.filter(key__in=keys).update(answers=F("answers") + 1)
    known = list(Passage.objects.filter(key__in=keys).values_list("pk", "key", "answers"))
    _lay_traces({pk: reuse.traces(rows[key]) for pk, key, answers in known if answers == 1})
    return sorted(pk for pk, _key, _answers in known)


def _lay_traces(wanted: Mapping[int, Sequence[int]]) -> None:
    """The first KEPT_TRACES of each passage that few others share."""
    every = {trace for some in wanted.values() for trace in some}
    rows = Trace.objects.filter(trace__in=every).values("trace").annotate(count=Count("id"))
    full = {row["trace"] for row in rows if row["count"] >= MOST_PER_TRACE}
    Trace.objects.bulk_create(
        [
            Trace(trace=trace, passage_id=pk)
            for pk, some in wanted.items()
            for trace in [one for one in some if one not in full][: reuse.KEPT_TRACES]
        ],
        ignore_conflicts=True,
    )


def forget(post_id: int) -> None:
    """The words of this answer go: passages that stand nowhere else go with them. For the act that erases them, before it does."""
    list(Post.objects.select_for_update().filter(pk=post_id).values_list("pk"))
    learnt = Learnt.objects.filter(post_id=post_id).first()
    Mirror.objects.filter(post_id=post_id).delete()
    if learnt is None:
        return
    stood = Passage.objects.filter(pk__in=learnt.passages)
    stood.update(answers=F("answers") - 1)
    for pk, numbers in stood.filter(answers__lte=0).values_list("pk", "numbers"):
        laid = reuse.traces(reuse.unpacked(bytes(numbers)))
        Trace.objects.filter(passage_id=pk, trace__in=laid).delete()
    stood.filter(answers__lte=0).delete()
    learnt.delete()
