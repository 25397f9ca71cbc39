"""Public words become dialogue: a case of their own by a click or by a rule, or evidence in another case.

Whoever was only overheard is no person of the house; they become one here, when a case is opened for them. Evidence
makes nobody a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from eyelevel.cases import actions
from eyelevel.cases.actions import LIST
from eyelevel.cases.models import Case
from eyelevel.channels.contract import Overheard
from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.listening import reads as heard
from eyelevel.listening.asked import rows_of
from eyelevel.people import actions as people
from eyelevel.people.models import Handle, Staff
from eyelevel.posts import overheard as posts
from eyelevel.posts.models import Post, Thread

Threads = Mapping[tuple[str, str], Thread]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of the words: the case, how many came into it now, and the cases where the others stand already."""

    case: int
    joined: int
    evidence: int
    already: Sequence[int]


def open_from_heard(
    words: Sequence[Overheard], *, by: Staff | None, now: datetime, rule: str = "", take: bool = False
) -> Taken:
    """One case of these words. Its person is the author of the oldest; what others said is kept in it as evidence.

    Where that author has an open case on the same conversation, the words join it. Words that stand in a case stay
    there. Without a colleague (`by` None) a rule opens it, and words of others are left alone.
    """
    threads = posts.threads_of(words)
    known, fresh = _sorted_out(sorted(words, key=lambda word: (word.at, word.external_id)))
    if not fresh:
        if take and by is not None:
            _take(known[0], by=by, now=now)
        return Taken(case=known[0], joined=0, evidence=0, already=known)
    case, theirs = _dialogue(fresh, threads, by=_key(by, rule), now=now)
    others = [word for word in fresh if word not in theirs]
    kept = _keep(case, others, threads, by=by, now=now) if by is not None else []
    if take and by is not None:
        _take(case.pk, by=by, now=now)
    return Taken(case=case.pk, joined=len(theirs), evidence=len(kept), already=known)


def keep_as_evidence(case: Case, words: Sequence[Overheard], *, by: Staff, now: datetime) -> Taken:
    """Copies of these words in the case, exact and dated; their authors are not joined to the person of the case."""
    threads = posts.threads_of(words)
    known, fresh = _sorted_out(words)
    kept = _keep(case, fresh, threads, by=by, now=now)
    return Taken(case=case.pk, joined=0, evidence=len(kept), already=known)


def open_wanted(fact: Fact) -> facts.Effect | None:
    """Step: a watch that opens cases matched these words. A word that its author took back meanwhile opens none."""
    names = [(word["network"], word["external_id"]) for word in fact.data["words"]]
    rows = rows_of(names)
    there = [heard.as_overheard(rows[name]) for name in names if name in rows]
    rule = f"watch:{fact.data['watch']}"
    return (lambda: _open_each(there, rule=rule, now=clock.now())) if there else None


def _open_each(words: Sequence[Overheard], *, rule: str, now: datetime) -> None:
    for word in words:
        open_from_heard([word], by=None, rule=rule, now=now)


def _sorted_out(words: Sequence[Overheard]) -> tuple[list[int], list[Overheard]]:
    """The cases in which some of these words stand already, and the words that stand in none."""
    standing = posts.standing(key_of(word) for word in words)
    cases = {post.case_id for post in standing.values() if post.case_id is not None}
    return sorted(cases), [word for word in words if key_of(word) not in standing]


def _dialogue(
    fresh: Sequence[Overheard], threads: Threads, *, by: str, now: datetime
) -> tuple[Case, list[Overheard]]:
    """The case of whoever said the oldest word, with everything among these that is theirs."""
    first = fresh[0]
    theirs = [word for word in fresh if word is first or (first.author and _same_author(word, first))]
    handle = _meet(first, now=now)
    open_case = _open_case_on(threads[key_of(first)], handle)
    case = open_case or _new_case(first, handle, now=now)
    added = [
        posts.from_heard(word, case_id=case.pk, thread=threads[key_of(word)], handle=handle)
        for word in theirs
    ]
    if open_case is None:
        _tell_opened(case, added[0], by=by, now=now)
    else:
        _tell_joined(case, added, by=by, now=now)
    actions.person_spoke(case, at=now, now=now)
    _became(theirs, added, case=case, by=by, now=now)
    return case, theirs


