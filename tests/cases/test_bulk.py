"""One act on many cases: one row, one fact, and an undo that puts back exactly what nobody has changed since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from eyelevel.cases import actions, bulk, reads
from eyelevel.cases.models import BulkAct, BulkPart, Case, Closure, Hand
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.people import reads as people
from tests.making import case_of, mail_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pile(db):
    return [
        case_of(mail_in(f"Anliegen {n}", subject=f"Anliegen {n}", sender=f"p{n}@mail.example"))
        for n in range(4)
    ]


def act(cases, verb, by, **more):
    return bulk.act([case.pk for case in cases], verb=verb, by=by, now=clock.now(), **more)


def rows():
    return [model_to_dict(case) for case in Case.objects.order_by("pk")]


@pytest.mark.parametrize("verb", ["close", "hand", "snooze"])
def test_undo_puts_everything_back(pile, mira, verb):
    before = rows()
    row = act(pile, verb, mira, taker=mira, until=clock.now() + timedelta(days=2))
    assert rows() != before
    assert Fact.objects.filter(kind="cases.changed_together").count() == 1
    bulk.undo(row, by=mira, now=clock.now())
    assert rows() == before
    assert set(BulkPart.objects.values_list("put_back", flat=True)) == {True}
    with pytest.raises(bulk.UndoneAlready):
        bulk.undo(row, by=mira, now=clock.now())


def test_opening_many_again_can_be_taken_back_too(pile, mira):
    act(pile, "close", mira)
    before, closures = rows(), list(Closure.objects.values())
    row = act(pile, "reopen", mira)
    assert Case.objects.filter(closure=None).count() == 4
    bulk.undo(row, by=mira, now=clock.now())
    assert rows() == before
    assert list(Closure.objects.values()) == closures


def test_what_somebody_changed_since_stays_and_is_named(pile, mira, okafor):
    row = act(pile, "hand", mira, taker=mira)
    changed = Case.objects.get(pk=pile[1].pk)
    actions.hand_over(changed, giver=mira, taker=okafor, note="", now=clock.now())
    bulk.undo(row, by=mira, now=clock.now())
    assert BulkPart.objects.get(put_back=False).case == changed
    changed.refresh_from_db()
    assert changed.holder == okafor
    assert Case.objects.filter(holder=None).count() == 3


def test_a_case_whose_person_spoke_since_is_not_closed_again_by_undoing(pile, mira):
    act(pile, "close", mira)
    row = act(pile, "reopen", mira)
    mail_in("Noch etwas", subject="Re: Anliegen 0", sender="p0@mail.example",
            To=f"service+c-{reads.token_of(pile[0].pk)}@nordlicht.example")  # fmt: skip
    bulk.undo(row, by=mira, now=clock.now())
    assert Case.objects.get(closure=None) == pile[0]


def test_what_stood_so_already_is_not_counted(pile, mira):
    actions.close(pile[0], by=mira, now=clock.now())
    row = act(pile, "close", mira)
    assert row.parts.count() == 3
    bulk.undo(row, by=mira, now=clock.now())
    pile[0].refresh_from_db()
    assert pile[0].closure is not None


def test_many_sleep_and_wake_together(pile, mira):
    until = clock.now() + timedelta(days=1)
    act(pile, "snooze", mira, until=until)
    me = people.actor_of(mira)
    assert reads.shelf(me, "now", now=clock.now()).count() == 0
    steps.run_due(now=until + timedelta(seconds=1))
    assert Case.objects.filter(snoozed_until=None).count() == 4


def test_an_act_is_bounded(pile, mira):
    with pytest.raises(bulk.TooMany):
        bulk.act(range(1, 202), verb="close", by=mira, now=clock.now())
    assert BulkAct.objects.count() == 0


def test_each_hand_of_a_bulk_act_stands_in_its_case(pile, mira):
    act(pile, "hand", mira, taker=mira)
    assert Hand.objects.count() == 4


def test_a_silence_that_was_closed_and_opened_by_undo_still_raises_its_alarm(pile, mira):
    row = act(pile[:1], "close", mira)
    steps.run_due(now=clock.now() + timedelta(hours=9))
    bulk.undo(row, by=mira, now=clock.now())
    steps.run_due(now=clock.now() + timedelta(hours=9))
    pile[0].refresh_from_db()
    assert pile[0].alarm_since is not None


def test_a_case_that_is_chosen_twice_is_changed_once(pile, mira):
    twice = [pile[0].pk, pile[1].pk, pile[0].pk, pile[0].pk]
    row = bulk.act(twice, verb="hand", taker=mira, by=mira, now=clock.now())
    assert sorted(row.parts.values_list("case_id", flat=True)) == [pile[0].pk, pile[1].pk]
    assert Hand.objects.count() == 2


def test_what_would_change_nothing_leaves_no_trace_and_is_said(pile, mira):
    act(pile, "close", mira)
    with pytest.raises(bulk.NothingToDo):
        act(pile, "close", mira)
    assert BulkAct.objects.count() == 1
    assert Fact.objects.filter(kind="cases.changed_together").count() == 1
