"""A16, A27: what a stranger can do to a connection. Everybody else is served meanwhile, and the connection ends.

Nothing here measures time: each attack goes on until the house ends it, and others ask in between.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import ExitStack, contextmanager

import pytest

PATIENCE = 60.0
SLOW = 200


def connect(house):
    return socket.create_connection(("127.0.0.1", house.port), timeout=PATIENCE)


def say(house, *parts):
    """Send these bytes and give back what comes until the house closes; nothing where it resets."""
    with connect(house) as one:
        try:
            for part in parts:
                one.sendall(part)
        except OSError:
            pass  # closed while we were still talking
        return rest_of(one)


def rest_of(one):
    got = b""
    try:
        while chunk := one.recv(65536):
            got += chunk
    except ConnectionError:
        pass
    return got


def status(answer):
    """The status of the first answer, or 0 where the door was shut without a word."""
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


def statuses(answer):
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


def others_are_served(house):
    """A customer reads and writes, a colleague's page opens."""
    visitor = house.browser()
    visitor.get("/")
    form = visitor.get("/contact/")
    token = re.search(r'name="token" value="([^"]+)"', form)[1]
    visitor.post("/contact/", token=token, text="Written while somebody attacks", name="Ole")


GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"


@pytest.mark.parametrize(
    "request_of",
    [
        POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /desk/ HTTP/1.1\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nGET /desk/ HTTP/1.1\r\n\r\n",
        POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        POST + b"Content-Length: +5\r\n\r\nabcde",
        POST + b"Content-Length: 0x5\r\n\r\nabcde",
        POST + b"Content-Length : 5\r\n\r\nabcde",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\nHost: 127.0.0.1\n Folded: x\n\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /\xc3\xa4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"EHLO evil\r\nMAIL FROM:<a@b.example>\r\n",
        GET + b"Evil: a\x00b\r\n\r\n",
        GET + b"Host: evil.example\r\n\r\n",
    ],
)
def test_a27_what_two_servers_could_read_differently_is_refused_and_closed(house, request_of):
    answer = say(house, request_of)
    assert all(400 <= one < 500 for one in statuses(answer)), answer[:300]
    assert len(statuses(answer)) <= 1
    others_are_served(house)


def test_a27_a_hundred_thousand_headers(house):
    head = b"".join(b"X-%d: a\r\n" % number for number in range(100_000))
    assert status(say(house, GET, head, b"\r\n")) in {0, 431}
    assert status(say(house, GET + b"".join(b"X-%d: a\r\n" % n for n in range(150)) + b"\r\n")) == 431
    others_are_served(house)


def test_a27_a_hundred_thousand_headers_behind_a_body(house):
    head = b"".join(b"X-%d: a\r\n" % number for number in range(100_000))
    assert status(say(house, POST, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", head, b"\r\n")) in {
        0,
        400,
        431,
    }
    others_are_served(house)


def test_a27_one_header_of_ten_megabytes(house):
    assert status(say(house, GET, b"Cookie: ", *[b"a" * 65536] * 160, b"\r\n\r\n")) in {0, 431}
    others_are_served(house)


def test_a27_an_address_of_one_megabyte(house):
    assert status(say(house, b"GET /?q=", b"a" * 1_000_000, b" HTTP/1.1\r\n\r\n")) in {0, 414}
    assert status(say(house, b"GET /?q=" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")) == 414
    others_are_served(house)


@contextmanager
def drips(house, count, start, drop):
    """`count` connections that begin with `start` and go on with `drop` every half second, until they are closed."""
    with ExitStack() as stack:
        open_ones = [stack.enter_context(connect(house)) for _ in range(count)]
        for one in open_ones:
            one.sendall(start)
        over = threading.Event()

        def drip():
            while not over.wait(0.5):
                for one in open_ones:
                    try:
                        one.sendall(drop)
                    except OSError:
                        continue

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield open_ones
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("start", "drop"),
    [(b"", b""), (b"G", b"E"), (GET, b"X: y\r\n"), (b"", b"\r\n"), (GET + b"\r\n" + GET, b"X: y\r\n")],
    ids=["silent", "slow-line", "slow-headers", "empty-lines", "slow-second-request"],
)
def test_a27_slow_heads_are_ended_and_others_are_served(house, start, drop):
    with drips(house, SLOW, start, drop) as attackers:
        others_are_served(house)
        for one in attackers:
            assert status(rest_of(one)) in {0, 200, 400, 408, 503}
        others_are_served(house)


def test_a16_slow_bodies_take_no_place_and_are_ended(house):
    start = POST + b"Content-Length: 10000000\r\n\r\n"
    with drips(house, SLOW, start, b"x") as attackers:
        others_are_served(house)
        for one in attackers:
            assert status(rest_of(one)) in {0, 408, 503}
        others_are_served(house)


def test_a16_a_body_that_is_announced_too_large_is_refused_at_once(house):
    assert status(say(house, POST, b"Content-Length: 99999999999\r\n\r\n", b"x" * 1000)) == 413
    endless = [b"10000\r\n" + b"x" * 65536 + b"\r\n"] * 500
    assert status(say(house, POST, b"Transfer-Encoding: chunked\r\n\r\n", *endless)) in {0, 413}
    others_are_served(house)


def test_a16_somebody_who_never_reads_the_answers_keeps_nobody_waiting(house):
    with ExitStack() as stack:
        for _ in range(20):
            one = stack.enter_context(connect(house))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            one.sendall((GET + b"\r\n") * 50)
        others_are_served(house)


def test_after_all_that_the_log_holds_no_traceback(house):
    assert "Traceback" not in house.log()
