"""Whether an answer names what the person named: numbers, sums, days, names, and the nouns that carry the complaint.

Plain Python over plain values, German and English. It counts words, it does not understand: docs/canned.md says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from eyelevel.kernel.search import analysis, compounds, lemmas
from eyelevel.kernel.text import folded, sentences
from eyelevel.word import amounts, framing, spans
from eyelevel.word.small_words import SMALL
from eyelevel.word.stretches import Period

MOST_READ = 6_000  # signs of what the person wrote, and as many of the answer times two
MOST_THINGS = 8
MOST_NOUNS = 4  # beside numbers, sums and days
MOST_SENTENCES = 60
SHORTEST_ENGLISH = 4  # letters of an English word that counts without a capital

Kind = Literal["number", "amount", "date", "noun"]
_NUMBER = re.compile(
    r"(?<![\w.,-])(?=[\w./-]*\d)[A-Z0-9](?:[A-Z0-9./-]{2,38})[A-Z0-9](?![\w-])", re.IGNORECASE
)
_LABEL = re.compile(r"([^\W\d_]{3,30})(?:nummer|-?nr\.?|\s+(?:nr\.?|no\.?|number|nummer))?[\s:#]{1,3}$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Nouns that are in every letter and name nothing.
_GENERAL = frozenset(
    "tag tage tagen morgen abend herr herren frau dame damen dank gruss gruesse problem probleme frage fragen antwort mail"
    " mails email e-mail nachricht zeit kunde kunden kundin firma hilfe woche wochen monat monate monaten jahr jahre jahren"
    " stunde stunden uhr grund weise fall sache ende anfang mal moment anliegen info infos information informationen"
    " rueckmeldung mitarbeiter kollege kollegen leute eur euro euros unternehmen betreff danke ihnen meinung ding dinge"
    " montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar maerz april mai juni juli august september"
    " oktober november dezember"
    " question questions problem problems thing things time times day days week weeks month months year years hour hours"
    " hello thanks thank help somebody someone anybody people customer customers company answer reply message email please"
    " monday tuesday wednesday thursday friday saturday sunday january february march april june july october december"
    " really never always again still already today tomorrow yesterday since until want wants need needs know told said"
    " says call called tell asked being want going come came make made take took back yours mine much many other another"
    " first second last next same after before without because though would could should there their about this that with"
    " from have been were what when where which while into over under between only even also just very good best bad".split()
)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that the person named, in their words."""

    kind: Kind
    words: str


@dataclass(frozen=True, kw_only=True)
class Specificity:
    """What of it the answer names, and what not, each in the order numbers, sums, days, nouns."""

    named: Sequence[Thing]
    missed: Sequence[Thing]

    @property
    def things(self) -> int:
        return len(self.named) + len(self.missed)


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """The answer, read once, and only for what was named."""

    plain: str
    numbers: frozenset[str]
    sums: frozenset[tuple[object, str]]
    days: frozenset[str]
    words: frozenset[str]


def specificity(asked: Sequence[str], answer: str, *, said_at: datetime, zone: str) -> Specificity:
    """`asked` is what the person wrote since we last answered, each with its subject in the first line."""
    hour = said_at.replace(minute=0, second=0, microsecond=0)
    things = named_in(tuple(asked), said_at=hour, zone=zone)
    if not things:
        return Specificity(named=(), missed=())
    read = _read(answer, things, said_at=said_at, zone=zone)
    hit = [_names(read, one, said_at=said_at, zone=zone) for one in things]
    return Specificity(
        named=tuple(one for one, yes in zip(things, hit, strict=True) if yes),
        missed=tuple(one for one, yes in zip(things, hit, strict=True) if not yes),
    )


@lru_cache(maxsize=32)  # asked again on every pause in typing
def named_in(asked: tuple[str, ...], *, said_at: datetime, zone: str) -> Sequence[Thing]:
    """What a person named, at most MOST_THINGS."""
    whole = "\n\n".join(_own(one) for one in asked)[:MOST_READ]
    sums = amounts.find(whole)
    days = [one for one in spans.find(whole, said_at=said_at, zone=zone) if _is_day(one)]
    taken = [*((one.start, one.end) for one in sums), *((one.start, one.end) for one in days)]
    found: dict[str, Thing] = {}
    for thing in (
        *_numbers(whole, taken),
        *(Thing(kind="amount", words=one.text) for one in sums),
        *(Thing(kind="date", words=one.text.rstrip(".,;")) for one in days),
    ):
        found.setdefault(_bare(thing.words) if thing.kind == "number" else folded(thing.words), thing)
    labels = {
        folded(word) for one in found.values() if one.kind == "number" for word in _WORD.findall(one.words)
    }
    nouns = [one for one in _nouns(asked) if folded(one) not in labels][:MOST_NOUNS]
    room = MOST_THINGS - len(nouns)
    return (*list(found.values())[:room], *(Thing(kind="noun", words=one) for one in nouns))


