"""What a draft is held against: what we said to this person, on linked cases, about the same number, in public, to others.

At most 500 statements (300 of them to this person), found by person, link, number and likeness; never by comparing everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.db.models import Q

from eyelevel.cases.models import Case
from eyelevel.kernel.search import likeness
from eyelevel.posts.models import Post
from eyelevel.word import reads as word
from eyelevel.word.reach import Near
from eyelevel.word.rules import Statement

MOST_LINKED = 60
MOST_NAMED = 40
MOST_PUBLIC = 40
MOST_ALIKE = 300  # texts that the index brings, those of customers among them
MOST_LIKELY = 60
SAID = [Post.Kind.ANSWER, Post.Kind.CALL]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """Statements, and how many each linked audience had heard when they were read."""

    statements: Sequence[Statement]
    versions: Mapping[str, int]


def held_against(case: Case, text: str) -> Earlier:
    """Everything that this text must not contradict, each post once: the nearest reason for it counts."""
    if not text.strip():
        return Earlier(statements=(), versions={})
    linked = _linked(case)
    audiences = {word.audience_of(person_id=one.person_id, case_id=one.pk) for one in linked}
    audiences -= {word.audience_of(person_id=case.person_id, case_id=case.pk)}
    versions = word.versions_of(audiences)  # before the words: who speaks in between is met when this is sent
    own = word.said_to(person_id=case.person_id, case_id=case.pk)
    found = {one.id: one for one in own}
    for one in chain(_on_cases(linked), _named(case, text), _in_public(), _alike(text)):
        found.setdefault(one.id, one)
    return Earlier(statements=list(found.values()), versions=versions)


def _linked(case: Case) -> Sequence[Case]:
    """Cases that a colleague linked with this one."""
    either = Q(links__other=case) | Q(linked_by__one=case)
    return list(Case.objects.filter(either).distinct().only("pk", "person_id")[:MOST_LINKED])


def _on_cases(linked: Sequence[Case]) -> Iterator[Statement]:
    if linked:
        rows = Post.objects.filter(kind__in=SAID, case_id__in=[one.pk for one in linked])
        yield from _statements(rows.order_by("-at", "-id")[:MOST_LINKED], near="linked")


def _named(case: Case, text: str) -> Iterator[Statement]:
    """What was said to anybody about an order, a contract or another number of this draft or of the person's last words."""
    last = Post.objects.filter(case_id=case.pk, kind=Post.Kind.HEARD).order_by("-at", "-id").first()
    codes = likeness.numbers(f"{text}\n{case.subject}\n{last.text if last else ''}")
    yield from _ours(likeness.naming(codes, kind="post", most=MOST_ALIKE), near="number", most=MOST_NAMED)


def _in_public() -> Iterator[Statement]:
    rows = Post.objects.filter(kind__in=SAID, openness=Post.Openness.PUBLIC)
    yield from _statements(rows.order_by("-at", "-id")[:MOST_PUBLIC], near="public")


def _alike(text: str) -> Iterator[Statement]:
    found = likeness.alike(text, kind="post", most=MOST_ALIKE)
    yield from _ours(found, near="others", most=MOST_LIKELY)


def _ours(posts: Collection[int], *, near: Near, most: int) -> Iterator[Statement]:
    if posts:
        rows = Post.objects.filter(kind__in=SAID, pk__in=posts).order_by("-at", "-id")[:most]
        yield from _statements(rows, near=near)


def _statements(rows: Iterable[Post], *, near: Near) -> Iterator[Statement]:
    for row in rows:
        public = near == "others" and row.openness == Post.Openness.PUBLIC
        yield replace(word.statement(row), near="public" if public else near)
