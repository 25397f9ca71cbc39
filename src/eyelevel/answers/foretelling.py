"""A word to the person before a promise breaks: a system notice of fixed text, by mail, at most once for each promise.

Who keeps it is reminded first. When half of the service time that was left then is gone too, and nothing happened, the
person is told; or at once, when a colleague says that it will be late. Nothing leaves after its time: what still waits in
the outbox then, or when somebody acts, is taken back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from eyelevel.answers import notices, rules, telling
from eyelevel.answers import reads as answers
from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.channels import ways
from eyelevel.channels.contract import Departure
from eyelevel.kernel import clock, facts, ids
from eyelevel.kernel.models import Fact
from eyelevel.outbox import actions as outbox
from eyelevel.outbox import reads as sendings
from eyelevel.people.models import Handle, Staff
from eyelevel.posts.models import Post
from eyelevel.posts.policy import words_shown_outside
from eyelevel.word import promises as ledger
from eyelevel.word.models import Amendment, Promise

LANE = "notice"


class CannotTell(ValueError):
    """Nobody can be told of this promise now: no mail address, told already, past its time, or words that never left."""


def foretell(fact: Fact) -> facts.Effect | None:
    """Step: its owner was asked and half of what was left is gone. The person is told, once."""
    row = ledger.still_open(fact)
    if row is None or row.foretold_at is not None or not settings.ENV.promise_notice:
        return None
    return lambda: _foretell(row, now=clock.now(), real_now=clock.real_now())


def _foretell(row: Promise, *, now: datetime, real_now: datetime) -> None:
    handle = private_way(row)
    if handle is not None and outbox.brake_is_off(now=real_now):
        _tell(row, handle, by=None, now=now, leaves_at=real_now)


def say_late(row: Promise, *, by: Staff, now: datetime, real_now: datetime) -> None:
    """A colleague knows that it will be late and lets the fixed text go now, after the undo time. Raises CannotTell."""
    handle = private_way(row)
    leaves_at = real_now + timedelta(seconds=settings.ENV.undo_seconds)
    if handle is None or not _tell(row, handle, by=by, now=now, leaves_at=leaves_at):
        raise CannotTell("nobody can be told of it now")


def private_way(row: Promise) -> Handle | None:
    """The mail address by which its person speaks with us in this case; None where they have none, or where the words of the
    promise have not reached them.
    """
    post = row.post
    case = Case.objects.filter(pk=post.case_id or 0).first()
    if case is None or case.person_id is None or not words_shown_outside(post):
        return None
    if not sendings.may_have_been_read(post.pk):
        return None
    theirs = Handle.objects.filter(person_id=case.person_id, channel=ways.MAIL, undeliverable_since=None)
    if post.handle_id is not None and (answered := theirs.filter(pk=post.handle_id).first()):
        return answered
    spoken = Post.objects.filter(case_id=case.pk, kind=Post.Kind.HEARD, handle__in=theirs)
    newest = spoken.select_related("handle").order_by("-at", "-id").first()
    return newest.handle if newest is not None else None


def _tell(row: Promise, handle: Handle, *, by: Staff | None, now: datetime, leaves_at: datetime) -> bool:
    """Two promises of one case for the same time share one notice."""
    moved = Amendment.objects.filter(
        promise=OuterRef("pk"), due_before__isnull=False, at__gte=OuterRef("foretold_at")
    )  # its notice named the former date
    same = Promise.objects.filter(
        ~Exists(moved), post__case_id=row.post.case_id, due_to=row.due_to, foretold_at__isnull=False
    ).exclude(notice_id="")
    shared = same.values_list("notice_id", flat=True).first()
    departure = _departure(row, handle, pressed=by is not None)
    if not ledger.foretell(row, notice_id=shared or departure.message_id, by=by, now=now):
        return False
    if shared is None:
        name = notices.PROMISE_LATE if by is not None else notices.PROMISE_AT_RISK
        outbox.queue(
            departure, lane=LANE, channel=ways.MAIL, approved_by=f"staff:{by.pk}" if by else f"notice:{name}",
            notice=name, now=clock.real_now(), not_before=leaves_at, case_id=row.post.case_id,
        )  # fmt: skip
    return True


def _departure(row: Promise, handle: Handle, *, pressed: bool) -> Departure:
    case = cases.kept(Case.objects.select_related("person").get(pk=row.post.case_id or 0))
    language = case.person.language if case.person else ""
    address, token = settings.ENV.mail_address, cases.token_of(case.pk)
    notice = notices.promise_late(
        language=language, number=case.pk, token=token, until=telling.day_and_time(row.due_to, language=language),
        owner="" if row.owner.left_at else row.owner.name, pressed=pressed,
        page=answers.receipt_page() if cases.has_code(case) else "", company=settings.ENV.company,
    )  # fmt: skip
    known = row.post.message_id if row.post.channel == ways.MAIL else ""
    return Departure(
        message_id=ids.message_id(public_id=ids.new_public_id(), domain=address.rpartition("@")[2]),
        to=(handle.address,), sender=address, sender_name=settings.ENV.company,
        reply_to=rules.case_address(address=address, token=token), subject=notice.subject, text=notice.text,
        in_reply_to=known, references=(known,) if known else (), automatic=True,
    )  # fmt: skip
