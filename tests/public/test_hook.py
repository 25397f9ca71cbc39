"""The webhook: kept before it is acknowledged, once per id, and nobody unsigned learns anything."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from eyelevel.channels import source_actions as sources
from eyelevel.channels.models import Arrival, Delivery, Source
from eyelevel.kernel import clock, hooks, steps
from eyelevel.posts.models import Post

pytestmark = pytest.mark.django_db

MESSAGE = {
    "kind": "message", "text": "Die Bahn kam nicht.", "subject": "Zug 7", "author": {"address": "Jana@Post.example", "name": "Jana"},
    "unknown": {"deep": [1, 2]},
}  # fmt: skip
WORDS = {"kind": "heard", "words": [{"id": "1", "text": "Der Zug steht."}, {"id": "2", "event": "delete"}]}


@pytest.fixture
def source():
    one = sources.connect(kind="webhook", name="Shop", by="test", now=clock.now())
    return one, sources.new_hook_secret(one, by="test", now=clock.now())


def call(source, body, *, name="msg_1", late=timedelta(0), secret=None, path=None, client=None, **extra):
    one, own = source
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = int((clock.real_now() + late).timestamp())
    headers = {
        "webhook-id": name, "webhook-timestamp": str(stamp),
        "webhook-signature": hooks.sign(secrets=[secret or own], message_id=name, timestamp=stamp, body=raw), **extra,
    }  # fmt: skip
    return (client or Client()).post(
        path or f"/hooks/{one.public_id}/", raw, content_type="application/json", headers=headers
    )


def test_a_message_becomes_a_case_that_can_be_answered_by_mail(source):
    answer = call(source, MESSAGE)
    assert (answer.status_code, answer.json()) == (202, {"kept": "msg_1"})
    steps.run_due()
    post = Post.objects.get()
    assert (post.text, post.subject, post.channel) == ("Die Bahn kam nicht.", "Zug 7", "webhook")
    assert (post.handle.channel, post.handle.address) == ("mail", "jana@post.example")
    assert post.case_id is not None
    assert not post.verified


def test_an_author_without_a_mail_address_is_somebody_of_that_system_only(source):
    call(source, {**MESSAGE, "author": {"address": "4711", "name": "Jana"}})
    steps.run_due()
    handle = Post.objects.get().handle
    assert (handle.channel, handle.address) == ("webhook", f"{source[0].public_id}:4711")


def test_the_same_call_a_thousand_times_has_one_effect(source):
    """A34."""
    answers = {(one.status_code, one.content) for one in (call(source, MESSAGE) for _ in range(1_000))}
    assert len(answers) == 1
    steps.run_due()
    assert Arrival.objects.count() == Post.objects.count() == 1


def test_a_list_of_words_waits_for_the_ear_once(source):
    for _ in range(3):
        assert call(source, WORDS).status_code == 202
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": hooks.new_secret()}, {"late": timedelta(seconds=-301)}, {"late": timedelta(seconds=310)},
        {"webhook-signature": ""}, {"webhook-signature": "sha1=abc"}, {"webhook-id": "another"},
    ],
)  # fmt: skip
def test_an_unsigned_call_is_refused_without_an_echo_and_leaves_nothing(source, wrong):
    """A33, A34."""
    answer = call(source, b'{"kind": "message", "text": "<script>canary</script>"}', **wrong)
    assert answer.status_code == 401
    assert b"canary" not in answer.content
    assert Arrival.objects.count() == Delivery.objects.count() == 0


def test_the_signature_is_judged_before_the_form(source):
    assert call(source, b"not json", secret=hooks.new_secret()).status_code == 401
    assert call(source, b"not json").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"[" * 200_000, b'{"kind": "heard", "x": ' + b"[" * 200_000, b'{"kind": "sing"}', b'{"kind": "message"}',
        b'{"kind": "message", "text": " "}', b'{"kind": "heard"}', b'{"kind": "heard", "words": [{"text": "no id"}]}', b"\xff\xfe",
        b'{"kind": "message", "text": "a", "id": "\\u0000"}', b'{"kind": "message", "text": "a", "thread": "a\\nb"}',
        *(json.dumps({"kind": "message", "text": "a", "author": {"address": address}}).encode() for address in (
            "a@b.example\nBcc: c@d.example", "a@b.example,c@d.example", "a@b.example\0", "@", "a@", "<a@b.example>", "a b@c.example",
        )),
        b'{"kind": "heard", "words": [{"id": "1", "event": "shout"}]}', b'{"kind": "message", "text": "a", "at": "soon"}',
        json.dumps({"kind": "heard", "words": [{"id": "x"}] * 5_001}).encode(),
    ],
)  # fmt: skip
def test_a_signed_call_that_cannot_be_read_is_refused_counted_and_shown(source, body):
    answer = call(source, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    row = Source.objects.get()
    assert row.malformed == 1
    assert row.bad_why


def test_a_call_that_is_too_large_is_refused(source):
    assert call(source, b" " * 1_000_001).status_code == 413


def test_a_former_secret_is_good_until_the_next_change(source):
    one, first = source
    one.refresh_from_db()
    sources.new_hook_secret(one, by="test", now=clock.now())
    assert call(source, MESSAGE, secret=first).status_code == 202
    one.refresh_from_db()
    sources.new_hook_secret(one, by="test", now=clock.now())
    assert call(source, MESSAGE, secret=first, name="msg_2").status_code == 401


def test_the_secret_does_not_stand_in_the_database(source):
    row = Source.objects.get()
    assert source[1] not in json.dumps([row.secret, row.options])
    assert list(sources.secrets_of(row)) == [source[1]]


def test_no_webhook_and_a_paused_one_are_not_there(source):
    assert call(source, MESSAGE, path="/hooks/none/").status_code == 404
    sources.pause(source[0], paused=True, by="test", now=clock.now())
    assert call(source, MESSAGE).status_code == 404
    assert Client().get(f"/hooks/{source[0].public_id}/").status_code == 405


def test_what_cannot_be_kept_comes_again_later(source, monkeypatch):
    monkeypatch.setattr(sources, "MOST_WAITING_DELIVERIES", 1)
    assert call(source, WORDS).status_code == 202
    answer = call(source, WORDS, name="msg_2")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert call(source, WORDS).status_code == 202, "a repeat of what is kept is answered as before"


def test_a_program_needs_no_origin_and_a_cookie_changes_nothing(source):
    """Another website can make a browser post here, but it has no secret."""
    assert call(source, MESSAGE, client=Client(headers={"Origin": "https://evil.example"})).status_code == 202


@pytest.mark.parametrize(
    "odd", [{"language": "\0\0"}, {"subject": "a\0\u202eb"}, {"text": "Wort\0\x07"}, {"author": {"address": "4\0 7\n1", "name": "J\0"}}]
)  # fmt: skip
def test_what_was_acknowledged_is_a_word_in_a_case_on_every_database(source, odd):
    """A sign that one database refuses must not leave an acknowledged message unread."""
    assert call(source, {**MESSAGE, **odd}).status_code == 202
    steps.run_due()
    assert Post.objects.get().case_id is not None
