"""A public word becomes a case by a click or by a rule, or evidence in another; the same word twice is one post."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec
import pytest

from eyelevel.cases import actions as cases
from eyelevel.cases import overheard
from eyelevel.cases.models import Case
from eyelevel.channels.contract import Overheard
from eyelevel.kernel import steps
from eyelevel.kernel.writer import write
from eyelevel.listening import actions as heard_actions
from eyelevel.listening import reads
from eyelevel.listening.models import Heard
from eyelevel.people.models import Handle, Person
from eyelevel.posts.models import Evidence, Post, Thread
from tests.listening.hearing import NOW, hear, watch

pytestmark = pytest.mark.django_db(databases="__all__")


def take(*heard, by, **more):
    words = [reads.as_overheard(one) for one in heard]
    taken = write(overheard.open_from_heard, words, by=by, now=NOW, **more)
    steps.run_due()
    return taken


def test_a_word_becomes_a_case_with_its_author_its_text_and_its_address(mira):
    heard = hear(watch(), text="Kein Netz seit gestern.", url="https://bsky.example/p/1")
    taken = take(heard, by=mira)
    post = Post.objects.get()
    assert post.case_id == taken.case
    assert (post.text, post.url, post.channel, post.openness) == (
        "Kein Netz seit gestern.", "https://bsky.example/p/1", "bluesky", "public",
    )  # fmt: skip
    case = Case.objects.get()
    assert case.subject == "Kein Netz seit gestern."
    assert case.person.handles.get().address == "did:plc:jana"
    assert case.waiting_since == NOW


def test_nobody_becomes_a_person_by_being_overheard(mira):
    hear(watch())
    assert Person.objects.count() == 0


def test_the_heard_word_carries_the_number_of_its_case(mira):
    heard = hear(watch())
    taken = take(heard, by=mira)
    heard.refresh_from_db()
    assert heard.case_number == taken.case
    assert heard.post_public_id == Post.objects.get().public_id


def test_the_same_word_taken_twice_is_the_same_post(mira, okafor):
    heard = hear(watch())
    first, second = take(heard, by=mira), take(heard, by=okafor)
    assert (first.joined, second.joined) == (1, 0)
    assert second.already == [first.case]
    assert Case.objects.count() == Post.objects.count() == 1


def test_answering_gives_the_case_to_whoever_answers(mira, okafor):
    heard = hear(watch())
    taken = take(heard, by=mira, take=True)
    assert Case.objects.get(pk=taken.case).holder == mira
    take(heard, by=okafor, take=True)
    assert Case.objects.get(pk=taken.case).holder == okafor


def test_a_later_word_of_the_same_author_in_the_same_conversation_joins_the_open_case(mira):
    seen = watch()
    first = hear(seen, external_id="at://root")
    later = hear(seen, root="at://root", parent="at://root", text="Noch immer nichts.")
    one = take(first, by=mira)
    assert take(later, by=mira).case == one.case
    assert Thread.objects.get().root == "at://root"
    assert Post.objects.filter(case_id=one.case).count() == 2


def test_a_word_of_somebody_else_in_that_conversation_opens_a_case_of_its_own(mira):
    seen = watch()
    one = take(hear(seen, external_id="at://root"), by=mira)
    other = take(hear(seen, author="did:plc:ole", name="Ole", root="at://root"), by=mira)
    assert other.case != one.case
    assert Thread.objects.count() == 1


def test_a_closed_case_is_not_joined(mira):
    seen = watch()
    one = take(hear(seen, external_id="at://root"), by=mira)
    cases.close(Case.objects.get(pk=one.case), by=mira, now=NOW)
    assert take(hear(seen, root="at://root"), by=mira).case != one.case


def test_several_words_make_one_case_of_whoever_spoke_first_and_the_others_are_evidence(mira):
    seen = watch()
    mine = hear(seen, text="Zuerst ich.", at=NOW - timedelta(minutes=5))
    again = hear(seen, text="Und noch einmal ich.")
    theirs = hear(seen, author="did:plc:ole", name="Ole", text="Bei mir auch.")
    taken = take(theirs, again, mine, by=mira)
    assert (taken.joined, taken.evidence) == (2, 1)
    case = Case.objects.get()
    assert case.person.name == "Jana"
    other = Post.objects.get(text="Bei mir auch.")
    assert other.person is None
    assert "evidence" in other.remarks
    assert not Handle.objects.filter(address="did:plc:ole").exists()


def test_evidence_is_the_exact_word_with_a_fingerprint_that_anybody_can_check(mira):
    case = cases.open_case(person=None, subject="Ausfall", channel="mail", at=NOW, now=NOW)
    word = reads.as_overheard(hear(watch(), text="Kein Netz – nirgends."))
    write(overheard.keep_as_evidence, case, [word], by=mira, now=NOW)
    kept = Evidence.objects.get()
    assert hashlib.sha256(kept.exact.encode()).hexdigest() == kept.digest
    assert msgspec.json.decode(kept.exact, type=Overheard) == word
    assert (kept.kept_at, kept.kept_by) == (NOW, mira)


def test_evidence_starts_no_clock_and_is_no_word_of_the_person(mira):
    case = cases.open_case(person=None, subject="Ausfall", channel="mail", at=NOW, now=NOW)
    write(overheard.keep_as_evidence, case, [reads.as_overheard(hear(watch()))], by=mira, now=NOW)
    case.refresh_from_db()
    assert case.waiting_since is None
    cases.we_did_not_speak(case, now=NOW)
    case.refresh_from_db()
    assert case.waiting_since is None
    assert Person.objects.count() == 0


def test_a_word_that_is_evidence_stays_in_its_case(mira):
    case = cases.open_case(person=None, subject="Ausfall", channel="mail", at=NOW, now=NOW)
    heard = hear(watch())
    write(overheard.keep_as_evidence, case, [reads.as_overheard(heard)], by=mira, now=NOW)
    taken = take(heard, by=mira)
    assert (taken.case, taken.joined) == (case.pk, 0)


def wanted(seen, *heard):
    """What the ear records when a watch opens cases."""
    write(heard_actions.want_cases, seen.pk, [reads.as_overheard(one) for one in heard], now=NOW)
    steps.run_due()


def test_a_watch_that_opens_cases_opens_each_once(db):
    seen = watch(opens_cases=True)
    one = hear(seen)
    wanted(seen, one)
    wanted(seen, one, hear(seen, author="did:plc:ole"))
    assert Case.objects.count() == 2
    assert Heard.objects.exclude(case_number=None).count() == 2


def test_the_rule_joins_the_open_case_of_the_author_on_that_conversation(db):
    seen = watch(opens_cases=True)
    wanted(seen, hear(seen, external_id="at://root"))
    wanted(seen, hear(seen, root="at://root", text="Hallo?"))
    case = Case.objects.get()
    assert Post.objects.filter(case_id=case.pk).count() == 2


def test_a_word_that_its_author_took_back_opens_nothing(db):
    seen = watch(opens_cases=True)
    heard = hear(seen)
    word = reads.as_overheard(heard)
    heard.delete()
    write(heard_actions.want_cases, seen.pk, [word], now=NOW)
    steps.run_due()
    assert Case.objects.count() == 0


def test_a_word_without_an_author_makes_a_case_without_a_person(mira):
    taken = take(hear(watch(), author="", name="", network="feed"), by=mira)
    assert Case.objects.get(pk=taken.case).person is None


def test_a_mark_that_was_lost_is_written_again(mira):
    heard = hear(watch())
    take(heard, by=mira)
    Heard.objects.update(case_number=None, post_public_id="")
    from eyelevel.kernel.models import Fact
    from eyelevel.listening.became import mark_became

    mark_became(Fact.objects.get(kind="heard.became"))
    heard.refresh_from_db()
    assert heard.case_number == Case.objects.get().pk
