"""Due times as people say them. Each row: sent at, the words, from when (or -), by when (- where no date can be told)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyelevel.word import feasts, when

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = "2026-03-10 10:00"  # week 11
FRIDAY_EVENING = "2026-03-13 18:05"

ROWS = """
2026-03-10 10:00 | wir rufen Sie am Donnerstag an | 03-12 | 03-12
2026-03-10 10:00 | bis Donnerstag | - | 03-12
2026-03-10 10:00 | spätestens am Freitag | - | 03-13
2026-03-10 10:00 | by Thursday | - | 03-12
2026-03-10 10:00 | on Friday | 03-13 | 03-13
2026-03-10 10:00 | am Dienstag | - | 03-10
2026-03-10 18:00 | am Dienstag | 03-17 | 03-17
2026-03-10 18:00 | by Tuesday | - | 03-17
2026-03-10 10:00 | Dienstag um 9 Uhr | 03-17 09:00 | 03-17 09:00
2026-03-10 10:00 | Dienstag um 11 Uhr | 03-10 11:00 | 03-10 11:00
2026-03-10 10:00 | kommenden Dienstag | 03-17 | 03-17
2026-03-14 10:00 | kommenden Samstag | 03-21 | 03-21
2026-03-10 10:00 | this coming Wednesday | 03-11 | 03-11
2026-03-10 10:00 | Dienstag nächster Woche | 03-17 | 03-17
2026-03-10 10:00 | nächste Woche Mittwoch | 03-18 | 03-18
2026-03-10 10:00 | on Monday of next week | 03-16 | 03-16
2026-03-10 10:00 | vor Freitag | - | 03-12
2026-03-10 10:00 | before Friday | - | 03-12
2026-03-10 10:00 | heute noch | - | 03-10
2026-03-10 10:00 | by end of day | - | 03-10
2026-03-10 10:00 | morgen | 03-11 | 03-11
2026-03-10 10:00 | tomorrow | 03-11 | 03-11
2026-03-10 10:00 | first thing tomorrow | 03-11 | 03-11 12:00
2026-03-10 10:00 | tmrw | 03-11 | 03-11
2026-03-10 10:00 | übermorgen | 03-12 | 03-12
2026-03-10 10:00 | the day after tomorrow | 03-12 | 03-12
2026-03-10 10:00 | heute in einer Woche | 03-17 | 03-17
2026-03-10 10:00 | a week today | 03-17 | 03-17
2026-03-10 10:00 | morgen früh | 03-11 | 03-11 12:00
2026-03-10 10:00 | morgen früh um 7 | 03-11 07:00 | 03-11 07:00
2026-03-10 10:00 | am Mittwochvormittag | 03-11 | 03-11 12:00
2026-03-10 10:00 | tomorrow morning | 03-11 | 03-11 12:00
2026-03-10 10:00 | bis morgen Mittag | - | 03-11 12:00
2026-03-10 10:00 | by noon on Friday | - | 03-13 12:00
2026-03-10 10:00 | heute Nachmittag | 03-10 12:00 | 03-10 18:00
2026-03-10 13:00 | this afternoon | - | 03-10 18:00
2026-03-10 10:00 | am Donnerstagabend | 03-12 18:00 | 03-12
2026-03-10 10:00 | this evening | 03-10 18:00 | 03-10
2026-03-10 10:00 | tonight | 03-10 18:00 | 03-10
2026-03-10 10:00 | bis Geschäftsschluss | - | 03-10 18:00
2026-03-10 10:00 | by close of business on Thursday | - | 03-12 18:00
2026-03-10 10:00 | bis 12 Uhr | - | 03-10 12:00
2026-03-10 10:00 | vor 17:30 Uhr | - | 03-10 17:30
2026-03-10 10:00 | by 4.30pm | - | 03-10 16:30
2026-03-10 10:00 | bis Di 15:00 | - | 03-10 15:00
2026-03-10 10:00 | gegen 14 Uhr | 03-10 14:00 | 03-10 14:00
2026-03-10 10:00 | at 3 pm on Thursday | 03-12 15:00 | 03-12 15:00
2026-03-10 10:00 | zwischen 10 und 12 Uhr am Mittwoch | 03-11 10:00 | 03-11 12:00
2026-03-10 10:00 | on Thursday between 2 and 4pm | 03-12 14:00 | 03-12 16:00
2026-03-10 10:00 | tomorrow between 12 and 1 | 03-11 12:00 | 03-11 13:00
2026-03-10 10:00 | Do zw. 14 u. 15 h | 03-12 14:00 | 03-12 15:00
2026-03-10 10:00 | Monday, 8 till 12 | 03-16 08:00 | 03-16 12:00
2026-03-10 10:00 | am Montag um halb neun | 03-16 08:30 | 03-16 08:30
2026-03-10 10:00 | at half past nine on Friday | 03-13 09:30 | 03-13 09:30
2026-03-10 10:00 | at half two on Friday | 03-13 14:30 | 03-13 14:30
2026-03-10 10:00 | um Viertel nach zehn am Freitag | 03-13 10:15 | 03-13 10:15
2026-03-10 10:00 | before ten tomorrow | 03-11 | 03-11 10:00
2026-03-10 10:00 | der Techniker ist morgen ab 14 Uhr bei Ihnen | 03-11 14:00 | 03-11
2026-03-10 10:00 | Thurs am | 03-12 | 03-12 12:00
2026-03-10 10:00 | in 3 Stunden | - | 03-10 13:00
2026-03-10 10:00 | binnen 90 Minuten | - | 03-10 11:30
2026-03-10 10:00 | within the hour | - | 03-10 11:00
2026-03-10 10:00 | in half an hour | - | 03-10 10:30
2026-03-10 10:00 | innerhalb der nächsten zwei Stunden | - | 03-10 12:00
2026-03-28 23:00 | in 5 Stunden | - | 03-29 05:00
2026-03-28 15:00 | within 24 hours | - | 03-29 16:00
2026-10-24 22:00 | within 6 hours | - | 10-25 03:00
2027-10-30 22:15 | in spätestens 9 Stunden | - | 10-31 06:15
2026-03-10 10:00 | innerhalb von 5 Tagen | - | 03-15
2026-03-10 10:00 | in zwei Wochen | - | 03-24
2026-03-10 10:00 | in ten days' time | - | 03-20
2026-03-10 10:00 | within a week | - | 03-17
2026-03-10 10:00 | within a fortnight | - | 03-24
2026-03-10 10:00 | innerhalb eines Monats | - | 04-10
2027-01-31 10:00 | innerhalb eines Monats | - | 02-28
2028-01-31 10:00 | within a month | - | 02-29
2026-03-10 10:00 | in 3 Werktagen | - | 03-13
2026-03-10 10:00 | binnen zehn Arbeitstagen | - | 03-24
2026-03-13 10:00 | within one working day | - | 03-16
2026-03-14 10:00 | in 2 Werktagen | - | 03-17
2026-03-10 10:00 | 3 bis 5 Werktage | 03-13 | 03-17
2026-03-10 10:00 | in 3 to 5 working days | 03-13 | 03-17
2026-03-10 10:00 | two business days from now | - | 03-12
2026-03-10 10:00 | diese Woche noch | - | 03-15
2026-03-10 10:00 | this week | - | 03-15
2026-03-10 10:00 | nächste Woche | 03-16 | 03-22
2026-03-10 10:00 | next week | 03-16 | 03-22
2026-03-10 10:00 | in KW 12 | 03-16 | 03-22
2026-03-10 10:00 | bis KW 13 | - | 03-29
2026-03-10 10:00 | in week 12 | 03-16 | 03-22
2026-12-30 10:00 | in KW 1 | 2027-01-04 | 2027-01-10
2026-12-30 10:00 | in week 53 | - | 2027-01-03
2026-03-10 10:00 | Anfang nächster Woche | 03-16 | 03-17
2026-03-10 10:00 | early next week | 03-16 | 03-17
2026-03-10 10:00 | Mitte nächster Woche | - | 03-18
2026-03-10 10:00 | by the middle of next week | - | 03-18
2026-03-10 10:00 | Ende nächster Woche | - | 03-20
2026-03-10 10:00 | at the end of next week | - | 03-20
2026-03-09 10:00 | Mitte der Woche | - | 03-11
2026-03-10 10:00 | bis Ende der Woche | - | 03-13
2026-03-13 18:05 | by the end of the week | - | 03-20
2026-03-10 10:00 | am Wochenende | 03-14 | 03-15
2026-03-10 10:00 | at the weekend | 03-14 | 03-15
2026-03-10 10:00 | vor dem Wochenende | - | 03-13
2026-03-10 10:00 | Anfang April | 04-01 | 04-10
2026-03-10 10:00 | in early April | 04-01 | 04-10
2026-03-10 10:00 | Mitte April | - | 04-15
2026-03-10 10:00 | mid April | - | 04-15
2026-03-10 10:00 | Ende April | - | 04-30
2028-02-10 10:00 | bis Ende Februar | - | 02-29
2027-02-10 10:00 | by the end of February | - | 02-28
2026-03-10 10:00 | in der ersten Aprilhälfte | 04-01 | 04-15
2026-03-10 10:00 | in the second half of April | 04-16 | 04-30
2026-03-10 10:00 | Mitte des Monats | - | 03-15
2026-03-10 10:00 | in the second half of the month | 03-16 | 03-31
2026-03-10 10:00 | diesen Monat | - | 03-31
2026-03-10 10:00 | bis Monatsende | - | 03-31
2026-03-10 10:00 | by month end | - | 03-31
2026-03-10 10:00 | nächsten Monat | 04-01 | 04-30
2026-03-10 10:00 | im September | 09-01 | 09-30
2026-03-10 10:00 | in January | 2027-01-01 | 2027-01-31
2026-03-10 10:00 | zum 1. des Folgemonats | - | 04-01
2026-12-28 10:00 | zum 1. des Folgemonats | - | 2027-01-01
2026-03-10 10:00 | bis Ende des Quartals | - | 03-31
2026-03-10 10:00 | in the third quarter | 07-01 | 09-30
2026-11-10 10:00 | in the first quarter of next year | 2027-01-01 | 2027-03-31
2026-03-10 10:00 | noch in diesem Jahr | - | 12-31
2026-03-10 10:00 | by the end of the year | - | 12-31
2026-03-10 10:00 | bis zum 3. | - | 04-03
2026-03-10 10:00 | on the 15th | 03-15 | 03-15
2026-03-10 10:00 | bis zum 10. | - | 03-10
2026-03-10 10:00 | zum 1. Oktober | - | 10-01
2026-03-10 10:00 | am 9.8. | 08-09 | 08-09
2026-03-10 10:00 | bis spätestens 28.11. | - | 11-28
2026-03-10 10:00 | am 17.09.2027 | 2027-09-17 | 2027-09-17
2026-03-10 10:00 | on 9 August at 6 am | 08-09 06:00 | 08-09 06:00
2026-03-10 10:00 | on August 9th | 08-09 | 08-09
2026-12-29 10:00 | am 2. Januar | 2027-01-02 | 2027-01-02
2026-12-29 10:00 | by 5 January | - | 2027-01-05
2026-03-10 10:00 | am 10. März | - | 03-10
2026-03-10 10:00 | am 29. Februar | 2028-02-29 | 2028-02-29
2026-03-10 10:00 | on 30 February | - | -
2026-03-10 10:00 | am 31.4. | - | -
2026-03-10 10:00 | on 3/4 | - | -
2026-03-10 10:00 | vom 22. bis 24. Juni | 06-22 | 06-24
2026-03-10 10:00 | from 30 June to 2 July | 06-30 | 07-02
2026-03-10 10:00 | vor Ostern | - | 04-02
2027-03-10 10:00 | before Easter | - | 03-25
2026-03-10 10:00 | vor Pfingsten | - | 05-23
2026-03-10 10:00 | vor Weihnachten | - | 12-23
2026-12-10 10:00 | zwischen den Jahren | 12-27 | 12-31
2026-12-10 10:00 | between Christmas and New Year | 12-27 | 12-31
2026-03-10 10:00 | umgehend | - | -
2026-03-10 10:00 | in den nächsten Tagen | - | -
2026-03-10 10:00 | as soon as possible | - | -
2026-03-10 10:00 | auf der nächsten Rechnung | - | -
"""


def moment(words: str, said: datetime, *, end: bool) -> datetime | None:
    if words == "-":
        return None
    day, _, clock = words.partition(" ")
    day = day if day.count("-") == 2 else f"{said.year}-{day}"
    return datetime.fromisoformat(f"{day} {clock or ('23:59:59' if end else '00:00')}").replace(tzinfo=BERLIN)


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_a_due_time_is_read_as_it_is_meant(row: str) -> None:
    sent, words, begins, ends = (part.strip() for part in row.split("|"))
    said = datetime.fromisoformat(sent).replace(tzinfo=BERLIN)
    (found, *_) = when.find(words, said_at=said)
    assert (found.due_from, found.due_to) == (moment(begins, said, end=False), moment(ends, said, end=True))


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("zwei Werktage später", "2026-03-24"),
        ("am selben Tag", "2026-03-20"),
        ("the same day", "2026-03-20"),
        ("in the same week", "2026-03-22"),
        ("in derselben Woche", "2026-03-22"),
        ("seven days later", "2026-03-27"),
        ("am Tag darauf", "2026-03-21"),
    ],
)
def test_later_days_count_from_the_promise_before(words: str, ends: str) -> None:
    said = datetime(2026, 3, 10, 10, tzinfo=BERLIN)
    (found,) = when.find(words, said_at=said, after=date(2026, 3, 20))
    assert found.due_to == datetime.fromisoformat(f"{ends} 23:59:59").replace(tzinfo=BERLIN)


def test_what_is_ready_from_an_hour_is_due_at_that_hour() -> None:
    said = datetime(2026, 3, 10, 10, tzinfo=BERLIN)
    (found,) = when.find("morgen ab 11 Uhr abholbereit", said_at=said, state=True)
    assert (found.due_from, found.due_to) == (None, datetime(2026, 3, 11, 11, tzinfo=BERLIN))


@pytest.mark.parametrize(
    "words",
    [
        "Guten Morgen!",
        "Do not worry",
        "So geht das",
        "Fr. Brandt hat angerufen",
        "Version 2.3.1",
        "10 % Rabatt",
        "Zimmer 214",
    ],
)
def test_other_words_name_no_day(words: str) -> None:
    assert when.find(words, said_at=datetime(2026, 3, 10, 10, tzinfo=BERLIN)) == ()


def test_easter_falls_where_the_calendar_has_it() -> None:
    assert [feasts.easter(year) for year in (2025, 2026, 2027, 2038)] == [
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]


PIECES = st.sampled_from(
    "am bis zum 30. 31.2. 29. Februar 99:99 24 Uhr KW 99 53 in 999 Monaten zwischen 5 und – 1/2 ersten of the next month week Q4 half "
    "past 0 twelve gestern morgen früh Montag-Freitag vom Ende Mitte innerhalb von 12 Wochen \n > „ “ 🙂 \u200b ä ae".split(
        " "
    )
)


@given(
    st.lists(PIECES, max_size=14).map(" ".join),
    st.datetimes(datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2030-01-01")),
)
def test_any_words_are_read_without_error(words: str, said: datetime) -> None:
    for one in when.find(words, said_at=said.replace(tzinfo=BERLIN)):
        assert words[one.start : one.end] == one.text
