"""What programs read and write: the same words and the same checks as at the desk."""

from __future__ import annotations

import base64

import pytest

from eyelevel.cases import merging
from eyelevel.cases.models import Case
from eyelevel.kernel import clock, steps
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from tests.api.programs import Program, problem, seat
from tests.making import case_of, form_in, mail_in, send

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def program(db):
    return Program(role="supervisor")


def test_lists_come_in_pages_that_neither_skip_nor_double(program):
    for number in range(7):
        mail_in(f"Wort {number}", subject=f"S{number}", sender=f"p{number}@post.example")
    seen, address = [], "cases?limit=3"
    while address:
        answer = program.ask("GET", address, expect=200)
        page = answer.json()
        seen += [case["number"] for case in page["items"]]
        mail_in("dazwischen", subject="Neu", sender=f"neu{len(seen)}@post.example")
        if page["next"]:
            assert answer.headers["Link"] == f'<{page["next"]}>; rel="next"'
        address = page["next"]
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "Mi54", "%ff", "Nzo4"])
def test_a_cursor_that_is_not_ours_is_refused(program, cursor):
    problem(program.ask("GET", f"cases?cursor={cursor}"), "unreadable")


def test_a_cursor_of_another_list_is_refused(program):
    for number in range(2):
        mail_in("Hallo", subject=f"S{number}", sender=f"p{number}@post.example")
    following = program.get("cases?limit=1")["next"]
    problem(program.ask("GET", following.replace("/cases", "/persons")), "unreadable")


def test_a_case_is_opened_handed_put_off_closed_and_opened_again(program):
    made = program.post(
        "cases", {"subject": "Router", "heard": "Kein Netz", "said": "Morgen", "name": "Jana"}, expect=201
    )
    number = made["number"]
    assert made["holder"] == program.owner.pk
    assert [post["kind"] for post in program.get(f"cases/{number}/posts")["items"]] == ["in", "call"]
    other = seat("Chidi Okafor")
    assert (
        program.post(f"cases/{number}/hand", {"to": other.pk, "note": "bitte"}, expect=200)["holder"]
        == other.pk
    )
    assert program.post(f"cases/{number}/hand", {"to": None}, expect=200)["holder"] is None
    until = "2030-05-04T09:00:00+02:00"
    assert program.post(f"cases/{number}/snooze", {"until": until}, expect=200)["snoozed_until"].startswith(
        "2030-05-04T07:00"
    )
    assert program.get("cases?shelf=snoozed")["items"][0]["number"] == number
    assert program.post(f"cases/{number}/close", expect=200)["state"] == "closed"
    assert program.post(f"cases/{number}/reopen", expect=200)["state"] == "open"
    assert (
        program.ask("PATCH", f"cases/{number}", {"subject": "Netz"}, expect=200).json()["subject"] == "Netz"
    )


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "2030-01-01", "2030-01-01T00:00:00", 1893456000, "soon", None,
                                   "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])  # fmt: skip
def test_a_moment_that_is_none_or_over_is_refused(program, until):
    case = case_of(mail_in("Hallo"))
    problem(program.ask("POST", f"cases/{case.pk}/snooze", {"until": until}), "not-valid")


def test_the_draft_is_held_against_what_was_said_and_leaves_only_with_a_reason(program):
    case = case_of(mail_in("Wann kommt der Techniker?"))
    send(case, program.owner, "Der Techniker kommt am 12. November 2026.")
    newest = program.get(f"cases/{case.pk}/posts")["items"][-1]["id"]
    body = {"text": "Der Techniker kommt am 19. November 2026.", "seen": newest, "to": "jana@post.example"}
    draft = program.ask("PUT", f"cases/{case.pk}/draft", body, expect=200).json()
    assert draft["checked"]
    assert "12. November" in draft["objections"][0]["old_sentence"]
    said = problem(program.ask("POST", f"cases/{case.pk}/answer", {}), "objection")
    against = said["objections"][0]
    assert "12. November" in against["old_sentence"]
    assert "19. November" in against["new_sentence"]
    assert against["said_in_case"] == case.pk
    assert Sending.objects.filter(notice="").count() == 1
    answer = program.post(f"cases/{case.pk}/answer", {"reason": "verschoben"}, expect=201)
    assert answer["recipients"] == ["jana@post.example"]
    assert Sending.objects.filter(notice="").count() == 2


