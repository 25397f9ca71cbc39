"""Questions about cases, named after what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from eyelevel.cases import rules
from eyelevel.cases.models import Asking, Case, Hand, Link, Presence, ReceiptCode, Split
from eyelevel.kernel.policy import Actor, visible
from eyelevel.posts.models import Post
from eyelevel.word.models import Promise

Shelf = Literal["now", "mine", "unassigned", "snoozed", "closed", "alarms", "promises"]
SHELVES: tuple[Shelf, ...] = ("now", "mine", "unassigned", "alarms", "promises", "snoozed", "closed")
PAGE = 50
STILL_HERE = timedelta(seconds=60)
OPEN_QUESTION = Q(answered_at=None, withdrawn_at=None)


def shelf(actor: Actor, which: Shelf, *, now: datetime) -> QuerySet[Case]:
    """The cases of one list of the desk, in its order (longest waiting first; closed: newest first; promises: due first)."""
    rows = visible(actor, Case.objects.select_related("person", "holder", "closure")).filter(merged_into=None)
    if which == "closed":
        return rows.exclude(closure=None).order_by("-last_word_at", "-id")
    if which == "promises":
        return _promised(rows)
    rows = rows.filter(closure=None)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    overdue = Asking.objects.filter(OPEN_QUESTION).exclude(overdue_since=None).values("case_id")
    waiting = F("waiting_since").asc(nulls_last=True)
    chosen = {
        "now": rows.filter(awake, Q(holder=None) | Q(holder_id=actor.staff_id)),
        "mine": rows.filter(awake, holder_id=actor.staff_id),
        "unassigned": rows.filter(awake, holder=None),
        "snoozed": rows.filter(snoozed_until__gt=now),
        "alarms": rows.filter(~Q(alarm_since=None) | Q(pk__in=overdue)),
    }[which]
    return chosen.order_by(waiting, "id")


def _promised(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with an open promise, also closed and sleeping ones: a promise is due whatever the case does."""
    mine = Promise.objects.filter(outcome="", post__case_id=OuterRef("pk"))
    first = Subquery(mine.order_by("due_to").values("due_to")[:1])
    chosen = rows.filter(pk__in=Promise.objects.filter(outcome="").values("post__case_id"))
    return chosen.alias(promise_due=first).order_by("promise_due", "id")


def counts(actor: Actor, *, now: datetime, most: int = 100) -> dict[str, int]:
    """How many stand on each open list, counted up to `most` so that a long list costs no more than a short one."""
    return {
        name: shelf(actor, name, now=now).order_by()[: most + 1].count()
        for name in SHELVES
        if name != "closed"
    }


def posts_of(case: Case, actor: Actor) -> Sequence[Post]:
    """Everything in this case that the actor may read, oldest first."""
    rows = visible(actor, Post.objects.filter(case_id=case.pk))
    return list(
        rows.select_related("handle", "staff", "person", "arrival", "evidence__kept_by")
        .prefetch_related("attachments", "versions")
        .order_by("at", "id")
    )


def others_of(actor: Actor, case: Case, *, most: int = 10) -> Sequence[Case]:
    """The other cases of this person, newest first."""
    if case.person_id is None:
        return []
    rows = Case.objects.filter(person_id=case.person_id, merged_into=None).exclude(pk=case.pk)
    rows = visible(actor, rows)
    return list(rows.order_by("-opened_at", "-id")[:most])


def askings_of(numbers: Sequence[int]) -> Sequence[Asking]:
    """Every question that was put to somebody without a seat in these cases (a case with its family), oldest first."""
    return list(
        Asking.objects.select_related("by", "withdrawn_by").filter(case_id__in=numbers).order_by("id")
    )


def asked_of(case_ids: Sequence[int]) -> dict[int, Asking]:
    """For each of these cases the question that waits longest, where one does."""
    rows = Asking.objects.filter(OPEN_QUESTION, case_id__in=case_ids).order_by("-asked_at", "-id")
    return {row.case_id: row for row in rows}


@dataclass(frozen=True, kw_only=True)
class Around:
    """What stands around a case and around those that were merged into it (`family`), oldest first: read once per page."""

    family: Sequence[int]
    askings: Sequence[Asking]
    hands: Sequence[Hand]
    links: Sequence[Link]


