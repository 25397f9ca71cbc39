"""The words of a sentence that carry matter, with their base forms, the parts of compounds and the phrases they form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eyelevel.kernel import text as texts
from eyelevel.kernel.search import analysis
from eyelevel.word import vocabulary

_GREETING = re.compile(
    r"^\s*(?:sehr\sgeehrte[rs]?|guten\s(?:tag|morgen|abend)|hallo|liebe[rs]?|moin|servus|grüß\sgott|dear|hello|hi|hey|good\s(?:morning|afternoon))\b[^,!:.\n]{0,60}[,!:]\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:Herrn?|Frau|Familie|Hr\.|Fr\.|Dr\.|Mrs?\.?|Ms\.?|Miss|Sir|Prof\.)\s(?:Dr\.\s)?[A-ZÄÖÜ][\w'’-]+"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CUT = re.compile(r"[,;:–—()]|\s-\s|\b(?:und|aber|sondern|and|but|so|while|whereas|nor)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A word that carries matter: its place, its base forms (whole), and those of its parts where it is a compound."""

    start: int
    end: int
    clause: int
    place: int  # number of the word in the sentence
    whole: frozenset[str]
    parts: frozenset[str]
    head: frozenset[str]
    noun: bool


Read = tuple[tuple[str, ...], tuple[tuple[int, int, int], ...], tuple[Token, ...]]


def words(text: str, language: str) -> Read:
    hidden = [match.span() for match in (*_GREETING.finditer(text), *_NAMED.finditer(text))]
    cuts = [match.start() for match in _CUT.finditer(text)]
    plain: list[str] = []
    spots: list[tuple[int, int, int]] = []
    tokens: list[Token] = []
    clause = 0
    for match in _WORD.finditer(text):
        while clause < len(cuts) and cuts[clause] <= match.start():
            clause += 1
        word = texts.folded(match[0]).replace("’", "'")
        if any(start <= match.start() < end for start, end in hidden):
            continue
        plain.append(word)
        spots.append((match.start(), match.end(), clause))
        token = _token(match, word, clause, len(plain) - 1, language)
        if token is not None:
            tokens.append(token)
    tokens += _phrases(plain, spots)
    tokens += _parted_verbs(plain, spots, language)
    tokens.sort(key=lambda one: one.place)
    return tuple(plain), tuple(spots), tuple(tokens)


def _phrases(plain: Sequence[str], spots: Sequence[tuple[int, int, int]]) -> Iterator[Token]:
    """What is named by several words ("get rid of"), at the place of the first."""
    for place, (start, end, clause) in enumerate(spots):
        named = frozenset(vocabulary.phrases_at(plain, place))
        if named:
            yield Token(start, end, clause, place, _grouped(named), frozenset(), frozenset(), noun=False)


_PREFIXES = frozenset(
    "ab an auf aus bei ein mit vor zu zurueck weg los um nach her hin fest frei weiter zusammen weiter hinein heraus hinaus heim".split()
)
_LONGEST_VERB = 12  # words between a verb and the prefix that it lost


def _parted_verbs(
    plain: Sequence[str], spots: Sequence[tuple[int, int, int]], language: str
) -> Iterator[Token]:
    """Verbs whose prefix stands at the end of their clause: "nehmen wir das Sofa mit" names "mitnehmen"."""
    if language != "de":
        return
    for place, word in enumerate(plain):
        last = place + 1 == len(plain) or spots[place + 1][2] != spots[place][2]
        if word not in _PREFIXES or not last:
            continue
        for before in range(place - 1, max(-1, place - _LONGEST_VERB), -1):
            forms = _verb(word + plain[before])
            if forms and plain[before] not in _AUXILIARIES:
                start, end, clause = spots[before]
                yield Token(start, end, clause, before, _grouped(forms), frozenset(), frozenset(), noun=False)
                break


_AUXILIARIES = frozenset("sie ihnen ist sind hat haben wird werden war waren ihre uns".split())


@lru_cache(maxsize=4_096)
def _verb(joined: str) -> frozenset[str]:
    """The base forms of a verb, where the dictionary knows the word as one."""
    return frozenset(
        form for form in analysis.keys(joined).german if form.endswith("en") and form != joined[:-1]
    )


def greeting_of(sentence: str) -> str:
    """The greeting with which a sentence begins ("Hallo Jana, "), or nothing."""
    found = _GREETING.match(sentence)
    return found[0] if found else ""


def unnamed(text: str) -> str:
    """The sentence with its greeting and names blanked: "Fr. Rehm" is no Friday."""
    for pattern in (_GREETING, _NAMED):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _token(match: re.Match[str], word: str, clause: int, place: int, language: str) -> Token | None:
    if word in vocabulary.stop() or len(word) < 2 or word[0].isdigit():
        return None
    whole, parts, head = _forms(match[0].split("'")[0].split("’")[0], language)
    if whole & vocabulary.stop():
        return None
    noun = language != "de" or match[0][0].isupper()
    return Token(match.start(), match.end(), clause, place, whole, parts, head, noun)


@lru_cache(maxsize=16_384)
def _forms(word: str, language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Base forms and groups of a word, of its parts, and of its last part."""
    keys = analysis.keys(word)
    whole = {
        keys.plain,
        *([keys.english] if keys.english and language != "de" else []),
        *(keys.german if language != "en" else ()),
    }
    parts = keys.parts if language != "en" else ()
    if keys.plain.endswith("frei") and len(keys.plain) > SHORTEST_STEM + 3:
        parts = (*parts, keys.plain[:-4])  # "asbestfrei"
    stem = _stem(keys.plain, language)
    return _grouped(whole) | stem, _grouped(parts), _grouped(parts[-1:])


_ENDINGS = {
    "de": ("ungen", "ung", "ten", "tes", "ter", "te", "en", "er", "es", "et", "t", "e", "n", "s"),
    "en": (
        "ations",
        "ation",
        "ments",
        "ment",
        "ings",
        "ing",
        "ors",
        "ers",
        "or",
        "er",
        "ed",
        "ies",
        "y",
        "ions",
        "ion",
        "es",
        "s",
        "e",
    ),
}
SHORTEST_STEM = 5


def _stem(plain: str, language: str) -> frozenset[str]:
    """What a verb and its noun share ("umbuchen", "Umbuchung"), where it is long enough to mean something."""
    ending = next((one for one in _ENDINGS.get(language, ()) if plain.endswith(one)), "")
    bare = plain[: len(plain) - len(ending)]
    return frozenset({f"~{bare if len(bare) >= SHORTEST_STEM else plain}"})


def _grouped(forms: Iterable[str]) -> frozenset[str]:
    known = vocabulary.groups()
    return frozenset(name for form in forms for name in (form, *known.get(form, ())))
