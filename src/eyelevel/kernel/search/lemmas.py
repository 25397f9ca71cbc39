"""Base forms of German and English words, from the dictionaries of simplemma, read in their packed form.

Loaded at the first word that is looked up (0.5 s, about 25 MB); unpacked tables would be six times as fast and need 140 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

Language = Literal["de", "en"]


@lru_cache(maxsize=2)
def _table(language: Language) -> Mapping[str, str]:
    from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

    return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(language)


def german(word: str) -> tuple[str, ...]:
    """Base forms of a German word whatever its case: the noun first, then the verb or adjective; none if unknown."""
    lower = word.lower()
    table = _table("de")
    found = (table.get(lower[:1].upper() + lower[1:]), table.get(lower))
    return tuple(dict.fromkeys(form for form in found if form))


@lru_cache(maxsize=16_384)  # the ends of words are looked up again and again, about 3 MB
def noun(word: str) -> str | None:
    """The base form of a German word that can be a noun."""
    return _table("de").get(word[:1].upper() + word[1:].lower())


def english(word: str) -> str | None:
    lower = word.lower()
    table = _table("en")
    return table.get(lower) or table.get(lower[:1].upper() + lower[1:])


def only_verb(word: str) -> bool:
    """Is this a known German word that cannot be a noun? Such words are no compounds of nouns."""
    lower = word.lower()
    table = _table("de")
    return table.get(lower) is not None and table.get(lower[:1].upper() + lower[1:]) is None
