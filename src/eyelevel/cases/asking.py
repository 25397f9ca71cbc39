"""Asking somebody without a seat: one question about one case, by mail; the answer comes back as an internal note.

Whoever is asked reads the question and the posts that were chosen for them, until the question ends or is withdrawn.
The person of the case goes on waiting meanwhile, and the time until the answer is a hand-over.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from eyelevel.cases import actions, merging, states
from eyelevel.cases.models import AskedAnswer, Asking, Case
from eyelevel.channels.contract import Departure
from eyelevel.kernel import clock, facts, ids
from eyelevel.kernel.keys import token_hash
from eyelevel.kernel.models import Fact
from eyelevel.kernel.policy import Actor
from eyelevel.outbox import actions as outbox
from eyelevel.people import reads as people
from eyelevel.people import rules as hours
from eyelevel.people.models import Staff
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Post

TAG_SIGNS = 16
PAGE = "guest-page"
PAGE_SECONDS = 2 * 3600.0
MOST_ANSWERS = 20  # notes that one link may leave in a case
NOT_THE_ASKED = "not-the-one-asked"
TOO_LATE = "after-the-end"
_NUMBER = re.compile(r"g-(\d{1,12})-")


class Enough(ValueError):
    """MOST_ANSWERS came by this link already."""


class Closed(ValueError):
    """The question has ended: its time is over, or somebody withdrew it."""


def address_of(asking_id: int) -> str:
    """Where an answer by mail goes: service+g-NUMBER-TAG@domain."""
    local, _at, domain = settings.ENV.mail_address.rpartition("@")
    tag = settings.KEYS.tag(posts.GUEST_ADDRESS, str(asking_id), TAG_SIGNS)
    return f"{local}+g-{asking_id}-{tag}@{domain}"


def ask(
    case: Case, *, by: Staff, name: str, address: str, language: str, question: str, post_ids: Sequence[int],
    valid: timedelta, now: datetime, real_now: datetime,
) -> Asking:  # fmt: skip
    """Ask, on the word of `by`. Raises merging.NotOfThisCase for a post that does not stand in the case."""
    case = states.standing(case.pk)
    if Post.objects.filter(pk__in=post_ids, case_id=case.pk).count() != len(set(post_ids)):
        raise merging.NotOfThisCase("these posts do not stand in this case")
    token = secrets.token_urlsafe(24)
    message_id = ids.message_id(
        public_id=ids.new_public_id(), domain=settings.ENV.mail_address.rpartition("@")[2]
    )
    row = Asking.objects.create(
        case=case, by=by, name=name, address=address.lower(), language=language, question=question,
        post_ids=sorted(set(post_ids)), asked_at=now, valid_until=real_now + valid, token_hash=token_hash(token),
        message_id=message_id,
    )  # fmt: skip
    _mail(row, token, real_now=real_now)
    due = hours.after_service_hours(
        people.service_spans(), start=now, hours=settings.ENV.silence_hours, zone=people.zone()
    )
    facts.record(
        "case.asked", at=now, by=f"staff:{by.pk}", things=[f"case:{case.pk}", actions.LIST], not_before=due,
        case=case.pk, asking=row.pk, passed_on=True,
    )  # fmt: skip
    return row


def _mail(row: Asking, token: str, *, real_now: datetime) -> None:
    """The question and the link; the chosen posts stand only behind the link, where they can be taken back."""
    base = settings.ENV.public_url or f"http://{settings.ENV.host}:{settings.ENV.port}"
    with translation.override(row.language):
        link = f"{base}/guest/?{urlencode({'token': token, 'lang': row.language})}"
        said = {
            "name": row.name, "by": row.by.name, "question": row.question, "link": link,
            "until": formats.date_format(row.valid_until.astimezone(people.zone()), "DATETIME_FORMAT"), "company": settings.ENV.company,
        }  # fmt: skip
        subject = _("%(by)s asks you about case %(number)s") % {"by": row.by.name, "number": row.case_id}
        text = _(
            "Hello %(name)s,\n\n%(question)s\n\nWhat it is about, and a place for your answer, stand here until "
            "%(until)s:\n%(link)s\n\nYou can also reply to this mail. Only colleagues read your answer, the customer "
            "does not. Do not pass this mail on: whoever has the link can read along.\n\n%(by)s, %(company)s\n"
        )
    sender = settings.ENV.mail_address
    departure = Departure(
        message_id=row.message_id, to=(row.address,), sender=sender, sender_name=f"{row.by.name} · {settings.ENV.company}",
        reply_to=address_of(row.pk), subject=subject, text=text % said,
    )  # fmt: skip
    outbox.queue(
        departure, lane="mail", channel="mail", approved_by=f"staff:{row.by_id}", now=real_now, case_id=row.case_id,
        not_before=real_now + timedelta(seconds=settings.ENV.undo_seconds),
    )  # fmt: skip


def withdraw(row: Asking, *, by: Staff, now: datetime) -> None:
    """End the question at once: the link and its pages are dead, a mail that has not left stays here."""
    if Asking.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by) != 1:
        return
    outbox.withdraw_unsent(message_id=row.message_id, now=clock.real_now(), by=f"staff:{by.pk}")
    case = states.standing(row.case_id)
    things = [f"case:{case.pk}", actions.LIST]
    facts.record(
        "case.asking_withdrawn", at=now, by=f"staff:{by.pk}", things=things, case=case.pk, asking=row.pk
    )


def is_open(row: Asking, *, real_now: datetime) -> bool:
    return row.withdrawn_at is None and real_now < row.valid_until


def guest(row: Asking) -> Actor:
    """Who answers a question: exactly its posts are theirs to read."""
    return Actor(kind="guest", asking_id=row.pk, post_ids=frozenset(row.post_ids), name=row.name)


def by_token(token: str, *, real_now: datetime) -> Asking | None:
    """The open question of this link."""
    row = Asking.objects.select_related("by").filter(token_hash=token_hash(token[:200])).first()
    return row if row is not None and is_open(row, real_now=real_now) else None


def new_page(row: Asking, *, real_now: datetime) -> str:
    """What the opened page carries instead of the link: signed, for two hours, good for this question alone."""
    payload = {"asking": str(row.pk), "nonce": secrets.token_urlsafe(12)}
    return str(settings.KEYS.seal(PAGE, payload, now=real_now, seconds=PAGE_SECONDS))


def by_page(page: str, *, real_now: datetime) -> Asking | None:
    """The question of an opened page, while it is open; asked anew at every request."""
    held = settings.KEYS.open_sealed(PAGE, page, now=real_now)
    if held is None:
        return None
    row = Asking.objects.select_related("by").filter(pk=int(held["asking"])).first()
    return row if row is not None and is_open(row, real_now=real_now) else None


def answer(row: Asking, *, text: str, page: str, now: datetime, real_now: datetime) -> Post | None:
    """An answer by the link. The same page sent twice with the same words is one answer: then None. Raises Closed, Enough."""
    row = Asking.objects.select_related("by").get(pk=row.pk)
    if not is_open(row, real_now=real_now):
        raise Closed("the question has ended")
    event = "link:" + hashlib.sha256(f"{page}\n{text}".encode()).hexdigest()
    if AskedAnswer.objects.filter(asking=row, event=event).exists():
        return None
    if AskedAnswer.objects.filter(asking=row, way=AskedAnswer.Way.LINK).count() >= MOST_ANSWERS:
        raise Enough(f"{MOST_ANSWERS} answers came by this link")
    case = states.standing(row.case_id)
    post = posts.note_of_guest(case_id=case.pk, person=case.person, name=row.name, text=text, now=now)
    _answered(row, post, way=AskedAnswer.Way.LINK, event=event, counts=True, now=now)
    return post


def take_reply(fact: Fact) -> facts.Effect | None:
    """Step: a reply by mail to a question gets its place as an internal note; its author is checked, not believed."""
    post = Post.objects.select_related("arrival").filter(pk=fact.data["post"], case_id=None).first()
    number = _NUMBER.match(str(fact.data["token"]))
    row = Asking.objects.filter(pk=int(number[1])).first() if number else None
    if post is None or row is None:
        return None
    return lambda: _take_reply(post, row, now=clock.now(), real_now=clock.real_now())


def _take_reply(post: Post, row: Asking, *, now: datetime, real_now: datetime) -> None:
    case = states.standing(row.case_id)
    known = post.author_name.lower() == row.address and posts.FAILED_SENDER not in post.remarks
    late = not is_open(row, real_now=real_now)
    doubts = [*([] if known else [NOT_THE_ASKED]), *([TOO_LATE] if late else [])]
    posts.place_note(
        post, case_id=case.pk, person=case.person, name=row.name if known else post.author_name, verified=known,
        remarks=doubts,
    )  # fmt: skip
    counts = known and not late and not post.automatic
    _answered(row, post, way=AskedAnswer.Way.MAIL, event=f"mail:{post.pk}", counts=counts, now=now)


def _answered(row: Asking, post: Post, *, way: str, event: str, counts: bool, now: datetime) -> None:
    """Keep how the answer came; the first one that counts ends the hand-over. The clock of the person goes on."""
    AskedAnswer.objects.create(asking=row, post_id=post.pk, way=way, event=event, at=now)
    first = counts and Asking.objects.filter(pk=row.pk, answered_at=None).update(
        answered_at=now, overdue_since=None
    )
    things = [f"case:{post.case_id}", actions.LIST]
    facts.record(
        "case.asked_answered", at=now, by=f"guest:{row.pk}" if counts else "stranger", things=things, case=post.case_id,
        asking=row.pk, post=post.pk, first=bool(first), way=way,
        seconds=int((now - row.asked_at).total_seconds()) if first else None,
    )  # fmt: skip


def remind(fact: Fact) -> facts.Effect | None:
    """Step, due after N service hours: still no answer, so the desk sees it among the alarms."""
    row = Asking.objects.filter(
        pk=fact.data["asking"], answered_at=None, withdrawn_at=None, overdue_since=None
    ).first()
    return None if row is None else lambda: _remind(row, now=clock.now())


def _remind(row: Asking, *, now: datetime) -> None:
    if not Asking.objects.filter(pk=row.pk, answered_at=None, withdrawn_at=None).update(overdue_since=now):
        return
    case = states.standing(row.case_id)
    facts.record(
        "case.asked_overdue", at=now, things=[f"case:{case.pk}", actions.LIST], case=case.pk, asking=row.pk
    )
