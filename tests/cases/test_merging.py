"""Cases put together and taken apart: nothing is lost, nobody reads another person's words, undoing restores."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from eyelevel.answers import actions as answers
from eyelevel.answers import reads as answer_reads
from eyelevel.answers.models import Draft
from eyelevel.cases import actions, merging, reads, states
from eyelevel.cases.models import Case, Closure, Link, Merge
from eyelevel.kernel import clock, steps
from eyelevel.kernel.models import Fact
from eyelevel.outbox.models import Sending
from eyelevel.people import reads as people_reads
from eyelevel.people.models import Person, Staff
from eyelevel.posts.models import Post
from eyelevel.public import story
from eyelevel.word import reads as word
from tests.conftest import NOW
from tests.making import case_of, draft, form_in, mail_in, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def scan(db):
    return case_of(mail_in("Der Scan fehlt.", subject="Scan"))


@pytest.fixture
def bill(db):
    return case_of(mail_in("Die Rechnung stimmt nicht.", subject="Rechnung"))


def merge(kept, merged, by):
    return merging.merge(kept_id=kept.pk, merged_id=merged.pk, by=by, now=clock.now())


def unmerge(row, by, also=()):
    row.refresh_from_db()
    merging.unmerge(row, also=list(also), by=by, now=clock.now())


def told(case):
    return [post.text for post in reads.posts_of(case, people_reads.actor_of(Staff.objects.first()))]


def test_merging_moves_every_post_with_its_channel_and_its_sending(scan, bill, mira):
    answer = send(bill, mira, "Wir prüfen die Rechnung.")
    actions.note_call(bill, staff=mira, heard="Haben Sie geprüft?", said="", now=clock.now())
    merge(scan, bill, mira)
    assert told(scan) == [
        "Der Scan fehlt.",
        "Die Rechnung stimmt nicht.",
        "Wir prüfen die Rechnung.",
        "Haben Sie geprüft?",
    ]
    assert {post.channel for post in reads.posts_of(scan, people_reads.actor_of(mira))} == {"mail", "phone"}
    assert Sending.objects.get(post_id=answer.pk).case_id == scan.pk
    assert reads.posts_of(bill, people_reads.actor_of(mira)) == []


def test_an_answer_that_may_still_be_taken_back_stays_unseen_outside_after_a_merge(scan, bill, mira):
    send(bill, mira, "Noch nicht gesendet.")
    merge(scan, bill, mira)
    assert "Noch nicht gesendet." not in [word.post.text for word in story.words_of(scan)]


def test_the_longer_wait_counts_and_is_counted_back(scan, bill, mira):
    send(bill, mira, "Wir prüfen die Rechnung.")
    bill.refresh_from_db()
    before = bill.asked_since
    row = merge(bill, scan, mira)
    bill.refresh_from_db()
    assert bill.waiting_since == Post.objects.get(text="Der Scan fehlt.").at
    assert bill.asked_since is None
    unmerge(row, mira)
    bill.refresh_from_db()
    assert bill.waiting_since is None
    assert bill.asked_since == before


def test_silence_raises_its_alarm_in_the_kept_case_and_in_the_merged_one_after_parting(scan, bill, mira):
    send(scan, mira, "Danke.")
    row = merge(scan, bill, mira)
    steps.run_due(now=clock.now() + timedelta(hours=9))
    scan.refresh_from_db()
    assert scan.alarm_since is not None
    unmerge(row, mira)
    scan.refresh_from_db()
    assert scan.alarm_since is None
    steps.run_due(now=clock.now() + timedelta(hours=9))
    bill.refresh_from_db()
    assert bill.alarm_since is not None


def test_number_address_reference_and_code_of_the_merged_case_lead_to_the_kept_one(scan, bill, mira):
    code = actions.new_code(bill, now=clock.now())
    token = reads.token_of(bill.pk)
    first = Post.objects.get(case_id=bill.pk)
    merge(scan, bill, mira)
    me = people_reads.actor_of(mira)
    assert reads.kept(Case.objects.get(pk=bill.pk)) == scan
    assert [case.pk for case in reads.shelf(me, "now", now=clock.now())] == [scan.pk]
    assert reads.opened_by(reads.of_code_hash(settings.KEYS.code_hash(code))) == scan
    by_address = mail_in("Noch etwas", subject="x", To=f"service+c-{token}@nordlicht.example")
    by_reference = mail_in("Und noch etwas", subject="y", References=first.message_id)
    by_code = form_in("Auf der Belegseite", name="", case=bill.pk)
    assert case_of(by_address) == case_of(by_reference) == case_of(by_code) == scan


def test_cases_of_different_persons_are_never_merged(scan, mira):
    tom = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    with pytest.raises(merging.CannotMerge) as refused:
        merge(scan, tom, mira)
    assert refused.value.why == "other-person"
    assert Case.objects.exclude(merged_into=None).count() == 0
    link = merging.link(scan, tom, kind=Link.Kind.RELATED, note="same flat", by=mira, now=clock.now())
    merging.unlink(link, by=mira, now=clock.now())
    assert Link.objects.get().removed_by == mira


def test_a_case_of_nobody_known_is_merged_only_while_nobody_can_follow_it(scan, mira):
    forged = case_of(mail_in("Ich bin Jana", subject="Konto", envelope={"dmarc": "fail"}))
    assert forged.person is None
    actions.new_code(forged, now=clock.now())
    with pytest.raises(merging.CannotMerge) as refused:
        merge(scan, forged, mira)
    assert refused.value.why == "somebody-follows"


def opened_with(code_hash):
    """The case that the receipt page shows to this code."""
    return reads.opened_by(reads.of_code_hash(code_hash))


def _keep_hers(hers, theirs, mira):
    return merge(hers, theirs, mira)


def _keep_theirs(hers, theirs, mira):
    return merge(theirs, hers, mira)


def _split(source, target, mira, *, of):
    return merging.split(
        source.pk, post_ids=[of.pk], target_id=target and target.pk, subject="", by=mira, now=clock.now()
    )


def _move_hers(hers, theirs, mira):
    return _split(hers, theirs, mira, of=Post.objects.get(case_id=hers.pk))


def _move_theirs(hers, theirs, mira):
    return _split(theirs, hers, mira, of=Post.objects.get(case_id=theirs.pk))


def _split_off_and_merge(hers, theirs, mira):
    row = _split(theirs, None, mira, of=Post.objects.get(case_id=theirs.pk))
    return merge(hers, row.target, mira)


@pytest.mark.parametrize("deed", [_keep_hers, _keep_theirs, _move_hers, _move_theirs, _split_off_and_merge])
def test_whoever_only_named_her_address_at_the_form_never_reads_her_words_by_a_code(scan, mira, deed):
    """The form shows a code to everybody who fills it in, and believes the address as far as answering goes."""
    code = settings.KEYS.code_hash("the code that the form showed")
    theirs = case_of(form_in("Mein Konto", name="Jana", mail="jana@post.example", code_hash=code))
    by_mail = actions.new_code(theirs, now=clock.now())
    assert theirs.person == scan.person
    assert [word.post.text for word in story.words_of(opened_with(code))] == ["Mein Konto"]

    def read_by(code_hash):
        given = reads.of_code_hash(code_hash)
        cases = [] if given is None else [reads.opened_by(given), *reads.split_off(reads.opened_by(given))]
        return {word.post.text for case in cases for word in story.words_of(case)}

    row = deed(scan, theirs, mira)
    assert "Der Scan fehlt." not in read_by(code)
    assert "Der Scan fehlt." in read_by(settings.KEYS.code_hash(by_mail)), "her mailbox got this one"
    row.refresh_from_db()
    (unmerge if isinstance(row, Merge) else lambda it, by: merging.unsplit(it, by=by, now=clock.now()))(
        row, mira
    )
    assert read_by(code) == {"Mein Konto"}


def test_a_pseudonym_reads_on_by_its_code_after_a_split_and_a_merge_of_its_own(mira):
    code = settings.KEYS.code_hash("waldmeister's code")
    own = case_of(form_in("Zwei Dinge", name="waldmeister", code_hash=code))
    form_in("Das zweite", case=own.pk)
    row = _split(own, None, mira, of=Post.objects.get(text="Das zweite"))
    merge(own, Case.objects.get(pk=row.target_id), mira)
    assert {word.post.text for word in story.words_of(opened_with(code))} == {
        "Zwei Dinge",
        "Das zweite",
    }


def test_a_merge_makes_answers_in_the_making_be_checked_again(scan, bill, mira):
    audience = word.audience_of(person_id=scan.person_id, case_id=scan.pk)
    before = word.version_of(audience)
    merge(scan, bill, mira)
    assert word.version_of(audience) > before


def test_drafts_of_both_cases_are_kept_and_the_merged_ones_can_be_sent(scan, bill, mira, okafor):
    draft(bill, mira, "Halb geschrieben")
    draft(scan, okafor, "One")
    draft(bill, okafor, "Two")
    row = merge(scan, bill, mira)
    scan.refresh_from_db()
    assert answer_reads.open_draft(scan, staff_id=mira.pk).text == "Halb geschrieben"
    assert [one.text for one in answer_reads.open_drafts(reads.family(scan), staff_id=okafor.pk)] == [
        "One",
        "Two",
    ]
    post = send(scan, mira, "Fertig geschrieben")
    assert post.case_id == scan.pk
    answers.undo(post, by=mira, now=clock.now())
    assert answer_reads.open_draft(scan, staff_id=mira.pk).text == "Fertig geschrieben"
    unmerge(row, mira)
    assert answer_reads.open_draft(bill, staff_id=okafor.pk).text == "Two"
    assert Draft.objects.filter(sent_at=None).count() == 3


def test_later_words_go_where_they_belong_and_the_clocks_are_counted_anew(scan, bill, mira):
    token = reads.token_of(bill.pk)
    row = merge(scan, bill, mira)
    to_bill = mail_in("Zur Rechnung", subject="a", To=f"service+c-{token}@nordlicht.example")
    to_scan = mail_in("Zum Scan", subject="b", References=Post.objects.get(text="Der Scan fehlt.").message_id)
    later = merging.later_posts(row)
    assert [post.text for post in later] == ["Zur Rechnung", "Zum Scan"]
    chosen = merging.by_their_thread(row, later)
    assert chosen == {to_bill.pk}
    unmerge(row, mira, also=chosen)
    assert told(scan) == ["Der Scan fehlt.", "Zum Scan"]
    assert told(bill) == ["Die Rechnung stimmt nicht.", "Zur Rechnung"]
    scan.refresh_from_db()
    assert scan.last_word_at == to_scan.at


def test_what_was_undone_or_stands_under_a_newer_merge_is_not_undone(scan, bill, mira):
    third = case_of(mail_in("Drittes", subject="Drittes"))
    first = merge(scan, bill, mira)
    second = merge(third, scan, mira)
    assert (
        told(third) == ["Der Scan fehlt.", "Die Rechnung stimmt nicht.", "Drittes"] or len(told(third)) == 3
    )
    with pytest.raises(merging.CannotUndo):
        unmerge(first, mira)
    unmerge(second, mira)
    unmerge(first, mira)
    with pytest.raises(merging.CannotUndo):
        unmerge(first, mira)
    assert told(bill) == ["Die Rechnung stimmt nicht."]


def test_a_post_of_another_case_is_not_taken_along(scan, bill, mira):
    other = mail_in("Hello", sender="tom@mail.example", subject="Router")
    row = merge(scan, bill, mira)
    with pytest.raises(merging.NotOfThisCase):
        unmerge(row, mira, also=[other.pk])


def test_a_split_opens_a_case_with_clocks_of_its_own_and_goes_back(scan, mira):
    second = mail_in("Und die Rechnung", subject="Re: Scan", References=Post.objects.get().message_id)
    send(scan, mira, "Der Scan kommt.")
    scan.refresh_from_db()
    before = states.state_of(scan)
    row = merging.split(
        scan.pk, post_ids=[second.pk], target_id=None, subject="Rechnung", by=mira, now=clock.now()
    )
    assert row.target.subject == "Rechnung"
    assert row.target.person == scan.person
    assert row.target.waiting_since == second.at
    code = actions.new_code(scan, now=clock.now())
    assert list(reads.split_off(reads.opened_by(reads.of_code_hash(settings.KEYS.code_hash(code))))) == [
        row.target
    ]
    merging.unsplit(row, by=mira, now=clock.now())
    assert states.state_of(scan) == before
    assert case_of(second) == scan
    assert reads.kept(Case.objects.get(pk=row.target_id)) == scan
    assert reads.split_off(scan) == []


def test_a_neighbours_words_split_off_are_the_neighbours_case(scan, mira):
    token = reads.token_of(scan.pk)
    rosa = mail_in(
        "I am the neighbour",
        sender="rosa@other.example",
        subject="x",
        To=f"service+c-{token}@nordlicht.example",
    )
    row = merging.split(scan.pk, post_ids=[rosa.pk], target_id=None, subject="", by=mira, now=clock.now())
    assert row.target.person.handles.get().address == "rosa@other.example"
    assert reads.split_off(scan) == []


def test_a_neighbours_code_never_opens_the_case_that_the_words_went_back_to(scan, mira):
    token = reads.token_of(scan.pk)
    rosa = mail_in(
        "I am the neighbour",
        sender="rosa@other.example",
        subject="x",
        To=f"service+c-{token}@nordlicht.example",
    )
    row = merging.split(scan.pk, post_ids=[rosa.pk], target_id=None, subject="", by=mira, now=clock.now())
    code = actions.new_code(row.target, now=clock.now())
    merging.unsplit(row, by=mira, now=clock.now())
    assert case_of(rosa) == scan
    hers = reads.opened_by(reads.of_code_hash(settings.KEYS.code_hash(code)))
    assert hers == row.target
    assert hers.closure is not None
    assert story.words_of(hers) == []
    assert case_of(form_in("Still me", name="", case=hers.pk)) == hers


def test_a_code_given_later_for_a_merged_case_of_nobody_known_opens_nothing_of_the_other(scan, mira):
    forged = case_of(mail_in("Ich bin Jana", subject="Konto", envelope={"dmarc": "fail"}))
    merge(scan, forged, mira)
    code = actions.new_code(forged, now=clock.now())
    assert story.words_of(reads.opened_by(reads.of_code_hash(settings.KEYS.code_hash(code)))) == []
    word_of_a_stranger = form_in("Und jetzt?", name="", case=forged.pk)
    assert case_of(word_of_a_stranger) == scan
    assert "not-the-known-sender" in word_of_a_stranger.remarks


def test_holder_and_thanks_of_the_merged_case_are_not_lost_and_go_back(scan, bill, mira):
    actions.hand_over(bill, giver=mira, taker=mira, note="", now=clock.now())
    actions.helped(bill, now=clock.now())
    row = merge(scan, bill, mira)
    scan.refresh_from_db()
    assert scan.holder == mira
    assert scan.helped_at is not None
    unmerge(row, mira)
    scan.refresh_from_db()
    assert scan.holder is None
    assert scan.helped_at is None


def test_hand_overs_of_both_cases_are_counted_each_for_itself(scan, bill, mira, okafor):
    for case in (scan, bill):
        actions.hand_over(case, giver=mira, taker=mira, note="", now=clock.now())
    bill.refresh_from_db()
    actions.hand_over(bill, giver=mira, taker=okafor, note="", now=clock.now())
    merge(scan, bill, mira)
    assert [one.to for one in reads.hand_overs(reads.around(people_reads.actor_of(mira), scan))] == [
        "Chidi Okafor"
    ]


def test_posts_go_only_to_cases_of_the_same_person(scan, bill, mira):
    tom = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    post = Post.objects.get(case_id=scan.pk)
    second = mail_in("Zwei", subject="Re", References=post.message_id)
    with pytest.raises(merging.CannotMerge):
        merging.split(scan.pk, post_ids=[second.pk], target_id=tom.pk, subject="", by=mira, now=clock.now())
    with pytest.raises(merging.NotOfThisCase):
        merging.split(bill.pk, post_ids=[second.pk], target_id=None, subject="", by=mira, now=clock.now())
    row = merging.split(
        scan.pk, post_ids=[second.pk], target_id=bill.pk, subject="", by=mira, now=clock.now()
    )
    assert case_of(second) == bill
    merging.unsplit(row, by=mira, now=clock.now())
    assert case_of(second) == scan


DEEDS = ["heard", "said", "letter", "note", "close", "reopen", "hand", "snooze", "helped", "alarm"]


def live(case, deed, *, mira, okafor, now):
    """One thing that happens in a case."""
    case.refresh_from_db()
    if deed in {"heard", "said"}:
        actions.note_call(
            case, staff=mira, heard=deed * (deed == "heard"), said=deed * (deed == "said"), now=now
        )
        if deed == "heard":
            actions.reopen(Case.objects.get(pk=case.pk), now=now)
    elif deed == "letter":
        actions.enter(
            case, staff=mira, channel="letter", ours=False, author_name="", text="x", url="", public=False, files=[], now=now
        )  # fmt: skip
    elif deed == "note":
        actions.note(case, staff=mira, text="n", now=now)
    elif deed == "close":
        actions.close(case, by=mira, now=now)
    elif deed == "reopen":
        actions.reopen(case, now=now)
    elif deed == "hand":
        actions.hand_over(case, giver=mira, taker=okafor, note="", now=now)
    elif deed == "snooze" and case.closure_id is None:
        actions.snooze(case, until=now + timedelta(days=3), by=mira, now=now)
    elif deed == "helped":
        actions.helped(case, now=now)
    elif deed == "alarm" and case.waiting_since is not None:
        Case.objects.filter(pk=case.pk).update(alarm_since=now)


def rows():
    """Everything that stands about cases and posts."""
    cases = {case.pk: model_to_dict(case) | {"id": case.pk} for case in Case.objects.all()}
    posts = list(Post.objects.order_by("pk").values())
    closures = list(Closure.objects.order_by("pk").values())
    return cases, posts, closures, list(Sending.objects.order_by("pk").values("pk", "case_id"))


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    history=some.lists(some.tuples(some.sampled_from([0, 1]), some.sampled_from(DEEDS)), max_size=14),
    kept=some.sampled_from([0, 1]),
)
def test_parting_after_merging_gives_back_the_same_rows(history, kept):
    mira, okafor = Staff.objects.create(name="M", role="agent"), Staff.objects.create(name="O", role="agent")
    person = Person.objects.create(name="Jana", first_seen_at=NOW)
    pair = [
        actions.open_case(person=person, subject=str(n), channel="mail", at=NOW, now=NOW) for n in range(2)
    ]
    for minute, (which, deed) in enumerate(history, start=1):
        live(pair[which], deed, mira=mira, okafor=okafor, now=NOW + timedelta(minutes=minute))
    before = rows()
    waits = [Case.objects.get(pk=case.pk) for case in pair]
    now = NOW + timedelta(hours=1)
    row = merging.merge(kept_id=pair[kept].pk, merged_id=pair[1 - kept].pk, by=mira, now=now)
    together = Case.objects.get(pk=pair[kept].pk)
    expected = min((one.waiting_since for one in waits if one.waiting_since), default=None)
    assert together.waiting_since == expected
    assert (together.closure_id is None) == any(one.closure_id is None for one in waits)
    merging.unmerge(Merge.objects.get(pk=row.pk), also=[], by=mira, now=now + timedelta(minutes=1))
    assert rows() == before


def test_everything_is_a_fact_with_who(scan, bill, mira):
    row = merge(scan, bill, mira)
    unmerge(row, mira)
    made = Fact.objects.filter(kind__in=["case.merged", "case.unmerged"]).order_by("pk")
    assert [(fact.actor, set(fact.things) >= {f"case:{scan.pk}", f"case:{bill.pk}"}) for fact in made] == [
        (f"staff:{mira.pk}", True)
    ] * 2


def test_what_is_done_to_a_case_that_was_just_merged_is_done_to_the_one_that_stays(scan, bill, mira, okafor):
    merge(scan, bill, mira)
    now = clock.now()
    actions.rename(bill, subject="Scan und Rechnung", by=mira, now=now)
    actions.hand_over(bill, giver=mira, taker=okafor, note="", now=now)
    actions.snooze(bill, until=now + timedelta(hours=1), by=mira, now=now)
    scan.refresh_from_db()
    assert (scan.subject, scan.holder, scan.snoozed_until) == (
        "Scan und Rechnung",
        okafor,
        now + timedelta(hours=1),
    )
    actions.close(bill, by=mira, now=now)
    scan.refresh_from_db()
    assert scan.closure.by == mira
