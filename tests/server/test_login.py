"""A24, A26: guessing is slowed per peer, per account and in the whole house; nobody is kept out for ever; no header lies."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.hashers import get_hashers
from django.core.cache import cache
from django.test import Client

from eyelevel.people.models import Login, Staff
from eyelevel.server import env

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
RUTH = "ruth@nordlicht.example"
SLOWED = "Too many attempts"
WRONG = "do not belong together"


@pytest.fixture(autouse=True)
def ruth():
    cache.clear()
    login = Login.objects.create_user(RUTH, PASSWORD)
    yield Staff.objects.create(name="Ruth", role="operator", login=login, language="en")
    cache.clear()


def visitor(peer="203.0.113.5", **headers):
    return Client(
        REMOTE_ADDR=peer,
        headers={
            "Origin": "http://testserver",
            "Accept-Language": "en",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        },
    )


def attempt(client, password="guess", login=RUTH):
    answer = client.post("/account/login/", {"login": login, "password": password})
    if answer.status_code == 302:
        return "in"
    page = answer.content.decode()
    return "slowed" if answer.status_code == 429 or SLOWED in page else "wrong" if WRONG in page else page


def peers(count):
    return [visitor(f"198.51.{number // 250}.{number % 250}") for number in range(count)]


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed: that is what a guess costs, and what it could learn."""
    counted = []
    kind = type(get_hashers()[0])
    original = kind.encode
    monkeypatch.setattr(
        kind, "encode", lambda *given, **more: (counted.append(1), original(*given, **more))[1]
    )
    return counted


def test_ten_thousand_guesses_from_a_thousand_addresses_on_one_account_are_five(hashed):
    guessing = peers(1_000)
    told = [attempt(guessing[number % 1_000]) for number in range(2_000)]
    assert told[:5] == ["wrong"] * 5
    assert set(told[5:]) == {"slowed"}
    assert len(hashed) == 5


def test_one_address_is_slowed_whatever_names_it_tries(hashed):
    one = visitor()
    told = [attempt(one, login=f"p{number}@nordlicht.example") for number in range(60)]
    assert told.count("wrong") == 10
    assert set(told[10:]) == {"slowed"}
    assert len(hashed) == 10


def test_a_forwarded_address_that_is_made_up_does_not_help():
    told = [attempt(visitor(X_Forwarded_For=f"198.51.100.{n}", X_Real_IP=f"198.51.100.{n}", Forwarded=f"for=198.51.100.{n}"),
                    login=f"p{n}@x.example") for n in range(30)]  # fmt: skip
    assert told.count("wrong") == 10


def test_many_addresses_with_many_names_cost_the_house_a_bounded_amount(hashed):
    """Each check costs the writer; a thousand peers with a thousand names get so many a minute and no more."""
    told = [attempt(one, login=f"p{n}@x.example") for n, one in enumerate(peers(300))]
    assert told.count("wrong") == 120
    assert len(hashed) == 120


def test_other_names_do_not_push_the_count_of_one_account_out():
    """The counters are kept in memory; its default of 300 places would forget an account after 300 other names."""
    guessing = peers(2_000)
    assert [attempt(guessing[n]) for n in range(6)][-1] == "slowed"
    for number in range(6, 2_000):
        attempt(guessing[number], login=f"p{number}@x.example")
    assert attempt(visitor("192.0.2.77")) == "slowed"


def test_a_stranger_who_guesses_does_not_keep_the_owner_out():
    hers = visitor("192.0.2.1")
    assert attempt(hers, PASSWORD) == "in"
    hers.post("/account/logout/")
    guessing = peers(300)
    for number in range(300):
        attempt(guessing[number])
    assert attempt(visitor("192.0.2.2"), PASSWORD) == "slowed", "an unknown browser waits"
    assert attempt(hers, PASSWORD) == "in", "the browser that she always uses does not"


def test_the_mark_of_a_known_browser_is_for_one_login_and_one_password(ruth):
    hers = visitor("192.0.2.1")
    attempt(hers, PASSWORD)
    hers.post("/account/logout/")
    mark = hers.cookies["known"]
    assert mark["httponly"]
    assert RUTH not in mark.value
    ruth.login.set_password("another long password")
    ruth.login.save()
    for one in peers(8):
        attempt(one)
    assert attempt(hers, "another long password") == "slowed"
    for forged in ("x", mark.value[:-1] + "A", "", "\x00", "a" * 5_000):
        hers.cookies["known"] = forged
        assert attempt(hers, "another long password") == "slowed"


def test_a_known_browser_that_was_stolen_guesses_no_faster():
    hers = visitor("192.0.2.1")
    attempt(hers, PASSWORD)
    hers.post("/account/logout/")
    told = []
    for number in range(30):
        thief = visitor(f"198.51.100.{number}")
        thief.cookies["known"] = hers.cookies["known"].value
        told.append(attempt(thief))
    assert told.count("wrong") <= 5


def invited():
    login = Login.objects.create_user("invited@nordlicht.example")
    Staff.objects.create(name="Invited", login=login)
    return login.email


def left():
    login = Login.objects.create_user("left@nordlicht.example", PASSWORD)
    Login.objects.filter(pk=login.pk).update(is_active=False)
    return login.email


@pytest.mark.parametrize("who", [lambda: RUTH, lambda: "nobody@x.example", invited, left])
def test_who_is_known_here_is_not_told_and_costs_the_same(who, hashed):
    login = who()
    hashed.clear()
    one = visitor()
    answer = one.post("/account/login/", {"login": login, "password": "wrong"})
    assert answer.status_code == 200
    assert WRONG in answer.content.decode()
    assert login not in answer.content.decode().replace(f'value="{login}"', "")
    assert len(hashed) == 1


