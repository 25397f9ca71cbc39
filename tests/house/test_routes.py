"""Who may open what: every route for every kind of actor. A route that is not in this table fails the build."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from eyelevel.cases import actions as cases
from eyelevel.cases.models import Case
from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival, Unreadable
from eyelevel.channels.models import Arrival
from eyelevel.kernel import clock, store
from eyelevel.people import actions as people
from eyelevel.people.models import Login, Staff
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Attachment

pytestmark = pytest.mark.django_db

ACTORS = ["stranger", "receipt", "other", "agent", "supervisor", "operator"]

# GET: name -> status for (stranger, receipt holder, another customer, agent, supervisor, operator).
# Receipt holders carry no session: their code is posted, so by GET they are strangers.
PUBLIC = (200, 200, 200, 200, 200, 200)
DESK = (302, 302, 302, 200, 200, 200)
POSTED = (405, 405, 405, 405, 405, 405)
DESK_POSTED = (302, 302, 302, 405, 405, 405)
BY_GET = {
    "front": PUBLIC, "readers": PUBLIC, "contact": PUBLIC, "receipt": PUBLIC, "receipt-reply": POSTED,
    "receipt-helped": POSTED, "receipt-file": POSTED, "case-outside": (404, 404, 404, 200, 200, 200), "enter": PUBLIC,
    "setup": (404, 404, 404, 404, 404, 404), "healthz": PUBLIC, "readyz": PUBLIC,
    "metrics": (404, 404, 404, 404, 404, 200), "desk": DESK, "case": DESK, "new-case": DESK, "quarantine": DESK,
    "outbox": DESK, "house": DESK, "attachment": DESK, "quarantine-raw": DESK, "presence": DESK_POSTED,
    "draft": DESK_POSTED, "answer": DESK_POSTED, "undo": DESK_POSTED, "notes": DESK_POSTED, "calls": DESK_POSTED,
    "entries": DESK_POSTED, "hand": DESK_POSTED, "snooze": DESK_POSTED, "closure": DESK_POSTED, "title": DESK_POSTED,
    "quarantine-entry": DESK_POSTED, "sending": DESK_POSTED, "preferences": DESK_POSTED, "colleague": DESK_POSTED,
    "hours": DESK_POSTED, "door-test": DESK_POSTED,
    "sources": DESK, "source": DESK_POSTED, "hook": (405, 405, 405, 405, 405, 405),
    "account_login": (200, 200, 200, 302, 302, 302), "account_logout": (302, 302, 302, 200, 200, 200),
    "account_inactive": PUBLIC, "account_signup": (200, 200, 200, 302, 302, 302),
    "account_reauthenticate": (302, 302, 302, 200, 200, 200), "account_change_password": (302, 302, 302, 200, 200, 200),
    "account_set_password": (302, 302, 302, 302, 302, 302), "mfa_index": DESK, "mfa_authenticate": (302, 302, 302, 302, 302, 302),
    "mfa_reauthenticate": (302, 302, 302, 302, 302, 302), "mfa_activate_totp": (302, 302, 302, 302, 302, 302),
    "mfa_deactivate_totp": (302, 302, 302, 404, 404, 404), "mfa_view_recovery_codes": (302, 302, 302, 404, 404, 404),
    "mfa_generate_recovery_codes": (302, 302, 302, 302, 302, 302),
    "mfa_download_recovery_codes": (302, 302, 302, 404, 404, 404),
}  # fmt: skip

# POST without any field: what a stranger and each role get. 302 = done (or asked to log in), 4xx = refused.
REFUSED = (404, 404, 404)
BY_POST = {
    "receipt-reply": (404, 404, 404), "receipt-helped": (404, 404, 404), "receipt-file": (404, 404, 404),
    "presence": (*REFUSED, 204, 204, 204), "draft": (*REFUSED, 302, 302, 302), "answer": (*REFUSED, 409, 409, 409),
    "undo": (*REFUSED, 404, 404, 404), "notes": (*REFUSED, 302, 302, 302), "calls": (*REFUSED, 302, 302, 302),
    "entries": (*REFUSED, 400, 400, 400), "hand": (*REFUSED, 302, 302, 302), "snooze": (*REFUSED, 400, 400, 400),
    "closure": (*REFUSED, 302, 302, 302), "title": (*REFUSED, 302, 302, 302), "new-case": (*REFUSED, 400, 400, 400),
    "quarantine-entry": (*REFUSED, 302, 302, 302), "sending": (*REFUSED, 404, 404, 404),
    "preferences": (*REFUSED, 302, 302, 302), "house": (*REFUSED, 403, 403, 400), "colleague": (*REFUSED, 403, 403, 404),
    "hours": (*REFUSED, 403, 302, 302), "door-test": (*REFUSED, 403, 404, 404),
    "sources": (*REFUSED, 403, 400, 400), "source": (*REFUSED, 403, 404, 404), "hook": (404, 404, 404, 404, 404, 404),
}  # fmt: skip


def routes(patterns=None, prefix=""):
    """All routes by name."""
    found = {}
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            found |= routes(entry.url_patterns, prefix)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"a route without a name: {entry.pattern}"
            found[entry.name] = entry
    return found


def test_every_route_stands_in_the_table():
    assert set(routes()) == set(BY_GET)


@pytest.fixture
def things(db):
    """A case with a file and a receipt code, a case of somebody else, a quarantined arrival."""
    now = clock.now()
    jana = people.meet(
        channel="mail", address="jana@post.example", name="Jana", language="de", now=now
    ).person
    case = cases.open_case(person=jana, subject="Scan", channel="mail", at=now, now=now)
    post = posts.call(
        case_id=case.pk, person=jana, staff=Staff.objects.create(name="X"), heard="Hallo", said="", now=now
    )[0]
    posts.attach(post, [("scan.pdf", "application/pdf", 4, store.put(b"%PDF"))])
    other = cases.open_case(person=None, subject="Anderes", channel="form", at=now, now=now)
    arrival = RawArrival(channel="mail", source="smtp", external_id="1", raw=b"x", received_at=now)
    row = Arrival.objects.get(pk=channels.keep(arrival))
    entry = channels.quarantine(row, Unreadable(reason="syntax"), now=now)
    return {
        "case": case, "other": other, "file": Attachment.objects.get(), "entry": entry,
        "code": cases.new_code(case, now=now), "other_code": cases.new_code(other, now=now),
    }  # fmt: skip


def parts_of(name, things):
    wanted = {
        "number": things["entry"].pk if name.startswith("quarantine") else things["case"].pk,
        "post": 999_999, "public_id": things["file"].public_id, "name": "none",
    }  # fmt: skip
    if name in {"sending", "colleague", "source"}:
        wanted["number"] = 999_999
    return {key: wanted[key] for key in routes()[name].pattern.converters}


def client_of(kind):
    client = Client(headers={"Origin": "http://testserver", "X-Forwarded-For": "203.0.113.9"})
    if kind in {"agent", "supervisor", "operator"}:
        login = Login.objects.create_user(f"{kind}@nordlicht.example", "a long enough password")
        Staff.objects.create(name=kind, role=kind, login=login, language="en")
        client.force_login(login)
    return client


@pytest.fixture(autouse=True)
def _second_factor_is_set(monkeypatch):
    """The second factor has tests of its own; here everybody has one. An owner exists."""
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    Staff.objects.create(name="Owner", role="operator")


@pytest.mark.parametrize("place", range(6), ids=ACTORS)
@pytest.mark.parametrize("name", sorted(BY_GET))
def test_by_get(name, place, things):
    client = client_of(ACTORS[place])
    answer = client.get(reverse(name, kwargs=parts_of(name, things)))
    assert answer.status_code == BY_GET[name][place]
    if (
        answer.status_code == 302
        and place < 3
        and name != "account_logout"
        and not name.startswith("mfa_auth")
    ):
        assert answer.url.startswith("/account/login/?next=")


@pytest.mark.parametrize("place", range(6), ids=ACTORS)
@pytest.mark.parametrize("name", sorted(BY_POST))
def test_by_post(name, place, things):
    expected = BY_POST[name]
    kind = ACTORS[place]
    if place >= len(expected):
        pytest.skip("by code, not by role")
    fields = {"code": things["other_code"]} if kind == "other" and name.startswith("receipt") else {}
    answer = client_of(kind).post(reverse(name, kwargs=parts_of(name, things)), fields)
    wanted = expected[place]
    if name in {"receipt-reply", "receipt-helped"} and kind == "other":
        wanted = 400 if name == "receipt-reply" else 200
    assert answer.status_code == wanted


@pytest.mark.parametrize("name", sorted({*BY_POST, "contact", "receipt", "enter", "setup"} - {"hook"}))
def test_nothing_changes_by_a_post_from_another_website(name, things):
    """A22: cross-site POST. A webhook knows no cookie: there the signature decides (tests/public/test_hook.py)."""
    client = client_of("operator")
    client.defaults["HTTP_ORIGIN"] = "https://evil.example"
    answer = client.post(reverse(name, kwargs=parts_of(name, things)), {"closed": "1"})
    assert answer.status_code == 403
    assert Case.objects.get(pk=things["case"].pk).closure_id is None


@pytest.mark.parametrize("name", sorted(set(BY_POST) - {"new-case", "house", "sources"}))
def test_nothing_changes_by_get(name, things):
    answer = client_of("operator").get(
        reverse(name, kwargs=parts_of(name, things)), {"closed": "1", "do": "leave"}
    )
    assert answer.status_code == 405


def test_the_code_of_one_case_opens_no_file_of_another(things):
    """A20."""
    client = Client(headers={"Origin": "http://testserver"})
    theirs = {"code": things["other_code"], "file": things["file"].public_id}
    assert client.post("/receipt/file/", theirs).status_code == 404
    mine = client.post("/receipt/file/", {**theirs, "code": things["code"]})
    assert mine.status_code == 200
    assert mine.content == b"%PDF"


def test_internal_notes_never_reach_the_receipt_page(things):
    staff = Staff.objects.first()
    cases.note(things["case"], staff=staff, text="the customer is difficult", now=clock.now())
    page = (
        Client(headers={"Origin": "http://testserver"})
        .post("/receipt/", {"code": things["code"]})
        .content.decode()
    )
    assert "Hallo" in page
    assert "difficult" not in page
