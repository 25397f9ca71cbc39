"""Turning what came in into posts, and writing down what we say. The only place that writes posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eyelevel.channels import actions as channels
from eyelevel.channels import reading
from eyelevel.channels.contract import Letter, Part, Unreadable
from eyelevel.channels.models import Arrival
from eyelevel.kernel import clock, facts, store
from eyelevel.kernel.models import Fact
from eyelevel.people import actions as people
from eyelevel.people.models import Handle, Person, Staff
from eyelevel.posts.models import Attachment, Post

MOST_SUBJECT = 300
FAILED_SENDER = "sender-not-confirmed"


def read_arrival(fact: Fact) -> facts.Effect | None:
    """Step: parse a kept arrival in a child; what can be read becomes a post, the rest a quarantine entry."""
    arrival = Arrival.objects.select_related("quarantine").filter(pk=fact.data["arrival"]).first()
    if arrival is None or Post.objects.filter(arrival=arrival).exists():
        return None
    read = reading.letter_of(channel=arrival.channel, raw=channels.raw_of(arrival), envelope=arrival.envelope)
    now = clock.now()
    if isinstance(read, Unreadable):
        return lambda: channels.quarantine(arrival, read, now=now)
    kept = [(part, store.put(part.content)) for part in read.parts]
    return lambda: _keep(arrival, read, kept, now=now)


def _keep(arrival: Arrival, letter: Letter, parts: Sequence[tuple[Part, str]], *, now: datetime) -> None:
    if letter.bounce_of:
        facts.record("bounce.kept", at=now, message_id=letter.bounce_of, status=letter.bounce_status)
    failed = arrival.envelope.get("dmarc") == "fail"
    handle = _handle(arrival, letter, now=now)
    post = Post.objects.create(
        kind=Post.Kind.HEARD,
        channel=arrival.channel,
        at=arrival.received_at,
        arrival=arrival,
        handle=handle,
        person=None if failed or handle is None else handle.person,
        author_name=letter.author.name or letter.author.address,
        verified=letter.author.verified and not failed,
        automatic=letter.automatic,
        subject=letter.subject[:MOST_SUBJECT],
        text=letter.text,
        full_text=letter.full_text if letter.full_text != letter.text else "",
        html=letter.html,
        language=letter.language,
        message_id=letter.message_id[:500],
        references=list(letter.references[-50:]),
        recipients=[*letter.recipients, *letter.carbon_copies],
        remarks=[*letter.remarks, *([FAILED_SENDER] if failed else [])],
    )
    attach(post, [(part.name, part.media_type, len(part.content), digest) for part, digest in parts])
    entry = getattr(arrival, "quarantine", None)
    if entry is not None:
        channels.resolve(entry, now=now, by="system", resolution="read")
    facts.record("post.kept", at=now, post=post.pk, token=letter.case_token)


def _handle(arrival: Arrival, letter: Letter, *, now: datetime) -> Handle | None:
    address = letter.author.address
    if not address:
        return None
    by_mail = arrival.channel == "form" or (arrival.channel == "webhook" and "@" in address)
    channel = "mail" if by_mail else arrival.channel
    return people.meet(
        channel=channel, address=address, name=letter.author.name, language=letter.language, now=now
    )


def attach(post: Post, files: Sequence[tuple[str, str, int, str]]) -> None:
    """Hang files on a post: (name for display, media type, size in bytes, digest in the store)."""
    Attachment.objects.bulk_create(
        [Attachment(post=post, name=name[:255], media_type=kind[:120], size=size, digest=digest)
         for name, kind, size, digest in files]
    )  # fmt: skip


def belongs(post: Post, *, case_id: int, person: Person | None) -> None:
    """Give a post its place in a case; a post belongs to at most one."""
    post.case_id = case_id
    if post.person_id is None and person is not None and FAILED_SENDER not in post.remarks:
        post.person = person
    post.save(update_fields=["case_id", "person"])


def say(
    *, case_id: int, person: Person | None, handle: Handle | None, staff: Staff, channel: str, subject: str, text: str,
    message_id: str, references: Sequence[str], recipients: Sequence[str], now: datetime, public: bool = False,
    url: str = "",
) -> Post:  # fmt: skip
    """Our answer, as said. It is on its way out, not necessarily delivered: the outbox knows."""
    return Post.objects.create(
        kind=Post.Kind.ANSWER, channel=channel, at=now, case_id=case_id, person=person, handle=handle, staff=staff,
        openness=Post.Openness.PUBLIC if public else Post.Openness.DIALOGUE, url=url,
        author_name=staff.name, verified=True, subject=subject[:MOST_SUBJECT], text=text, message_id=message_id,
        references=list(references), recipients=list(recipients),
    )  # fmt: skip


def unsay(post_id: int) -> None:
    """Undo within the undo time: it never left, so it was never said."""
    Post.objects.filter(pk=post_id, kind=Post.Kind.ANSWER).delete()


def note(*, case_id: int, person: Person | None, staff: Staff, text: str, now: datetime) -> Post:
    """An internal note: colleagues read it, the person does not."""
    post = Post.objects.create(
        kind=Post.Kind.NOTE, openness=Post.Openness.INTERNAL, channel="note", at=now, case_id=case_id, person=person,
        staff=staff, author_name=staff.name, verified=True, text=text,
    )  # fmt: skip
    facts.record("post.noted", at=now, by=f"staff:{staff.pk}", things=[f"case:{case_id}"], post=post.pk)
    return post


def call(
    *, case_id: int, person: Person | None, staff: Staff, heard: str, said: str, now: datetime
) -> Sequence[Post]:
    """A telephone call: what the person said and what we said, two posts. What we said is our statement."""
    made: list[Post] = []
    common = {"channel": "phone", "at": now, "case_id": case_id, "person": person, "verified": True}
    if heard:
        name = person.name if person is not None else ""
        made.append(Post.objects.create(kind=Post.Kind.HEARD, text=heard, author_name=name, **common))
    if said:
        made.append(
            Post.objects.create(kind=Post.Kind.CALL, text=said, staff=staff, author_name=staff.name, **common)
        )
    for post in made:
        facts.record("post.noted", at=now, by=f"staff:{staff.pk}", things=[f"case:{case_id}"], post=post.pk)
    return made


def enter(
    *, channel: str, case_id: int, person: Person | None, staff: Staff, ours: bool, author_name: str, text: str,
    url: str, public: bool, files: Sequence[tuple[str, str, int, str]], at: datetime, now: datetime,
) -> Post:  # fmt: skip
    """Something on paper or on the net that a colleague enters: a letter (ours or theirs), a pasted public post."""
    post = Post.objects.create(
        kind=Post.Kind.ANSWER if ours else Post.Kind.HEARD,
        openness=Post.Openness.PUBLIC if public else Post.Openness.DIALOGUE,
        channel=channel, at=at, case_id=case_id, person=person, staff=staff if ours else None,
        author_name=author_name or (staff.name if ours else ""), verified=False, text=text, url=url,
        remarks=[f"entered-by:{staff.name}"],
    )  # fmt: skip
    attach(post, files)
    facts.record("post.entered", at=now, by=f"staff:{staff.pk}", things=[f"case:{case_id}"], post=post.pk)
    return post
