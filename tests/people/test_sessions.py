"""Where colleagues are logged in: listed in plain words, ended one by one or all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from eyelevel.kernel import clock
from eyelevel.kernel.models import Fact
from eyelevel.kernel.sessions import hash_of
from eyelevel.people.devices import device_of
from eyelevel.people.models import Login, SeatSession, Staff
from eyelevel.server.streams import admit

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1"
LIST = frozenset({"list"})


@pytest.fixture(autouse=True)
def _second_factor_is_set(monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)


def seat(name, role="agent"):
    login = Login.objects.create_user(f"{name.lower()}@nordlicht.example", "a long enough password")
    return Staff.objects.create(name=name, role=role, login=login, language="en")


def client_of(staff, agent=FIREFOX):
    client = Client(headers={"Origin": "http://testserver", "User-Agent": agent})
    client.force_login(staff.login)
    client.get("/desk/")
    return client


def at_the_desk(client):
    return client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "Chrome, macOS"),
        ("curl/8.5", ""),
        ("", ""),
        ("x" * 10_000 + "Firefox/", ""),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_a_device_is_told_in_two_plain_words(told, shown):
    assert device_of(told) == shown


@pytest.mark.django_db
def test_the_page_lists_my_devices_and_marks_this_one():
    mira = seat("Mira")
    here, phone = client_of(mira), client_of(mira, PHONE)
    page = here.get("/desk/house/sessions/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert page.count("this one, now") == 1
    assert "127.0.0.1" not in page
    assert at_the_desk(phone)


@pytest.mark.django_db
def test_one_session_is_ended_and_the_others_stay():
    mira = seat("Mira")
    here, phone = client_of(mira), client_of(mira, PHONE)
    number = SeatSession.objects.get(device="Safari, iPhone").pk
    here.post("/desk/house/sessions/", {"one": number})
    assert at_the_desk(here)
    assert not at_the_desk(phone)
    assert "iPhone" not in here.get("/desk/house/sessions/").content.decode()


@pytest.mark.django_db
def test_all_others_are_ended_at_once():
    mira = seat("Mira")
    here, *others = [client_of(mira) for _ in range(4)]
    here.post("/desk/house/sessions/")
    assert at_the_desk(here)
    assert not any(at_the_desk(other) for other in others)
    assert Fact.objects.filter(kind="staff.sessions_ended", data__count=3).exists()


@pytest.mark.django_db
def test_nobody_ends_or_sees_the_sessions_of_somebody_else():
    mira, okafor = client_of(seat("Mira"), PHONE), client_of(seat("Okafor", "operator"))
    theirs = SeatSession.objects.get(device="Safari, iPhone").pk
    okafor.post("/desk/house/sessions/", {"one": theirs})
    assert at_the_desk(mira)
    assert "iPhone" not in okafor.get("/desk/house/sessions/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["x", "-1", "9" * 40, "٣", "\x00"])
def test_a_number_that_is_none_ends_nothing(odd):
    mira = seat("Mira")
    here, phone = client_of(mira), client_of(mira, PHONE)
    assert here.post("/desk/house/sessions/", {"one": odd}).status_code == 302
    assert at_the_desk(phone)


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "ends"), [("agent", False), ("supervisor", False), ("operator", True)])
def test_only_an_operator_ends_the_sessions_of_a_colleague(role, ends):
    mira = seat("Mira")
    hers = client_of(mira)
    answer = client_of(seat("Ruth", role)).post(f"/desk/house/colleagues/{mira.pk}/", {"do": "sessions"})
    assert answer.status_code == (302 if ends else 403)
    assert at_the_desk(hers) is not ends


@pytest.mark.django_db
def test_the_database_holds_no_key_that_opens_a_session():
    client = client_of(seat("Mira"))
    key = client.cookies["session"].value
    names = {row.session_key for row in Session.objects.all()}
    assert names == {hash_of(key)}
    thief = Client()
    thief.cookies["session"] = names.pop()
    assert not at_the_desk(thief)


@pytest.mark.django_db
def test_a_session_that_cannot_be_seen_and_ended_opens_no_stream():
    mira = seat("Mira")
    Authenticator.objects.create(user=mira.login, type="totp", data={"secret": "A" * 32})
    key = client_of(mira).cookies["session"].value
    assert admit(key, LIST) is not None
    SeatSession.objects.all().delete()
    assert admit(key, LIST) is None


@pytest.mark.django_db
def test_what_has_expired_is_cleared_when_somebody_logs_in():
    mira = seat("Mira")
    client_of(mira)
    Session.objects.update(expire_date=clock.real_now() - timedelta(days=1))
    client_of(mira)
    assert Session.objects.count() == 1
    assert SeatSession.objects.count() == 1


@pytest.mark.django_db
def test_an_open_page_does_not_write_each_time_it_is_fetched():
    client = client_of(seat("Mira"))
    before = SeatSession.objects.get().seen_at
    client.get("/desk/")
    assert SeatSession.objects.get().seen_at == before