def test_what_was_said_meanwhile_stops_an_answer_until_it_was_seen(program):
    case = case_of(mail_in("Hallo"))
    first = program.get(f"cases/{case.pk}/posts")["items"][-1]["id"]
    draft = {"text": "Guten Tag", "seen": first, "to": "jana@post.example"}
    program.ask("PUT", f"cases/{case.pk}/draft", draft, expect=200)
    reply = {"In-Reply-To": Post.objects.get().message_id}
    later = mail_in("Hat sich erledigt", Message_ID="<2@post.example>", **reply)
    assert later.case_id == case.pk
    said = problem(program.ask("POST", f"cases/{case.pk}/answer", {}), "said-meanwhile")
    assert said["posts"] == [later.public_id]
    assert program.get(f"cases/{case.pk}/draft")["said_meanwhile"] == [later.public_id]
    program.ask("PUT", f"cases/{case.pk}/draft", {**draft, "seen": later.public_id}, expect=200)
    program.post(f"cases/{case.pk}/answer", {}, expect=201)


def test_a_program_that_has_seen_nothing_is_told_of_everything(program):
    case = case_of(mail_in("Hallo"))
    program.ask("PUT", f"cases/{case.pk}/draft", {"text": "Guten Tag", "seen": None}, expect=200)
    problem(program.ask("POST", f"cases/{case.pk}/answer", {}), "said-meanwhile")


def test_a_recipient_who_is_new_to_the_case_needs_a_word(program):
    case = case_of(mail_in("Hallo"))
    Handle.objects.create(person=case.person, channel="mail", address="neu@post.example")
    seen = program.get(f"cases/{case.pk}/posts")["items"][-1]["id"]
    program.ask(
        "PUT",
        f"cases/{case.pk}/draft",
        {"text": "Guten Tag", "seen": seen, "to": "neu@post.example"},
        expect=200,
    )
    said = problem(program.ask("POST", f"cases/{case.pk}/answer", {}), "new-recipient")
    assert said["recipients"] == [{"address": "neu@post.example", "new": True}]
    program.post(f"cases/{case.pk}/answer", {"confirm": ["neu@post.example"]}, expect=201)


def test_an_answer_is_taken_back_in_time_and_not_after(program):
    case = case_of(mail_in("Hallo"))
    post = send(case, program.owner, "Guten Tag")
    program.post(f"cases/{case.pk}/answers/{post.public_id}/undo", expect=200)
    assert not Post.objects.filter(kind="out").exists()
    gone = send(case, program.owner, "Guten Tag")
    Sending.objects.filter(post_id=gone.pk).update(state="delivered", attempts=1)
    problem(program.ask("POST", f"cases/{case.pk}/answers/{gone.public_id}/undo"), "too-late")


def test_an_empty_draft_is_not_sent(program):
    case = case_of(mail_in("Hallo"))
    seen = program.get(f"cases/{case.pk}/posts")["items"][-1]["id"]
    program.ask("PUT", f"cases/{case.pk}/draft", {"text": " ", "seen": seen}, expect=200)
    problem(program.ask("POST", f"cases/{case.pk}/answer", {}), "not-valid")


def test_what_is_handed_in_goes_the_road_of_the_form_once(program):
    body = {"id": "shop-1", "text": "Wo bleibt mein Paket?", "name": "Jana", "mail": "jana@post.example",
            "files": [{"name": "../../etc/passwd", "content": base64.b64encode(b"scan").decode()}]}  # fmt: skip
    assert program.post("arrivals", body, expect=202)["state"] == "kept"
    for _ in range(3):
        program.post("arrivals", body, expect=202)
    steps.run_due()
    said = program.get("arrivals/shop-1")
    assert said["state"] == "read"
    assert Case.objects.count() == 1
    post = program.get(f"cases/{said['case']}/posts")["items"][0]
    assert post["text"] == "Wo bleibt mein Paket?"
    assert not post["verified"]
    file = program.ask("GET", post["files"][0]["href"], expect=200)
    assert file.content == b"scan"
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_word_for_a_case_joins_it(program):
    case = case_of(form_in("Hallo"))
    program.post("arrivals", {"id": "2", "text": "Noch etwas", "case": case.pk}, expect=202)
    steps.run_due()
    assert [post["text"] for post in program.get(f"cases/{case.pk}/posts")["items"]] == [
        "Hallo",
        "Noch etwas",
    ]


