"""People, cases and answers for tests, made by the same actions as in the house."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from eyelevel.answers import actions as answers
from eyelevel.answers import reads as answer_reads
from eyelevel.cases.models import Case
from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.form.read import Filled, pack
from eyelevel.kernel import clock, steps
from eyelevel.outbox.models import Sending
from eyelevel.posts.models import Post

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)


def mail_in(text="Hello", *, sender="jana@post.example", subject="Scan", work=True, envelope=None, **headers):
    """A mail comes in and goes the whole road; returns its post."""
    fields = {
        "From": f"Jana Petersen <{sender}>",
        "To": "service@nordlicht.example",
        "Subject": subject,
        **headers,
    }
    fields.setdefault("Message-ID", f"<{abs(hash((text, sender, subject)))}@{sender.rpartition('@')[2]}>")
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    raw = (head + "\r\n" + text).encode()
    envelope = {"mail_from": sender, "rcpt_to": fields["To"], **(envelope or {})}
    arrival = RawArrival(
        channel="mail",
        source="smtp",
        external_id=str(hash(raw)),
        raw=raw,
        received_at=clock.now(),
        envelope=envelope,
    )
    row = channels.keep(arrival)
    if work:
        steps.run_due()
    return Post.objects.filter(arrival_id=row).first()


def form_in(text="Hello", *, name="waldmeister", mail="", code_hash="", case=None):
    filled = pack(Filled(text=text, name=name, mail=mail, language="en"))
    envelope = {"code_hash": code_hash} if code_hash else {}
    envelope |= {"case": str(case)} if case else {}
    arrival = RawArrival(
        channel="form", source="contact", external_id=str(hash((text, name, mail, case))), raw=filled, received_at=clock.now(),
        envelope=envelope,
    )  # fmt: skip
    row = channels.keep(arrival)
    steps.run_due()
    return Post.objects.get(arrival_id=row)


def case_of(post):
    post.refresh_from_db()
    return Case.objects.get(pk=post.case_id)


def guest_token(asking):
    """The token of the link in the mail to whoever was asked."""
    text = Sending.objects.get(message_id=asking.message_id).departure["text"]
    return re.search(r"/guest/\?token=([\w-]+)", text)[1]


def draft(case, staff, text, *, handle="default", seen=None):
    chosen = answer_reads.default_handle(case) if handle == "default" else handle
    return answers.save_draft(case, staff=staff, text=text, handle=chosen, seen=seen, now=clock.now())


def send(case, staff, text, *, reason="", confirmed=(), handle="default", seen=None, check=None):
    """Write and approve an answer; returns the post."""
    case.refresh_from_db()
    written = draft(case, staff, text, handle=handle, seen=seen)
    return answers.approve(
        written, by=staff, check=check or answer_reads.check(case, text), reason=reason, confirmed=confirmed, now=clock.now(),
        real_now=clock.real_now(),
    )  # fmt: skip
