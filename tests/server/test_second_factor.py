"""The second factor: the desk opens with an app or a passkey, never without; the last one stays; codes work once."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from eyelevel.people import factors
from eyelevel.people.models import Login, SeatSession, Staff
from eyelevel.server import streams
from tests.making import case_of, mail_in

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def login():
    cache.clear()
    made = Login.objects.create_user("ruth@nordlicht.example", PASSWORD)
    Staff.objects.create(name="Ruth", role="operator", login=made, language="en")
    return made


@pytest.fixture
def client(login):
    """Somebody who has just proved who they are."""
    made = Client(headers={"Origin": "http://testserver", "Accept-Language": "en"})
    made.force_login(login)
    session = made.session
    session["entered_at"] = time.time()
    session.save()
    return made


def has(login, *kinds):
    for kind in kinds:
        if kind == "recovery_codes":
            RecoveryCodes.activate(login)
        else:
            Authenticator.objects.create(
                user=login, type=kind, data={"secret": "A" * 32, "name": "Laptop", "credential": {}}
            )


@pytest.mark.parametrize(
    ("kinds", "opens"),
    [
        ((), False),
        (("recovery_codes",), False),
        (("totp",), True),
        (("webauthn",), True),
        (("totp", "webauthn"), True),
    ],
)
def test_the_desk_opens_with_an_app_or_a_passkey_and_never_without(client, login, kinds, opens):
    has(login, *kinds)
    answer = client.get("/desk/")
    assert answer.status_code == (200 if opens else 302)
    if not opens:
        assert answer.url == "/account/2fa/"


@pytest.mark.parametrize("strong", [False, True])
@pytest.mark.django_db(databases="__all__")
def test_no_other_door_opens_to_a_seat_without_a_second_factor_either(client, login, strong):
    """What only colleagues read stands also outside of the desk: the preview of a receipt page, figures, streams."""
    has(login, *(["totp"] if strong else ["recovery_codes"]))
    case = case_of(mail_in("Geheim", subject="Konto"))
    answer = client.get(f"/receipt/of/{case.pk}/")
    assert (answer.status_code, "Geheim" in answer.content.decode()) == (
        (200, True) if strong else (404, False)
    )
    assert (client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 200) is strong
    stream = streams.admit(client.session.session_key, frozenset({f"case:{case.pk}"}))
    assert (stream is not None) is strong
    assert client.get("/account/2fa/").status_code == 200


def test_the_last_second_factor_stays_until_another_one_is_set(client, login):
    has(login, "totp", "recovery_codes")
    assert "last second factor" in client.get("/account/2fa/totp/deactivate/").content.decode()
    client.post("/account/2fa/totp/deactivate/")
    assert factors.of(login).app
    has(login, "webauthn")
    other = Client(headers={"Origin": "http://testserver"})
    other.force_login(login)
    other.get("/desk/")
    client.get("/desk/")
    client.post("/account/2fa/totp/deactivate/")
    assert not factors.of(login).app
    assert client.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 302, "a removed factor may mean a lost device"
    number = Authenticator.objects.get(type="webauthn").pk
    page = client.post(f"/account/2fa/passkeys/{number}/remove/").content.decode()
    assert "last second factor" in page
    assert factors.of(login).passkeys == 1


def test_nobody_names_or_removes_the_passkey_of_somebody_else(client, login):
    other = Login.objects.create_user("mira@nordlicht.example", PASSWORD)
    has(other, "webauthn", "totp")
    number = Authenticator.objects.get(type="webauthn").pk
    assert client.post(f"/account/2fa/passkeys/{number}/remove/").status_code == 404
    assert client.post(f"/account/2fa/passkeys/{number}/rename/", {"name": "mine"}).status_code == 404
    assert factors.of(other).passkeys == 1


def test_recovery_codes_are_shown_saved_and_replaced(client, login):
    has(login, "totp", "recovery_codes")
    codes = RecoveryCodes.activate(login).get_unused_codes()
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    assert all(code in page for code in codes)
    assert "10 / 10" in page
    file = client.get("/account/2fa/recovery-codes/download/")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.content.decode().split() == codes
    client.post("/account/2fa/recovery-codes/generate/")
    fresh = client.get("/account/2fa/recovery-codes/").content.decode()
    assert not any(code in fresh for code in codes)
    assert factors.of(login).codes_left == 10


def test_a_recovery_code_opens_the_desk_once_and_the_house_counts(login):
    has(login, "totp", "recovery_codes")
    code = RecoveryCodes.activate(login).get_unused_codes()[3]
    for works in (True, False):
        one = Client(headers={"Origin": "http://testserver", "Accept-Language": "en"})
        one.post("/account/login/", {"login": login.email, "password": PASSWORD})
        assert one.get("/desk/").status_code == 302, "the password alone opens nothing"
        answer = one.post("/account/2fa/authenticate/", {"code": code})
        assert (answer.status_code == 302) is works
        if works:
            assert "9 recovery codes left" in one.get("/desk/house/").content.decode()


@pytest.mark.parametrize(
    "path",
    ["/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/download/", "/account/2fa/passkeys/add/"],
)
def test_codes_and_new_passkeys_ask_who_sits_there(login, path):
    has(login, "totp", "recovery_codes")
    client = Client()
    client.force_login(login)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/account/reauthenticate/")


def test_guessing_codes_is_slowed_for_the_account(login):
    has(login, "totp")
    told = []
    for number in range(8):
        one = Client(
            REMOTE_ADDR=f"198.51.100.{number}",
            headers={"Origin": "http://testserver", "Accept-Language": "en"},
        )
        one.post("/account/login/", {"login": login.email, "password": PASSWORD})
        told.append(
            "Too many attempts"
            in one.post("/account/2fa/authenticate/", {"code": f"{number:06}"}).content.decode()
        )
    assert told[:5] == [False] * 5
    assert all(told[5:])


def test_a_new_password_ends_every_other_session(client, login):
    has(login, "totp")
    other = Client()
    other.force_login(login)
    other.get("/desk/")
    client.get("/desk/")
    fresh = "another long password"
    client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert other.get("/desk/").status_code == 302
    assert client.get("/desk/").status_code == 200
    assert SeatSession.objects.filter(login=login).count() == 1