def test_the_journal_can_be_followed_without_gaps(program):
    mail_in("Hallo")
    page = program.get("facts?limit=2")
    kinds = [fact["kind"] for fact in page["items"]]
    while page["items"]:
        page = program.get(page["next"])
        kinds += [fact["kind"] for fact in page["items"]]
    assert "case.opened" in kinds
    assert len(kinds) == len(set(kinds)) or kinds.count("case.opened") == 1
    program.post("cases", {"subject": "x", "heard": "y"}, expect=201)
    more = [fact["kind"] for fact in program.get(page["next"])["items"]]
    assert "case.opened_by_hand" in more
    assert "case.opened" not in more


def test_where_colleagues_look_is_not_told(program):
    from eyelevel.cases import actions
    from eyelevel.kernel import clock

    case = case_of(mail_in("Hallo"))
    actions.is_here(case, staff=program.owner, writing=True, real_now=clock.real_now())
    assert not [fact for fact in program.get("facts?limit=100")["items"] if fact["kind"] == "case.presence"]


def test_nothing_inner_travels_in_a_case(program):
    case = case_of(mail_in("Hallo"))
    raw = (
        program.ask("GET", f"cases/{case.pk}").content.decode()
        + program.ask("GET", f"cases/{case.pk}/posts").content.decode()
    )
    for inner in ("message_id", "arrival", "digest", "envelope", "public_id"):
        assert inner not in raw


def test_persons_are_found_by_a_whole_address(program):
    mail_in("Hallo")
    found = program.get("persons?address=Jana@post.example")["items"]
    assert [handle["address"] for handle in found[0]["handles"]] == ["jana@post.example"]
    assert program.get(f"persons/{found[0]['id']}")["name"] == "Jana Petersen"
    assert program.get("persons?address=jana")["items"] == []


def test_only_a_stuck_sending_is_tried_again(program):
    case = case_of(mail_in("Hallo"))
    post = send(case, program.owner, "Guten Tag")
    sending = Sending.objects.get(post_id=post.pk)
    problem(program.ask("POST", f"outbox/{sending.public_id}/retry"), "too-late")
    Sending.objects.filter(pk=sending.pk).update(state="dead")
    assert program.post(f"outbox/{sending.public_id}/retry", expect=202)["state"] == "waiting"


def test_a_merged_number_stands_for_the_case_that_it_is_in(program):
    kept, merged = (
        case_of(mail_in("Der Scan fehlt.")),
        case_of(mail_in("Die Rechnung stimmt nicht.", subject="x")),
    )
    merging.merge(kept_id=kept.pk, merged_id=merged.pk, by=program.owner, now=clock.now())
    assert [one["number"] for one in program.get("cases")["items"]] == [kept.pk]
    assert program.get(f"cases/{merged.pk}")["number"] == kept.pk
    assert len(program.get(f"cases/{merged.pk}/posts")["items"]) == 2
    assert program.post(f"cases/{merged.pk}/close", {})["number"] == kept.pk
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert kept.closure is not None
    assert merged.closure is None


def test_a_program_sees_its_draft_in_the_mirror(program):
    text = "Wir haben Ihre Meldung an die Fachabteilung gegeben und prüfen den Vorgang dort mit der gebotenen Sorgfalt."
    send(case_of(mail_in("Wo?", sender="first@post.example")), program.owner, text)
    steps.run_due()
    case = case_of(mail_in("Meine Bestellung 4711-22 fehlt.", subject="Bestellung"))
    body = {"text": f"Guten Tag, {text}", "seen": None}
    mirror = program.ask("PUT", f"cases/{case.pk}/draft", body, expect=200).json()["mirror"]
    assert mirror == {
        "percent": 100, "passages": [{"start": 11, "end": 11 + len(text), "answers": 1}], "named": [],
        "not_named": ["Bestellung 4711-22"], "whole": True,
    }  # fmt: skip
    assert program.get(f"cases/{case.pk}/draft")["mirror"] == mirror
