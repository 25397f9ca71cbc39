"""Ordinary mail, as people and their programs write it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.channels.contract import Letter, Unreadable
from eyelevel.channels.mail import read
from eyelevel.channels.mail.replies import new_words
from tests.channels.mails import LIMITS, letter, mail


def test_a_plain_letter():
    found = letter(
        mail(
            "Guten Tag,\r\n\r\nwo bleibt mein Vertrag?\r\n", From="=?utf-8?q?J=C3=B6rg?= <Joerg@Post.example>",
            Date="Mon, 2 Nov 2026 09:12:00 +0100", Message_ID="<1@post.example>", In_Reply_To="<0@nordlicht.example>",
            References="<a@x> <0@nordlicht.example>", Cc="b@post.example",
        )
    )  # fmt: skip
    assert found.author.name == "Jörg"
    assert found.author.address == "joerg@post.example"
    assert found.text == "Guten Tag,\n\nwo bleibt mein Vertrag?"
    assert found.sent_at == datetime(2026, 11, 2, 8, 12, tzinfo=UTC)
    assert found.message_id == "<1@post.example>"
    assert found.references == ("<a@x>", "<0@nordlicht.example>")
    assert found.carbon_copies == ("b@post.example",)
    assert found.language == "de"


def test_html_alone_gives_words_and_keeps_the_html():
    found = letter(mail("<p>Hallo <b>Welt</b></p><script>x</script>", Content_Type="text/html"))
    assert found.text == "Hallo Welt"
    assert "<b>" in found.html


def test_an_attachment_comes_with_its_bytes():
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "Vertrag"
    message.set_content("anbei")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Vertrag Müller.pdf")
    found = letter(message.as_bytes())
    assert [(one.name, one.media_type, one.content) for one in found.parts] == [
        ("Vertrag Müller.pdf", "application/pdf", b"%PDF-1.4")
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"To": "service+c-12-0123456789abcdef@nordlicht.example"},
        {"Subject": "Re: Scan [#12-0123456789abcdef]"},
    ],
)
def test_the_token_of_a_case_is_found_in_address_and_subject(headers):
    assert letter(mail("x", **headers)).case_token == "12-0123456789abcdef"


REPLIES = [
    ("Ja, gern.\n\nAm 02.11.2026 um 09:12 schrieb Mira Lang <service@nordlicht.example>:\n> Passt Dienstag?\n", "Ja, gern."),
    ("Ja, gern.\n\nAm Mo., 2. Nov. 2026 um 09:12 Uhr schrieb Mira Lang\n<service@nordlicht.example>:\n\n> Passt Dienstag?", "Ja, gern."),
    ("Yes.\n\nOn Mon, 2 Nov 2026 at 09:12, Mira Lang <s@n.example> wrote:\n> Does Tuesday suit you?\n", "Yes."),
    ("Yes.\n\nOn Mon, 2 Nov 2026 at 09:12, Mira Lang\n<s@n.example> wrote:\n> Does Tuesday suit you?\n", "Yes."),
    ("Danke.\n\n-----Ursprüngliche Nachricht-----\nVon: Mira\nGesendet: Montag\nAn: Jana\nBetreff: Scan\n\nalt", "Danke."),
    ("Thanks.\n\n-----Original Message-----\nFrom: Mira\nSent: Monday\nTo: Jana\nSubject: Scan\n\nold", "Thanks."),
    ("Danke.\n\nVon: Mira Lang <s@n.example>\nGesendet: Montag, 2. November 2026\nAn: Jana\nBetreff: Scan\n\nalt", "Danke."),
    ("Danke.\n\n-- \nJana Petersen\nHafenstr. 1", "Danke."),
    ("Danke.\n\nVon meinem iPhone gesendet", "Danke."),
    ("Thanks!\n\nSent from my phone", "Thanks!"),
    ("> Passt Dienstag?\nNein, Mittwoch.\n> Und Donnerstag?\nAuch nicht.", "Nein, Mittwoch.\nAuch nicht."),
    ("Ich schrieb Ihnen am 2.11. schon einmal.", "Ich schrieb Ihnen am 2.11. schon einmal."),
    ("Am Montag war ich da.\nNiemand schrieb zurück.", "Am Montag war ich da.\nNiemand schrieb zurück."),
]  # fmt: skip


@pytest.mark.parametrize(("full", "new"), REPLIES)
def test_only_the_new_words_of_a_reply_are_shown_first(full, new):
    assert new_words(full) == new


def test_nothing_but_quoted_text_is_still_shown():
    assert letter(mail("> Passt Dienstag?\n> Ja.")).text.strip()


@given(st.binary(max_size=4_000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_letter_or_unreadable(raw):
    assert isinstance(read.read(raw, {}, LIMITS), Letter | Unreadable)


@given(
    st.dictionaries(
        st.sampled_from(["From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Transfer-Encoding"]),
        st.text(max_size=200), max_size=9,
    ),
    st.binary(max_size=1_000),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_header_values_are_read(headers, body):
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("utf-8", "surrogatepass")
    found = read.read(b"X: y\r\n" + raw + b"\r\n" + body, {}, LIMITS)
    assert isinstance(found, Letter | Unreadable)
    if isinstance(found, Letter):
        assert "\n" not in found.subject + found.author.name + found.author.address
        assert "\x00" not in found.text
