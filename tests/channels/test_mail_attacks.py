"""Mails from hell (A01 to A10, A13, A15): bounded work, nothing lost, nobody fooled.

Each bomb is read in a resident child under its limits of time and memory, as the house does it.
"""

from __future__ import annotations

import os
import signal

import pytest

from eyelevel.channels import parsing
from eyelevel.channels.contract import Letter, Limits, Unreadable
from eyelevel.channels.mail.read import display_name
from eyelevel.kernel import children as kernel_children
from tests.channels.mails import LIMITS, letter, mail, trouble


@pytest.fixture(scope="module")
def pool():
    children = parsing.start()
    yield children
    children.stop()


def in_child(pool, raw):
    return parsing.parse(pool, adapter="mail", raw=raw, envelope={}, limits=Limits())


def nested_multipart(depth):
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)
    )
    return b"From: a@b.example\r\nSubject: deep\r\n" + opening + b"Content-Type: text/plain\r\n\r\nbottom\r\n"


def nested_message(depth):
    return (
        b"From: a@b.example\r\nSubject: deep\r\n"
        + b"Content-Type: message/rfc822\r\n\r\n" * depth
        + b"bottom"
    )


BOMBS = {
    "A01 multipart 1,000 deep": nested_multipart(1000),
    "A01 message 1,000 deep": nested_message(1000),
    "A02 32,000 encoded words": mail(Subject=" ".join(["=?utf-8?b?w6Q=?="] * 32_000)),
    "A02 one encoded word of 10 MB": mail(Subject="=?utf-8?q?" + "=41" * 3_000_000 + "?="),
    "A03 32,000 addresses": mail(Cc=", ".join(f"a{n}@x.example" for n in range(32_000))),
    "A03 96 KB of escaped quotes": mail(Cc='"' + '\\"' * 48_000),
    "A03 8,000 parentheses": mail(To="(" * 8_000),
    "A04 100,000 parts": mail(b"--x\r\n\r\na\r\n" * 100_000, Content_Type="multipart/mixed; boundary=x"),
    "A04 100,000 headers": b"X: y\r\n" * 100_000 + b"From: a@b.example\r\nSubject: s\r\n\r\nbody",
    "A07 one line of 10 MB": mail(b"a" * 10_000_000),
    "A07 base64 of blanks": mail(b" " * 5_000_000 + b"QUJD", Content_Transfer_Encoding="base64"),
    "A07 broken quoted-printable": mail(b"=ZZ=" * 100_000 + b"=", Content_Transfer_Encoding="quoted-printable"),
    "32,000 parameters": mail(Content_Type="text/plain" + ";a=b" * 32_000),
    "32,000 continued parameters": mail(Content_Type="text/plain" + "".join(f";a*{n}=b" for n in range(32_000))),
    "a million quote marks": mail(b">" * 1_000_000),
    "unclosed tags": mail(b"<div" * 300_000, Content_Type="text/html"),
    "open comments": mail(b"<!--" * 300_000, Content_Type="text/html"),
    "blank lines": mail(b"\n" * 2_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_named_unreadable_within_its_limits(pool, name):
    found = in_child(pool, BOMBS[name])
    assert isinstance(found, Letter | Unreadable)
    if isinstance(found, Unreadable):
        assert found.reason == "too-deep"
    else:
        assert len(found.subject) <= 300
        assert len(found.carbon_copies) <= LIMITS.recipients
        assert len(found.parts) <= LIMITS.parts


def test_the_worker_lives_on_after_every_bomb(pool):
    assert isinstance(in_child(pool, mail("still here")), Letter)


def test_a_child_that_dies_is_replaced_and_the_mail_is_named(pool, monkeypatch):
    monkeypatch.setitem(parsing.JOBS, "mail", "os.abort")
    found = in_child(pool, mail("x"))
    assert isinstance(found, Unreadable)
    assert found.reason == "crash"
    monkeypatch.undo()
    assert isinstance(in_child(pool, mail("x")), Letter)


def test_a_mail_whose_child_somebody_else_killed_is_read_all_the_same(pool, monkeypatch):
    in_child(pool, mail("x"))
    [child] = pool._children
    ask, killed = kernel_children._ask, []

    def struck(process, request):
        if not killed:
            killed.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)
            process.wait()
        return ask(process, request)

    monkeypatch.setattr(kernel_children, "_ask", struck)
    assert isinstance(in_child(pool, mail("innocent")), Letter)
    assert killed
    assert child.pid not in killed


def test_what_is_too_deep_to_show_anything_is_quarantined():
    assert trouble(nested_multipart(1000)).reason == "too-deep"


def test_a02_a_cut_subject_is_said():
    found = letter(BOMBS["A02 32,000 encoded words"])
    assert "subject-cut" in found.remarks
    assert found.subject.startswith("ä")


@pytest.mark.parametrize(
    ("headers", "body", "shown"),
    [
        ({"Content-Type": "text/plain; charset=does-not-exist"}, "Grüße".encode("latin-1"), "Grüße"),
        (
            {"Content-Type": "text/plain; charset=utf-7"},
            b"+ADw-script+AD4-alert(1)",
            "+ADw-script+AD4-alert(1)",
        ),
        ({"Content-Type": "text/plain; charset=utf-8"}, b"a\x00b", "ab"),
        ({"Content-Type": "text/plain; charset=utf-8"}, b"x \xed\xa0\x80 y", "x ��� y"),
        ({"Content-Type": "text/plain"}, "schön".encode("latin-1"), "schön"),
    ],
)
def test_a06_odd_bytes_become_signs_and_never_utf7(headers, body, shown):
    assert letter(mail(body, **headers)).text == shown


def test_a06_raw_eight_bit_headers_are_read():
    assert letter(b"From: J\xc3\xb6rg <j@x.example>\r\nSubject: Gr\xfc\xdfe\r\n\r\nHallo").subject == "Grüße"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"}, {"Auto-Submitted": "auto-generated (x)"}, {"Precedence": "bulk"},
        {"Precedence": "junk"}, {"X-Auto-Response-Suppress": "All"}, {"List-Id": "<news.example>"}, {"Return-Path": "<>"},
    ],
)  # fmt: skip
def test_a08_what_a_machine_wrote_is_marked_so_that_no_machine_answers(headers):
    assert letter(mail("I am away", **headers)).automatic


