"""Telling other systems what happened: signed, once per fact, tried again, and again on request."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from eyelevel.cases import actions as cases
from eyelevel.cases import bulk, merging
from eyelevel.hooks import actions, reads, rules, teller
from eyelevel.hooks.models import Subscription
from eyelevel.kernel import clock, settled
from eyelevel.outbox import lanes
from eyelevel.outbox.models import Sending
from tests.making import case_of, form_in, mail_in, send
from tests.receiver import receiver, signed_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside(settings, monkeypatch):
    monkeypatch.setattr(settings.ENV, "allow_addresses", ["127.0.0.1/32"])
    with receiver() as one:
        yield one


def subscribe(url, *kinds, content=False):
    return actions.subscribe(
        url=url, kinds=kinds or rules.KINDS, with_content=content, settled=settled.newest(), by="staff:1", now=clock.now()
    )  # fmt: skip


def deliver(*, later=timedelta(0)):
    """Look what happened, and try everything that is due for machines."""
    teller.tell_all(now=clock.real_now())
    now = clock.real_now() + later
    return lanes.send_due(doors=doors(now), now=lambda: now)


def doors(now):
    return {"webhook": partial(actions.leave_by_hook, now=lambda: now)}


def test_a_case_is_told_of_without_a_word_of_the_person(outside):
    hook = subscribe(outside.url, "case.opened")
    case = case_of(mail_in("Mein Scan ist unleserlich", subject="Scan"))
    deliver()
    (said,) = outside.came
    assert said["body"]["type"] == "case.opened"
    assert said["body"]["data"]["case"] == case.pk
    assert said["body"]["data"]["things"] == [f"case:{case.pk}"]
    assert len(said["body"]["data"]["post"]) == 26
    for word in ("Scan", "unleserlich", "Jana", "jana@post.example"):
        assert word not in said["raw"].decode()
    assert signed_by(reads.secret(hook, generation=1), said)


def test_with_content_the_words_travel_but_no_note_and_no_answer_that_can_be_taken_back(outside, mira):
    subscribe(outside.url, content=True)
    case = case_of(mail_in("Mein Scan ist unleserlich", subject="Scan"))
    cases.note(case, staff=mira, text="schwierig", now=clock.now())
    send(case, mira, "Danke, wir sehen nach")
    deliver()
    told = {one["body"]["type"]: one["body"]["data"].get("content", {}) for one in outside.came}
    assert told["case.opened"] == {
        "subject": "Scan",
        "author": "Jana Petersen",
        "text": "Mein Scan ist unleserlich",
    }
    assert "text" not in told["post.noted"]
    assert "text" not in told["answer.approved"]


def test_only_what_was_asked_for_and_only_from_then_on(outside):
    case_of(form_in("vorher"))
    subscribe(outside.url, "case.closed")
    case = case_of(form_in("nachher", name="b"))
    cases.close(case, by=None, now=clock.now())
    deliver()
    assert [one["body"]["type"] for one in outside.came] == ["case.closed"]


def test_many_cases_closed_at_once_are_one_event_that_names_them_all(outside, mira):
    subscribe(outside.url, "cases.changed_together")
    numbers = [case_of(form_in("eins", name="a")).pk, case_of(form_in("zwei", name="b")).pk]
    bulk.act(numbers, verb="close", by=mira, now=clock.now())
    deliver()
    (said,) = outside.came
    assert said["body"]["data"]["things"] == [f"case:{number}" for number in numbers]
    assert said["body"]["data"]["verb"] == "close"


def test_a_merge_says_which_case_stays(outside, mira):
    subscribe(outside.url, "case.merged")
    kept, merged = (
        case_of(mail_in("Der Scan fehlt.")),
        case_of(mail_in("Die Rechnung stimmt nicht.", subject="x")),
    )
    merging.merge(kept_id=kept.pk, merged_id=merged.pk, by=mira, now=clock.now())
    deliver()
    (said,) = outside.came
    assert (said["body"]["data"]["kept"], said["body"]["data"]["merged"]) == (kept.pk, merged.pk)


def test_the_documentation_names_every_kind():
    told = Path("docs/webhooks.md").read_text(encoding="utf-8").partition("Kinds:")[2].partition(".\n\n")[0]
    assert re.findall(r"`([a-z_.]+)`", told) == list(rules.KINDS)


def test_each_fact_is_told_once_however_often_one_looks(outside):
    hook = subscribe(outside.url, "case.opened")
    form_in("Hallo")
    deliver()
    deliver()
    Subscription.objects.update(told_id=hook.told_id - 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        teller.tell_all(now=clock.real_now())
    assert len(outside.came) == 1


def test_nothing_of_the_outbox_itself_can_be_subscribed():
    assert not [
        kind
        for kind in rules.KINDS
        if kind.startswith(("sending.queued", "sending.tried", "hook.", "token."))
    ]


def test_a_refusal_for_now_is_tried_again_with_the_same_id_and_a_fresh_signature(outside):
    hook = subscribe(outside.url, "case.opened")
    form_in("Hallo")
    outside.script = [500]
    deliver()
    hook.refresh_from_db()
    assert hook.failing_since is not None
    deliver(later=timedelta(minutes=5))
    assert len(set(outside.ids())) == 1
    first, second = outside.came
    assert first["raw"] == second["raw"]
    assert int(second["timestamp"]) - int(first["timestamp"]) >= 300
    assert signed_by(reads.secret(hook, generation=1), second)
    hook.refresh_from_db()
    assert hook.failing_since is None
    assert Sending.objects.get(channel="webhook").state == "delivered"


def test_after_72_hours_it_lies_dead_and_visible(outside):
    subscribe(outside.url, "case.opened")
    form_in("Hallo")
    outside.status = 503
    deliver()
    for _ in range(80):
        sending = Sending.objects.get(channel="webhook")
        if sending.state != "waiting":
            break
        due = sending.not_before
        lanes.send_due(doors=doors(due), now=lambda at=due: at)
    assert sending.state == "dead"
    assert sending.last_word == "answered 503"


def test_410_switches_it_off_for_everybody_to_see(outside):
    hook = subscribe(outside.url, "case.opened")
    outside.status = 410
    form_in("Hallo")
    deliver()
    hook.refresh_from_db()
    assert hook.stopped_at is not None
    assert hook.stopped_why.startswith("410")
    form_in("Noch jemand", name="b")
    deliver()
    assert len(outside.came) == 1


def test_a_redirect_is_not_followed(outside):
    subscribe(outside.url, "case.opened")
    outside.status, outside.headers = 302, {"Location": outside.url + "/elsewhere"}
    form_in("Hallo")
    deliver()
    assert len(outside.came) == 1
    assert Sending.objects.get(channel="webhook").state == "waiting"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://[::1]/", "http://169.254.169.254/latest", "http://localhost:9/"]
)
def test_a25_no_address_of_the_inner_net_is_dialled(url):
    subscribe("https://x.example/", "case.opened")
    Subscription.objects.update(url=url)  # as an address that led outside when it was typed
    form_in("Hallo")
    deliver()
    sending = Sending.objects.get(channel="webhook")
    assert sending.state == "dead"
    assert "public internet" in sending.last_word


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://10.0.0.8/x",
     "http://[::ffff:10.0.0.8]/", "http://169.254.169.254/", "http://localhost/", "http://api.localhost/", "http://[fd00::1]/"],
)  # fmt: skip
def test_an_address_that_leads_inside_is_refused_when_it_is_typed(url, settings, monkeypatch):
    with pytest.raises(actions.LeadsInside):
        subscribe(url)
    monkeypatch.setattr(
        settings.ENV, "allow_addresses", ["127.0.0.0/8", "10.0.0.0/8", "169.254.0.0/16", "::/0"]
    )
    subscribe(url)


def test_a_name_is_judged_when_it_is_dialled_not_when_it_is_typed():
    subscribe("https://inside.example/")


@pytest.mark.parametrize("url", ["", "ftp://x.example/", "javascript:alert(1)", "https://", "https://u:p@x.example/", "https://x.example:99999/",
                                 "https://x.example/\r\nX: y", "https://x.example/ü", "https://x.example/" + "a" * 500])  # fmt: skip
def test_what_is_no_address_is_refused(url):
    with pytest.raises(actions.NotAnAddress):
        subscribe(url)


def test_during_a_change_of_the_secret_both_sign_and_after_a_day_only_the_new_one(outside):
    hook = subscribe(outside.url, "case.opened")
    old = reads.secret(hook, generation=1)
    new = actions.change_secret(hook, now=clock.now(), real_now=clock.real_now(), by="staff:1")
    form_in("Hallo")
    deliver()
    assert signed_by(old, outside.came[-1])
    assert signed_by(new, outside.came[-1])
    actions.replay_one(Sending.objects.get(channel="webhook"), by="staff:1", now=clock.real_now())
    deliver(later=timedelta(hours=25))
    assert signed_by(new, outside.came[-1])
    assert not signed_by(old, outside.came[-1])


def test_no_table_holds_a_secret():
    hook = subscribe("https://x.example/")
    secret = reads.secret(hook, generation=1)
    row = Subscription.objects.values().get()
    assert secret not in str(row)


def test_one_can_be_sent_again_under_its_id(outside):
    subscribe(outside.url, "case.opened")
    form_in("Hallo")
    deliver()
    actions.replay_one(Sending.objects.get(channel="webhook"), by="staff:1", now=clock.real_now())
    deliver()
    assert len(outside.came) == 2
    assert len(set(outside.ids())) == 1


def test_a_time_can_be_sent_again_also_what_was_not_sent_while_it_was_off(outside):
    hook = subscribe(outside.url, "case.opened")
    start = clock.now() - timedelta(seconds=1)
    form_in("Eins")
    deliver()
    actions.stop(hook, why="x", now=clock.real_now(), by="staff:1")
    form_in("Zwei", name="b")
    deliver()
    hook.refresh_from_db()
    actions.start_again(hook, settled=settled.newest(), now=clock.now(), by="staff:1")
    hook.refresh_from_db()
    count = teller.replay(
        hook, start=start, end=clock.now() + timedelta(seconds=1), by="staff:1", now=clock.real_now()
    )
    deliver()
    assert count == 2
    assert len(outside.came) == 3
    assert len(set(outside.ids())) == 2


def test_mails_are_not_sent_again_by_a_replay(mira):
    from eyelevel.outbox import actions as outbox

    case = case_of(mail_in("Hallo"))
    send(case, mira, "Guten Tag")
    sending = Sending.objects.get(notice="")
    Sending.objects.filter(pk=sending.pk).update(state="delivered")
    outbox.send_again([sending.pk], now=clock.real_now(), by="staff:1")
    sending.refresh_from_db()
    assert sending.state == "delivered"


def test_a_process_that_died_while_telling_tells_again(outside):
    from eyelevel.outbox import actions as outbox

    subscribe(outside.url, "case.opened")
    form_in("Hallo")
    teller.tell_all(now=clock.real_now())
    assert len(outbox.claim(now=clock.real_now())) == 1
    deliver(later=timedelta(minutes=6))
    deliver(later=timedelta(minutes=12))
    assert Sending.objects.get(channel="webhook").state == "delivered"


def test_a_test_event_is_about_nothing(outside):
    hook = subscribe(outside.url, "case.opened")
    actions.test(hook, by="staff:1", now=clock.now(), real_now=clock.real_now())
    deliver()
    assert outside.came[0]["body"]["type"] == "test"
    assert signed_by(reads.secret(hook, generation=1), outside.came[0])
