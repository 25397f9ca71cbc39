"""Sums as people type them: read exactly, or asked about; never guessed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyelevel.kernel import money


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("50", 5_000), ("50,00", 5_000), ("50.00", 5_000), ("50,5", 5_050), ("49,99 €", 4_999), ("€49.99", 4_999),
        ("EUR 60", 6_000), ("60 Euro", 6_000), ("60 euros", 6_000), ("1.200,50 €", 120_050), ("1,200.50", 120_050),
        ("1 200,50", 120_050), ("1\u202f200 €", 120_000), ("1.200.000", 120_000_000), ("1’200.50", 120_050), ("50,-", 5_000), ("1200", 120_000), ("0,01", 1),
        ("  50  ", 5_000),
    ],
)  # fmt: skip
def test_german_and_english_sums_are_read(typed, cents):
    assert money.cents_of(typed) == cents


@pytest.mark.parametrize("typed", ["1.200", "1,200", "12.345", "999,000 €", "€1.200"])
def test_what_has_two_meanings_is_asked_about(typed):
    with pytest.raises(money.TwoMeanings):
        money.cents_of(typed)


def test_both_meanings_are_named():
    with pytest.raises(money.TwoMeanings) as asked:
        money.cents_of("1.200 €")
    assert (asked.value.many, asked.value.few) == (1200, "1,200")


@pytest.mark.parametrize(
    "typed",
    ["", "€", "viel", "-5", "5-", "50,00,00", "1.20.000", "12,3456", "1.200,500", "５０", "٥٠", "1e3", "0x10", "50 50", "5\x000", "9" * 13, "50 € €", "1,200,50", "1000000001"],
)  # fmt: skip
def test_what_is_no_sum_is_refused(typed):
    with pytest.raises(money.NoSum):
        money.cents_of(typed)


@pytest.mark.parametrize("typed", ["50 $", "$50", "50 USD", "£20", "20 CHF", "50 Cent"])
def test_another_currency_is_refused_as_such(typed):
    with pytest.raises(money.OtherCurrency):
        money.cents_of(typed)


@pytest.mark.parametrize("language", ["de", "en"])
@given(cents=st.integers(0, money.MOST_CENTS))
def test_what_is_shown_is_read_back_or_asked_about(language, cents):
    shown = money.spoken(cents, language=language)
    if cents % 100 == 0 and 100_000 <= cents < 100_000_000:
        with pytest.raises(money.TwoMeanings):
            money.cents_of(shown)
    else:
        assert money.cents_of(shown) == cents


@given(st.text(max_size=30))
def test_no_text_breaks_it(typed):
    with contextlib.suppress(money.NoSum):
        assert 0 <= money.cents_of(typed) <= money.MOST_CENTS


def test_sums_are_shown_as_people_write_them():
    assert money.spoken(120_050, language="de") == "1.200,50\u00a0€"
    assert money.spoken(5_000, language="de") == "50\u00a0€"
    assert money.spoken(120_050, language="en") == "€1,200.50"
