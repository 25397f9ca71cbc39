"""What happens to cases: opened by a word, handed on, put off, closed and opened again by a new word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from eyelevel.cases import reads, rules, states
from eyelevel.cases.models import Case, Closure, Hand, Presence, ReceiptCode
from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact
from eyelevel.people import actions as people
from eyelevel.people.models import Person, Staff
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Post
from eyelevel.word import actions as word
from eyelevel.word import reads as word_reads

LIST = "list"
UNTITLED = "…"
NOT_THE_PERSON = "not-the-known-sender"


def open_or_join(fact: Fact) -> facts.Effect | None:
    """Step: a word from outside joins its case or opens one."""
    post = Post.objects.select_related("person", "arrival", "handle").filter(pk=fact.data["post"]).first()
    if post is None or post.case_id is not None:
        return None
    token = str(fact.data.get("token", ""))
    return lambda: _open_or_join(post, token=token, now=clock.now())


def _open_or_join(post: Post, *, token: str, now: datetime) -> None:
    if posts.FAILED_SENDER in post.remarks:
        place = rules.Place(case_id=None, known=True)
    else:
        place = rules.place(reads.claims_on(post, token=token), author_person=post.person_id)
    if place.case_id is None:
        _open_for(post, now=now)
    else:
        _join(post, states.standing(place.case_id), known=place.known, now=now)


def _open_for(post: Post, *, now: datetime) -> None:
    person = post.person
    envelope = post.arrival.envelope if post.arrival is not None else {}
    if person is None and posts.FAILED_SENDER not in post.remarks:
        person = people.meet_pseudonym(name=post.author_name, language=post.language, now=now)
    case = open_case(
        person=person,
        subject=subject_of(post.text, subject=post.subject),
        channel=post.channel,
        at=post.at,
        now=now,
    )
    if code_hash := envelope.get("code_hash"):
        ReceiptCode.objects.create(case=case, code_hash=code_hash, created_at=now)
    posts.belongs(post, case_id=case.pk, person=person)
    facts.record(
        "case.opened",
        at=now,
        by=_person_key(person),
        things=[f"case:{case.pk}", LIST],
        case=case.pk,
        post=post.pk,
    )
    person_spoke(case, at=post.at, now=now)


def open_case(*, person: Person | None, subject: str, channel: str, at: datetime, now: datetime) -> Case:
    """A new case. The caller records what opened it."""
    return Case.objects.create(
        person=person, subject=subject[:300], channel=channel, opened_at=at, last_word_at=max(at, now)
    )


def subject_of(text: str, *, subject: str = "") -> str:
    """What to call a case that a word opens: its subject, else its first line."""
    first_line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return (subject.strip() or first_line or UNTITLED)[:120]


def _join(post: Post, case: Case, *, known: bool, now: datetime) -> None:
    if known:
        posts.belongs(post, case_id=case.pk, person=case.person)
    else:
        post.remarks = [*post.remarks, NOT_THE_PERSON]
        post.verified = False
        post.case_id = case.pk
        post.save(update_fields=["remarks", "verified", "case_id"])
    facts.record(
        "case.joined", at=now, by=_person_key(post.person), things=[f"case:{case.pk}", LIST], case=case.pk,
        post=post.pk, channel=post.channel, channel_changed=post.channel != case.channel, known=known,
    )  # fmt: skip
    if post.automatic:
        return
    reopen(case, now=now)
    person_spoke(case, at=post.at, now=now)


def person_spoke(case: Case, *, at: datetime, now: datetime) -> None:
    """From here on the person waits for us; the silence clock starts with their first unanswered word."""
    values: dict[str, object] = {
        "last_word_at": max(case.last_word_at, at),
        "asked_since": None,
        "snoozed_until": None,
    }
    if case.waiting_since is None:
        values["waiting_since"] = at
    Case.objects.filter(pk=case.pk).update(**values)
    if case.waiting_since is None:
        case.refresh_from_db()
        states.watch(case, now=now)


def raise_silence_alarm(fact: Fact) -> facts.Effect | None:
    """Step, due after N service hours: still no human word, so everybody at the desk sees it."""
    case = Case.objects.filter(pk=fact.data["case"], closure=None, alarm_since=None).first()
    since = datetime.fromisoformat(fact.data["since"])
    if case is None or case.waiting_since != since:
        return None
    return lambda: _alarm(case, now=clock.now())


def _alarm(case: Case, *, now: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(alarm_since=now)
    facts.record("case.alarm", at=now, things=[f"case:{case.pk}", LIST], case=case.pk)


def we_spoke(case: Case, *, now: datetime, by: Staff, human: bool = True) -> None:
    """Our word is said: nobody waits for us any more, and the first human word is noted once."""
    values: dict[str, object] = {
        "last_word_at": now, "waiting_since": None, "alarm_since": None, "asked_since": now, "snoozed_until": None,
    }  # fmt: skip
    if human and case.first_human_word_at is None:
        values["first_human_word_at"] = now
        facts.record("case.first_human_word", at=now, by=f"staff:{by.pk}", case=case.pk)
    Case.objects.filter(pk=case.pk).update(**values)


def we_spoke_to_nobody(case: Case, *, now: datetime) -> None:
    """Our word stands where nobody can read it: whoever waits for us goes on waiting, and so does the alarm."""
    Case.objects.filter(pk=case.pk).update(last_word_at=now)
    facts.record("case.unheard", at=now, things=[f"case:{case.pk}", LIST], case=case.pk)


def we_did_not_speak(case: Case, *, now: datetime) -> None:
    """After an undo: the clocks stand as if the answer had never been written."""
    states.recount(case, now=now)
    facts.record("case.unsaid", at=now, things=[f"case:{case.pk}", LIST], case=case.pk)


def hand_over(
    case: Case, *, giver: Staff, taker: Staff | None, note: str, now: datetime, reason: rules.Reason = "given"
) -> None:
    """Give the case to a colleague, to oneself, or back to everybody (taker None). `reason` counts where it is handed on."""
    case = states.standing(case.pk)
    if case.holder_id == (taker.pk if taker else None):
        return
    Case.objects.filter(pk=case.pk).update(holder=taker)
    on = rules.handed_on(
        holder=case.holder_id, giver=giver.pk, taker=taker.pk if taker else None, reason=reason
    )
    Hand.objects.create(case=case, giver=giver, taker=taker, at=now, note=note, reason=on)
    facts.record(
        "case.handed", at=now, by=f"staff:{giver.pk}", things=[f"case:{case.pk}", LIST], case=case.pk,
        taker=taker.pk if taker else None, passed_on=case.holder_id is not None,
    )  # fmt: skip
    if on:
        facts.record("case.handed_on", at=now, by=f"staff:{giver.pk}", case=case.pk, reason=on)


def snooze(case: Case, *, until: datetime, by: Staff, now: datetime) -> None:
    """Out of sight until a moment, or until the person speaks. The person's waiting clock goes on."""
    case = states.standing(case.pk)
    Case.objects.filter(pk=case.pk).update(snoozed_until=until)
    facts.record(
        "case.snoozed", at=now, by=f"staff:{by.pk}", things=[f"case:{case.pk}", LIST], not_before=until, case=case.pk,
        until=until.isoformat(),
    )  # fmt: skip