def around(actor: Actor, case: Case) -> Around:
    numbers = family(case)
    hands = Hand.objects.select_related("giver", "taker").filter(case_id__in=numbers)
    links = visible(actor, Link.objects.filter(Q(one_id__in=numbers) | Q(other_id__in=numbers)))
    return Around(
        family=numbers, askings=askings_of(numbers), hands=list(hands.order_by("at", "id")),
        links=list(links.select_related("one", "other", "by", "removed_by").order_by("id")),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """That a case was given on: to whom, from when, until when. `outside`: somebody without a seat was asked."""

    to: str
    at: datetime
    until: datetime | None
    outside: bool

    @property
    def took(self) -> timedelta:
        return (self.until or self.at) - self.at


def hand_overs(around: Around) -> Sequence[HandOver]:
    """How often and for how long a case lay with somebody else, oldest first. Taking it from the pile is none; a question
    to somebody without a seat is one.
    """
    found: list[HandOver] = []
    hands = sorted(around.hands, key=lambda hand: (hand.case_id, hand.at, hand.pk))
    for before, hand, after in zip([None, *hands], hands, [*hands[1:], None], strict=False):
        passed_on = before is not None and before.case_id == hand.case_id and before.taker_id is not None
        if not passed_on or hand.taker is None:
            continue
        until = after.at if after is not None and after.case_id == hand.case_id else None
        found.append(HandOver(to=hand.taker.name, at=hand.at, until=until, outside=False))
    found += [
        HandOver(to=one.name, at=one.asked_at, until=one.answered_at or one.withdrawn_at, outside=True)
        for one in around.askings
    ]
    return sorted(found, key=lambda one: one.at)


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
    case = Case.objects.filter(pk=read[0]).first()
    return None if case is None else kept(case)


def kept(case: Case) -> Case:
    """The case itself, or the one that it was merged into."""
    while case.merged_into_id is not None:
        case = Case.objects.select_related("person", "holder", "closure").get(pk=case.merged_into_id)
    return case


def family(case: Case) -> list[int]:
    """The number of this case and of all that were merged into it, directly or through others."""
    found = [case.pk]
    looking = [case.pk]
    while looking:
        looking = list(Case.objects.filter(merged_into_id__in=looking).values_list("pk", flat=True))
        found += looking
    return found


def of_code_hash(code_hash: str) -> Case | None:
    """The case for which this code was given. None also where it would show more than its holder proved to be theirs."""
    code = ReceiptCode.objects.select_related("case__person").filter(code_hash=code_hash).first()
    if code is None or (_only_claimed(code) and _holds_more(code.case)):
        return None
    return code.case


def _only_claimed(code: ReceiptCode) -> bool:
    """Did the form show this code to somebody who named a mail address? Naming it is a wish to be answered there, no
    proof; the code in a mail to that address is another one.
    """
    person = code.case.person
    if person is None:
        return False
    given = Post.objects.filter(person=person, channel="form", arrival__envelope__code_hash=code.code_hash)
    return given.exclude(handle=None).exists()


def _holds_more(case: Case) -> bool:
    """Do words stand in this case, or does it lead to words, that came in elsewhere: by a merge or a split?"""
    own, looking = {case.pk}, {case.pk}
    while looking:
        opened = Split.objects.filter(source_id__in=looking, opened=True).values_list("target_id", flat=True)
        looking = set(opened) - own
        own |= looking
    merged = Case.objects.exclude(merged_into=None).filter(
        Q(pk__in=own) & ~Q(merged_into__in=own) | ~Q(pk__in=own) & Q(merged_into__in=own)
    )
    split = Split.objects.filter(undone_at=None).filter(
        Q(source__in=own) & ~Q(target__in=own) | ~Q(source__in=own) & Q(target__in=own)
    )
    return merged.exists() or split.exists()


def has_code(case: Case) -> bool:
    """Can anybody open this case's receipt page? By a code of its own, of one that was merged into it, or of one that it
    was split off from.
    """
    if ReceiptCode.objects.filter(case=case).exists():
        return True
    followed: set[int] = set()
    looking = set(family(case))
    while looking:
        followed |= looking
        rows = Split.objects.filter(target_id__in=looking, undone_at=None)
        looking = set(rows.values_list("source_id", flat=True)) - followed
    same = Case.objects.filter(pk__in=followed, person=case.person)
    return ReceiptCode.objects.filter(case__in=same).exists()


def opened_by(given: Case) -> Case:
    """What the holder of a code of `given` sees: the case that it was merged into, if that is the same person's."""
    case = kept(given)
    return case if case.person_id == given.person_id else given


def split_off(case: Case) -> Sequence[Case]:
    """Cases of the same person that were split off this one (or off its merged parts, or off those again): the holder of
    its code may follow them too.
    """
    found: dict[int, Case] = {}
    looking = family(case)
    while looking:
        rows = Split.objects.select_related("target__person").filter(source_id__in=looking, undone_at=None)
        fresh = [kept(row.target) for row in rows]
        looking = []
        for one in fresh:
            if one.person_id == case.person_id is not None and one.pk not in {case.pk, *found}:
                found[one.pk] = one
                looking.append(one.pk)
    return [found[number] for number in sorted(found)]


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
        named_case = Case.objects.filter(pk=int(envelope["case"])).first()
        if named_case is not None:
            own = opened_by(named_case)
            proof: rules.Proof = "receipt" if own.merged_into_id is None else "token"
            case = kept(named_case)
            claims.append(rules.Claim(case_id=case.pk, person_id=case.person_id, proof=proof))
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
            case = kept(Case.objects.get(pk=row.case_id))
            proof: rules.Proof = "our-message" if ours else "their-message"
            claims.append(rules.Claim(case_id=case.pk, person_id=case.person_id, proof=proof))
    return claims
