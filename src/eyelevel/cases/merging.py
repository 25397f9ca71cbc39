"""Cases put together, taken apart, split and linked. Posts move with everything that they are; each act can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eyelevel.cases import actions, reads, rules, states
from eyelevel.cases.models import Case, Closure, Link, Merge, ReceiptCode, Split
from eyelevel.kernel import facts
from eyelevel.people.models import Person, Staff
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Post
from eyelevel.word import actions as word
from eyelevel.word import reads as word_reads

TAKEN_OVER = ("holder_id", "helped_at")  # what a kept case has from the merged one, where it had none


class CannotMerge(ValueError):
    """These two may not become one; `why` says which rule stands against it."""

    def __init__(self, why: rules.Obstacle) -> None:
        super().__init__(why)
        self.why = why


class CannotUndo(ValueError):
    """It was undone already, or something newer stands on it that must be undone first."""


class NotOfThisCase(ValueError):
    """A post was named that does not stand where the form said."""


def mergeable(case: Case) -> rules.Mergeable:
    followed = ReceiptCode.objects.filter(case_id__in=reads.family(case)).exists()
    return rules.Mergeable(
        case_id=case.pk, person_id=case.person_id, merged=case.merged_into_id is not None, followed=followed
    )


def merge(*, kept_id: int, merged_id: int, by: Staff, now: datetime) -> Merge:
    """Two cases become one. Raises CannotMerge; Case.DoesNotExist for a number that is none."""
    if kept_id == merged_id:
        raise CannotMerge("itself")
    kept, merged = states.held(kept_id, merged_id)
    why = rules.why_not_merge(mergeable(kept), mergeable(merged))
    if why is not None:
        raise CannotMerge(why)
    before = {"kept": states.state_of(kept), "merged": states.state_of(merged)}
    everything = list(Post.objects.filter(case_id=merged.pk).values_list("pk", flat=True))
    row = Merge.objects.create(
        kept=kept, merged=merged, by=by, at=now, before=before, after={}, newest_post_id=reads.newest_post_id(kept.pk),
        post_ids=posts.move(everything, source=merged.pk, target=kept.pk),
    )  # fmt: skip
    _take_over(kept, merged, now=now)
    states.rest(merged)
    Case.objects.filter(pk=merged.pk).update(merged_into=kept)
    row.after = {"kept": states.state_of(kept), "merged": states.state_of(merged)}
    row.save(update_fields=["after"])
    _told("case.merged", kept, merged, by=by, now=now, merge=row.pk, kept=kept.pk, merged=merged.pk)
    return row


def _take_over(kept: Case, merged: Case, *, now: datetime) -> None:
    """The kept case stands for both: open if one is open, asleep only if nobody is awake, the longer wait counts."""
    asleep = {one.snoozed_until for one in (kept, merged) if one.closure_id is None}
    values: dict[str, object] = {name: getattr(kept, name) or getattr(merged, name) for name in TAKEN_OVER}
    values["last_word_at"] = max(kept.last_word_at, merged.last_word_at)
    alarms = [at for at in (kept.alarm_since, merged.alarm_since) if at is not None]
    values["alarm_since"] = min(alarms, default=None)
    if kept.closure_id is not None and merged.closure_id is None:
        Closure.objects.filter(pk=kept.closure_id).update(reopened_at=now)
        values["closure_id"] = None
    values["snoozed_until"] = (
        min((at for at in asleep if at is not None), default=None) if None not in asleep else None
    )
    Case.objects.filter(pk=kept.pk).update(**values)
    states.recount(kept, now=now)
    if kept.snoozed_until is not None:
        states.put(kept, states.state_of(kept), names=["snoozed_until"], now=now)


def later_posts(row: Merge) -> Sequence[Post]:
    """What came into the kept case since, by itself and not by a merge, and might belong to the merged one."""
    merged = Merge.objects.filter(kept_id=row.kept_id, undone_at=None).values_list("post_ids", flat=True)
    came_along = [number for numbers in merged for number in numbers]
    rows = Post.objects.filter(case_id=row.kept_id, pk__gt=row.newest_post_id).exclude(pk__in=came_along)
    return list(rows.select_related("arrival").order_by("at", "id"))


def by_their_thread(row: Merge, later: Sequence[Post]) -> set[int]:
    """Which of these belong to the merged case by their thread: shown as chosen before anybody confirms."""
    token = reads.token_of(row.merged_id)
    mails = Post.objects.filter(case_id=row.kept_id).exclude(message_id="").exclude(
        pk__in=[post.pk for post in later]
    )  # fmt: skip
    moved = set(row.post_ids)
    sides: dict[bool, list[str]] = {True: [], False: []}
    for pk, message_id in mails.values_list("pk", "message_id"):
        sides[pk in moved].append(message_id)
    told = [
        rules.Later(
            post_id=post.pk, message_id=post.message_id, references=post.references,
            names_merged=_names(post, number=row.merged_id, token=token),
        )
        for post in later
    ]  # fmt: skip
    return rules.followers(told, of_merged=sides[True], of_kept=sides[False])


def _names(post: Post, *, number: int, token: str) -> bool:
    """Was it sent to the address, the subject or the receipt code of this case?"""
    envelope = post.arrival.envelope if post.arrival is not None else {}
    if envelope.get("case") == str(number):
        return True
    if post.kind != Post.Kind.HEARD:
        return False
    places = [*post.recipients, str(envelope.get("rcpt_to", "")), post.subject]
    return any(token in place.lower() for place in places)


def unmerge(row: Merge, *, also: Sequence[int], by: Staff, now: datetime) -> None:
    """Two cases again: exactly the posts that moved go back, and of the later ones those in `also`.

    Where nothing happened since, both stand as before, to the row; otherwise the clocks are counted anew.
    Raises CannotUndo, or NotOfThisCase for a post in `also` that is none of the later ones.
    """
    kept, merged = states.held(row.kept_id, row.merged_id)
    if kept.merged_into_id is not None or merged.merged_into_id != kept.pk or not _end(row, by=by, now=now):
        raise CannotUndo("what was merged since must be taken apart first")
    if not set(also) <= {post.pk for post in later_posts(row)}:
        raise NotOfThisCase("this post did not come after the merge")
    untouched = states.state_of(kept) == row.after["kept"] and not also
    posts.move([*row.post_ids, *also], source=kept.pk, target=merged.pk)
    _back(merged, row.before["merged"], exactly=not also, heard=_heard(also), now=now)
    _apart(kept, row, exactly=untouched, now=now)
    _told("case.unmerged", kept, merged, by=by, now=now, merge=row.pk, kept=kept.pk, merged=merged.pk)


def _end(row: Merge | Split, *, by: Staff, now: datetime) -> bool:
    """Mark as undone; False where somebody was faster."""
    rows = Merge.objects if isinstance(row, Merge) else Split.objects
    return rows.filter(pk=row.pk, undone_at=None).update(undone_at=now, undone_by=by) == 1


def _heard(post_ids: Sequence[int]) -> bool:
    return Post.objects.filter(pk__in=post_ids, kind=Post.Kind.HEARD, automatic=False).exists()


def _back(merged: Case, before: states.State, *, exactly: bool, heard: bool, now: datetime) -> None:
    """The merged case as it stood; with later words it is counted anew, and a new word of the person opens it."""
    states.put(merged, before, names=before, now=now)
    if exactly:
        return
    if heard:
        actions.reopen(merged, now=now)
    states.recount(merged, now=now)
    states.last_word(merged)


def _apart(kept: Case, row: Merge, *, exactly: bool, now: datetime) -> None:
    before, after = row.before["kept"], row.after["kept"]
    if exactly:
        states.put(kept, before, names=before, now=now)
        return
    today = states.state_of(kept)
    same = [name for name in TAKEN_OVER if today[name] == after[name]]
    states.put(kept, before, names=same, now=now)
    states.recount(kept, now=now)
    states.last_word(kept)


def split(
    case_id: int, *, post_ids: Sequence[int], target_id: int | None, subject: str, by: Staff, now: datetime
) -> Split:
    """Posts of a case go to a new one, or to another one of the same person (`target_id`).

    Raises NotOfThisCase, and CannotMerge where the target is somebody else's.
    """
    source, *others = states.held(case_id, *([target_id] if target_id is not None else []))
    chosen = list(
        Post.objects.select_related("person").filter(pk__in=post_ids, case_id=source.pk).order_by("at", "id")
    )
    if not chosen or len(chosen) != len(set(post_ids)) or source.merged_into_id is not None:
        raise NotOfThisCase("these posts do not stand in this case")
    if others:
        _insist_same_person(source, others[0])
    before = {"source": states.state_of(source)}
    target = others[0] if others else _open_for(chosen, source, subject=subject, now=now)
    before["target"] = states.state_of(target)
    moved = posts.move([post.pk for post in chosen], source=source.pk, target=target.pk)
    for one in (source, target):
        if one is target and one.closure_id is not None and _heard(moved):
            actions.reopen(one, now=now, by=f"staff:{by.pk}")
        states.recount(one, now=now)
        states.last_word(one)
    row = Split.objects.create(
        source=source, target=target, opened=not others, post_ids=moved, by=by, at=now, before=before,
        after={"source": states.state_of(source), "target": states.state_of(target)},
    )  # fmt: skip
    _told("case.split", source, target, by=by, now=now, split=row.pk, source=source.pk, target=target.pk)
    return row


def _insist_same_person(source: Case, target: Case) -> None:
    if target.merged_into_id is not None:
        raise CannotMerge("merged-already")
    if target.pk == source.pk:
        raise CannotMerge("itself")
    if source.person_id is None or source.person_id != target.person_id:
        raise CannotMerge("other-person")


def _open_for(chosen: Sequence[Post], source: Case, *, subject: str, now: datetime) -> Case:
    """A case for these posts. Words of one other person alone become that person's case."""
    said_by: set[Person | None] = {post.person for post in chosen}
    theirs = next(iter(said_by)) if len(said_by) == 1 else None
    first = chosen[0]
    return actions.open_case(
        person=theirs or source.person, channel=first.channel, at=first.at, now=now,
        subject=subject.strip() or actions.subject_of(first.text, subject=first.subject),
    )  # fmt: skip


