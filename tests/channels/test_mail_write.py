"""What we send: one mail, nothing smuggled in, and any mail program reads what we wrote."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyelevel.channels.contract import Departure
from eyelevel.channels.mail.write import compose

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)


def departure(**more):
    common = {
        "message_id": "<1@nordlicht.example>",
        "to": ("jana@post.example",),
        "sender": "service@nordlicht.example",
    }
    return Departure(**{**common, "subject": "Re: Scan", "text": "Guten Tag", **more})


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


SMUGGLED = [
    "x\r\nBcc: evil@evil.example",
    "x\nBcc: evil@evil.example",
    "x\rBcc: evil@evil.example",
    "x\u2028Bcc: a@b",
    "x\x0bBcc: y",
]


@pytest.mark.parametrize("evil", SMUGGLED)
@pytest.mark.parametrize("field", ["subject", "sender_name"])
def test_a14_a_line_break_in_a_name_or_subject_makes_no_header(field, evil):
    message = read(compose(departure(**{field: evil}), now=NOW))
    assert message["Bcc"] is None
    assert set(message.keys()) <= {
        "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"
    }  # fmt: skip


@pytest.mark.parametrize(
    "evil", [*SMUGGLED, "a@b@c", "a b@c.example", "<a@b.example>", "a@b.example, c@d.example", "", "@", "a@"]
)
def test_a14_an_address_that_is_none_is_refused(evil):
    with pytest.raises(ValueError, match=r"address|somebody"):
        compose(departure(to=(evil,)), now=NOW)


@given(st.text(max_size=300))
def test_any_subject_arrives_as_one_header(subject):
    message = read(compose(departure(subject=subject), now=NOW))
    flat = " ".join(sign for sign in [str(message["Subject"] or "")])
    assert "\n" not in flat
    assert message["Bcc"] is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=1000))
def test_any_text_arrives_as_it_was_written(text):
    got = read(compose(departure(text=text), now=NOW)).get_payload(decode=True).decode()
    assert got.replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")


def test_a_notice_says_that_a_machine_wrote_it():
    message = read(compose(departure(automatic=True), now=NOW))
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_same_departure_has_the_same_message_id():
    one, other = (read(compose(departure(), now=NOW)) for _ in range(2))
    assert one["Message-ID"] == other["Message-ID"] == "<1@nordlicht.example>"
