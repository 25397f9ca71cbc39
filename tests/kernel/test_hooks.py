"""A33, A34: only the true sender is believed, and only about now."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from eyelevel.kernel import hooks

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
STAMP = int(NOW.timestamp())
BODY = b'{"kind": "message", "text": "Hallo"}'
SECRET = hooks.new_secret()


def headers(*, call="msg_1", timestamp=STAMP, body=BODY, secret=SECRET):
    return {
        "Webhook-Id": call, "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": hooks.sign(id=call, timestamp=timestamp, body=body, secret=secret),
    }  # fmt: skip


def verified(sent, *, body=BODY, secrets=(SECRET,), now=NOW):
    return hooks.verify(headers=sent, body=body, secrets=secrets, now=now)


def test_a_signed_call_gives_its_id():
    assert verified(headers()) == "msg_1"


def test_the_example_of_the_specification_is_signed_alike():
    """The key, id, time and body that the reference libraries of Standard Webhooks test with."""
    signed = hooks.sign(
        id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}',
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )  # fmt: skip
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_two_secrets_are_live_at_once():
    former = hooks.new_secret()
    assert verified(headers(secret=former), secrets=(SECRET, former)) == "msg_1"


def test_several_signatures_may_come_along():
    sent = headers()
    sent["Webhook-Signature"] = "v1a,ed25519 v1,bm90IHRoaXM= " + sent["Webhook-Signature"]
    assert verified(sent) == "msg_1"


def sha1_only(sent):
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = hmac.new(key, b"msg_1." + str(STAMP).encode() + b"." + BODY, hashlib.sha1).digest()
    return {**sent, "Webhook-Signature": "v1," + base64.b64encode(mac).decode()}


@pytest.mark.parametrize(
    "change",
    [
        lambda sent: {**sent, "Webhook-Signature": ""}, lambda sent: {**sent, "Webhook-Id": ""},
        lambda sent: {**sent, "Webhook-Id": "msg_2"}, lambda sent: {**sent, "Webhook-Timestamp": str(STAMP + 1)},
        lambda sent: {**sent, "Webhook-Timestamp": ""}, lambda sent: {**sent, "Webhook-Timestamp": "-1"},
        lambda sent: {**sent, "Webhook-Timestamp": "١٧٦٢"}, lambda sent: {**sent, "Webhook-Timestamp": "9" * 400},
        lambda sent: {**sent, "Webhook-Signature": sent["Webhook-Signature"].removeprefix("v1,")},
        lambda sent: {**sent, "Webhook-Signature": sent["Webhook-Signature"].replace("v1,", "v2,")},
        lambda sent: {**sent, "Webhook-Signature": sent["Webhook-Signature"][:-4]},
        lambda sent: {**sent, "Webhook-Signature": "v1,ü"}, lambda sent: {**sent, "Webhook-Id": "x" * 201}, sha1_only,
        lambda _sent: {}, lambda _sent: headers(secret=hooks.new_secret()), lambda _sent: headers(timestamp=STAMP - 301),
        lambda _sent: headers(timestamp=STAMP + 301), lambda _sent: headers(body=BODY.replace(b" ", b"")),
        lambda _sent: headers(body=BODY[:-1] + b" }"),
    ],
)  # fmt: skip
def test_what_is_not_signed_as_it_must_be_is_refused(change):
    with pytest.raises(hooks.NotSigned):
        verified(change(headers()))


def test_a_call_within_five_minutes_is_good():
    assert verified(headers(timestamp=STAMP - 299)) == "msg_1"
    assert verified(headers(timestamp=STAMP + 299)) == "msg_1"


def test_no_secret_signs_nothing():
    with pytest.raises(hooks.NotSigned):
        verified(headers(), secrets=())
