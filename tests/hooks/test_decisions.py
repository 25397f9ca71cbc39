"""A decision on its way to the system that carries it out: signed, once, visible where it fails, never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eyelevel.answers import actions as answers
from eyelevel.cases import deciding
from eyelevel.cases.deciding import Settled
from eyelevel.cases.deciding_models import Decision
from eyelevel.hooks import actions, reads, teller
from eyelevel.kernel import clock, steps
from eyelevel.outbox.models import Sending
from tests.cases.test_deciding import answer, decide, frame, goodwill
from tests.hooks.test_hooks import deliver, outside, subscribe  # noqa: F401 -- a fixture
from tests.making import case_of, mail_in
from tests.receiver import signed_by

pytestmark = pytest.mark.django_db
UNDONE = timedelta(seconds=60)


@pytest.fixture
def case(db):
    return case_of(mail_in("Der Techniker kam nicht."))


@pytest.fixture
def hook(outside):  # noqa: F811 -- pytest names fixtures so
    return subscribe(outside.url, "decision.made")


def decided(case, mira, *, later=UNDONE):
    made = decide(case, mira, goodwill(30))
    steps.run_due()
    deliver(later=later)
    made.refresh_from_db()
    return made


def test_it_arrives_signed_with_its_key_and_without_a_word_of_anybody(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    made = decided(case, mira)
    (said,) = outside.came
    assert signed_by(reads.secret(hook, generation=1), said)
    told = said["body"]["data"]
    assert said["body"]["type"] == "decision.made"
    assert (told["decision"], told["amount_cents"], told["currency"]) == (made.public_id, 3_000, "EUR")
    assert (told["case"], told["kind"], told["person"]) == (case.pk, "goodwill", case.person.public_id)
    assert "Gutschrift" not in said["raw"].decode()
    assert (made.state, made.way) == ("executed", "webhook")
    assert made.evidence.startswith("webhook:")


def test_it_waits_until_it_can_no_longer_be_taken_back(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    made = decided(case, mira, later=timedelta(0))
    assert outside.came == []
    deciding.take_back(made, by=mira, now=clock.now())
    deliver(later=UNDONE)
    assert outside.came == []
    assert Sending.objects.get(channel="webhook").state == "withdrawn"


def test_undoing_the_answer_stops_it_before_and_after_the_road_has_seen_it(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    for work in (steps.run_due, lambda: None):
        post = answer(case, mira, "Sie bekommen 30 Euro.", goodwill(30))
        work()
        answers.undo(post, by=mira, now=clock.now())
        steps.run_due()
        deliver(later=UNDONE)
    assert outside.came == []


def test_what_fails_is_seen_and_tried_again_under_its_old_id(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    outside.script = [500, 400]
    made = decided(case, mira)
    assert (made.state, Sending.objects.get(channel="webhook").state) == ("failed", "waiting")
    assert "500" in made.evidence
    deciding.try_again(made, by=mira, now=clock.now(), real_now=clock.real_now())
    deliver(later=UNDONE)
    deciding.try_again(made, by=mira, now=clock.now(), real_now=clock.real_now())
    deliver(later=UNDONE)
    made.refresh_from_db()
    assert made.state == "executed"
    assert len(set(outside.ids())) == 1
    assert len({one["body"]["data"]["decision"] for one in outside.came}) == 1
    with pytest.raises(Settled):
        deciding.try_again(made, by=mira, now=clock.now(), real_now=clock.real_now())


def test_what_a_colleague_carried_out_by_hand_does_not_leave_any_more(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    outside.script = [500]
    made = decided(case, mira)
    deciding.carried_out(made, evidence="SEPA 4711", by=mira, now=clock.now())
    deliver(later=timedelta(hours=2))
    assert len(outside.came) == 1
    made.refresh_from_db()
    assert (made.state, made.evidence) == ("executed", "SEPA 4711")


def test_no_replay_carries_it_out_again(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    decided(case, mira)
    sending = Sending.objects.get(channel="webhook")
    actions.replay_one(sending, by="staff:1", now=clock.real_now())
    start = clock.now() - timedelta(hours=1)
    teller.replay(hook, start=start, end=clock.now() + UNDONE, by="staff:1", now=clock.real_now())
    deliver(later=UNDONE)
    assert len(outside.came) == 1
    sending.refresh_from_db()
    assert sending.state == "delivered"


def test_only_one_living_address_carries_decisions_out(outside, hook):  # noqa: F811
    with pytest.raises(actions.TwoHands):
        subscribe(outside.url + "/2", "decision.made")
    subscribe(outside.url + "/3", "decision.executed")
    actions.stop(hook, why="", now=clock.now(), by="staff:1")
    other = subscribe(outside.url + "/2", "decision.made")
    hook.refresh_from_db()
    with pytest.raises(actions.TwoHands):
        actions.start_again(hook, settled=0, now=clock.now(), by="staff:1")
    actions.stop(other, why="", now=clock.now(), by="staff:1")
    actions.start_again(hook, settled=0, now=clock.now(), by="staff:1")
    assert reads.who_carries_out() == hook


def test_a_webhook_that_was_switched_off_leaves_it_to_be_seen(outside, hook, case, mira):  # noqa: F811
    frame(mira)
    made = decide(case, mira, goodwill(30))
    steps.run_due()
    actions.stop(hook, why="", now=clock.now(), by="staff:1")
    deliver(later=UNDONE)
    made.refresh_from_db()
    assert (made.state, outside.came) == ("failed", [])
    assert Decision.objects.filter(state="failed").count() == 1


def test_the_words_travel_where_content_does(outside, case, mira):  # noqa: F811
    subscribe(outside.url, "decision.made", content=True)
    frame(mira)
    decided(case, mira)
    (said,) = outside.came
    assert said["body"]["data"]["content"]["words"] == "Gutschrift für den verpassten Termin"