def _own(text: str) -> str:
    """The subject, then the letter without greeting, closing and quotes."""
    subject, _sep, body = text[:MOST_READ].partition("\n")
    return f"{subject}\n\n{framing.of(body).text}"


def _is_day(one: Period) -> bool:
    return one.weekday or any(sign.isdigit() for sign in one.text)


def _numbers(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Thing]:
    """Numbers of orders, contracts, cases: four signs or more with a digit, with the noun before them."""
    for match in _NUMBER.finditer(text):
        if sum(sign.isdigit() for sign in match[0]) < 3 or _overlaps(match.span(), taken):
            continue
        label = _LABEL.search(text[max(0, match.start() - 48) : match.start()])
        named = label is not None and folded(label[1]) not in SMALL
        yield Thing(kind="number", words=f"{label[1]} {match[0]}" if label and named else match[0])


def _overlaps(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _nouns(asked: Sequence[str]) -> Sequence[str]:
    """Nouns and names, the weightiest first: those of the subject, then the frequent, then the long ones."""
    weight: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for text in asked:
        subject, _sep, body = text[:MOST_READ].partition("\n")
        language = analysis.language_of(f"{subject} {body}") or "de"
        for part, worth in ((subject, 3), (framing.of(body).text, 1)):
            for word in _telling(part, language, of_subject=worth > 1):
                key = analysis.keys(word).main(language)
                weight[key] += worth + (worth == 1 and len(word) > 9)
                shown.setdefault(key, word)
    least = 2 if len(weight) > MOST_NOUNS else 1
    ranked = sorted((key for key in weight if weight[key] >= least), key=lambda key: -weight[key])
    return [shown[key] for key in ranked]


def _telling(text: str, language: str, *, of_subject: bool) -> Iterator[str]:
    small = text == text.lower()
    for sentence in sentences(text, MOST_SENTENCES):
        for number, match in enumerate(_WORD.finditer(sentence.text)):
            word = match[0]
            plain = folded(word)
            if len(word) < 3 or plain in SMALL or plain in _GENERAL:
                continue
            if language == "en":
                if (word[:1].isupper() and number > 0) or (
                    len(word) >= SHORTEST_ENGLISH and (of_subject or word.islower())
                ):
                    yield word
            elif _may_be_noun(word, first=number == 0, small=small):
                yield word


def _may_be_noun(word: str, *, first: bool, small: bool) -> bool:
    """A German noun or name. `small`: whoever wrote this uses no capitals, so only the dictionary tells."""
    if word[:1].isupper():
        return not first or bool(lemmas.noun(word) or compounds.split_once(word))
    return small and all(form[:1].isupper() for form in lemmas.german(word) or ("",))


def _read(answer: str, things: Sequence[Thing], *, said_at: datetime, zone: str) -> _Answer:
    kinds = frozenset(one.kind for one in things)
    own = framing.of(answer[: 2 * MOST_READ]).text
    nouns = [folded(one.words) for one in things if one.kind == "noun"]
    return _Answer(
        plain=folded(own),
        numbers=frozenset(_bare(match[0]) for match in _NUMBER.finditer(own)),
        sums=frozenset((one.value, one.currency) for one in amounts.find(own if "amount" in kinds else "")),
        days=frozenset(
            _day(one) for one in spans.find(own if "date" in kinds else "", said_at=said_at, zone=zone)
        ),
        words=frozenset(token for word in _near(own, nouns) for token in _tokens(word)),
    )


def _near(text: str, nouns: Sequence[str]) -> Iterator[str]:
    """The words that could be a form or a compound of one of these: looking into the dictionaries for all would take long."""
    begins = frozenset(part[:1] for noun in nouns for part in noun.split("-"))
    for word in {match[0] for match in analysis.words(text)} if nouns else ():
        plain = folded(word)
        if plain[:1] in begins or any(plain[:4] in noun or noun[-5:] in plain for noun in nouns):
            yield word


def _tokens(word: str) -> Iterator[str]:
    known = analysis.keys(word)
    yield from known.asked
    yield from known.parts


def _names(read: _Answer, thing: Thing, *, said_at: datetime, zone: str) -> bool:
    if thing.kind == "number":
        return _bare(thing.words) in read.numbers
    if thing.kind == "amount":
        return any((one.value, one.currency) in read.sums for one in amounts.find(thing.words))
    if thing.kind == "date":
        days = {_day(one) for one in spans.find(thing.words, said_at=said_at, zone=zone)}
        return bool(days & read.days) or folded(thing.words) in read.plain
    known = [analysis.keys(match[0]) for match in analysis.words(thing.words)]
    return any(one.asked & read.words or (one.parts and one.parts[-1] in read.words) for one in known)


def _bare(number: str) -> str:
    """The number without its label and without marks: "Bestellung 47-11" and "4711" are the same."""
    return re.sub(r"[^\w]|_", "", number.rpartition(" ")[2]).lower()


def _day(one: Period) -> str:
    """The day that a phrase names; of a deadline its last one."""
    return (one.last if one.deadline else one.first).isoformat()
