"""Promises as pages, without script: chips under an answer and after a call, the ledger beside the case, the receipt page."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eyelevel.answers import reads as answer_reads
from eyelevel.cases import actions as cases
from eyelevel.cases import merging
from eyelevel.kernel import clock, steps
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Absence
from eyelevel.posts.models import Post
from eyelevel.word import promises
from eyelevel.word.models import Promise
from eyelevel.word.promises import Chosen
from tests.desk.colleague import words
from tests.making import case_of, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")  # the figures of /metrics are of every database
HERE = {"Origin": "http://testserver"}
DATED = "Wir rufen Sie morgen bis 12 Uhr zurück."
HASTE = "Wir melden uns umgehend bei Ihnen."
SOON = "We will call you back by tomorrow noon."


@pytest.fixture
def case(db):
    return case_of(mail_in("Wann rufen Sie an?", subject="Rückruf"))


def chips(answer):
    """The chips of a page as a browser would send them."""
    page = answer.content.decode()
    return {
        "chips": "1",
        "offered": [unescape(one) for one in re.findall(r'name="offered" value="([^"]*)"', page)],
        "promise": re.findall(r'name="promise" value="(\d+)" checked', page),
        **dict(re.findall(r'name="(due-\d+)" value="([^"]*)"', page)),
    }


def write(desk, case, text, **fields):
    return desk.post(f"/desk/cases/{case.pk}/answer/", {"text": text, "chips": "1", **fields})


def promised(case, staff, *, hours=5.0, text=DATED):
    """Something said on the phone, and its promise in the ledger."""
    now = clock.now()
    post = cases.note_call(case, staff=staff, heard="", said=text, now=now)[-1]
    return promises.make(
        post, [Chosen(text=text, due_to=now + timedelta(hours=hours))], owner=staff, now=now
    )[0]


def later(**time_passed):
    clock.stand_apart(clock.now() - clock.real_now() + timedelta(**time_passed))
    steps.run_due()


def tomorrow_at_noon():
    day = timezone.localtime(clock.now()) + timedelta(days=1)
    return f"{day:%Y-%m-%d}T12:00"


def test_a_promise_is_shown_before_it_is_sent_and_confirmed_by_sending(desk, mira, case):
    answer = write(desk, case, f"Guten Tag. {DATED}")
    assert answer.status_code == 409
    assert "Not sent: your answer promises something" in words(answer)
    shown = chips(answer)
    assert (shown["offered"], shown["promise"]) == (["Wir rufen Sie morgen bis 12 Uhr zurück"], ["0"])
    assert shown["due-0"] == tomorrow_at_noon()
    assert write(desk, case, f"Guten Tag. {DATED}", **shown).status_code == 302
    row = Promise.objects.get()
    assert (row.owner, row.kind, row.text) == (mira, "call_back", "Wir rufen Sie morgen bis 12 Uhr zurück")
    assert timezone.localtime(row.due_to).strftime("%Y-%m-%dT%H:%M") == tomorrow_at_noon()


def test_a_check_that_broke_is_said_and_does_not_hold_the_answer_back(desk, case, monkeypatch):
    shown = chips(write(desk, case, DATED))
    monkeypatch.setattr("eyelevel.word.commitments.find", lambda *_text, **_when: 1 / 0)
    answer = write(desk, case, DATED, **shown)
    assert answer.status_code == 409
    assert "Not sent: what you ticked as promised cannot enter the ledger now." in words(answer)
    assert "Not checked for promises" in words(answer)
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()
    assert write(desk, case, DATED).status_code == 302
    assert Post.objects.get(kind=Post.Kind.ANSWER).text == DATED
    assert not Promise.objects.exists()


def test_a_call_whose_words_could_not_be_checked_says_so(desk, case, monkeypatch):
    monkeypatch.setattr("eyelevel.word.commitments.find", lambda *_text, **_when: 1 / 0)
    noted = desk.post(f"/desk/cases/{case.pk}/calls/", {"heard": "", "said": DATED}, follow=True)
    assert "Not checked for promises" in words(noted)
    assert "Nothing in them reads like a promise" not in words(noted)


def test_what_the_writer_unticks_is_no_promise(desk, case):
    shown = chips(write(desk, case, DATED))
    assert write(desk, case, DATED, **{**shown, "promise": []}).status_code == 302
    assert Post.objects.filter(kind=Post.Kind.ANSWER).exists()
    assert not Promise.objects.exists()


def test_the_writer_chooses_another_time(desk, case):
    shown = chips(write(desk, case, DATED))
    write(desk, case, DATED, **{**shown, "due-0": tomorrow_at_noon().replace("12:00", "17:30")})
    assert timezone.localtime(Promise.objects.get().due_to).strftime("%H:%M") == "17:30"


def test_a_word_of_haste_is_asked_for_its_date_and_makes_no_promise_without(desk, case):
    answer = write(desk, case, HASTE)
    assert "No date in these words: say until when." in words(answer)
    shown = chips(answer)
    assert shown["due-0"] == ""
    assert write(desk, case, HASTE, **shown).status_code == 302
    assert not Promise.objects.exists()
    other = case_of(mail_in("Noch etwas", subject="Rechnung"))
    shown = chips(write(desk, other, HASTE))
    assert write(desk, other, HASTE, **{**shown, "due-0": tomorrow_at_noon()}).status_code == 302
    assert Promise.objects.get().text == HASTE.rstrip(".")


def test_a_promise_that_was_changed_after_its_chip_was_shown_is_shown_anew(desk, case):
    shown = chips(write(desk, case, DATED))
    assert write(desk, case, DATED.replace("12", "14"), **shown).status_code == 409
    assert not Sending.objects.filter(notice="").exists()


def test_a_condition_is_shown_as_one_and_is_off_unless_ticked(desk, case):
    text = "Sobald das Ersatzteil da ist, rufen wir Sie am Freitag zurück."
    answer = desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text}, follow=True)
    assert "Hangs on a condition" in words(answer)
    shown = chips(answer)
    assert shown["promise"] == []
    assert write(desk, case, text, **{**shown, "promise": ["0"]}).status_code == 302
    assert Promise.objects.get().conditional is True


def test_a_time_that_has_passed_is_refused_in_words(desk, case):
    shown = chips(write(desk, case, DATED))
    answer = write(desk, case, DATED, **{**shown, "due-0": "2020-01-01T12:00"})
    assert "a promise below names a time that has passed" in words(answer)
    assert not Sending.objects.filter(notice="").exists()


def test_while_typing_the_chips_come_with_what_the_writer_did_to_them(desk, case):
    fields = {"text": DATED, "offered": [DATED.rstrip(".")], "due-0": "2030-01-01T09:00"}
    answer = desk.post(f"/desk/cases/{case.pk}/draft/", fields, headers={"X-Part": "check"})
    shown = chips(answer)
    assert (shown["promise"], shown["due-0"]) == ([], "2030-01-01T09:00")


def test_said_again_it_is_not_promised_twice(desk, mira, case):
    shown = chips(write(desk, case, DATED))
    write(desk, case, DATED, **shown)
    answer = desk.post(f"/desk/cases/{case.pk}/draft/", {"text": f"Wie gesagt: {DATED}"}, follow=True)
    assert chips(answer)["promise"] == []
    assert "The ledger already has a promise for this time." in words(answer)


def test_a_call_that_promises_asks_for_it_at_once(desk, mira, case):
    answer = desk.post(f"/desk/cases/{case.pk}/calls/", {"heard": "", "said": SOON}, follow=True)
    assert "Promises in these words" in words(answer)
    address = answer.request["PATH_INFO"]
    assert desk.post(address, chips(answer)).url == f"/desk/cases/{case.pk}/"
    row = Promise.objects.get()
    assert (row.post.channel, row.owner) == ("phone", mira)
    desk.post(address, chips(answer))
    assert Promise.objects.count() == 1, "sent twice is promised once"


@pytest.mark.parametrize("channel", ["letter", "paste"])
def test_a_letter_or_post_of_ours_that_promises_asks_too(desk, case, channel):
    fields = {"channel": channel, "ours": "1", "text": DATED}
    answer = desk.post(f"/desk/cases/{case.pk}/entries/", fields, follow=True)
    assert chips(answer)["offered"] == [DATED.rstrip(".")]
    theirs = {"channel": channel, "text": DATED}
    assert desk.post(f"/desk/cases/{case.pk}/entries/", theirs).url == f"/desk/cases/{case.pk}/"


def test_a_case_that_begins_with_a_call_asks_too(desk):
    fields = {"subject": "Rückruf", "heard": "Wann rufen Sie an?", "said": DATED, "name": "Ole"}
    answer = desk.post("/desk/cases/new/", fields, follow=True)
    desk.post(answer.request["PATH_INFO"], chips(answer))
    assert Promise.objects.get().text == DATED.rstrip(".")


def test_the_promises_of_an_answer_that_a_program_sent_are_taken_from_its_words(desk, mira, case):
    post = send(case, mira, DATED)
    address = f"/desk/cases/{case.pk}/posts/{post.pk}/promises/"
    desk.post(address, chips(desk.get(address)))
    assert Promise.objects.get().post == post


def test_a_call_without_a_promise_goes_back_to_the_case(desk, case):
    answer = desk.post(f"/desk/cases/{case.pk}/calls/", {"heard": "", "said": "Alles ist angekommen."})
    assert answer.url == f"/desk/cases/{case.pk}/"


def test_words_of_the_person_promise_nothing_of_ours(desk, case):
    heard = Post.objects.get(case_id=case.pk)
    assert desk.get(f"/desk/cases/{case.pk}/posts/{heard.pk}/promises/").status_code == 404


def test_kept_with_evidence(desk, mira, case):
    row = promised(case, mira)
    answer = desk.post(f"/desk/promises/{row.pk}/", {"do": "kept", "evidence": ""})
    assert "Say in a few words what shows it" in words(answer)
    page = words(
        desk.post(f"/desk/promises/{row.pk}/", {"do": "kept", "evidence": "call at 11:40"}, follow=True)
    )
    assert "Evidence: call at 11:40" in page
    assert "Mira Lang about the promise: kept" in page


def test_another_day_is_written_into_the_draft_in_the_language_of_the_person(desk, mira, case):
    row = promised(case, mira)
    fields = {"do": "postpone", "due": "2030-03-05T10:00", "reason": "Es fehlt ein Ersatzteil."}
    desk.post(f"/desk/promises/{row.pk}/", fields)
    text = answer_reads.open_draft(case, staff_id=mira.pk).text
    assert text == (
        "Korrektur zu unserer Zusage „Wir rufen Sie morgen bis 12 Uhr zurück.“: Es fehlt ein Ersatzteil. "
        "Der neue Termin ist Dienstag, 5. März 2030, 10:00 Uhr."
    )
    page = desk.get(f"/desk/cases/{case.pk}/")
    assert "Mira Lang moved the promise from" in words(page)
    assert "stands against this answer" not in words(page)
    assert chips(page)["promise"] == [], "it stands in the ledger already"


@pytest.mark.parametrize(
    "fields", [{"due": ""}, {"due": "2020-01-01T10:00", "reason": "x"}, {"due": "soon", "reason": "x"}]
)
def test_another_day_that_is_none_changes_nothing(desk, mira, case, fields):
    row = promised(case, mira)
    assert desk.post(f"/desk/promises/{row.pk}/", {"do": "postpone", **fields}).status_code == 409
    assert Promise.objects.get().due_to == row.due_to
    assert answer_reads.open_draft(case, staff_id=mira.pk) is None


def test_it_is_handed_to_a_colleague(desk, mira, okafor, case):
    row = promised(case, mira)
    page = desk.post(f"/desk/promises/{row.pk}/", {"do": "hand", "owner": str(okafor.pk)}, follow=True)
    assert "Mira Lang gave the promise to Chidi Okafor" in words(page)
    assert Promise.objects.get().owner == okafor
    assert desk.post(f"/desk/promises/{row.pk}/", {"do": "hand", "owner": "999"}).status_code == 404


def test_the_list_says_what_is_due_and_what_is_late(desk, mira, case):
    promised(case, mira)
    assert "promise due" in words(desk.get("/desk/"))
    later(hours=6)
    page = words(desk.get("/desk/"))
    assert "▲ promise late since" in page
    assert "was not settled in time" in words(desk.get(f"/desk/cases/{case.pk}/"))


def figure(desk, name):
    return float(re.search(rf"(?m)^{name} (\S+)", desk.get("/metrics").content.decode())[1])


def test_broken_promises_are_counted_and_stay_counted_when_they_are_moved(desk, mira, case):
    row = promised(case, mira)
    names = ("eyelevel_promises_open", "eyelevel_promises_late", "eyelevel_promises_broken_total")
    assert [figure(desk, name) for name in names] == [1, 0, 0]
    later(hours=6)
    assert [figure(desk, name) for name in names] == [1, 1, 1]
    row.refresh_from_db()
    promises.postpone(row, due_to=clock.now() + timedelta(days=1), reason="x", by=mira, now=clock.now())
    assert [figure(desk, name) for name in names] == [1, 0, 1]
    page = words(desk.get(f"/desk/cases/{case.pk}/"))
    assert "was not settled in time" in page
    assert "Mira Lang moved the promise" in page


def test_the_shelf_of_promises_has_the_one_due_first_on_top_also_of_closed_cases(desk, mira, case):
    soon = case_of(mail_in("Noch etwas", subject="Rechnung"))
    quiet = case_of(mail_in("Danke", subject="Dank"))
    promised(case, mira, hours=9)
    promised(soon, mira, hours=3)
    cases.close(soon, by=mira, now=clock.now())
    page = desk.get("/desk/?list=promises").content.decode()
    assert [int(one) for one in re.findall(r'data-case="(\d+)"', page)] == [soon.pk, case.pk]
    assert f'data-case="{quiet.pk}"' not in page


def test_a_longer_list_asks_the_database_no_oftener(desk, mira, case):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            desk.get("/desk/?part=list")
        return len(seen)

    promised(case, mira)
    asked()  # warm
    before = asked()
    for number in range(5):
        promised(case_of(mail_in(f"Frage {number}", subject=f"Sache {number}")), mira)
    assert asked() == before


def receipt(case):
    page = Client(headers=HERE).post(
        "/receipt/", {"code": cases.new_code(case, now=clock.now()), "lang": "en"}
    )
    return words(page)


def test_the_person_sees_what_was_promised_whether_it_moved_and_whether_it_was_kept(desk, mira, case):
    row = promised(case, mira)
    assert "What we promised you" in receipt(case)
    assert "· open" in receipt(case)
    later(hours=6)
    assert "· late" in receipt(case)
    row.refresh_from_db()
    promises.postpone(
        row, due_to=clock.now() + timedelta(days=1), reason="internal trouble", by=mira, now=clock.now()
    )
    page = receipt(case)
    assert "· open · moved, first promised for" in page
    assert "internal trouble" not in page
    row = Promise.objects.select_related("post").get()
    promises.settle(row, outcome=Promise.Outcome.KEPT, evidence="colleague's note", by=mira, now=clock.now())
    page = receipt(case)
    assert "· kept" in page
    assert "colleague's note" not in page


def test_what_has_not_left_is_not_promised_on_the_receipt_page(desk, case):
    shown = chips(write(desk, case, DATED))
    write(desk, case, DATED, **shown)
    assert "What we promised you" not in receipt(case)


def test_promises_of_one_case_stand_on_no_page_of_another(desk, mira, case):
    tom = case_of(mail_in("Hi", sender="tom@mail.example", subject="Refund"))
    promised(case, mira)
    assert "What we promised you" not in receipt(tom)


def test_a_merged_case_shows_the_promises_of_both(desk, mira, case):
    other = case_of(mail_in("Noch etwas", subject="Rechnung"))
    promised(other, mira, text="Wir senden Ihnen morgen die Rechnung.")
    merging.merge(kept_id=case.pk, merged_id=other.pk, by=mira, now=clock.now())
    assert "“Wir senden Ihnen morgen die Rechnung.” Mira Lang" in words(desk.get(f"/desk/cases/{case.pk}/"))
    assert "Wir senden Ihnen morgen die Rechnung." in receipt(case)


def test_hostile_words_in_a_chip_stay_words(desk, case):
    text = 'Wir senden Ihnen morgen "<script>alert(1)</script>" zu.'
    page = desk.post(f"/desk/cases/{case.pk}/draft/", {"text": text}, follow=True).content.decode()
    assert 'name="offered"' in page
    assert "<script>alert(1)" not in page


def test_many_chips_and_broken_fields_are_bounded(desk, case):
    fields = {
        "offered": [DATED.rstrip(".")] * 100,
        "promise": ["0", "x", "-1", "99999999999999999999"],
        "due-0": "9" * 5000,
    }
    assert write(desk, case, DATED, **fields).status_code == 302
    assert not Promise.objects.exists()


def test_undo_leaves_no_trace_in_the_ledger(desk, mira, case):
    shown = chips(write(desk, case, DATED))
    write(desk, case, DATED, **shown)
    post = Post.objects.get(kind=Post.Kind.ANSWER)
    desk.post(f"/desk/cases/{case.pk}/answers/{post.pk}/undo/")
    assert not Promise.objects.exists()
    assert "What became of it?" not in words(desk.get(f"/desk/cases/{case.pk}/"))
    assert send(case, mira, "Er ist unterwegs.")


LATE_NEWS = "Tell them now that it will be late"


def test_one_click_tells_the_person_that_it_will_be_late_and_the_story_says_so(desk, mira, case):
    row = promised(case, mira)
    page = desk.get(f"/desk/cases/{case.pk}/")
    assert LATE_NEWS in words(page)
    desk.post(f"/desk/promises/{row.pk}/", {"do": "late"})
    page = words(desk.get(f"/desk/cases/{case.pk}/"))
    assert LATE_NEWS not in page
    assert "the person was told by mail: the promise until" in page
    sent = Sending.objects.get(notice="promise-late")
    assert (sent.recipient, sent.approved_by) == ("jana@post.example", f"staff:{mira.pk}")
    again = desk.post(f"/desk/promises/{row.pk}/", {"do": "late"})
    assert again.status_code == 409
    assert "Nobody was told" in words(again)


def test_the_receipt_page_says_what_was_told_before_once_it_has_left(desk, mira, case):
    row = promised(case, mira)
    desk.post(f"/desk/promises/{row.pk}/", {"do": "late"})
    assert "we told you by mail" not in receipt(case)
    Sending.objects.filter(notice="promise-late").update(state="delivered")
    assert "we told you by mail that it may be late" in receipt(case)


def test_what_was_kept_too_late_is_not_called_kept_in_time(desk, mira, case):
    row = promised(case, mira)
    clock.stand_apart(timedelta(hours=6))
    steps.run_due()
    row.refresh_from_db()
    promises.settle(row, outcome=Promise.Outcome.KEPT, evidence="Anruf", by=mira, now=clock.now())
    assert "kept, but noted after its time" in receipt(case)


def away(desk, staff, *, days=3, deputy=None):
    today = timezone.localtime(clock.now()).date()
    fields = {
        "staff": staff.pk,
        "first": today.isoformat(),
        "last": (today + timedelta(days=days)).isoformat(),
    }
    return desk.post("/desk/house/absences/", fields | ({"deputy": deputy.pk} if deputy else {}))


def test_a_promise_for_days_on_which_its_owner_is_away_goes_to_the_deputy(desk, mira, okafor, case):
    row = promised(case, mira, hours=30)
    assert away(desk, mira, deputy=okafor).status_code == 302
    steps.run_due()
    assert Promise.objects.get(pk=row.pk).owner == okafor
    assert "to Chidi Okafor" in words(desk.get(f"/desk/cases/{case.pk}/"))
    assert "Chidi Okafor stands in" in words(desk.get("/desk/house/"))


def test_where_nobody_stands_in_the_list_and_the_case_ask(desk, mira, case):
    promised(case, mira, hours=30)
    away(desk, mira)
    steps.run_due()
    page = words(desk.get(f"/desk/cases/{case.pk}/"))
    assert "Nobody stands in: who keeps it?" in page
    assert "its keeper is away" in words(desk.get("/desk/?list=promises"))


def test_the_composer_warns_of_a_promise_for_ones_own_absence(desk, mira, okafor, case):
    away(desk, mira, deputy=okafor)
    desk.post(f"/desk/cases/{case.pk}/draft/", {"text": DATED, "chips": "1"})
    page = words(desk.get(f"/desk/cases/{case.pk}/"))
    assert "You are away then: Chidi Okafor keeps it" in page


def test_an_agent_notes_no_absence_of_a_colleague_and_ends_only_their_own(desk, mira, okafor):
    assert away(desk, okafor).status_code == 403
    away(desk, mira)
    row = Absence.objects.get()
    assert row.staff == mira
    assert desk.post(f"/desk/house/absences/{row.pk}/").status_code == 302
    assert "away now" not in words(desk.get("/desk/house/"))


@pytest.mark.parametrize(
    ("first", "last"),
    [("2027-02-30", "2027-03-02"), ("2027-03-03", "2027-03-02"), ("", ""), ("2020-01-01", "2020-01-02")],
)
def test_days_that_are_none_are_refused_with_a_word(desk, mira, first, last):
    answer = desk.post("/desk/house/absences/", {"staff": mira.pk, "first": first, "last": last})
    assert answer.status_code == 400
    assert "Choose two days in their order" in words(answer)


@pytest.mark.parametrize("due", ["2027-02-30T10:00", "2020-01-01T10:00", "morgen", "9999-99-99T99:99", ""])
def test_a_date_that_is_none_or_over_moves_no_promise(desk, mira, case, due):
    row = promised(case, mira)
    answer = desk.post(f"/desk/promises/{row.pk}/", {"do": "postpone", "due": due, "reason": "krank"})
    assert answer.status_code == 409
    assert not row.amendments.exists()


def test_a_promise_in_the_past_does_not_leave(desk, case):
    desk.post(f"/desk/cases/{case.pk}/draft/", {"text": DATED, "chips": "1"})
    page = desk.get(f"/desk/cases/{case.pk}/")
    typed = chips(page) | {"due-0": "2020-01-01T10:00"}
    assert write(desk, case, DATED, **typed).status_code == 409
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()


def test_the_hour_that_the_clock_skips_is_still_a_moment(desk, mira, case):
    """On 28 March 2027 there is no 2:30 in Berlin."""
    row = promised(case, mira)
    desk.post(f"/desk/promises/{row.pk}/", {"do": "postpone", "due": "2027-03-28T02:30", "reason": "krank"})
    due = Promise.objects.get(pk=row.pk).due_to
    assert due.isoformat() in {"2027-03-28T01:30:00+00:00", "2027-03-28T00:30:00+00:00"}
