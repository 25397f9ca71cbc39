"""Questions about cases, named after what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db.models import F, Q, QuerySet

from eyelevel.cases import rules
from eyelevel.cases.models import Case, Presence, ReceiptCode
from eyelevel.kernel.policy import Actor, visible
from eyelevel.posts.models import Post

Shelf = Literal["now", "mine", "unassigned", "snoozed", "closed", "alarms"]
SHELVES: tuple[Shelf, ...] = ("now", "mine", "unassigned", "alarms", "snoozed", "closed")
PAGE = 50
STILL_HERE = timedelta(seconds=60)


def shelf(actor: Actor, which: Shelf, *, now: datetime) -> QuerySet[Case]:
    """The cases of one list of the desk, in its order (longest waiting first; closed: newest first)."""
    rows = visible(actor, Case.objects.select_related("person", "holder", "closure"))
    if which == "closed":
        return rows.exclude(closure=None).order_by("-last_word_at", "-id")
    rows = rows.filter(closure=None)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    waiting = F("waiting_since").asc(nulls_last=True)
    chosen = {
        "now": rows.filter(awake, Q(holder=None) | Q(holder_id=actor.staff_id)),
        "mine": rows.filter(awake, holder_id=actor.staff_id),
        "unassigned": rows.filter(awake, holder=None),
        "snoozed": rows.filter(snoozed_until__gt=now),
        "alarms": rows.exclude(alarm_since=None),
    }[which]
    return chosen.order_by(waiting, "id")


def found(actor: Actor, words: str) -> QuerySet[Case]:
    """Cases by number, or by words in subject and name. Plain matching: the search index is a later room."""
    rows = visible(actor, Case.objects.select_related("person", "holder", "closure"))
    wanted = words.strip().lstrip("#")
    if wanted.isdigit() and len(wanted) <= 12:
        return rows.filter(pk=int(wanted))
    for word in wanted.split()[:5]:
        rows = rows.filter(Q(subject__icontains=word) | Q(person__name__icontains=word))
    return rows.order_by("-last_word_at", "-id")


def counts(actor: Actor, *, now: datetime, most: int = 100) -> dict[str, int]:
    """How many stand on each open list, counted up to `most` so that a long list costs no more than a short one."""
    return {name: shelf(actor, name, now=now)[: most + 1].count() for name in SHELVES if name != "closed"}


def posts_of(case: Case, actor: Actor) -> Sequence[Post]:
    """Everything in this case that the actor may read, oldest first."""
    rows = visible(actor, Post.objects.filter(case_id=case.pk))
    return list(
        rows.select_related("handle", "staff", "person", "arrival", "evidence__kept_by")
        .prefetch_related("attachments")
        .order_by("at", "id")
    )


def others_of(actor: Actor, case: Case, *, most: int = 10) -> Sequence[Case]:
    """The other cases of this person, newest first."""
    if case.person_id is None:
        return []
    rows = visible(actor, Case.objects.filter(person_id=case.person_id).exclude(pk=case.pk))
    return list(rows.order_by("-opened_at", "-id")[:most])


def newest_post_id(case_id: int) -> int:
    return Post.objects.filter(case_id=case_id).order_by("-id").values_list("pk", flat=True).first() or 0


def tag_of(case_id: int) -> str:
    return str(settings.KEYS.tag("case-address", str(case_id), rules.TAG_SIGNS))


def token_of(case_id: int) -> str:
    return rules.token_of(number=case_id, tag=tag_of(case_id))


def by_token(token: str) -> Case | None:
    """The case of a checked token."""
    read = rules.read_token(token)
    if read is None or not settings.KEYS.check_tag("case-address", str(read[0]), read[1]):
        return None
    return Case.objects.filter(pk=read[0]).first()


def has_code(case: Case) -> bool:
    """Can anybody open this case's receipt page?"""
    return ReceiptCode.objects.filter(case=case).exists()


def by_code_hash(code_hash: str) -> Case | None:
    found_code = ReceiptCode.objects.select_related("case__person").filter(code_hash=code_hash).first()
    return found_code.case if found_code else None


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody else who is in this case right now."""

    name: str
    writing: bool


def present(case: Case, *, besides: int, real_now: datetime) -> Sequence[Colleague]:
    rows = Presence.objects.filter(case=case, seen_at__gt=real_now - STILL_HERE).exclude(staff_id=besides)
    return [
        Colleague(name=row.staff.name, writing=bool(row.wrote_at and row.wrote_at > real_now - STILL_HERE))
        for row in rows.select_related("staff").order_by("id")
    ]


def claims_on(post: Post, *, token: str) -> list[rules.Claim]:
    """All reasons why this word may belong to an existing case, strongest first."""
    claims: list[rules.Claim] = []
    envelope: dict[str, Any] = post.arrival.envelope if post.arrival is not None else {}
    if post.channel == "form" and "case" in envelope:
        case = Case.objects.filter(pk=int(envelope["case"])).first()
        if case is not None:
            claims.append(rules.Claim(case_id=case.pk, person_id=case.person_id, proof="receipt"))
    if token and (tagged := by_token(token)) is not None:
        claims.append(rules.Claim(case_id=tagged.pk, person_id=tagged.person_id, proof="token"))
    return [*claims, *_by_references(post)]


def _by_references(post: Post) -> list[rules.Claim]:
    named = [reference for reference in reversed(post.references) if reference][:20]
    if not named:
        return []
    rows = (
        Post.objects.filter(message_id__in=named, channel=post.channel).exclude(case_id=None).order_by("-id")
    )
    found_posts = {row.message_id: row for row in rows}
    claims: list[rules.Claim] = []
    for reference in named:
        if (row := found_posts.get(reference)) is not None and row.case_id is not None:
            ours = row.kind == Post.Kind.ANSWER
            case = Case.objects.get(pk=row.case_id)
            proof: Literal["our-message", "their-message"] = "our-message" if ours else "their-message"
            claims.append(rules.Claim(case_id=case.pk, person_id=case.person_id, proof=proof))
    return claims
