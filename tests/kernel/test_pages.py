"""How numbers are written on pages."""

from __future__ import annotations

import pytest
from django.utils import translation

from eyelevel.kernel.pages import size


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (999, "de", "999 B"),
        (643_000, "de", "643 kB"),
        (25_000_000, "de", "25 MB"),
        (1_540_000, "de", "1,5 MB"),
        (1_540_000, "en", "1.5 MB"),
    ],
)
def test_a_size_is_written_as_the_language_writes_numbers(count, language, said):
    with translation.override(language):
        assert size(count) == said
