"""Who may open what: every route for every kind of actor. A route that is not in this table fails the build."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from eyelevel.cases import actions as cases
from eyelevel.cases import asking, deciding, merging, wishing
from eyelevel.cases.deciding_models import WidenNote
from eyelevel.cases.models import Case
from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival, Unreadable
from eyelevel.channels.models import Arrival
from eyelevel.hooks import actions as hooks
from eyelevel.kernel import clock, store
from eyelevel.kernel.policy import Actor
from eyelevel.listening import actions as listening
from eyelevel.people import absences
from eyelevel.people import actions as people
from eyelevel.people.models import Login, Staff
from eyelevel.people.reach import Lack, Wanted
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Attachment
from eyelevel.server import streams
from eyelevel.tokens import actions as tokens
from eyelevel.tokens.models import Token
from eyelevel.word import promises
from tests.knowledge.writing import article
from tests.making import guest_token

pytestmark = pytest.mark.django_db(databases="__all__")

ACTORS = ["stranger", "receipt", "other", "agent", "supervisor", "operator", "guest"]
GUEST = ACTORS.index("guest")

# GET: name -> status for (stranger, receipt holder, another customer, agent, supervisor, operator).
# Receipt holders and guests carry no session: their code or link is posted, so by GET they are strangers. A row of six
# gives the guest what the stranger gets; a row that lets guests do more names them as the seventh.
PUBLIC = (200, 200, 200, 200, 200, 200)
DESK = (302, 302, 302, 200, 200, 200)
POSTED = (405, 405, 405, 405, 405, 405)
DESK_POSTED = (302, 302, 302, 405, 405, 405)
NO_TOKEN = (401, 401, 401, 401, 401, 401)
# What tokens open stands in tests/api/test_scopes.py; a session opens none of it.
API = (
    "api:list-cases", "api:open-case", "api:read-case", "api:rename-case", "api:hand-case", "api:snooze-case",
    "api:close-case", "api:reopen-case", "api:list-posts", "api:add-note", "api:note-call", "api:list-colleagues",
    "api:list-promises", "api:read-promise", "api:settle-promise", "api:move-promise", "api:hand-promise", "api:tell-late",
    "api:read-draft", "api:write-draft", "api:send-answer", "api:undo-answer", "api:list-persons", "api:read-person",
    "api:hand-in", "api:read-arrival", "api:list-quarantine", "api:read-quarantine", "api:read-quarantine-raw",
    "api:retry-quarantine", "api:file", "api:list-outbox", "api:read-sending", "api:retry-sending", "api:list-facts",
    "api:me", "api:none", "api:search", "api:list-articles", "api:read-article", "api:list-watches", "api:make-watch", "api:read-watch", "api:change-watch", "api:list-words", "api:end-watch", "api:take-word",
    "api:list-decisions", "api:decide",
)  # fmt: skip
BY_GET = {
    **dict.fromkeys(API, NO_TOKEN), "api:docs": PUBLIC, "api:openapi": PUBLIC,
    "tokens": DESK, "token": DESK_POSTED, "hooks": (302, 302, 302, 403, 403, 200), "hook": (302, 302, 302, 403, 403, 200),
    "hook-delivery": DESK_POSTED, "canned": (302, 302, 302, 403, 200, 200),
    "front": PUBLIC, "readers": PUBLIC, "leave-out": PUBLIC, "left-out": DESK, "stuck": (302, 302, 302, 403, 200, 200), "contact": PUBLIC, "receipt": PUBLIC, "receipt-reply": POSTED,
    "receipt-helped": POSTED, "receipt-file": POSTED, "receipt-transcript": POSTED,
    "case-transcript": POSTED, "keys": PUBLIC, "keys-listed": PUBLIC, "case-outside": (404, 404, 404, 200, 200, 200), "enter": PUBLIC,
    "setup": (404, 404, 404, 404, 404, 404), "healthz": PUBLIC, "readyz": PUBLIC,
    "metrics": (404, 404, 404, 404, 404, 200), "desk": DESK, "search": DESK, "case": DESK, "new-case": DESK, "quarantine": DESK,
    "outbox": DESK, "house": DESK, "attachment": DESK, "quarantine-raw": DESK, "presence": DESK_POSTED,
    "draft": DESK_POSTED, "answer": DESK_POSTED, "undo": DESK_POSTED, "notes": DESK_POSTED, "calls": DESK_POSTED,
    "entries": DESK_POSTED, "hand": DESK_POSTED, "snooze": DESK_POSTED, "closure": DESK_POSTED, "title": DESK_POSTED,
    "guest": PUBLIC, "guest-answer": POSTED, "guest-file": POSTED, "arrange": DESK, "ask": DESK, "part": DESK,
    "merge": DESK_POSTED, "split": DESK_POSTED, "link": DESK_POSTED, "unsplit": DESK_POSTED, "unlink": DESK_POSTED,
    "withdraw": DESK_POSTED, "bulk": DESK_POSTED, "bulk-undo": DESK_POSTED,
    "promise": DESK_POSTED, "promises-of": DESK,
    "decide": DESK, "decisions": DESK, "decision": DESK_POSTED, "wish": DESK_POSTED, "widen-note": DESK_POSTED, "mandates": DESK,
    "mandate": (302, 302, 302, 404, 200, 200),
    "quarantine-entry": DESK_POSTED, "sending": DESK_POSTED, "preferences": DESK_POSTED, "colleague": DESK_POSTED,
    "absences": DESK_POSTED, "absence": DESK_POSTED,
    "hours": DESK_POSTED, "door-test": DESK_POSTED,
    "radar": DESK, "take-words": DESK_POSTED, "evidence": (302, 302, 302, 400, 400, 400), "new-watch": DESK, "watch": DESK,
    "sources": DESK, "source": DESK_POSTED, "hook-in": (405, 405, 405, 405, 405, 405),
    "help": PUBLIC, "help-article": (404, 404, 404, 404, 404, 404), "knowledge": DESK, "new-article": DESK, "article": DESK,
    "edit-article": DESK, "article-history": DESK, "insert-sentence": DESK_POSTED,
    "account_login": (200, 200, 200, 302, 302, 302), "account_logout": (302, 302, 302, 200, 200, 200),
    "account_inactive": PUBLIC, "account_signup": (200, 200, 200, 302, 302, 302),
    "account_reauthenticate": (302, 302, 302, 200, 200, 200), "account_change_password": (302, 302, 302, 200, 200, 200),
    "account_set_password": (302, 302, 302, 302, 302, 302), "mfa_index": DESK, "mfa_authenticate": (302, 302, 302, 302, 302, 302),
    "mfa_reauthenticate": (302, 302, 302, 302, 302, 302), "mfa_activate_totp": (302, 302, 302, 302, 302, 302),
    "mfa_deactivate_totp": (302, 302, 302, 404, 404, 404), "mfa_view_recovery_codes": (302, 302, 302, 404, 404, 404),
    "sessions": DESK, "mfa_list_webauthn": DESK, "mfa_add_webauthn": (302, 302, 302, 302, 302, 302),
    "mfa_login_webauthn": (302, 302, 302, 302, 302, 302), "mfa_reauthenticate_webauthn": (302, 302, 302, 302, 302, 302),
    "mfa_edit_webauthn": (302, 302, 302, 302, 302, 302), "mfa_remove_webauthn": (302, 302, 302, 302, 302, 302),
    "mfa_generate_recovery_codes": (302, 302, 302, 302, 302, 302),
    "mfa_download_recovery_codes": (302, 302, 302, 404, 404, 404),
}  # fmt: skip

# POST without any field: what a stranger and each role get. 302 = done (or asked to log in), 4xx = refused.
REFUSED = (404, 404, 404)
BY_POST = {
    "receipt-reply": (404, 404, 404), "receipt-helped": (404, 404, 404), "receipt-file": (404, 404, 404),
    "receipt-transcript": (404, 404, 404), "case-transcript": (*REFUSED, 200, 200, 200),
    "presence": (*REFUSED, 204, 204, 204), "draft": (*REFUSED, 302, 302, 302), "answer": (*REFUSED, 409, 409, 409),
    "undo": (*REFUSED, 404, 404, 404), "notes": (*REFUSED, 302, 302, 302), "calls": (*REFUSED, 302, 302, 302),
    "entries": (*REFUSED, 400, 400, 400), "hand": (*REFUSED, 302, 302, 302), "snooze": (*REFUSED, 400, 400, 400),
    "closure": (*REFUSED, 302, 302, 302), "title": (*REFUSED, 302, 302, 302), "new-case": (*REFUSED, 400, 400, 400),
    "quarantine-entry": (*REFUSED, 302, 302, 302), "sending": (*REFUSED, 404, 404, 404),
    "preferences": (*REFUSED, 302, 302, 302), "house": (*REFUSED, 403, 403, 400), "colleague": (*REFUSED, 403, 403, 404),
    "sessions": (*REFUSED, 302, 302, 302),
    "tokens": (*REFUSED, 400, 400, 400), "token": (*REFUSED, 404, 404, 302), "hooks": (*REFUSED, 403, 403, 400),
    "hook": (*REFUSED, 403, 403, 302), "hook-delivery": (*REFUSED, 403, 403, 404),
    "hours": (*REFUSED, 403, 302, 302), "door-test": (*REFUSED, 403, 404, 404),
    "guest": (404, 404, 404, 404, 404, 404, 200), "guest-answer": (404, 404, 404, 404, 404, 404, 200),
    "guest-file": (404, 404, 404, 404, 404, 404, 200), "merge": (*REFUSED, 400, 400, 400),
    "split": (*REFUSED, 400, 400, 400), "link": (*REFUSED, 400, 400, 400), "ask": (*REFUSED, 400, 400, 400),
    "part": (*REFUSED, 302, 302, 302), "unsplit": (*REFUSED, 404, 404, 404), "unlink": (*REFUSED, 404, 404, 404),
    "withdraw": (*REFUSED, 302, 302, 302), "bulk": (*REFUSED, 400, 400, 400), "bulk-undo": (*REFUSED, 404, 404, 404),
    "decide": (*REFUSED, 409, 409, 409), "decision": (*REFUSED, 409, 409, 409), "wish": (*REFUSED, 403, 409, 409),
    "widen-note": (*REFUSED, 403, 302, 302), "mandate": (*REFUSED, 404, 302, 302),
    "absences": (*REFUSED, 400, 400, 400), "absence": (*REFUSED, 403, 302, 302),
    "promise": (*REFUSED, 409, 409, 409), "promises-of": (*REFUSED, 302, 302, 302),
    "new-article": (*REFUSED, 409, 409, 409), "article": (*REFUSED, 400, 400, 400), "edit-article": (*REFUSED, 403, 409, 409),
    "insert-sentence": (*REFUSED, 409, 409, 409),
    "take-words": (*REFUSED, 400, 400, 400), "evidence": (*REFUSED, 400, 400, 400),
    "new-watch": (*REFUSED, 400, 400, 400), "watch": (*REFUSED, 400, 400, 400),
    "left-out": (*REFUSED, 403, 400, 400), "stuck": (*REFUSED, 403, 302, 302),
    "sources": (*REFUSED, 403, 400, 400), "source": (*REFUSED, 403, 404, 404), "hook-in": (404, 404, 404, 404, 404, 404),
}  # fmt: skip


OPEN_BY_GET_TOO = {
    "new-case", "house", "ask", "part", "guest", "sessions", "tokens", "hooks", "hook", "evidence", "new-watch", "watch",
    "sources", "promises-of", "left-out", "stuck", "decide", "mandate", "new-article", "article", "edit-article",
}  # fmt: skip


def routes(patterns=None, prefix=""):
    """All routes by name."""
    found = {}
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found |= routes(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"a route without a name: {entry.pattern}"
            found[prefix + entry.name] = entry
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
    question = asking.ask(
        case, by=Staff.objects.first(), name="Kim", address="kim@partner.example", language="en", question="Which scan?",
        post_ids=[post.pk], valid=timedelta(days=7), now=now, real_now=clock.real_now(),
    )  # fmt: skip
    more = cases.open_case(person=jana, subject="Mehr", channel="mail", at=now, now=now)
    owner = Staff.objects.create(name="Y", role="operator")
    tokens.make(owner=owner, name="script", scopes=["cases:read"], days=30, now=now, real_now=now)
    hook = hooks.subscribe(
        url="https://example.com/",
        kinds=["case.opened"],
        with_content=False,
        settled=0,
        by="staff:1",
        now=now,
    )
    said = posts.call(case_id=case.pk, person=jana, staff=owner, heard="", said="Am Freitag.", now=now)[0]
    decided = deciding.decide(case, Wanted(kind="other", words="x"), by=owner, now=now, real_now=now)
    small = Lack(limit="case", allowed=0, used=0, asked=1)
    wished = wishing.wish(
        case, Wanted(kind="goodwill", words="x", cents=1), by=owner, to=None, hand=False, lack=small, now=now
    )
    watch = listening.make_watch(name="Bahn", query="bahn", opens_cases=False, by="system", now=now)
    return {
        "decision": decided, "wish": wished, "mandate": owner,
        "widen-note": WidenNote.objects.create(kind="goodwill", at=now, handed=5, of=5),
        "article": article(owner), "program": Token.objects.get(), "hook": hook, "watch": watch,
        "question": question, "token": guest_token(question),
        "page": asking.new_page(question, real_now=clock.real_now()),
        "promise": promises.make(said, [promises.Chosen(text="Am Freitag.", due_to=now + timedelta(days=1))], owner=owner, now=now)[0],
        "absence": absences.note(owner, first_day=now.date(), last_day=now.date() + timedelta(days=2), deputy=None, by=owner, now=now),
        "merge": merging.merge(kept_id=case.pk, merged_id=more.pk, by=question.by, now=now),
        "case": case, "other": other, "file": Attachment.objects.get(), "entry": entry,
        "code": cases.new_code(case, now=now), "other_code": cases.new_code(other, now=now),
    }  # fmt: skip


def parts_of(name, things):
    wanted = {
        "number": things["entry"].pk if name.startswith("quarantine") else things["case"].pk,
        "post": 999_999, "pk": 999_999, "public_id": things["file"].public_id, "name": "none",
    }  # fmt: skip
    if name == "promise":
        wanted["number"] = things["promise"].pk
    if name == "absence":
        wanted["number"] = things["absence"].pk
    if name == "promises-of":
        wanted["post"] = things["promise"].post_id
    if name in {"article", "edit-article", "article-history"}:
        wanted["number"] = things["article"].pk
    if name == "part":
        wanted["number"] = things["merge"].pk
    if name == "withdraw":
        wanted["number"] = things["question"].pk
    if name in {"decision", "wish", "mandate", "widen-note"}:
        wanted["number"] = things[name].pk
    if name == "watch":
        wanted["number"] = things["watch"].pk
    wanted |= dict.fromkeys(
        ("person", "arrival", "file", "sending", "rest", "delivery", "watch", "word", "article", "promise"),
        "none",
    )
    if name in {"token", "hook", "hook-delivery"}:
        wanted["public_id"] = things["hook" if name.startswith("hook") else "program"].public_id
    if name in {"sending", "colleague", "unsplit", "unlink", "bulk-undo", "source"}:
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


def _of(row, place):
    """What stands in the row for this actor; a guest who is not named gets what the stranger gets."""
    return row[0] if place == GUEST and place >= len(row) else row[place]


@pytest.mark.parametrize("place", range(len(ACTORS)), ids=ACTORS)
@pytest.mark.parametrize("name", sorted(BY_GET))
def test_by_get(name, place, things):
    client = client_of(ACTORS[place])
    answer = client.get(reverse(name, kwargs=parts_of(name, things)))
    assert answer.status_code == _of(BY_GET[name], place)
    if (
        answer.status_code == 302
        and (place < 3 or place == GUEST)
        and name not in {"account_logout", "mfa_login_webauthn"}
        and not name.startswith("mfa_auth")
    ):
        assert answer.url.startswith("/account/login/?next=")


@pytest.mark.parametrize("name", sorted(BY_GET))
def test_what_a_page_watches_may_be_watched_by_its_reader(name, things):
    operator = Actor(kind="operator", staff_id=1)
    page = client_of("operator").get(reverse(name, kwargs=parts_of(name, things)))
    if page.get("Content-Type", "").startswith("text/html") and not page.streaming:
        watched = re.search(r'data-live="([^"]*)"', page.content.decode())
        names = watched[1].split(",") if watched and watched[1] else []
        assert [one for one in names if not streams.allowed(operator, one)] == []


@pytest.mark.parametrize("place", range(len(ACTORS)), ids=ACTORS)
@pytest.mark.parametrize("name", sorted(BY_POST))
def test_by_post(name, place, things):
    expected = BY_POST[name]
    kind = ACTORS[place]
    if place >= len(expected) and (place != GUEST or len(expected) < 6):
        pytest.skip("by code, not by role")
    fields = {"do": {"promise": "kept", "decision": "done"}[name]} if name in {"promise", "decision"} else {}
    fields |= {"code": things["other_code"]} if kind == "other" and name.startswith("receipt") else {}
    if kind == "guest":
        fields = {
            "token": things["token"],
            "page": things["page"],
            "text": "The second one.",
            "file": things["file"].public_id,
        }
    answer = client_of(kind).post(reverse(name, kwargs=parts_of(name, things)), fields)
    wanted = _of(expected, place)
    if name in {"receipt-reply", "receipt-helped", "receipt-transcript"} and kind == "other":
        wanted = 400 if name == "receipt-reply" else 200
    assert answer.status_code == wanted


@pytest.mark.parametrize("name", API)
def test_no_session_opens_the_api_by_any_method(name, things):
    address = reverse(name, kwargs=parts_of(name, things))
    for kind in ("stranger", "operator"):
        client = client_of(kind)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.generic(method, address, b"{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize("name", sorted({*BY_POST, "contact", "receipt", "enter", "setup"} - {"hook-in"}))
def test_nothing_changes_by_a_post_from_another_website(name, things):
    """A22: cross-site POST. A webhook knows no cookie: there the signature decides (tests/public/test_hook.py)."""
    client = client_of("operator")
    client.defaults["HTTP_ORIGIN"] = "https://evil.example"
    answer = client.post(reverse(name, kwargs=parts_of(name, things)), {"closed": "1"})
    assert answer.status_code == 403
    assert Case.objects.get(pk=things["case"].pk).closure_id is None


@pytest.mark.parametrize("name", sorted(set(BY_POST) - OPEN_BY_GET_TOO))
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
