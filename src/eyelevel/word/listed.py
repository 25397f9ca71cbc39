"""Word lists as patterns, so that the lists stay readable."""

from __future__ import annotations

import re


def any_of(listed: str) -> str:
    """A pattern for any of the listed words or phrases, whole words, parted by "|" or line ends.

    "*" stands for any ending, "~" for up to three words in between; a blank is any white space, an apostrophe either sort.
    """
    phrases = [" ".join(one.split()) for one in re.split(r"[|\n]", listed)]
    return r"(?<!\w)(?:" + "|".join(_pattern(one) for one in phrases if one) + r")(?!\w)"


def _pattern(phrase: str) -> str:
    words = [re.escape(word).replace(r"\*", r"\w*").replace("'", "['’]") for word in phrase.split(" ")]
    joined = ""
    for index, word in enumerate(words):
        if word == r"\~":
            joined += r"(?:[\w'’-]+\s+){0,3}"
        else:
            joined += word + (r"\s+" if index < len(words) - 1 else "")
    return joined


def search(listed: str) -> re.Pattern[str]:
    """The same, compiled, for searching whatever the case."""
    return re.compile(any_of(listed), re.IGNORECASE)
