"""From text to the tokens of the index, the same for every database: folded words, their base forms, compound parts.

Each word has one main token at its place (phrases are read there) and further ones beside it. A question is answered
through every form that a word of it may have, so "Verspätungen", "verspaetung" and "VERSPÄTUNG" find each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from eyelevel.kernel.search import compounds, lemmas
from eyelevel.kernel.text import clean, folded, visible

VERSION = 2  # raised with every change of tokens: the index of a house is then walked again by itself
MOST_WORDS = 15_000  # of one text; PostgreSQL keeps no places beyond 16,383
LONGEST_TOKEN = 64
WORDS_KEPT = 32_768  # about 20 MB of analysed words, where so many were seen
_WORD = re.compile(r"[^\W_]+")
_NO_WORD = re.compile(r"[\W_]+")  # what folding leaves of signs like ⑴
_ENDINGS = ("ungen", "innen", "en", "es", "er", "em", "e", "n", "s")
_SHORTEST_STEM = 5
_GERMAN = frozenset(
    "der die das und ich nicht ist sie wir es ein eine zu den mit auf für von dem sich auch bei wie aber noch haben hat"
    " wird nach war bin mein meine ihr ihre kann wenn oder schon seit bitte danke".split()
)
_ENGLISH = frozenset(
    "the and you is of to not it that was for on are with have this my your be at they we has can will what but from or"
    " been would there when which please thanks".split()
)


@dataclass(frozen=True)
class Keys:
    """All tokens of one word. `german` and `english` are its base forms, empty where the dictionaries do not know it."""

    plain: str
    german: tuple[str, ...] = ()
    english: str = ""
    parts: tuple[str, ...] = ()

    def main(self, language: str) -> str:
        """The token at the place of the word in a text of this language."""
        first = self.german[0] if self.german else ""
        return (self.english or first if language == "en" else first or self.english) or self.plain

    def beside(self, language: str) -> Iterator[str]:
        """The further tokens of the word in a text of this language ("" where we do not know it)."""
        if language != "en" or not self.english:
            yield from self.german
            yield from self.parts
        if self.english and (language != "de" or not self.german):
            yield self.english
        yield self.plain

    @property
    def asked(self) -> frozenset[str]:
        """The tokens by which a question finds the word."""
        return frozenset({self.plain, *self.german, *([self.english] if self.english else [])})


@dataclass(frozen=True)
class Tokens:
    """One text as it goes into the index: each part is tokens with spaces between."""

    title: str
    body: str
    beside: str
    language: str


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text that is clean already, with their places."""
    return _WORD.finditer(text)


def shown(text: str) -> str:
    """The text as it is analysed and quoted: clean, without what a reader cannot see."""
    return visible(clean(text))


@lru_cache(maxsize=WORDS_KEPT)
def keys(word: str) -> Keys:
    """The tokens of one word (one match of `words`)."""
    plain = _NO_WORD.sub("", folded(word))[:LONGEST_TOKEN] or "x"
    if len(word) < 2 or len(word) > LONGEST_TOKEN or not word.isalpha():
        return Keys(plain)
    german = tuple(folded(form) for form in _german(word))
    english = folded(lemmas.english(word) or "")
    if not german and not english:
        german = (compounds.head(word) or _stem(plain),)
    return Keys(plain, german=german, english=english, parts=compounds.parts(word))


@lru_cache(maxsize=WORDS_KEPT)
def _in_a_text(word: str, language: str) -> tuple[str, dict[str, None]]:
    """The main token of a word, and the tokens beside it as an ordered set."""
    known = keys(word)
    return known.main(language), dict.fromkeys(known.beside(language))


def _german(word: str) -> tuple[str, ...]:
    """Base forms; a word written without umlauts is tried with them."""
    found = lemmas.german(word)
    if found or word.isascii() is False:
        return found
    respelled = re.sub(r"ae|oe|ue", lambda match: {"ae": "ä", "oe": "ö", "ue": "ü"}[match[0]], word.lower())
    return lemmas.german(respelled) if respelled != word.lower() else ()


def _stem(plain: str) -> str:
    """A word that no dictionary knows (a name, a product), without the ending of a plural or a case."""
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= _SHORTEST_STEM:
            return plain[: -len(ending)]
    return plain


def language_of(text: str) -> str:
    """German ("de"), English ("en"), or "" where the small words do not tell."""
    counts = {"de": 0, "en": 0}
    for number, match in enumerate(words(text)):
        if number >= 400:
            break
        lower = match[0].lower()
        counts["de"] += lower in _GERMAN
        counts["en"] += lower in _ENGLISH
    if max(counts.values()) < 2 or counts["de"] == counts["en"]:
        return ""
    return max(counts, key=lambda name: counts[name])


def tokens(*, title: str, body: str, language: str = "", beside: Iterable[str] = ()) -> Tokens:
    """Analyse one text; `beside` are tokens that are ready already (see `marker`)."""
    title, body = shown(title), shown(body)
    language = language if language in {"de", "en"} else language_of(f"{title}\n{body}")
    further = dict.fromkeys(beside)
    left = MOST_WORDS
    places: list[str] = []
    for part in (title, body):
        mains: list[str] = []
        for match in words(part):
            if len(mains) >= left:
                break
            main, others = _in_a_text(match[0], language)
            mains.append(main)
            further.update(others)
        left -= len(mains)
        places.append(" ".join(mains))
    for main in set(places[0].split()) | set(places[1].split()):
        further.pop(main, None)
    return Tokens(title=places[0], body=places[1], beside=" ".join(further), language=language)


def marker(name: str, value: str) -> str:
    """A token that no text can contain, for what is not said but known: kind, channel, scope, author.

    It begins with a sign that words never begin with, so no prefix of a question reaches it.
    """
    plain = re.sub(r"[^\w@.+-]|_", "-", folded(value))[:LONGEST_TOKEN]
    return f"={name}:{plain}"


def author_markers(author: str) -> Iterator[str]:
    """By which `from:` finds somebody: the whole name or address, and each word of it."""
    whole = shown(author).strip()
    if whole:
        yield marker("from", whole)
        for match in words(whole):
            yield marker("from", match[0])