def test_a_challenge_for_a_passkey_cannot_be_asked_for_without_end():
    one = visitor()
    told = [
        one.get("/account/2fa/passkeys/login/", headers={"Accept": "application/json"}).status_code
        for _ in range(40)
    ]
    assert told.count(200) == 30
    assert set(told[30:]) == {429}


def test_a_login_session_lives_two_weeks_and_a_challenge_five_minutes():
    one = visitor()
    one.get("/account/2fa/passkeys/login/", headers={"Accept": "application/json"})
    assert one.session.get_expiry_age() <= 300
    attempt(one, PASSWORD)
    assert one.session.get_expiry_age() > 13 * 24 * 3600


BROKEN = [
    b"", b"null", b"[]", b"{}", b'"x"', b"1" * 5_000, b'{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
    b'{"id":"AA","rawId":"AA","type":"public-key","response":null}', b"[" * 10_000,
    b'{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","authenticatorData":"AA","signature":"AA","userHandle":"\\u0000"}}',
    b'{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
    b'{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"MQ"}}',
    b'{"id":1,"rawId":[],"type":{},"response":{"clientDataJSON":5}}', b'{"response":"x"}', b'{"response":{"userHandle":5}}',
]  # fmt: skip


@pytest.mark.parametrize("sent", BROKEN)
def test_a28_a_broken_passkey_answer_is_refused_and_not_a_crash(sent, ruth):
    one = visitor()
    one.get("/account/2fa/passkeys/login/", headers={"Accept": "application/json"})
    answer = one.post("/account/2fa/passkeys/login/", {"credential": sent.decode()})
    assert answer.status_code in {200, 302}
    assert one.get("/desk/").status_code == 302

    mine = visitor()
    mine.force_login(ruth.login)
    session = mine.session
    session["entered_at"] = time.time()  # as by a one-time link: nobody asks again who sits there
    session.save()
    assert mine.get("/account/2fa/passkeys/add/").status_code == 200
    answer = mine.post("/account/2fa/passkeys/add/", {"credential": sent.decode()})
    assert answer.status_code == 200
    assert mine.get("/account/2fa/").content.decode().count("Remove") == 0


def hosts(**given):
    return env.hosts(env.Env(home="/nowhere", **given))


def test_a26_pages_are_served_only_under_names_of_ours():
    assert hosts() == ["localhost", "127.0.0.1", "[::1]", "127.0.0.1"]
    assert hosts(public_url="https://desk.example:8443", host="0.0.0.0")[3:] == ["desk.example"]
    assert hosts(host="fd00::5", hosts=["desk.lan"])[3:] == ["[fd00::5]", "desk.lan"]


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "testserver.evil.example",
        "testserver:80@evil.example",
        "",
        "a b",
        "testserver,evil.example",
    ],
)
def test_a26_another_name_gets_a_refusal_that_does_not_repeat_it(name):
    answer = Client(headers={"Host": name}).get("/contact/")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode() + str(answer.headers)


def test_a26_a_monitor_may_ask_by_any_name():
    assert Client(headers={"Host": "10.1.2.3"}).get("/healthz").status_code == 200


LIES = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example", "X-Host": "evil.example", "X-Original-URL": "/desk/",
        "X-Rewrite-URL": "/desk/", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/", "/contact/", "/receipt/", "/readers/", "/account/login/", "/desk/", "/nothing/", "/enter/?token=x"],
)
def test_a26_no_forwarded_name_is_reflected(path):
    answer = Client(headers=LIES).get(path)
    assert "evil" not in answer.content.decode() + str(answer.headers)
    assert "https" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "odd",
    [
        "session=",
        "session=\x01",
        "session=" + "x" * 4_000,
        "session=; session=a; session=b",
        "=;;;=",
        "a b c=d",
        "\xe4=\xf6",
        "csrftoken=<script>",
        "known=[[[[",
        "sessionid=1; $Version=1",
    ],
)
@pytest.mark.parametrize("path", ["/", "/contact/", "/account/login/", "/desk/", "/account/2fa/"])
def test_a26_odd_cookies_are_neither_believed_nor_repeated(odd, path):
    answer = Client(HTTP_COOKIE=odd).get(path)
    assert answer.status_code in {200, 302}
    assert "<script>" not in answer.content.decode() + str(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store" or "no-store" in answer.headers["Cache-Control"]


def test_a26_every_page_is_private_and_every_shared_file_is_the_same_for_all(ruth):
    mine = visitor()
    mine.force_login(ruth.login)
    for path in (
        "/",
        "/contact/",
        "/account/login/",
        "/desk/",
        "/account/2fa/",
        "/account/2fa/recovery-codes/",
        "/nothing/",
    ):
        for one in (mine, visitor()):
            assert "no-store" in one.get(path).headers["Cache-Control"], path


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\\\evil.example",
        "http://localhost:9999/",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "https:evil.example",
    ],
)
def test_the_login_leads_nowhere_else(there):
    answer = visitor().post("/account/login/", {"login": RUTH, "password": PASSWORD, "next": there})
    assert answer.status_code == 302
    assert answer.url == "/desk/"


def test_the_login_leads_back_to_the_page_that_was_asked_for():
    answer = visitor().post("/account/login/", {"login": RUTH, "password": PASSWORD, "next": "/desk/outbox/"})
    assert answer.url == "/desk/outbox/"