def unsplit(row: Split, *, by: Staff, now: datetime) -> None:
    """The posts go back. A case that was opened for them gives back everything, and its number leads to the source; one
    of another person is only closed, if nothing else stands in it: nothing of theirs may lead to somebody else's case.

    Raises CannotUndo.
    """
    source, target = states.held(row.source_id, row.target_id)
    if {source.merged_into_id, target.merged_into_id} != {None} or not _end(row, by=by, now=now):
        raise CannotUndo("what was merged since must be taken apart first")
    whole = row.opened and source.person_id == target.person_id
    here = list(Post.objects.filter(case_id=target.pk).values_list("pk", flat=True))
    both = {"source": source, "target": target}
    untouched = all(states.state_of(one) == row.after[name] for name, one in both.items())
    posts.move(here if whole else row.post_ids, source=target.pk, target=source.pk)
    for name, one in both.items():
        if untouched:
            states.put(one, row.before[name], names=row.before[name], now=now)
        else:
            states.recount(one, now=now)
            states.last_word(one)
    if whole:
        states.rest(target)
        Case.objects.filter(pk=target.pk).update(merged_into=source)
    elif row.opened and set(here) <= set(row.post_ids):
        actions.close(target, by=by, now=now)
    _told("case.unsplit", source, target, by=by, now=now, split=row.pk, source=source.pk, target=target.pk)


