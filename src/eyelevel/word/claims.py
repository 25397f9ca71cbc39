"""Sentences as claims: what they are about, what they say is so or not so, when, how much, why, who does it, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from eyelevel.kernel import text as texts
from eyelevel.kernel.search import analysis
from eyelevel.word import amounts, figures, spans, tokens, vocabulary
from eyelevel.word.stretches import Period
from eyelevel.word.tokens import SHORTEST_STEM, Token, unnamed

MOST_SENTENCES = 200
KEPT = 8_192  # claims of which what was worked out is remembered
LONGEST_SENTENCE = 600  # signs; of a longer one only the beginning is read
_QUOTED = re.compile(r"^\s*>")
_ASKED = re.compile(r"\?\s*[\"'”»)]*$")
_REPORTED = re.compile(
    r"\b(?:(?:haben|hatten|hatte|habe)\b[^.!?]*\b(?:zugesagt|versprochen|angekündigt|mitgeteilt|geschrieben|gesagt)"
    r"|(?:we|i)\s+(?:had\s+)?(?:promised|told\s+you|said|announced|wrote))",
    re.IGNORECASE,
)
_NEGATORS = frozenset(
    "nicht kein keine keinen keinem keiner keinerlei nie niemals keines keins niemand not no never cannot none nobody neither nor"
    " weder kaum".split()
)
_NO_NEGATION = re.compile(
    r"\b(?:nicht\snur|not\sonly|kein\sproblem|no\s(?:trouble|problem|longer\sthan|later\sthan)|ohne\sweiteres|nicht\smehr\sals|not\smore\sthan|no\smore\sthan|nichts\sanderes)\b"
)
_PROGRESS = re.compile(
    r"\b(?:inzwischen|mittlerweile|jetzt|nun|wieder|ab\ssofort|seit\s(?:heute|gestern)|now|meanwhile|since\sthen|again|as\sof\stoday|from\stoday)\b"
)


@dataclass(frozen=True)
class Saying:
    """A concept that a sentence states, with its sign after negation: text[start:end]."""

    name: str
    kind: str
    holds: bool
    start: int
    end: int
    clause: int


Told = tuple[frozenset[Decimal], frozenset[tuple[Decimal, str]], tuple[Period, ...]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """One sentence of ours and what it commits to. Each is itself alone: what is worked out about it is kept by identity."""

    start: int
    end: int
    text: str
    plain: tuple[str, ...]  # all words, folded
    spots: tuple[tuple[int, int, int], ...]  # start, end, clause of each word
    tokens: tuple[Token, ...]
    keys: frozenset[str]
    around: frozenset[str]  # keys of the whole text
    sayings: tuple[Saying, ...]
    denied: frozenset[int]  # clauses with a negation
    periods: tuple[Period, ...]
    clocks: tuple[spans.Clock, ...]
    amounts: tuple[amounts.Amount, ...]
    figures: tuple[figures.Figure, ...]
    told: Told  # what the whole text names
    recurring: bool
    progress: bool
    language: str
    acts: frozenset[str]
    sorts: tuple[tuple[int, frozenset[str]], ...]  # named words of rivals.txt by line
    line: str  # the words, folded, with spaces between


@lru_cache(maxsize=4 * KEPT)
def acts_near(claim: Claim, place: int) -> frozenset[str]:
    """What is done in the clause of this place of the sentence; of the whole sentence where the clause tells nothing."""
    clause = max((number for start, _end, number in claim.spots if start <= place), default=0)
    words = [word for word, spot in zip(claim.plain, claim.spots, strict=True) if spot[2] == clause]
    return vocabulary.acts_of(words) or claim.acts


@lru_cache(maxsize=4_096)
def claims_of(shown: str, *, said_at: datetime) -> tuple[Claim, ...]:
    """The claims of a text as a reader sees it: our statements, not questions or quotes."""
    language = analysis.language_of(shown) or _guessed(shown)
    sentences = [
        span
        for span in _joined(texts.sentences(_without_quotes(shown), MOST_SENTENCES), shown)
        if not _ASKED.search(span.text)
    ]
    read = [tokens.words(span.text[:LONGEST_SENTENCE], language) for span in sentences]
    around = frozenset(
        key for _words_, _spots, tokens in read for token in tokens for key in token.whole | token.parts
    )
    claims = [
        _claim(span, said_at, words, spots, tokens, around, language)
        for span, (words, spots, tokens) in zip(sentences, read, strict=True)
        if words
    ]
    told = (
        frozenset(one.value for claim in claims for one in claim.amounts),
        frozenset((one.value, one.unit) for claim in claims for one in claim.figures),
        tuple(one for claim in claims for one in claim.periods),
    )
    return tuple(replace(claim, told=told) for claim in claims)


_GOES_ON = re.compile(r"[a-zäöüß\d€£]")
_ABBREVIATED = re.compile(r"\b\w{1,6}\.$")


def _joined(spans_: Iterator[texts.Span] | Sequence[texts.Span], shown: str) -> list[texts.Span]:
    """Sentences that an abbreviation cut in two ("Grabpflege jährl. 180 Euro") are one."""
    joined: list[texts.Span] = []
    for span in spans_:
        last = joined[-1] if joined else None
        if (
            last is not None
            and _GOES_ON.match(span.text)
            and _ABBREVIATED.search(last.text)
            and span.start - last.end <= 2
        ):
            text = shown[last.start : span.end]
            joined[-1] = texts.Span(last.start, span.end, text)
        else:
            joined.append(span)
    return joined


_FREE_OF = frozenset(
    "gluten sugar smoke tax lactose nut dairy meat interest rent alcohol fat lead fee step milk egg wheat asbestos".split()
)
_GERMAN = re.compile(
    r"[äöüß]|\b(?:der|die|das|und|ist|sind|wir|ihr|ihre|sie|im|am|zum|zur|ein|eine|bis|nicht|kein|noch|vom|beim|haben)\b",
    re.IGNORECASE,
)


def _guessed(shown: str) -> str:
    """The language of a text with few small words."""
    beginning = shown[:2_000]
    if _GERMAN.search(beginning):
        return "de"
    return "en" if re.search(r"\b(?:the|your|you|is|at|of|we|for|to|on)\b", beginning, re.IGNORECASE) else ""


def _without_quotes(shown: str) -> str:
    """Quoted lines keep their length (as blanks), so that places stay right."""
    lines = shown.split("\n")
    return "\n".join(" " * len(line) if _QUOTED.match(line) else line for line in lines)


def _claim(
    span: texts.Span,
    said_at: datetime,
    words: tuple[str, ...],
    spots: tuple[tuple[int, int, int], ...],
    tokens: tuple[Token, ...],
    around: frozenset[str],
    language: str,
) -> Claim:
    text = unnamed(span.text[:LONGEST_SENTENCE])
    folded = " ".join(words)
    denied = _denied(words, spots, folded)
    return Claim(
        start=span.start, end=span.end, text=span.text, plain=words, spots=spots, tokens=tokens,
        keys=frozenset(key for token in tokens for key in token.whole | token.parts), around=around,
        sayings=tuple(_sayings(words, spots, denied)), denied=frozenset(denied),
        periods=() if _REPORTED.search(text) else spans.find(text, said_at=said_at),
        clocks=spans.clocks(text), amounts=amounts.find(text), figures=figures.find(text), told=(frozenset(), frozenset(), ()), recurring=spans.recurring(text),
        progress=bool(_PROGRESS.search(folded)), language=language, acts=vocabulary.acts_of(words),
        sorts=tuple(sorted(vocabulary.sorts_of(words).items())), line=folded,
    )  # fmt: skip


def _denied(words: Sequence[str], spots: Sequence[tuple[int, int, int]], folded: str) -> dict[int, list[int]]:
    """The places of negations by clause."""
    if _NO_NEGATION.search(folded):
        return {}
    found: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        if word in _NEGATORS or word.endswith("n't"):
            found.setdefault(spots[place][2], []).append(place)
    return found


def _sayings(
    words: Sequence[str], spots: Sequence[tuple[int, int, int]], denied: dict[int, list[int]]
) -> Iterator[Saying]:
    for place, word in enumerate(words):
        taken: set[str] = set()
        if word.endswith("frei") and len(word) > SHORTEST_STEM + 3:
            yield Saying("without", "yes_no", True, *spots[place])
        if word == "free" and place and words[place - 1] in _FREE_OF:
            yield Saying("without", "yes_no", True, *spots[place])
            continue
        for concept, end in vocabulary.concepts_at(words, place):
            if concept.name in taken:
                continue
            taken.add(concept.name)
            clause = spots[place][2]
            turned = any(not place <= where < end for where in denied.get(clause, ()))
            start = spots[place][0]
            yield Saying(
                concept.name, concept.kind, concept.holds != turned, start, spots[end - 1][1], clause
            )