def test_a08_an_empty_envelope_sender_is_a_machine_too():
    assert letter(mail("x"), mail_from="").automatic


def test_a08_a_person_is_no_machine():
    assert not letter(mail("x", Auto_Submitted="no"), mail_from="jana@post.example").automatic


BOUNCE = """--b\r
Content-Type: text/plain\r
\r
Your mail could not be delivered.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.post.example\r
\r
Final-Recipient: rfc822; jana@post.example\r
Action: failed\r
Status: 5.1.1\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <abc123@nordlicht.example>\r
Subject: Re: Scan\r
--b--\r
"""


def test_a10_a_bounce_names_our_mail_and_its_status():
    found = letter(
        mail(
            BOUNCE,
            From="MAILER-DAEMON@mx.post.example",
            Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
        )
    )
    assert (found.bounce_of, found.bounce_status) == ("<abc123@nordlicht.example>", "5.1.1")
    assert found.automatic


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/cron.d/x", "x"), ("..\\..\\windows\\x.exe", "x.exe"), ("a\x00b.pdf", "ab.pdf"),
        ("a.pdf\u202efdp.exe", "a.pdffdp.exe"), ("  .hidden", "hidden"), ("con\r\nBcc: x", "con Bcc: x"),
    ],
)  # fmt: skip
def test_a15_a_file_name_is_for_display_only(sent, shown):
    assert display_name(sent) == shown


def test_a15_a_name_of_5000_signs_keeps_its_ending():
    name = display_name("x" * 5000 + ".pdf")
    assert len(name) <= 120
    assert name.endswith(".pdf")


def test_a15_twin_names_stay_two_files():
    part = "--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n{}\r\n"
    found = letter(
        mail(part.format("one") + part.format("two") + "--b--", Content_Type="multipart/mixed; boundary=b")
    )
    assert [(one.name, one.content) for one in found.parts] == [("a.txt", b"one"), ("a.txt", b"two")]
