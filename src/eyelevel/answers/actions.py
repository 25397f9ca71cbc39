"""From a draft to an approved answer on its way, and back within the undo time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from eyelevel.answers import notices, reads, rules
from eyelevel.answers.models import Approval, Draft, DraftVersion
from eyelevel.answers.reads import Check
from eyelevel.cases import actions as cases
from eyelevel.cases import deciding, states
from eyelevel.cases import reads as case_reads
from eyelevel.cases.deciding_models import Wish
from eyelevel.cases.models import Case
from eyelevel.channels import reads as channels
from eyelevel.channels import ways
from eyelevel.channels.bluesky import names as bluesky
from eyelevel.channels.contract import Departure
from eyelevel.kernel import clock, facts, ids
from eyelevel.kernel.models import Fact
from eyelevel.outbox import actions as outbox
from eyelevel.people import mandates
from eyelevel.people.models import Handle, Staff
from eyelevel.people.reach import Wanted
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Post
from eyelevel.word import actions as word
from eyelevel.word import canned, standing_in
from eyelevel.word import promises as ledger
from eyelevel.word.promises import Chosen

MAIL = ways.MAIL
RECEIPT = "receipt"
MOST_DRAFT = 200_000


class AnsweredMeanwhile(ValueError):
    """New words came into the case since the writer looked; they are shown before anything is sent."""


class NeedsReason(ValueError):
    """An objection stands against the answer; it goes out only with a reason."""


class NeedsConfirmation(ValueError):
    """A recipient is new to this case; sending there needs a click of its own."""


class NothingToSay(ValueError):
    """The draft is empty or too long."""


class TooLong(ValueError):
    """The channel takes less than this; the writer shortens it or chooses another way."""


class NotInPublic(ValueError):
    """The written frame of this colleague says that they do not answer in public."""


class NoWay(ValueError):
    """The answer cannot leave by this channel now: no account speaks there, or nothing public is answered."""


def save_draft(
    case: Case, *, staff: Staff, text: str, handle: Handle | None, seen: int | None, now: datetime
) -> Draft:
    """Keep what the colleague writes; each change is a version. `seen` is the newest post that the page showed, None
    where it did not say: then it is the newest of now.
    """
    draft = reads.open_draft(case, staff_id=staff.pk)
    if draft is None:
        return Draft.objects.create(
            case=case, staff=staff, text=text[:MOST_DRAFT], handle=handle, created_at=now,
            seen_post_id=case_reads.newest_post_id(case.pk) if seen is None else seen,
            changed_at=now,
        )  # fmt: skip
    if draft.text != text or draft.handle_id != (handle.pk if handle else None):
        DraftVersion.objects.create(draft=draft, version=draft.version, text=draft.text, at=draft.changed_at)
        draft.text, draft.handle, draft.changed_at, draft.version = (
            text[:MOST_DRAFT],
            handle,
            now,
            draft.version + 1,
        )
        draft.save(update_fields=["text", "handle", "changed_at", "version"])
    return draft


def look_again(draft: Draft, *, upto: int | None = None) -> None:
    """The writer has seen what came meanwhile: everything, or `upto` this post."""
    newest = case_reads.newest_post_id(case_reads.kept(draft.case).pk) if upto is None else upto
    draft.seen_post_id = newest
    draft.save(update_fields=["seen_post_id"])


def approve(
    draft: Draft,
    *,
    by: Staff,
    check: Check,
    reason: str,
    confirmed: Sequence[str],
    now: datetime,
    real_now: datetime,
    promises: Sequence[Chosen] = (),
    decision: Wanted | None = None,
    wish: Wish | None = None,
) -> Post:
    """A person stands up for this answer: it is said now and leaves after the undo time. What it promises is `by`'s to keep.

    Raises what deciding.decide raises, NotInPublic, promises.NotAhead, NothingToSay, TooLong, NoWay, AnsweredMeanwhile, NeedsReason, NeedsConfirmation, or word.SomethingWasSaid when another
    answer to the same person was approved since the check.
    """
    case = states.standing(draft.case_id)
    to = reads.recipients(case, draft.handle)
    _insist(draft, case, check=check, reason=reason, confirmed=confirmed, to=to, now=now)
    version = word.speak_to(check.audience, seen=check.version, linked=check.linked)
    post = _say(draft, case, by=by, to=to, now=now, real_now=real_now)
    if check.objections:
        word.keep_overrides(check.objections, post_id=post.pk, reason=reason, by=by, now=now, case_id=case.pk)
    standing_in.make(post, promises, owner=by, now=now)
    if decision is not None:
        deciding.decide(case, decision, by=by, now=now, real_now=real_now, post=post, wish=wish)
    Approval.objects.create(
        draft=draft, by=by, at=now, post_id=post.pk, audience=check.audience, audience_version=version,
        recipients=[one.address for one in to], checked=check.checked,
    )  # fmt: skip
    draft.sent_at = now
    draft.save(update_fields=["sent_at"])
    facts.record(
        "answer.approved", at=now, by=f"staff:{by.pk}", things=[f"case:{case.pk}", cases.LIST], case=case.pk,
        post=post.pk, checked=check.checked, objections=len(check.objections),
    )  # fmt: skip
    leaves = now + timedelta(seconds=settings.ENV.undo_seconds)
    facts.record("answer.leaving", at=now, by=f"staff:{by.pk}", not_before=leaves, case=case.pk, post=post.pk)
    cases.reopen(case, now=now, by=f"staff:{by.pk}")
    if posts.REACHES_NOBODY in post.remarks:
        cases.we_spoke_to_nobody(case, now=now)
    else:
        cases.we_spoke(case, now=now, by=by)
    return post


def _insist(
    draft: Draft,
    case: Case,
    *,
    check: Check,
    reason: str,
    confirmed: Sequence[str],
    to: Sequence[rules.Addressee],
    now: datetime,
) -> None:
    if not draft.text.strip() or len(draft.text) >= MOST_DRAFT:
        raise NothingToSay(
            "write something first" if not draft.text.strip() else "this is longer than a letter can be"
        )
    if draft.handle is not None and not ways.fits(draft.text, ways.way_of(draft.handle.channel)):
        raise TooLong("longer than its channel takes")
    if _is_public(draft) and not mandates.may_publish(draft.staff_id, now=now):
        raise NotInPublic("the frame says no")
    if reads.said_meanwhile(case, seen_post_id=draft.seen_post_id, besides=draft.staff_id):
        raise AnsweredMeanwhile("something was said in this case since you looked")
    if check.objections and not reason.strip():
        raise NeedsReason("an objection stands against this answer")
    if any(one.new and one.address not in confirmed for one in to):
        raise NeedsConfirmation("a recipient is new to this case")


def _is_public(draft: Draft) -> bool:
    return draft.handle is not None and ways.way_of(draft.handle.channel).public


def _say(
    draft: Draft, case: Case, *, by: Staff, to: Sequence[rules.Addressee], now: datetime, real_now: datetime
) -> Post:
    handle = draft.handle
    if to and handle is not None and handle.channel == ways.BLUESKY:
        departure = _public_reply(draft, case, handle, real_now=real_now)
        channel = ways.BLUESKY
    else:
        departure, channel = _letter(draft, case, by=by, to=to), MAIL if to else RECEIPT
    public = bluesky.address(departure.message_id)
    post = posts.say(
        case_id=case.pk, person=case.person, handle=handle, staff=by, channel=channel, subject=departure.subject,
        text=draft.text, message_id=departure.message_id, references=departure.references,
        recipients=[one.address for one in to], now=now,
        public=ways.way_of(channel).public, url=public.page if public else "",
        remarks=() if to or case_reads.has_code(case) else (posts.REACHES_NOBODY,),
    )  # fmt: skip
    outbox.queue(
        departure, lane=channel, channel=channel, approved_by=f"staff:{by.pk}", now=real_now, post_id=post.pk,
        not_before=real_now + timedelta(seconds=settings.ENV.undo_seconds), case_id=case.pk,
    )  # fmt: skip
    return post


def _letter(draft: Draft, case: Case, *, by: Staff, to: Sequence[rules.Addressee]) -> Departure:
    """The answer as a mail; without anybody to write to it stands on the receipt page."""
    address, token = settings.ENV.mail_address, case_reads.token_of(case.pk)
    history = _history(case, to)
    return Departure(
        message_id=ids.message_id(public_id=ids.new_public_id(), domain=address.rpartition("@")[2]),
        to=tuple(one.address for one in to) or (f"case:{case.pk}",), sender=address,
        sender_name=f"{by.name} · {settings.ENV.company}", reply_to=rules.case_address(address=address, token=token),
        subject=rules.subject_line(subject=case.subject, token=token), text=draft.text,
        in_reply_to=history[-1] if history else "", references=tuple(history),
    )  # fmt: skip


def _public_reply(draft: Draft, case: Case, handle: Handle, *, real_now: datetime) -> Departure:
    """The answer as a public post under the newest public word of that person. Its address is made now, so that no
    retry can post it twice. Raises NoWay.
    """
    account = channels.speaking_account()
    parent = reads.answered_in_public(case, handle)
    if account is None or parent is None:
        raise NoWay("nobody speaks there, or there is nothing to answer")
    ours = bluesky.Address(account.options["did"], bluesky.POST, bluesky.key(real_now, clock=draft.pk))
    return Departure(
        message_id=str(ours), to=(handle.address,), sender=account.options["did"],
        sender_name=account.options.get("handle", ""), text=draft.text, in_reply_to=str(parent),
    )  # fmt: skip


def _history(case: Case, to: Sequence[rules.Addressee]) -> list[str]:
    """The Message-IDs of this mail thread, oldest first; none for a recipient who is new to the case."""
    if any(one.new for one in to):
        return []
    rows = Post.objects.filter(case_id=case.pk, channel=MAIL).exclude(message_id="").order_by("at", "id")
    return list(rows.values_list("message_id", flat=True))[-20:]


def undo(post: Post, *, by: Staff, now: datetime) -> None:
    """Take an answer back before it leaves. Raises outbox.NoLongerWaiting."""
    outbox.withdraw(post_id=post.pk, now=now, by=f"staff:{by.pk}")
    approval = Approval.objects.select_related("draft").get(post_id=post.pk)
    approval.undone_at, approval.post_id = now, None
    approval.save(update_fields=["undone_at", "post_id"])
    word.bump(approval.audience)
    draft = approval.draft
    Draft.objects.filter(case_id=draft.case_id, staff_id=draft.staff_id, sent_at=None).exclude(
        pk=draft.pk
    ).delete()
    draft.sent_at = None
    draft.save(update_fields=["sent_at"])
    ledger.unmake(post.pk, by=by, now=now)
    canned.forget(post.pk)
    deciding.take_back_with(post.pk, by=by, now=now)
    posts.unsay(post.pk)
    cases.we_did_not_speak(states.standing(post.case_id or draft.case_id), now=now)


def acknowledge(fact: Fact) -> facts.Effect | None:
    """Step: one fixed notice to whoever opened a case by mail or left an address, within the limits of RFC 3834."""
    post = Post.objects.select_related("handle", "person").filter(pk=fact.data["post"]).first()
    if post is None or post.automatic or post.handle is None or post.handle.channel != MAIL:
        return None
    if posts.FAILED_SENDER in post.remarks or post.handle.address == settings.ENV.mail_address:
        return None
    handle = post.handle
    case = Case.objects.get(pk=fact.data["case"])
    return lambda: _acknowledge(case, post, handle, now=clock.real_now())


def _acknowledge(case: Case, post: Post, handle: Handle, *, now: datetime) -> None:
    if not outbox.may_notify(handle.address, now=now):
        facts.record("notice.held", at=now, case=case.pk, reason="one automatic word per address and day")
        return
    address, token = settings.ENV.mail_address, case_reads.token_of(case.pk)
    notice = notices.received(
        language=post.language, number=case.pk, token=token, page=reads.receipt_page(),
        code=cases.new_code(case, now=now), company=settings.ENV.company,
    )  # fmt: skip
    known = post.message_id if post.channel == MAIL else ""
    departure = Departure(
        message_id=ids.message_id(public_id=ids.new_public_id(), domain=address.rpartition("@")[2]),
        to=(handle.address,), sender=address, sender_name=settings.ENV.company,
        reply_to=rules.case_address(address=address, token=token), subject=notice.subject, text=notice.text,
        in_reply_to=known, references=(known,) if known else (), automatic=True,
    )  # fmt: skip
    outbox.queue(
        departure, lane="notice", channel=MAIL, approved_by="notice:received", notice=outbox.RECEIVED, now=now,
        not_before=now, case_id=case.pk,
    )  # fmt: skip


def take_bounce(fact: Fact) -> facts.Effect | None:
    """Step: a delivery report about one of our messages marks it undelivered; about others it changes nothing."""
    data = fact.data
    return lambda: outbox.came_back(
        message_id=data["message_id"], status=data["status"], now=clock.real_now()
    )
