"""A25: whatever spelling an address has, nothing that is not the public internet is ever dialled."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from eyelevel.kernel import http

LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.000.000.001",
    "127.255.255.254", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[2001::7f00:1]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[100::1]",
    "[5f00::1]", "[3fff::1]", "[2001:db8::1]", "[64:ff9b:1::1]", "[::ffff:10.0.0.1]", "[2002:a00:1::]",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255", "169.254.169.254",
    "100.64.0.1", "100.127.255.254", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "3232235777",
    "0xc0a80101", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "10.1", "172.16.1", "192.168.257",
]  # fmt: skip
NO_ADDRESS = [
    "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)", "data:text/plain,x", "",
    "http://", "http:///x", "//example.org", "http://user@example.org/", "http://user:secret@127.0.0.1/",
    "http://example.org@127.0.0.1/", "http://[::1", "http://[fe80::1%25eth0]/", "http://example.org:99999/",
    "http://example.org/a b", "http://example.org/\r\nHost: x", "unix:///run/docker.sock", "http://exa mple.org/",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", [*LOOPBACK, *PRIVATE])
def test_no_spelling_of_an_inner_address_is_dialled(host, scheme, monkeypatch):
    dialled = []
    monkeypatch.setattr(socket, "create_connection", lambda address, *_rest, **_more: dialled.append(address))
    with pytest.raises((http.Forbidden, http.Unreachable)):
        http.fetch(f"{scheme}://{host}/", bounds=http.Bounds(seconds=2))
    assert dialled == []


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises((http.Forbidden, http.Unreachable)):
        http.fetch(url, bounds=http.Bounds(seconds=2))


def test_a_name_is_judged_by_every_address_that_it_has(monkeypatch):
    two = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: two)
    with pytest.raises(http.Forbidden, match=r"127\.0\.0\.1"):
        http.fetch("http://rebind.example/")


def test_the_address_that_was_judged_is_the_one_that_is_dialled(monkeypatch):
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 80))], [(2, 1, 6, "", ("127.0.0.1", 80))]])
    dialled = []

    def dial(address, *_rest, **_more):
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: next(answers))
    monkeypatch.setattr(socket, "create_connection", dial)
    with pytest.raises(http.Unreachable):
        http.fetch("http://rebind.example/")
    assert dialled == [("93.184.216.34", 80)]


@pytest.mark.parametrize(
    "good", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8", "2a00:1450::1"]
)
def test_public_addresses_are_public(good):
    assert http.is_public(ip_address(good))


@contextmanager
def server(answer: bytes, *, times: int = 1):
    """A peer on loopback that sends these bytes; loopback is allowed in these tests by name."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve():
            for _ in range(times):
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with closing(client):
                    client.recv(65536)
                    client.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def _fetch(url, **bounds):
    return http.fetch(url, allowed=("127.0.0.1/32",), bounds=http.Bounds(**{"seconds": 3, **bounds}))


def test_an_allowed_address_of_the_operator_answers():
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") as url:
        answer = _fetch(url)
    assert (answer.status, answer.body) == (200, b"hello")


def test_an_answer_that_is_too_large_is_cut_off():
    with server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000) as url, pytest.raises(http.TooMuch):
        _fetch(url, size=10_000)


def test_a_packed_answer_is_refused():
    bomb = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    with server(bomb) as url, pytest.raises(http.TooMuch, match="packed"):
        _fetch(url)


def test_a_ring_of_redirects_ends():
    with (
        server(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", times=9) as url,
        pytest.raises(http.TooMuch, match="redirects"),
    ):
        _fetch(url)


def test_a_redirect_into_the_house_is_refused():
    inner = b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    with server(inner) as url, pytest.raises(http.Forbidden):
        _fetch(url)


@contextmanager
def drop_by_drop(start: bytes):
    """A peer that sends these bytes, then one sign every 0.1 seconds for as long as somebody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def serve():
            client, _ = listening.accept()
            with closing(client), suppress(OSError):
                client.recv(65536)
                client.sendall(start)
                for _ in range(100):
                    time.sleep(0.1)
                    client.sendall(b"x")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.mark.parametrize(
    "start",
    [
        b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)  # fmt: skip
def test_a_peer_that_answers_drop_by_drop_does_not_hold_us_longer_than_the_whole_request_may_take(start):
    """A37. Whichever part of the answer drips: a status line, a header, a length, the body."""
    asked = threading.Event()

    def ask(url):
        with suppress(http.TooMuch, http.Unreachable):
            _fetch(url, seconds=0.5)
        asked.set()

    with drop_by_drop(start) as url:
        threading.Thread(target=ask, args=(url,), daemon=True).start()
        assert asked.wait(5), "it still waits although its time has been over for seconds"


def test_a_password_goes_to_the_origin_that_it_is_meant_for_and_never_in_clear(monkeypatch):
    """The same name under http is another origin than under https: whoever listens on the wire reads it."""
    seen = []

    def answer(url, _method, headers, _body, **_more):
        seen.append((url, headers.get("Authorization")))
        status, to = next(steps)
        return http.Answer(status=status, headers={"location": to} if to else {}, body=b"", url=url)

    monkeypatch.setattr(http, "_once", answer)
    for target, kept in [
        ("/there", True), ("https://one.example/there", True), ("http://one.example/", False),
        ("https://two.example/", False), ("https://one.example:8443/", False),
    ]:  # fmt: skip
        seen.clear()
        steps = iter([(302, target), (200, "")])
        http.fetch("https://one.example/", headers={"Authorization": "Bearer x"})
        assert [bool(secret) for _url, secret in seen] == [True, kept], target


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120), (" 7 ", 7), ("0", 0), ("Mon, 02 Nov 2026 09:22:00 GMT", 600), ("Mon, 02 Nov 2026 09:22:00", 600),
        ("Mon, 02 Nov 2020 09:22:00 GMT", 0), ("99999999", 86_400), ("999999999999", None), ("soon", None), ("", None),
        ("-5", None), ("٣", None), ("1.5", None), ("Mon, 99 Nov 2026 09:22:00 GMT", None),
    ],
)  # fmt: skip
def test_when_to_come_again_is_read_in_one_way(header, seconds):
    now = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
    wait = http.retry_after({"retry-after": header}, now=now)
    assert (None if wait is None else wait.total_seconds()) == seconds
    assert http.retry_after({}, now=now) is None
