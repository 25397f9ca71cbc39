"""Webhook signatures: what is signed, what is refused (A33, A34)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from eyelevel.kernel import hooks

NOW = 1_700_000_000
BODY = b'{"type": "case.opened", "data": {"case": 7}}'
SECRET = hooks.new_secret()


def headers(*, secrets=(SECRET,), message_id="msg_1", timestamp=NOW, body=BODY):
    signed = hooks.sign(secrets=secrets, message_id=message_id, timestamp=timestamp, body=body)
    return {hooks.ID: message_id, hooks.TIMESTAMP: str(timestamp), hooks.SIGNATURE: signed}


def accepted(fields, *, body=BODY, secrets=(SECRET,), now=NOW):
    try:
        return hooks.verify(headers=fields, body=body, secrets=secrets, now=now)
    except hooks.Unsigned:
        return None


def test_the_example_of_the_specification_is_signed_as_it_says():
    signed = hooks.sign(
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1_614_265_330, body=b'{"test": 2432232314}',
    )  # fmt: skip
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_signed_now_is_accepted():
    assert accepted(headers()) == "msg_1"


@pytest.mark.parametrize(("age", "taken"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_a34_five_minutes_to_either_side(age, taken):
    assert bool(accepted(headers(timestamp=NOW - age))) is taken


def test_during_a_rotation_both_secrets_sign_and_either_is_enough():
    new = hooks.new_secret()
    fields = headers(secrets=(new, SECRET))
    assert fields[hooks.SIGNATURE].count("v1,") == 2
    assert accepted(fields, secrets=(SECRET,))
    assert accepted(fields, secrets=(new,))
    assert not accepted(fields, secrets=(hooks.new_secret(),))


def sha1():
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    return (
        "v1,"
        + base64.b64encode(
            hmac.digest(key, b"msg_1." + str(NOW).encode() + b"." + BODY, hashlib.sha1)
        ).decode()
    )


FORGED = {
    "no signature": {hooks.SIGNATURE: ""},
    "sha1 only": {hooks.SIGNATURE: sha1()},
    "another version": {hooks.SIGNATURE: headers()[hooks.SIGNATURE].replace("v1,", "v1a,")},
    "wrong secret": headers(secrets=(hooks.new_secret(),)),
    "signed another id": {hooks.ID: "msg_2"},
    "signed another time": {hooks.TIMESTAMP: str(NOW + 1)},
    "no id": {hooks.ID: ""},
    "no time": {hooks.TIMESTAMP: ""},
    "no number": {hooks.TIMESTAMP: "soon"},
    "arabic digits": {hooks.TIMESTAMP: "١٧"},
    "huge number": {hooks.TIMESTAMP: "9" * 5_000},
    "long id": headers(message_id="m" * 201),
    "not ascii": {hooks.SIGNATURE: "v1,ünsigned"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a33_forged_is_refused(name):
    assert accepted({**headers(), **FORGED[name]}) is None


def test_a33_a_changed_byte_or_json_written_anew_is_refused():
    assert accepted(headers(), body=BODY.replace(b"7", b"8")) is None
    assert accepted(headers(), body=json.dumps(json.loads(BODY), separators=(",", ":")).encode()) is None


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_short", "whsec_!!!!", "whsec_" + "A" * 400])
def test_an_empty_or_weak_secret_signs_nothing(secret):
    with pytest.raises(ValueError):
        hooks.sign(secrets=[secret], message_id="1", timestamp=NOW, body=b"")
