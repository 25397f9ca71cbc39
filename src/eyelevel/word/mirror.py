"""What the mirror shows: which passages of a draft stand in earlier answers, and whether it names what the person named."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db.models import Avg, Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast, Substr, TruncMonth

from eyelevel.posts.models import Post
from eyelevel.word import naming, reuse
from eyelevel.word.models import Mirror, Passage, Trace
from eyelevel.word.naming import Specificity
from eyelevel.word.reuse import Known, Sentence, Share

AT_ONCE = 500  # values of one question
MOST_AROUND = 50  # posts of the case, the newest
MOST_HEARD = 60_000  # signs of what the person wrote

log = structlog.get_logger("mirror")


@dataclass(frozen=True, kw_only=True)
class Look:
    """A draft in the mirror. `whole` False: there is more of it than is compared."""

    share: Share
    specificity: Specificity
    whole: bool


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What stands in the same case: what the person wrote, newest first, and how often our passages stand here."""

    heard: Sequence[str]
    asked: Sequence[str]  # since we last answered
    said_here: Mapping[int, int]


def look(draft: str, *, case_id: int, now: datetime, besides: int | None = None) -> Look:
    """Hold a draft, or the answer `besides`, against all earlier answers, those of its own case excepted.

    Four questions to the database for a draft of usual length, however many answers there are.
    """
    around = _around(case_id, besides=besides)
    ours = reuse.sentences(draft)
    theirs = set(reuse.rows_of_four("\n".join(around.heard)[:MOST_HEARD]))
    return Look(
        share=reuse.share(draft, ours, _near(ours, around.said_here), theirs=theirs),
        specificity=naming.specificity(around.asked, draft, said_at=now, zone=settings.TIME_ZONE),
        whole=not reuse.too_long(draft),
    )  # fmt: skip


def tried(draft: str, *, case_id: int, now: datetime) -> Look | None:
    """The same, None where it broke: then the page says "not checked"."""
    try:
        return look(draft, case_id=case_id, now=now)
    except Exception:  # a mirror stops nobody: the writer can still send, and the log says what happened
        log.exception("looking for canned text failed", case=case_id)
        return None


def _around(case_id: int, *, besides: int | None) -> _Around:
    rows = Post.objects.filter(case_id=case_id, kind__in=[Post.Kind.HEARD, Post.Kind.ANSWER])
    rows = rows.filter(pk__lte=besides) if besides is not None else rows
    columns = rows.order_by("-at", "-id").values_list(
        "pk", "kind", "subject", Substr("text", 1, reuse.MOST_READ), "learnt__passages"
    )
    heard: list[str] = []
    asked: list[str] = []
    said_here: Counter[int] = Counter()
    answered = False
    for pk, kind, subject, text, passages in columns[:MOST_AROUND]:
        if kind == Post.Kind.HEARD:
            heard.append(text)
            if not answered or not asked:
                asked.append(f"{subject}\n{text}")
        else:
            said_here.update(passages or ())  # not yet learnt: nothing to leave out
            answered = answered or pk != besides
    return _Around(heard=heard, asked=asked, said_here=said_here)


def _near(ours: Sequence[Sentence], said_here: Mapping[int, int]) -> Sequence[Sequence[Known]]:
    """For each sentence the passages that could be its source."""
    exact = _exact({one.key for one in ours}, said_here)
    changed = [one for one in ours if one.key not in exact]
    wanted = {one: reuse.traces(one.numbers, asking=True) for one in changed}
    found = _found({trace for some in wanted.values() for trace in some})
    chosen = {one: reuse.candidates(some, found) for one, some in wanted.items()}
    known = _known({passage for some in chosen.values() for passage in some}, said_here)
    return [
        [exact[one.key]]
        if one.key in exact
        else [known[passage] for passage in chosen[one] if passage in known]
        for one in ours
    ]


def _exact(keys: set[int], said_here: Mapping[int, int]) -> Mapping[int, Known]:
    rows = (
        row
        for some in pieces(keys)
        for row in Passage.objects.filter(key__in=some).values_list("key", "pk", "numbers", "answers")
    )
    return {key: one for key, pk, numbers, answers in rows if (one := _one(pk, numbers, answers, said_here))}


def _known(numbers: set[int], said_here: Mapping[int, int]) -> Mapping[int, Known]:
    rows = (
        row
        for some in pieces(numbers)
        for row in Passage.objects.filter(pk__in=some).values_list("pk", "numbers", "answers")
    )
    return {pk: one for pk, words, answers in rows if (one := _one(pk, words, answers, said_here))}


def _one(pk: int, numbers: bytes | memoryview, answers: int, said_here: Mapping[int, int]) -> Known | None:
    """None where only this case has heard it."""
    elsewhere = answers - said_here.get(pk, 0)
    return Known(numbers=reuse.unpacked(bytes(numbers)), answers=elsewhere) if elsewhere > 0 else None


def _found(traces: set[int]) -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for some in pieces(traces):
        for trace, passage in Trace.objects.filter(trace__in=some).values_list("trace", "passage_id"):
            found[trace].append(passage)
    return found


def pieces(values: set[int]) -> Iterator[list[int]]:
    """These values, as many at once as one question takes."""
    row = sorted(values)
    return (row[at : at + AT_ONCE] for at in range(0, len(row), AT_ONCE))


@dataclass(frozen=True, kw_only=True)
class Month:
    """All answers of one month: the share of their signs that stood in earlier answers, and of what was named, what we named.

    Shares are 0..1; None where there was nothing to share out.
    """

    begins: datetime
    answers: int
    canned: float | None
    middle: float | None  # the mean over the answers, each counting alike
    named: float | None


def share_by_month() -> Sequence[Month]:
    """The months of the house's zone, newest first. An answer counts in the month in which it was said; nobody's name is asked."""
    each = Cast(F("canned"), FloatField()) / F("own")
    rows = (
        Mirror.objects.annotate(month=TruncMonth("at"))
        .values("month")
        .annotate(
            answers=Count("id"), own_signs=Sum("own"), canned_signs=Sum("canned"), middle=Avg(each, filter=Q(own__gt=0)),
            names=Sum("named"), of=Sum("things"),
        )
        .order_by("-month")
    )  # fmt: skip
    return [
        Month(
            begins=row["month"], answers=row["answers"], canned=_part(row["canned_signs"], row["own_signs"]),
            middle=row["middle"], named=_part(row["names"], row["of"]),
        )
        for row in rows
    ]  # fmt: skip


def _part(some: int, whole: int) -> float | None:
    return some / whole if whole else None
