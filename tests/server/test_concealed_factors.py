"""Second factors at rest: a copy of the tables opens no desk, old rows are concealed, and a move keeps them working."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache

from eyelevel.moving.plan import plan
from eyelevel.people import factors
from eyelevel.people.models import Login
from eyelevel.server.schema import bring_up_to_date

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def login():
    cache.clear()  # a code counts once
    return Login.objects.create_user("ruth@nordlicht.example", "a long enough password")


def code_now(secret=SECRET):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def stored():
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def app_of(login):
    return TOTP(Authenticator.objects.get(user=login, type="totp"))


def test_the_secret_of_an_app_is_not_in_the_table_and_its_code_fits(login):
    TOTP.activate(login, SECRET)
    assert SECRET not in stored()
    assert app_of(login).validate_code(code_now())
    assert not app_of(login).validate_code("000000")


def test_neither_recovery_codes_nor_their_seed_stand_in_the_table(login):
    made = RecoveryCodes.activate(login)
    codes = made.generate_codes()
    assert factors.revealed(made.instance.data["seed"]) not in stored()
    assert made.validate_code(codes[3])
    again = RecoveryCodes(Authenticator.objects.get(user=login, type="recovery_codes"))
    assert not again.validate_code(codes[3])
    assert len(again.get_unused_codes()) == len(codes) - 1


def test_what_a_former_version_left_in_clear_still_opens_and_is_concealed_once(login):
    Authenticator.objects.create(user=login, type="totp", data={"secret": SECRET})
    Authenticator.objects.create(
        user=login,
        type="recovery_codes",
        data={"seed": "ab" * 40, "used_mask": 5, "migrated_codes": ["12345678"]},
    )
    Authenticator.objects.create(user=login, type="webauthn", data={"name": "Laptop", "credential": {}})
    assert app_of(login).validate_code(code_now())
    assert factors.conceal_all() == 2
    after = stored()
    assert SECRET not in after
    assert "ab" * 40 not in after
    assert "12345678" not in after
    assert factors.conceal_all() == 0
    assert stored() == after
    assert Authenticator.objects.get(type="recovery_codes").data["used_mask"] == 5
    assert factors.revealed(app_of(login).instance.data["secret"]) == SECRET
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).validate_code("12345678")


@pytest.mark.django_db(databases="__all__")
def test_the_start_of_the_house_conceals_what_stands_in_clear(login):
    Authenticator.objects.create(user=login, type="totp", data={"secret": SECRET})
    bring_up_to_date()
    assert SECRET not in stored()


def test_under_other_keys_no_code_fits_and_nothing_breaks(login, monkeypatch):
    TOTP.activate(login, SECRET)
    RecoveryCodes.activate(login)
    monkeypatch.setattr(settings, "KEYS", replace(settings.KEYS, secret=b"another secret of thirty-two byte"))
    assert not app_of(login).validate_code(code_now())
    assert factors.of(login).app
    assert not RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).validate_code("12345678")


def lines(extras):
    (table,) = [one for one in plan(frozenset(extras)) if one.label == "mfa.authenticator"]
    return [line for _key, line in table.lines(frozenset(extras))]


def test_a_file_with_logins_but_without_keys_carries_what_another_house_can_use(login):
    TOTP.activate(login, SECRET)
    (line,) = lines({"logins"})
    assert SECRET.encode() in line


def test_a_file_with_the_keys_carries_it_concealed(login):
    TOTP.activate(login, SECRET)
    (line,) = lines({"logins", "keys"})
    assert SECRET.encode() not in line