def forget_title(fact: Fact) -> facts.Effect | None:
    """Step: a case that was called by the first line of a public word is no longer called so once its author deleted it.

    A title that a colleague gave stays. The fact that tells it carries no words.
    """
    found: list[int] = []
    for post in Post.objects.filter(pk__in=fact.data["posts"]).exclude(case_id=None):
        family = Q(pk=post.case_id) | Q(merged_into_id=post.case_id)
        named = Case.objects.filter(family, subject=actions.subject_of(post.text))
        found.extend(named.values_list("pk", flat=True))
    return (lambda: _untitle(found, now=clock.now())) if found else None


def _untitle(numbers: Sequence[int], *, now: datetime) -> None:
    Case.objects.filter(pk__in=numbers).update(subject=actions.UNTITLED)
    for number in numbers:
        facts.record("case.title_taken_back", at=now, things=[f"case:{number}", LIST], case=number)


def key_of(word: Overheard) -> tuple[str, str]:
    """What names a word everywhere: its network and its name there."""
    return word.network, word.external_id


def _same_author(one: Overheard, other: Overheard) -> bool:
    return (one.network, one.author) == (other.network, other.author)


def _meet(word: Overheard, *, now: datetime) -> Handle | None:
    """Only now somebody who was overheard becomes a person; where the network names no author, nobody does."""
    if not word.author:
        return None
    name = word.author_name or word.author[:200]
    return people.meet(channel=word.network, address=word.author, name=name, language=word.language, now=now)


def _open_case_on(thread: Thread, handle: Handle | None) -> Case | None:
    """The open case that this person has on this conversation."""
    if handle is None:
        return None
    theirs = Post.objects.filter(thread=thread, person_id=handle.person_id).exclude(case_id=None)
    numbers = theirs.values_list("case_id", flat=True)
    return (
        Case.objects.filter(pk__in=numbers, person_id=handle.person_id, closure=None).order_by("id").first()
    )


def _new_case(word: Overheard, handle: Handle | None, *, now: datetime) -> Case:
    subject = actions.subject_of(word.text)
    person = handle.person if handle else None
    return actions.open_case(person=person, subject=subject, channel=word.network, at=now, now=now)


def _tell_opened(case: Case, post: Post, *, by: str, now: datetime) -> None:
    things = [f"case:{case.pk}", LIST]
    facts.record("case.opened", at=now, by=by, things=things, case=case.pk, post=post.pk)


def _tell_joined(case: Case, added: Sequence[Post], *, by: str, now: datetime) -> None:
    for post in added:
        facts.record(
            "case.joined", at=now, by=by, things=[f"case:{case.pk}", LIST], case=case.pk, post=post.pk,
            channel=post.channel, channel_changed=post.channel != case.channel, known=True,
        )  # fmt: skip


def _keep(
    case: Case, words: Sequence[Overheard], threads: Threads, *, by: Staff, now: datetime
) -> list[Post]:
    if not words:
        return []
    kept: list[Post] = []
    for word in words:
        remarks = [posts.EVIDENCE]
        thread = threads[key_of(word)]
        post = posts.from_heard(word, case_id=case.pk, thread=thread, handle=None, remarks=remarks)
        posts.keep_evidence(post, word, by=by, now=now)
        kept.append(post)
    actor = f"staff:{by.pk}"
    numbers = [post.pk for post in kept]
    facts.record(
        "case.evidence", at=now, by=actor, things=[f"case:{case.pk}", LIST], case=case.pk, posts=numbers
    )
    _became(words, kept, case=case, by=actor, now=now)
    return kept


def _became(words: Sequence[Overheard], made: Sequence[Post], *, case: Case, by: str, now: datetime) -> None:
    marks = [
        {
            "network": word.network,
            "external_id": word.external_id,
            "post": post.public_id,
            "case": post.case_id,
        }
        for word, post in zip(words, made, strict=True)
    ]
    facts.record("heard.became", at=now, by=by, case=case.pk, words=marks)


def _take(number: int, *, by: Staff, now: datetime) -> None:
    """Whoever answers has the case."""
    actions.hand_over(Case.objects.get(pk=number), giver=by, taker=by, note="", now=now)


def _key(by: Staff | None, rule: str) -> str:
    return f"staff:{by.pk}" if by is not None else rule or "system"