def link(one: Case, other: Case, *, kind: str, note: str, by: Staff, now: datetime) -> Link:
    """Say that two cases have to do with each other. The same link twice is one."""
    known = Link.objects.filter(one=one, other=other, kind=kind, removed_at=None).first()
    if known is not None:
        return known
    row = Link.objects.create(one=one, other=other, kind=kind, note=note[:500], by=by, at=now)
    things = [f"case:{one.pk}", f"case:{other.pk}"]
    facts.record("case.linked", at=now, by=f"staff:{by.pk}", things=things, link=row.pk, link_kind=kind)
    return row


def unlink(row: Link, *, by: Staff, now: datetime) -> None:
    if Link.objects.filter(pk=row.pk, removed_at=None).update(removed_at=now, removed_by=by):
        things = [f"case:{row.one_id}", f"case:{row.other_id}"]
        facts.record("case.unlinked", at=now, by=f"staff:{by.pk}", things=things, link=row.pk)


def _told(kind: str, one: Case, other: Case, *, by: Staff, now: datetime, **data: Any) -> None:
    """What was checked against either of them must be checked again, and both pages look anew."""
    for audience in {
        word_reads.audience_of(person_id=case.person_id, case_id=case.pk) for case in (one, other)
    }:
        word.bump(audience)
    things = [f"case:{one.pk}", f"case:{other.pk}", actions.LIST]
    facts.record(kind, at=now, by=f"staff:{by.pk}", things=things, **data)
