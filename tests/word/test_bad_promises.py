"""What could fool the search for promises: days that are none, nights of the clock change, words of others, hidden signs."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from eyelevel.word import commitments

BERLIN = ZoneInfo("Europe/Berlin")
SENT = "2026-03-10T10:00"  # a Tuesday


def found(text, sent=SENT):
    """Until when each promise is due, local; "?" where no date can be kept."""
    at = datetime.fromisoformat(sent).replace(tzinfo=BERLIN)
    return [
        one.due_to.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") if one.due_to else "?"
        for one in commitments.find(text, sent_at=at)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Wir rufen Sie am 30. Februar an.", "We will call you on 30 February.", "Wir melden uns bis 31. April.",
        "Wir rufen Sie am 29.02.2027 an.", "We will call you on 29 February 2027.",
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_a_promise_without_a_date(text):
    """So the composer asks until when."""
    assert found(text) == ["?"]


@pytest.mark.parametrize(
    ("text", "sent", "due"),
    [
        ("Wir rufen Sie am 29. Februar an.", "2028-02-10T10:00", "2028-02-29 23:59"),
        ("We will call you tomorrow.", "2028-02-28T10:00", "2028-02-29 23:59"),
        ("Wir rufen Sie morgen an.", "2027-02-28T10:00", "2027-03-01 23:59"),
        ("Wir rufen Sie am 3. Januar an.", "2026-12-29T10:00", "2027-01-03 23:59"),
        ("We will call you by 31 December.", "2026-12-29T10:00", "2026-12-31 23:59"),
        ("Wir rufen Sie morgen an.", "2026-12-31T10:00", "2027-01-01 23:59"),
        ("Wir rufen Sie am Sonntag um 2:30 Uhr an.", "2027-03-26T10:00", "2027-03-28 02:30"),
        ("Wir rufen Sie am Sonntag um 2:30 Uhr an.", "2026-10-23T10:00", "2026-10-25 02:30"),
        ("Wir rufen Sie in 3 Stunden an.", "2027-03-28T00:30", "2027-03-28 04:30"),
        ("We will call you within 24 hours.", "2026-10-24T12:00", "2026-10-25 11:00"),
    ],
)
def test_leap_days_new_year_and_the_nights_of_the_clock_change(text, sent, due):
    assert found(text, sent) == [due]


@pytest.mark.parametrize(
    "text",
    [
        "Wir rufen Sie am 3. März an.",
        "Wir rufen Sie heute bis 9 Uhr an.",
        "Wir haben Ihnen zugesagt, bis gestern anzurufen.",
    ],
)
def test_what_is_over_is_not_promised(text):
    assert found(text) == []


OURS = "Guten Tag,\n\nwir schicken Ihnen die Rechnung bis Montag.\n\nMira Lang\n"
THEIRS = "Wir rufen Sie am Freitag an. We will call you back by Friday."
OTHERS = [
    f"\n-----Ursprüngliche Nachricht-----\nVon: Jana Petersen\nGesendet: Montag\nAn: Service\nBetreff: Scan\n\n{THEIRS}",
    f"\n---------- Forwarded message ----------\nFrom: Tom <tom@mail.example>\nDate: Mon\nSubject: x\n\n{THEIRS}",
    f"\nVon: Jana Petersen\nGesendet: Montag, 9. März 2026\nAn: Service\nBetreff: Scan\n\n{THEIRS}",
    f"\nFrom: Tom Whitfield\nSent: Monday\nTo: Service\nSubject: Re: x\n\n{THEIRS}",
    f"\nAm 09.03.2026 um 10:00 schrieb Jana Petersen <jana@post.example>:\n{THEIRS}",
    f"\nOn Mon, 9 Mar 2026 at 10:00, Tom Whitfield wrote:\n\n{THEIRS}",
    f"\nOn Mon, 9 Mar 2026 at 10:00, Tom wrote:\n> {THEIRS}\n>> {THEIRS}\n",
    f"-- \nNordlicht Mobil\n{THEIRS}",
    f"--\nMira Lang\n{THEIRS}",
]


@pytest.mark.parametrize("others", OTHERS)
def test_only_our_own_words_promise(others):
    assert found(OURS + others) == ["2026-03-16 23:59"]


def test_what_we_write_below_a_marked_quotation_is_ours():
    text = "Am 09.03.2026 schrieb Jana Petersen:\n> Rufen Sie mich am Freitag an?\n\nJa, wir rufen Sie am Freitag an."
    assert found(text) == ["2026-03-13 23:59"]


@pytest.mark.parametrize(
    "text",
    [
        "Am Montag schrieb ich Ihnen: Wir prüfen das.\n\nWir rufen Sie am Freitag an.",
        "Wir rufen Sie am Freitag an. Von: Kiel nach: Husum ist es weit.",
        "Wir rufen Sie am Freitag an -- versprochen.",
    ],
)
def test_words_that_only_look_like_a_forwarded_mail_hide_nothing(text):
    assert "2026-03-13 23:59" in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wir rufen Sie am Frei\u200b\u200dtag an.", "Wir rufen Sie am \u2066Freitag\u2069 an.",
        "W\u0456r ruf\u0435n S\u0456\u0435 \u0430m Fr\u0435\u0456t\u0430g \u0430n.",
        "Wir rufen Sie \u202egatierF ma\u202c an.", "\u202e.na gatierF ma eiS nefur riW",
        "Guten Tag\n\u202egatierF ma eiS nefur riW\u202c an.",
    ],
)  # fmt: skip
def test_hidden_and_turned_signs_are_read_as_a_reader_sees_them(text):
    assert found(text) == ["2026-03-13 23:59"]


def test_the_place_of_turned_words_is_where_they_stand_in_the_draft():
    text = "Wir rufen Sie \u202egatierF ma\u202c an. Danke."
    [one] = commitments.find(text, sent_at=datetime.fromisoformat(SENT).replace(tzinfo=BERLIN))
    assert one.text == text[one.start : one.end]
    assert "gatierF" in one.text


@pytest.mark.parametrize("sign", ["\u202e", "-", "> ", "From: x\n", "Am x schrieb y:\n", "--\n"])
def test_a_long_draft_of_such_signs_is_read_to_its_end(sign):
    """A search that went back over them again and again would not come to its end."""
    found(sign * (200_000 // len(sign)))
