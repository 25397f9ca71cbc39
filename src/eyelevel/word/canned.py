"""Learning what our answers consist of, after they were sent, and forgetting it with them.

Nothing here touches what is sent: it is read by the mirror (word/mirror.py) and counted per month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Count, F, QuerySet

from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.posts.models import Post
from eyelevel.word import mirror, reuse
from eyelevel.word.mirror import Look
from eyelevel.word.models import Learnt, Mirror, Passage, Trace

MOST_PER_TRACE = 48  # passages; a pair of words that so many share tells little, the next one is laid instead
AT_ONCE = 50  # answers of one step, when many are behind
SENT = "answer.approved"
BEHIND = (
    "moving.answers_learnt"  # about this installation, so it stays here when a house moves (moving/rules.py)
)

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
    return lambda: keep([(post, rows)], look)


def learn_all(fact: Fact) -> facts.Effect | None:
    """Step: learn the answers that came with a move or were there before this was, some at a time by their numbers."""
    after = fact.data.get("after", 0)
    posts = list(Post.objects.filter(kind=Post.Kind.ANSWER, pk__gt=after).order_by("pk")[:AT_ONCE])
    if not posts:
        return None
    ready = [(post, rows_of(post.text)) for post in posts]
    return lambda: _go_on(ready)


def _go_on(ready: Sequence[tuple[Post, Rows]]) -> None:
    known = set(
        Learnt.objects.filter(post__in=[post for post, _rows in ready]).values_list("post_id", flat=True)
    )
    keep([(post, rows) for post, rows in ready if post.pk not in known])
    facts.record(BEHIND, at=clock.now(), after=ready[-1][0].pk)


def rows_of(text: str) -> Rows:
    """The passages of a text of ours."""
    found = (one.numbers for one in reuse.sentences(text))
    return {reuse.key_of(numbers): numbers for numbers in found if len(numbers) >= reuse.SHORTEST}


def keep(ready: Sequence[tuple[Post, Rows]], look: Look | None = None) -> None:
    """Write down what these answers consist of, unless they were taken back meanwhile, and the look at the only one."""
    here = Post.objects.select_for_update().filter(pk__in=[post.pk for post, _rows in ready]).order_by("pk")
    there = set(here.values_list("pk", flat=True))
    standing = [(post, rows) for post, rows in ready if post.pk in there]
    if look is not None:
        Mirror.objects.bulk_create([_mirror(post, look) for post, _rows in standing])
    ids = _count([rows for _post, rows in standing])
    Learnt.objects.bulk_create(
        [
            Learnt(post=post, passages=sorted(ids[key] for key in rows if key in ids))
            for post, rows in standing
        ]
    )


def _mirror(post: Post, look: Look) -> Mirror:
    return Mirror(
        post=post, at=post.at, own=look.share.own, canned=look.share.canned, whole=look.whole,
        named=len(look.specificity.named), things=look.specificity.things,
    )  # fmt: skip


def _count(answers: Sequence[Rows]) -> Mapping[int, int]:
    """One answer more for each passage of each of them; new ones get their traces. Returns the ids by key."""
    times = Counter(key for rows in answers for key in rows)
    numbers = {key: words for rows in answers for key, words in rows.items()}
    fresh = [Passage(key=key, numbers=reuse.packed(numbers[key])) for key in sorted(numbers)]
    Passage.objects.bulk_create(fresh, ignore_conflicts=True)
    rows_of_all = Passage.objects.filter(key__in=list(times))
    known = list(_held(rows_of_all).values_list("pk", "key", "answers"))
    for often in sorted(set(times.values())):
        keys = [key for key in times if times[key] == often]
        Passage.objects.filter(key__in=keys).update(answers=F("answers") + often)
    _lay_traces({pk: reuse.traces(numbers[key]) for pk, key, before in known if not before})
    return {key: pk for pk, key, _before in known}


def _held(passages: QuerySet[Passage]) -> QuerySet[Passage]:
    """Nobody else changes them until this is committed; always in one order, so that two never wait for each other."""
    return passages.select_for_update().order_by("key")


def _lay_traces(wanted: Mapping[int, Sequence[int]]) -> None:
    """The first KEPT_TRACES of each passage that few others share."""
    every = {trace for some in wanted.values() for trace in some}
    shared: Counter[int] = Counter()
    for few in mirror.pieces(every):
        rows = Trace.objects.filter(trace__in=few).values("trace").annotate(count=Count("id"))
        shared.update({row["trace"]: row["count"] for row in rows})
    laid: list[Trace] = []
    for pk, some in wanted.items():
        free = [trace for trace in some if shared[trace] < MOST_PER_TRACE][: reuse.KEPT_TRACES]
        shared.update(free)
        laid += [Trace(trace=trace, passage_id=pk) for trace in free]
    Trace.objects.bulk_create(laid, ignore_conflicts=True)


def forget(post_id: int) -> None:
    """The words of this answer go: passages that stand nowhere else go with them. For the act that erases them, before it does."""
    list(Post.objects.select_for_update().filter(pk=post_id).values_list("pk"))
    learnt = Learnt.objects.filter(post_id=post_id).first()
    Mirror.objects.filter(post_id=post_id).delete()
    if learnt is None:
        return
    stood = Passage.objects.filter(pk__in=learnt.passages)
    rows = list(_held(stood).values_list("pk", "numbers", "answers"))
    stood.update(answers=F("answers") - 1)
    gone = {pk: reuse.traces(reuse.unpacked(bytes(numbers))) for pk, numbers, answers in rows if answers <= 1}
    for pk, laid in gone.items():
        Trace.objects.filter(passage_id=pk, trace__in=laid).delete()
    Passage.objects.filter(pk__in=list(gone)).delete()
    learnt.delete()
