"""All sending of the house: never twice, never silently lost, never without somebody's word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from eyelevel.channels.contract import Departure, Receipt
from eyelevel.kernel import clock
from eyelevel.outbox import actions, lanes
from eyelevel.outbox.models import Attempt, Sending
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def queue(number=1, *, to="jana@post.example", approved_by="staff:1", notice="", now=NOW):
    departure = Departure(
        message_id=f"<{number}@nordlicht.example>", to=(to,), sender="service@nordlicht.example", text="x"
    )
    return actions.queue(
        departure,
        lane="mail",
        channel="mail",
        approved_by=approved_by,
        now=now,
        not_before=now,
        notice=notice,
    )


def _same(now):
    return now


def say(state):
    return lambda _departure: Receipt(state=state, detail="250 or not", at=NOW)


def work(state, *, now=NOW):
    return lanes.send_due(doors={"mail": say(state)}, now=lambda: now)


def test_what_was_delivered_is_not_sent_again():
    queue()
    assert work("delivered") == 1
    assert work("delivered", now=NOW + timedelta(days=1)) == 0
    assert Sending.objects.get().state == Sending.State.DELIVERED


def test_later_is_tried_again_for_72_hours_with_the_same_message_id_and_then_shown_as_dead():
    queue()
    seen = set()

    def never(departure):
        seen.add(departure.message_id)
        return Receipt(state="later", at=NOW)

    while (sending := Sending.objects.get()).state == Sending.State.WAITING:
        now = sending.not_before
        lanes.send_due(doors={"mail": never}, now=partial(_same, now))
    sending = Sending.objects.get()
    assert sending.state == Sending.State.DEAD
    assert seen == {"<1@nordlicht.example>"}
    assert timedelta(hours=72) <= now - NOW < timedelta(hours=75)
    assert Attempt.objects.count() == sending.attempts > 30


def test_a_connection_that_breaks_after_the_last_byte_is_never_repeated_by_itself():
    queue()
    work("unknown")
    assert Sending.objects.get().state == Sending.State.UNKNOWN
    assert work("delivered", now=NOW + timedelta(days=9)) == 0


def test_a_process_that_died_while_sending_leaves_it_to_a_person():
    queue()
    assert len(actions.claim(now=NOW)) == 1
    assert actions.claim(now=NOW + timedelta(minutes=6)) == []
    assert Sending.objects.get().state == Sending.State.UNKNOWN


def test_a_person_may_try_a_stuck_one_again():
    queue()
    work("refused")
    actions.try_again(Sending.objects.get(), now=NOW, by="staff:1")
    assert work("delivered") == 1


def test_a_broken_adapter_means_later_and_stops_nothing_else():
    queue(1)
    queue(2)

    def broken(departure):
        if departure.message_id.startswith("<1"):
            raise RuntimeError("adapter")
        return Receipt(state="delivered", at=NOW)

    lanes.send_due(doors={"mail": broken}, now=lambda: NOW)
    assert {one.message_id: one.state for one in Sending.objects.all()} == {
        "<1@nordlicht.example>": "waiting", "<2@nordlicht.example>": "delivered"
    }  # fmt: skip


def test_without_a_set_up_channel_it_waits_and_says_why():
    queue()
    lanes.send_due(doors={}, now=lambda: NOW)
    assert Sending.objects.get().state == Sending.State.WAITING
    assert "no channel named mail" in Sending.objects.get().last_word


def test_nothing_is_queued_without_somebodys_word():
    with pytest.raises(IntegrityError), transaction.atomic():
        queue(approved_by="")


def test_a11_one_automatic_word_per_address_and_day():
    assert actions.may_notify("victim@x.example", now=NOW)
    queue(to="victim@x.example", notice="received", approved_by="notice:received")
    assert not actions.may_notify("victim@x.example", now=NOW + timedelta(hours=23))
    assert actions.may_notify("victim@x.example", now=NOW + timedelta(hours=25))


def test_a10_our_bounce_marks_undelivered_a_forged_one_changes_nothing(mira):
    case = case_of(mail_in("Hallo"))
    send(case, mira, "Guten Tag")
    sending = Sending.objects.get(notice="")
    later = clock.real_now() + timedelta(minutes=1)
    lanes.send_due(doors={"mail": say("delivered")}, now=lambda: later)
    before = Sending.objects.count()
    actions.came_back(message_id="<guessed@nordlicht.example>", status="5.1.1", now=later)
    sending.refresh_from_db()
    assert sending.state == Sending.State.DELIVERED
    mail_in(
        _bounce(sending.message_id), sender="mailer-daemon@mx.post.example", subject="Undelivered",
        Content_Type="multipart/report; report-type=delivery-status; boundary=b",
    )  # fmt: skip
    sending.refresh_from_db()
    assert sending.state == Sending.State.UNDELIVERED
    assert Sending.objects.count() == before, "a bounce is never answered"


def _bounce(message_id):
    return (
        "--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; jana@post.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n--b--\r\n"
    )
