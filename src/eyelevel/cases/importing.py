"""The place of letters out of an archive: threads become cases, closed unless somebody asks for open ones.

Nobody is acknowledged, no clock starts and no alarm rings for a letter of former years.
"""

from __future__ import annotations

from datetime import datetime

from eyelevel.cases import actions, reads, rules
from eyelevel.cases.models import Case, Closure
from eyelevel.kernel import facts
from eyelevel.people import actions as people
from eyelevel.posts import actions as posts
from eyelevel.posts import importing
from eyelevel.posts.models import Post
from eyelevel.word import actions as word
from eyelevel.word import reads as word_reads


def place(post: Post, *, token: str, as_open: bool, now: datetime) -> Case:
    """Put an imported post into the case of its thread, or open one for it."""
    claims = reads.claims_on(post, token=token)
    found = rules.place(claims, author_person=post.person_id)
    ours = post.kind == Post.Kind.ANSWER
    if ours and (not found.known or post.person_id is None):
        importing.make_note(post)
        found = rules.Place(case_id=found.case_id or next((one.case_id for one in claims), None), known=True)
    case = Case.objects.filter(pk=found.case_id).first() if found.case_id else None
    if case is None:
        case = _open(post, as_open=as_open)
    _join(post, case, known=found.known)
    _note_times(post, case)
    if as_open and case.closure_id is None:
        _clocks(post, case, now=now)
    if post.kind == Post.Kind.ANSWER:
        word.bump(word_reads.audience_of(person_id=case.person_id, case_id=case.pk))
    things = [f"case:{case.pk}", actions.LIST]
    facts.record("case.imported", at=now, by="system", things=things, case=case.pk, post=post.pk)
    return case


def _open(post: Post, *, as_open: bool) -> Case:
    if post.person_id is None and post.kind == Post.Kind.HEARD:
        post.person = people.meet_pseudonym(name=post.author_name, language=post.language, now=post.at)
        post.save(update_fields=["person"])
    case = actions.open_case(
        person=post.person,
        subject=actions.subject_of(post.text, subject=post.subject),
        channel=post.channel,
        at=post.at,
        now=post.at,
    )
    if not as_open:
        case.closure = Closure.objects.create(case=case, by=None, at=post.at)
        case.save(update_fields=["closure"])
    return case


def _join(post: Post, case: Case, *, known: bool) -> None:
    if not known:
        post.remarks = [*post.remarks, actions.NOT_THE_PERSON]
        post.save(update_fields=["remarks"])
    posts.belongs(post, case_id=case.pk, person=case.person if known else None)


def _note_times(post: Post, case: Case) -> None:
    """When it began, when the last word fell, when a human of ours first spoke; letters may come in any order."""
    values: dict[str, datetime] = {
        "opened_at": min(case.opened_at, post.at), "last_word_at": max(case.last_word_at, post.at),
    }  # fmt: skip
    if post.kind == Post.Kind.ANSWER and not post.automatic:
        values["first_human_word_at"] = min(case.first_human_word_at or post.at, post.at)
    Case.objects.filter(pk=case.pk).update(**values)
    if case.closure_id is not None:
        Closure.objects.filter(pk=case.closure_id, by=None, at__lt=post.at).update(at=post.at)


def _clocks(post: Post, case: Case, *, now: datetime) -> None:
    """The case goes on: whoever spoke last waits for the other."""
    case.refresh_from_db()
    if post.kind == Post.Kind.HEARD and not post.automatic:
        actions.person_spoke(case, at=post.at, now=now)
    elif post.kind == Post.Kind.ANSWER and (case.waiting_since is None or case.waiting_since <= post.at):
        Case.objects.filter(pk=case.pk).update(waiting_since=None, alarm_since=None, asked_since=post.at)