def wake(fact: Fact) -> facts.Effect | None:
    """Step, due when the snooze ends: the case stands on the list again."""
    until = datetime.fromisoformat(fact.data["until"])
    case = Case.objects.filter(pk=fact.data["case"], snoozed_until=until).first()
    return None if case is None else lambda: _wake(case, now=clock.now())


def _wake(case: Case, *, now: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(snoozed_until=None)
    facts.record("case.woke", at=now, things=[f"case:{case.pk}", LIST], case=case.pk)


def close(case: Case, *, by: Staff | None, now: datetime) -> None:
    """A closed case is a row that says who and when. Closing twice is closing once."""
    case = states.standing(case.pk)
    if case.closure_id is not None:
        return
    closure = Closure.objects.create(case=case, by=by, at=now)
    Case.objects.filter(pk=case.pk).update(
        closure=closure, waiting_since=None, asked_since=None, alarm_since=None, snoozed_until=None
    )
    who = f"staff:{by.pk}" if by else "system"
    facts.record("case.closed", at=now, by=who, things=[f"case:{case.pk}", LIST], case=case.pk)


def reopen(case: Case, *, now: datetime, by: str = "person") -> None:
    """A new word of the person, or a colleague, opens the case again."""
    if case.closure_id is None:
        return
    Closure.objects.filter(pk=case.closure_id).update(reopened_at=now)
    Case.objects.filter(pk=case.pk).update(closure=None)
    case.closure = None
    facts.record("case.reopened", at=now, by=by, things=[f"case:{case.pk}", LIST], case=case.pk)


def rename(case: Case, *, subject: str, by: Staff, now: datetime) -> None:
    case = states.standing(case.pk)
    Case.objects.filter(pk=case.pk).update(subject=subject[:300])
    things = [f"case:{case.pk}", LIST]
    facts.record(
        "case.renamed", at=now, by=f"staff:{by.pk}", things=things, case=case.pk, before=case.subject
    )


def helped(case: Case, *, now: datetime) -> None:
    """The person says that it helped; once."""
    if Case.objects.filter(pk=case.pk, helped_at=None).update(helped_at=now):
        facts.record(
            "case.helped", at=now, by=_person_key(case.person), things=[f"case:{case.pk}"], case=case.pk
        )


def note_call(case: Case, *, staff: Staff, heard: str, said: str, now: datetime) -> Sequence[Post]:
    """Write down a telephone call; what we said on it is a human word of ours."""
    case = states.standing(case.pk)
    made = posts.call(case_id=case.pk, person=case.person, staff=staff, heard=heard, said=said, now=now)
    if heard:
        person_spoke(case, at=now, now=now)
        case.refresh_from_db()
    if said:
        _we_said(case, staff=staff, now=now)
    return made


def enter(
    case: Case, *, staff: Staff, channel: str, ours: bool, author_name: str, text: str, url: str, public: bool,
    files: Sequence[tuple[str, str, int, str]], now: datetime,
) -> Post:  # fmt: skip
    """Something on paper or on the net, entered by a colleague: their word reopens and waits, ours counts as said."""
    case = states.standing(case.pk)
    post = posts.enter(
        channel=channel, case_id=case.pk, person=case.person, staff=staff, ours=ours, author_name=author_name, text=text,
        url=url, public=public, files=files, at=now, now=now,
    )  # fmt: skip
    facts.record(
        "case.joined", at=now, by=f"staff:{staff.pk}", things=[f"case:{case.pk}", LIST], case=case.pk, post=post.pk,
        channel=channel, channel_changed=channel != case.channel, known=True,
    )  # fmt: skip
    if ours:
        _we_said(case, staff=staff, now=now)
    else:
        reopen(case, now=now)
        person_spoke(case, at=now, now=now)
    return post


def _we_said(case: Case, *, staff: Staff, now: datetime) -> None:
    """A statement outside of the outbox: the clocks stop, and drafts to this person must be checked anew."""
    word.bump(word_reads.audience_of(person_id=case.person_id, case_id=case.pk))
    we_spoke(case, now=now, by=staff)


def open_by_hand(*, person: Person, subject: str, by: Staff, now: datetime) -> Case:
    """A case that a colleague opens for somebody; the colleague has it."""
    case = open_case(person=person, subject=subject, channel="phone", at=now, now=now)
    facts.record(
        "case.opened_by_hand", at=now, by=f"staff:{by.pk}", things=[f"case:{case.pk}", LIST], case=case.pk
    )
    hand_over(case, giver=by, taker=by, note="", now=now)
    return case


def note(case: Case, *, staff: Staff, text: str, now: datetime) -> None:
    case = states.standing(case.pk)
    posts.note(case_id=case.pk, person=case.person, staff=staff, text=text, now=now)


def new_code(case: Case, *, now: datetime) -> str:
    """A receipt code for the person of this case, shown once; only its hash is kept."""
    code = str(settings.KEYS.new_code())
    ReceiptCode.objects.create(case=case, code_hash=settings.KEYS.code_hash(code), created_at=now)
    return code


def is_here(case: Case, *, staff: Staff, writing: bool, real_now: datetime) -> None:
    """Note that a colleague looks at this case (or writes); others are told when that is news."""
    row, new = Presence.objects.get_or_create(case=case, staff=staff, defaults={"seen_at": real_now})
    was_away = new or row.seen_at < real_now - timedelta(seconds=60)
    news = was_away or (writing and (row.wrote_at is None or row.wrote_at < real_now - timedelta(seconds=60)))
    row.seen_at = real_now
    row.wrote_at = real_now if writing else row.wrote_at
    row.save(update_fields=["seen_at", "wrote_at"])
    if news:
        facts.record("case.presence", at=real_now, by=f"staff:{staff.pk}", things=[f"presence:{case.pk}"])


def _person_key(person: Person | None) -> str:
    return f"person:{person.pk}" if person is not None else "stranger"
