"""Turning what came in into posts, and writing down what we say. The only place that writes posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from eyelevel.channels import actions as channels
from eyelevel.channels import reading
from eyelevel.channels.contract import Letter, Part, Unreadable
from eyelevel.channels.models import Arrival
from eyelevel.kernel import clock, facts, store
from eyelevel.kernel.models import Fact
from eyelevel.outbox import actions as outbox
from eyelevel.people import actions as people
from eyelevel.people.models import Handle, Person, Staff
from eyelevel.posts.models import Attachment, Post

MOST_SUBJECT = 300
REACHES_NOBODY = "reaches-nobody"  # an answer on a receipt page that nobody can open
FAILED_SENDER = "sender-not-confirmed"
GUEST_ADDRESS = "guest-address"  # purpose of the tag in service+g-NUMBER-TAG@…
GUEST = "g-"


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
    inside = _answers_us(letter.case_token)
    handle = None if inside else handle_of(arrival, letter, now=now)
    post = write_down(
        arrival, letter, parts, kind=Post.Kind.NOTE if inside else Post.Kind.HEARD, handle=handle,
        person=None if failed or handle is None else handle.person, verified=letter.author.verified and not failed,
        remarks=[FAILED_SENDER] if failed else [],
    )  # fmt: skip
    entry = getattr(arrival, "quarantine", None)
    if entry is not None:
        channels.resolve(entry, now=now, by="system", resolution="read")
    facts.record("guest.kept" if inside else "post.kept", at=now, post=post.pk, token=letter.case_token)


def _answers_us(token: str) -> bool:
    """Is it the reply of somebody whom a colleague asked? Then it is an internal word from its first moment: nobody is
    met by it, nobody outside ever reads it.
    """
    number, _sep, tag = token.removeprefix(GUEST).partition("-")
    return token.startswith(GUEST) and bool(settings.KEYS.check_tag(GUEST_ADDRESS, number, tag))


def write_down(
    arrival: Arrival, letter: Letter, parts: Sequence[tuple[Part, str]], *, kind: Post.Kind, handle: Handle | None,
    person: Person | None, verified: bool, remarks: Sequence[str],
) -> Post:  # fmt: skip
    """A letter as a post, with what hangs on it; a note is internal. The caller records what it means."""
    inside = kind == Post.Kind.NOTE
    post = Post.objects.create(
        kind=kind,
        openness=Post.Openness.INTERNAL if inside else Post.Openness.DIALOGUE,
        channel=arrival.channel,
        at=arrival.received_at,
        arrival=arrival,
        handle=handle,
        person=person,
        author_name=letter.author.address if inside else letter.author.name or letter.author.address,
        verified=verified,
        automatic=letter.automatic,
        subject=letter.subject[:MOST_SUBJECT],
        text=letter.text,
        full_text=letter.full_text if letter.full_text != letter.text else "",
        html=letter.html,
        language=letter.language,
        message_id=letter.message_id[:500],
        references=list(letter.references[-50:]),
        recipients=[*letter.recipients, *letter.carbon_copies],
        remarks=[*letter.remarks, *remarks],
    )
    attach(post, [(part.name, part.media_type, len(part.content), digest) for part, digest in parts])
    return post


def handle_of(arrival: Arrival, letter: Letter, *, now: datetime) -> Handle | None:
    """The handle of the author, met at `now`; None where the letter names none."""
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


def move(post_ids: Sequence[int], *, source: int, target: int) -> list[int]:
    """Give those of these posts that stand in the case `source` their place in `target`; they keep all else.

    Returns which moved. What is on its way out with them goes along.
    """
    rows = Post.objects.filter(pk__in=post_ids, case_id=source)
    moved = list(rows.order_by("id").values_list("pk", flat=True))
    Post.objects.filter(pk__in=moved).update(case_id=target)
    outbox.belongs(moved, case_id=target)
    return moved


def say(
    *, case_id: int, person: Person | None, handle: Handle | None, staff: Staff, channel: str, subject: str, text: str,
    message_id: str, references: Sequence[str], recipients: Sequence[str], now: datetime, public: bool = False,
    url: str = "", remarks: Sequence[str] = (),
) -> Post:  # fmt: skip
    """Our answer, as said. It is on its way out, not necessarily delivered: the outbox knows."""
    return Post.objects.create(
        kind=Post.Kind.ANSWER, channel=channel, at=now, case_id=case_id, person=person, handle=handle, staff=staff,
        openness=Post.Openness.PUBLIC if public else Post.Openness.DIALOGUE, url=url,
        author_name=staff.name, verified=True, subject=subject[:MOST_SUBJECT], text=text, message_id=message_id,
        references=list(references), recipients=list(recipients), remarks=list(remarks),
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


def note_of_guest(*, case_id: int, person: Person | None, name: str, text: str, now: datetime) -> Post:
    """The answer of somebody whom a colleague asked, by their link: an internal note under their name."""
    return Post.objects.create(
        kind=Post.Kind.NOTE, openness=Post.Openness.INTERNAL, channel="guest", at=now, case_id=case_id, person=person,
        author_name=name, verified=True, text=text,
    )  # fmt: skip


def place_note(
    post: Post, *, case_id: int, person: Person | None, name: str, verified: bool, remarks: Sequence[str]
) -> None:
    """The same by mail: the note gets its place in a case, and what is doubtful about it stands on it."""
    post.case_id, post.person, post.author_name, post.verified = case_id, person, name[:200], verified
    post.remarks = [*post.remarks, *remarks]
    post.save(update_fields=["case_id", "person", "author_name", "verified", "remarks"])


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
