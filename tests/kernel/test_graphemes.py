"""Signs as people count them."""

from __future__ import annotations

import pytest

from eyelevel.kernel import graphemes


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("", 0), ("Zug", 3), ("Straße", 6), ("a\u0308", 1), ("é", 1), ("\r\n", 1), ("\n\n", 2), ("👍", 1), ("👍🏽", 1), ("👨‍👩‍👧‍👦", 1),
        ("🇩🇪", 1), ("🇩🇪🇫🇷", 2), ("❤️", 1), ("1️⃣", 1), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1), ("한국", 2), ("한", 1), ("👩🏽‍🚀🚆", 2), ("नि", 1), ("a\u200db", 2),
        ("\n\u0308", 2), ("日本語", 3),
    ],
)  # fmt: skip
def test_signs(text, signs):
    assert graphemes.count(text) == signs
