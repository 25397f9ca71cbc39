"""Merging, splitting, linking, bulk acts and questions as pages: forms without script, and nothing of another case."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from eyelevel.cases import actions, reads
from eyelevel.cases.models import BulkAct, Case, Link, Merge, Split
from eyelevel.kernel import clock
from eyelevel.posts.models import Post
from tests.desk.colleague import words
from tests.making import case_of, draft, mail_in, send

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def scan(db):
    return case_of(mail_in("Der Scan fehlt.", subject="Scan"))


@pytest.fixture
def bill(db):
    return case_of(mail_in("Die Rechnung stimmt nicht.", subject="Rechnung"))


def test_a_merged_number_leads_to_the_kept_case_which_says_so_and_can_be_taken_apart(desk, mira, scan, bill):
    token = reads.token_of(bill.pk)
    answer = desk.post(f"/desk/cases/{scan.pk}/merge/", {"other": f"#{bill.pk}"}, follow=True)
    assert f"Case {bill.pk} was merged into this one." in words(answer)
    assert f"Mira Lang merged case {bill.pk} into case {scan.pk}" in words(answer)
    assert desk.get(f"/desk/cases/{bill.pk}/").url == f"/desk/cases/{scan.pk}/?merged={bill.pk}"
    mail_in("Noch zur Rechnung", subject="x", To=f"service+c-{token}@nordlicht.example")
    mail_in("Noch zum Scan", subject="y", References=Post.objects.get(text="Der Scan fehlt.").message_id)
    undo = re.search(r'href="(/desk/merges/\d+/)"', desk.get(f"/desk/cases/{scan.pk}/").content.decode())[1]
    page = desk.get(undo).content.decode()
    boxes = re.findall(r'name="also" value="(\d+)"( checked)?', page)
    assert [bool(checked) for _pk, checked in boxes] == [True, False]
    desk.post(undo, {"also": [pk for pk, checked in boxes if checked]})
    assert "Noch zur Rechnung" in words(desk.get(f"/desk/cases/{bill.pk}/"))
    assert "Noch zur Rechnung" not in words(desk.get(f"/desk/cases/{scan.pk}/"))
    assert "apart again" in words(desk.get(f"/desk/cases/{scan.pk}/"))
    assert desk.post(undo).status_code == 409


def test_the_other_case_may_be_the_one_that_stays(desk, scan, bill):
    desk.post(f"/desk/cases/{scan.pk}/merge/", {"other": bill.pk, "keep": "other"})
    assert Merge.objects.get().kept == bill


def test_an_open_page_of_the_merged_case_writes_into_the_kept_one(desk, mira, scan, bill):
    draft(bill, mira, "Half written")
    desk.post(f"/desk/cases/{scan.pk}/merge/", {"other": bill.pk})
    desk.post(f"/desk/cases/{bill.pk}/notes/", {"text": "From the old page"})
    assert Post.objects.get(text="From the old page").case_id == scan.pk
    assert desk.post(f"/desk/cases/{bill.pk}/presence/").status_code == 204
    assert "Half written" in words(desk.get(f"/desk/cases/{scan.pk}/"))


def test_the_page_says_why_two_persons_cases_stay_two(desk, scan):
    tom = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    answer = desk.post(f"/desk/cases/{scan.pk}/merge/", {"other": tom.pk})
    assert answer.status_code == 409
    assert "These cases belong to two persons." in words(answer)
    assert "The router" not in words(answer)


@pytest.mark.parametrize("path", ["merge", "split", "links"])
def test_numbers_that_are_none_are_not_there(desk, scan, path):
    fields = {"other": "999999", "target": "999999", "post": Post.objects.first().pk, "kind": "related"}
    assert desk.post(f"/desk/cases/{scan.pk}/{path}/", fields).status_code == 404
    fields |= {"other": "x'--", "target": "x'--"}
    assert desk.post(f"/desk/cases/{scan.pk}/{path}/", fields).status_code == 404


def test_posts_of_another_case_in_a_form_are_not_there(desk, scan, bill):
    foreign = Post.objects.get(case_id=bill.pk).pk
    mail = {"name": "Kim", "mail": "kim@partner.example", "question": "?"}
    assert desk.post(f"/desk/cases/{scan.pk}/split/", {"post": foreign}).status_code == 404
    assert desk.post(f"/desk/cases/{scan.pk}/ask/", {**mail, "post": foreign}).status_code == 404
    desk.post(f"/desk/cases/{scan.pk}/merge/", {"other": bill.pk})
    third = mail_in("Drittes", subject="Drittes")
    assert desk.post(f"/desk/merges/{Merge.objects.get().pk}/", {"also": third.pk}).status_code == 404
    assert Split.objects.count() == 0
    assert Merge.objects.get().undone_at is None


def test_a_split_is_undone_from_the_story(desk, scan):
    second = mail_in("Und die Rechnung", subject="Re", References=Post.objects.get().message_id)
    new = desk.post(f"/desk/cases/{scan.pk}/split/", {"post": second.pk, "subject": "Rechnung"}, follow=True)
    assert "Und die Rechnung" in words(new)
    undo = re.search(r'action="(/desk/splits/\d+/undo/)"', new.content.decode())[1]
    desk.post(undo)
    assert case_of(second) == scan
    assert desk.post(undo).status_code == 409


def test_a_link_is_shown_from_both_sides_and_removed(desk, scan):
    tom = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    desk.post(f"/desk/cases/{scan.pk}/links/", {"other": tom.pk, "kind": "follows", "note": "same flat"})
    assert "follows from Router" in words(desk.get(f"/desk/cases/{scan.pk}/"))
    assert "is followed by Scan" in words(desk.get(f"/desk/cases/{tom.pk}/"))
    desk.post(f"/desk/links/{Link.objects.get().pk}/remove/")
    assert "Linked cases" not in words(desk.get(f"/desk/cases/{scan.pk}/"))
    assert "removed the link" in words(desk.get(f"/desk/cases/{tom.pk}/"))


def test_many_are_closed_by_a_plain_form_and_put_back(desk, scan, bill):
    tom = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    page = desk.get("/desk/").content.decode()
    boxes = re.findall(r'<input type="checkbox" name="case" value="(\d+)" form="bulk"', page)
    assert sorted(map(int, boxes)) == sorted([scan.pk, bill.pk, tom.pk])
    done = desk.post("/desk/bulk/", {"case": boxes, "do": "close"}, follow=True)
    assert "3 cases closed." in words(done)
    actions.reopen(Case.objects.get(pk=tom.pk), now=clock.now())
    undo = re.search(r'action="(/desk/bulk/\d+/undo/)"', done.content.decode())[1]
    back = desk.post(undo, follow=True)
    assert "2 cases put back." in words(back)
    assert "Not put back" in words(back)
    assert f'href="/desk/cases/{tom.pk}/"' in back.content.decode()
    assert desk.post(undo).status_code == 409


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"do": "take"}, "1 case given on."),
        ({"do": "tomorrow"}, "1 case put off."),
        ({"do": "date", "date": "2001-01-01"}, "Choose a day in the future."),
        ({"do": "hand", "taker": "99999"}, "has no seat any more"),
        ({"do": "everything"}, "Choose a day in the future."),
    ],
)
def test_each_button_of_the_list_says_what_it_did(desk, scan, fields, told):
    answer = desk.post("/desk/bulk/", {"case": scan.pk, **fields}, follow=True)
    assert told in words(answer)


def test_more_than_two_hundred_at_once_are_refused_in_words(desk, scan):
    person = scan.person
    now = clock.now()
    made = [
        actions.open_case(person=person, subject="x", channel="mail", at=now, now=now).pk for _ in range(201)
    ]
    answer = desk.post("/desk/bulk/", {"case": made, "do": "close"})
    assert answer.status_code == 400
    assert "At most 200 cases at once." in words(answer)
    assert BulkAct.objects.count() == 0
    assert desk.post("/desk/bulk/", {"case": [scan.pk, 999_999], "do": "close"}).status_code == 404


def test_what_would_change_nothing_is_said(desk, scan):
    twice = {"case": [scan.pk, scan.pk], "do": "close"}
    assert "1 case" in words(desk.post("/desk/bulk/", twice, follow=True))
    again = desk.post("/desk/bulk/", twice)
    assert (again.status_code, BulkAct.objects.count()) == (409, 1)
    assert "Nothing changed" in words(again)


def test_a_question_is_asked_shown_and_withdrawn(desk, scan):
    form = words(desk.get(f"/desk/cases/{scan.pk}/ask/"))
    assert "The answer comes back as an internal note" in form
    fields = {
        "name": "Kim Berger",
        "mail": "kim@partner.example",
        "question": "Which scan?",
        "days": "3",
        "language": "en",
    }
    page = desk.post(f"/desk/cases/{scan.pk}/ask/", fields, follow=True)
    assert "asked Kim Berger since" in words(page)
    assert "Mira Lang asked Kim Berger (kim@partner.example)" in words(page)
    assert "asked Kim Berger" in words(desk.get("/desk/"))
    withdraw = re.search(r'action="(/desk/askings/\d+/withdraw/)"', page.content.decode())[1]
    page = desk.post(withdraw, follow=True)
    assert "withdrew the question to Kim Berger" in words(page)
    assert "asked Kim Berger since" not in words(page)
    assert desk.post(f"/desk/cases/{scan.pk}/ask/", {**fields, "mail": "no address"}).status_code == 400


def test_the_holder_of_a_receipt_sees_both_of_their_merged_cases_and_what_was_split_off(
    desk, mira, scan, bill
):
    code = actions.new_code(bill, now=clock.now())
    visitor = Client(headers=HERE)
    send(scan, mira, "Der Scan kommt morgen.")
    desk.post(f"/desk/cases/{scan.pk}/merge/", {"other": bill.pk})
    seen = words(visitor.post("/receipt/", {"code": code, "lang": "en"}))
    assert "Der Scan fehlt." in seen
    assert f"Case {bill.pk}, which you opened, was joined with this one." in seen
    post = Post.objects.get(text="Der Scan fehlt.")
    desk.post(f"/desk/cases/{scan.pk}/split/", {"post": post.pk, "subject": "Nur der Scan"})
    new = Split.objects.get().target
    seen = words(visitor.post("/receipt/", {"code": code, "lang": "en"}))
    assert "Der Scan fehlt." not in seen
    assert f"Part of it goes on in case {new.pk}: Nur der Scan" in seen
    assert "Der Scan fehlt." in words(visitor.post("/receipt/", {"code": code, "case": new.pk, "lang": "en"}))


def test_a_receipt_code_opens_no_case_by_naming_its_number(desk, scan, bill):
    tom = case_of(mail_in("Hello", sender="tom@mail.example", subject="Router"))
    desk.post(f"/desk/cases/{scan.pk}/links/", {"other": tom.pk, "kind": "related"})
    code = actions.new_code(scan, now=clock.now())
    visitor = Client(headers=HERE)
    for number in (tom.pk, bill.pk):
        assert visitor.post("/receipt/", {"code": code, "case": number, "lang": "en"}).status_code == 404


@pytest.mark.parametrize("taker", ["²", "9" * 5_000, "-1", "x"])
def test_nobody_gets_a_case_by_what_is_no_number(desk, scan, taker):
    answer = desk.post(f"/desk/cases/{scan.pk}/hand/", {"taker": taker})
    assert answer.status_code == 400
    assert "This colleague has no seat any more." in words(answer)
