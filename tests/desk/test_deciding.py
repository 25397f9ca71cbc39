"""Frames and decisions as pages, without script: shown again before sending, refused with a way on, carried out, counted."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from eyelevel.answers import reads as answer_reads
from eyelevel.cases.deciding_models import Decision, WidenNote, Wish
from eyelevel.kernel import clock, steps
from eyelevel.people.models import Login, Mandate, Staff
from eyelevel.posts.models import Post
from tests.cases.test_deciding import decide, frame, goodwill
from tests.making import case_of, mail_in

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = {"Origin": "http://testserver"}
GOODWILL = {"decide-kind": "goodwill", "decide-amount": "30", "decide-words": "Credit for the missed visit"}


def seat(name, role="agent", language="en"):
    login = Login.objects.create_user(
        f"{name.split()[0].lower()}@nordlicht.example", "a long enough password"
    )
    return Staff.objects.create(name=name, role=role, login=login, language=language)


def client_of(staff):
    client = Client(headers=HERE)
    client.force_login(staff.login)
    return client


@pytest.fixture(autouse=True)
def _second_factor(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)


@pytest.fixture
def mira(db):
    return seat("Mira Lang")


@pytest.fixture
def ines(db):
    return seat("Ines Falk", "supervisor")


@pytest.fixture
def desk(mira):
    return client_of(mira)


@pytest.fixture
def case(db):
    return case_of(mail_in("Der Techniker kam nicht.", subject="Techniker"))


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def seal(answer):
    return re.search(r'name="decide-seen" value="(\w+)"', answer.content.decode())[1]


def write(desk, case, **more):
    fields = {"text": "We give you a credit of 30 euro.", "chips": "1", "send": "1"}
    handle = answer_reads.default_handle(case)
    return desk.post(f"/desk/cases/{case.pk}/answer/", {**fields, "handle": handle.pk, **more})


def test_a_decision_is_shown_again_before_it_is_sent(desk, case, mira):
    frame(mira)
    first = write(desk, case, **GOODWILL)
    assert first.status_code == 409
    assert "You decide: goodwill €30 “Credit for the missed visit”" in words(first)
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()
    second = write(desk, case, **GOODWILL, **{"decide-seen": seal(first)})
    assert second.status_code == 302
    made = Decision.objects.get()
    assert (made.cents, made.by, made.post) == (3_000, mira, Post.objects.get(kind=Post.Kind.ANSWER))
    page = words(desk.get(f"/desk/cases/{case.pk}/"))
    assert "goodwill €30 “Credit for the missed visit”" in page
    assert "frame 1" in page


def test_whatever_changes_after_it_was_shown_is_shown_again(desk, case, mira):
    frame(mira)
    first = write(desk, case, **GOODWILL)
    changed = write(desk, case, **GOODWILL | {"decide-amount": "40"}, **{"decide-seen": seal(first)})
    assert changed.status_code == 409
    assert "goodwill €40" in words(changed)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"decide-amount": "1.200"}, "“1.200” has two meanings. Type 1200 or 1,200."),
        ({"decide-amount": "viel"}, "This is no sum."), ({"decide-amount": "0"}, "This is no sum."),
        ({"decide-amount": "$30"}, "name the sum in euro"), ({"decide-words": " "}, "Say in words what is decided"),
        ({"decide-kind": ""}, "Choose what you decide"), ({"decide-kind": "gift"}, "Choose what you decide"),
        ({"decide-kind": "deadline", "decide-days": "soon"}, "by how many days"),
    ],
)  # fmt: skip
def test_nothing_that_was_typed_is_guessed_or_dropped(desk, case, mira, typed, told):
    frame(mira)
    answer = write(desk, case, **GOODWILL | typed)
    assert answer.status_code == 409
    assert told in words(answer)
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()


def test_an_answer_without_a_decision_goes_as_before(desk, case):
    assert write(desk, case, **{"decide-kind": "", "decide-amount": ""}).status_code == 302
    assert not Decision.objects.exists()


def test_undo_takes_both_back_and_fills_the_decision_in_again(desk, case, mira):
    frame(mira)
    write(desk, case, **GOODWILL, **{"decide-seen": seal(write(desk, case, **GOODWILL))})
    post = Post.objects.get(kind=Post.Kind.ANSWER)
    back = desk.post(f"/desk/cases/{case.pk}/answers/{post.pk}/undo/")
    assert Decision.objects.get().state == "taken_back"
    page = desk.get(back.url.partition("#")[0]).content.decode()
    assert 'value="30,00"' in page
    assert "Credit for the missed visit" in page


def test_beyond_the_frame_one_click_hands_the_case_on_with_the_wish(desk, case, mira, ines):
    frame(mira)
    frame(ines, case=20_000)
    refused = write(desk, case, **GOODWILL | {"decide-amount": "80"})
    assert (
        "Your frame ends at €50 of goodwill in one case; €0 are granted in it already, €30 are missing."
        in words(refused)
    )
    assert "Ines Falk may decide it." in words(refused)
    assert not Post.objects.filter(kind=Post.Kind.ANSWER).exists()
    assert write(desk, case, **GOODWILL | {"decide-amount": "80"}, wish=f"hand:{ines.pk}").status_code == 302
    case.refresh_from_db()
    assert case.holder == ines
    theirs = client_of(ines)
    assert "Credit for the missed visit" in words(theirs.get("/desk/decisions/"))
    row = Wish.objects.get()
    asked = theirs.get(f"/desk/cases/{case.pk}/decide/?wish={row.pk}")
    assert "Mira Lang asks you to decide: goodwill €80" in words(asked)
    fields = {**GOODWILL, "decide-amount": "80,00", "of": row.pk}
    shown = theirs.post(f"/desk/cases/{case.pk}/decide/", fields)
    assert shown.status_code == 409
    done = theirs.post(f"/desk/cases/{case.pk}/decide/", {**fields, "decide-seen": seal(shown)})
    assert done.status_code == 302
    assert Decision.objects.get().by == ines
    assert "granted" in words(desk.get(f"/desk/cases/{case.pk}/"))


def test_asking_keeps_the_case_and_whoever_is_asked_may_say_no(desk, case, mira, ines):
    frame(mira)
    frame(ines, case=20_000)
    write(desk, case, **GOODWILL | {"decide-amount": "80"}, wish=f"ask:{ines.pk}")
    case.refresh_from_db()
    assert case.holder is None
    row = Wish.objects.get()
    assert desk.post(f"/desk/wishes/{row.pk}/", {"words": "mine"}).status_code == 403
    assert client_of(ines).post(f"/desk/wishes/{row.pk}/", {"words": "Measure first"}).status_code == 302
    assert "Measure first" in words(desk.get(f"/desk/cases/{case.pk}/"))


def test_where_nobody_may_the_supervisors_are_asked(desk, case, mira, ines):
    refused = write(desk, case, **GOODWILL)
    assert "Nobody else has a frame that reaches." in words(refused)
    write(desk, case, **GOODWILL, wish="ask:")
    assert "asked of the supervisors" in words(client_of(ines).get("/desk/decisions/"))
    assert "asked of the supervisors" not in words(desk.get("/desk/decisions/"))


def test_a_task_stands_on_the_list_until_somebody_says_what_shows_it(desk, case, mira, ines):
    frame(mira)
    made = decide(case, mira, goodwill(30))
    steps.run_due()
    assert "Decisions 1" in words(desk.get("/desk/"))
    assert "to be carried out" in words(desk.get("/desk/decisions/"))
    empty = desk.post(f"/desk/decisions/{made.pk}/", {"do": "done"})
    assert empty.status_code == 409
    desk.post(f"/desk/decisions/{made.pk}/", {"do": "give", "owner": ines.pk, "from": "list"})
    client_of(ines).post(f"/desk/decisions/{made.pk}/", {"do": "done", "evidence": "SEPA 4711"})
    assert "Everything that was decided is carried out." in words(desk.get("/desk/decisions/"))
    assert "SEPA 4711" in words(desk.get(f"/desk/cases/{case.pk}/"))


def test_a_decision_beside_the_case_can_be_taken_back_by_whoever_took_it(desk, case, mira, ines):
    frame(mira)
    made = decide(case, mira, goodwill(30))
    assert client_of(ines).post(f"/desk/decisions/{made.pk}/", {"do": "take_back"}).status_code == 403
    assert desk.post(f"/desk/decisions/{made.pk}/", {"do": "take_back"}).status_code == 302
    assert desk.post(f"/desk/decisions/{made.pk}/", {"do": "take_back"}).status_code == 409


def test_a_supervisor_writes_a_frame_and_everybody_reads_their_own(desk, mira, ines):
    theirs = client_of(ines)
    form = {
        "goodwill_case": "50", "goodwill_month": "1.200,00 €", "deadline_days": "14", "publishes": "1", "shown": "amounts",
    }  # fmt: skip
    assert theirs.post(f"/desk/house/mandates/{mira.pk}/", form).status_code == 302
    row = Mandate.objects.get()
    assert (row.goodwill_case, row.goodwill_month, row.contracts, row.written_by) == (
        5_000,
        120_000,
        False,
        ines,
    )
    mine = words(desk.get(f"/desk/house/mandates/{mira.pk}/"))
    assert "goodwill up to €50 in one case and €1,200 in a month" in mine
    assert "Write another frame" not in mine
    assert desk.post(f"/desk/house/mandates/{mira.pk}/", form).status_code == 403
    assert desk.get(f"/desk/house/mandates/{ines.pk}/").status_code == 404
    assert theirs.post(f"/desk/house/mandates/{ines.pk}/", form).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"goodwill_month": "1.200"}, "has two meanings"), ({"goodwill_month": "40"}, "A month holds at least"),
        ({"deadline_days": "-1"}, "Days are a whole number."), ({"since": "2001-01-01"}, "today or later"),
        ({"since": "tomorrow"}, "today or later"), ({"shown": "x"}, "A month holds at least"),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_refused_in_words(mira, ines, wrong, told):
    form = {"goodwill_case": "50", "goodwill_month": "200", "deadline_days": "", "shown": ""} | wrong
    answer = client_of(ines).post(f"/desk/house/mandates/{mira.pk}/", form)
    assert answer.status_code == 400
    assert told in words(answer)
    assert 'value="50"' in answer.content.decode()
    assert not Mandate.objects.exists()


def test_only_supervisors_see_the_figures_and_the_wish_for_wider_frames(desk, mira, ines):
    note = WidenNote.objects.create(kind="goodwill", at=clock.now(), handed=6, of=12)
    assert "A frame is too small too often." not in words(desk.get("/desk/"))
    assert "at first contact" not in words(desk.get("/desk/decisions/"))
    theirs = client_of(ines)
    assert "6 of 12 cases with “goodwill”" in words(theirs.get("/desk/"))
    assert "Decisions 1" in words(theirs.get("/desk/"))
    assert "at first contact" in words(theirs.get("/desk/decisions/"))
    assert desk.post(f"/desk/decisions/notes/{note.pk}/").status_code == 403
    assert theirs.post(f"/desk/decisions/notes/{note.pk}/").status_code == 302
    assert "A frame is too small too often." not in words(theirs.get("/desk/"))


def test_the_desk_lets_one_webhook_alone_carry_decisions_out(db):
    ruth = client_of(seat("Ruth Hansen", "operator"))
    form = {"url": "https://bank.example/hook", "kind": ["decision.made"]}
    assert ruth.post("/desk/house/webhooks/", form).status_code == 200
    second = ruth.post("/desk/house/webhooks/", form)
    assert second.status_code == 409
    assert "two would do it twice" in words(second)
    assert ruth.post("/desk/house/webhooks/", {**form, "kind": ["decision.executed"]}).status_code == 200


def test_what_stands_on_the_page_is_never_markup(desk, case, mira):
    frame(mira)
    shown = write(desk, case, **GOODWILL | {"decide-words": '<b>x</b>" onfocus=x'})
    assert "<b>x</b>" not in shown.content.decode()
    assert '" onfocus=x' not in shown.content.decode()


def test_a_form_that_was_sent_twice_decides_once(desk, case, mira):
    frame(mira, case=10_000, month=30_000)
    page = desk.post(f"/desk/cases/{case.pk}/decide/", GOODWILL)
    fields = {**GOODWILL, "decide-seen": seal(page)}
    for _again in range(2):
        assert desk.post(f"/desk/cases/{case.pk}/decide/", fields).status_code == 302
    assert Decision.objects.count() == 1
