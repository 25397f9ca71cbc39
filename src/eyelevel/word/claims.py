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
from eyelevel.word import amounts, figures, spans, vocabulary

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
_GREETING = re.compile(
    r"^\s*(?:sehr\sgeehrte[rs]?|guten\s(?:tag|morgen|abend)|hallo|liebe[rs]?|moin|servus|grüß\sgott|dear|hello|hi|hey|good\s(?:morning|afternoon))\b[^,!:.\n]{0,60}[,!:]\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:Herrn?|Frau|Familie|Hr\.|Fr\.|Dr\.|Mrs?\.?|Ms\.?|Miss|Sir|Prof\.)\s(?:Dr\.\s)?[A-ZÄÖÜ][\w'’-]+"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CUT = re.compile(r"[,;:–—()]|\s-\s|\b(?:und|aber|sondern|and|but|so|while|whereas|nor)\b", re.IGNORECASE)
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


@dataclass(frozen=True)
class Saying:
    """A concept that a sentence states, with its sign after negation: text[start:end]."""

    name: str
    kind: str
    holds: bool
    start: int
    end: int
    clause: int


Told = tuple[frozenset[Decimal], frozenset[tuple[Decimal, str]], tuple[spans.Period, ...]]


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
    periods: tuple[spans.Period, ...]
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
    read = [_words(span.text[:LONGEST_SENTENCE], language) for span in sentences]
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
        if last is not None and _GOES_ON.match(span.text) and _ABBREVIATED.search(last.text) and span.start - last.end <= 2:
            text = shown[last.start : span.end]
            joined[-1] = texts.Span(last.start, span.end, text)
        else:
            joined.append(span)
    return joined


_FREE_OF = frozenset("gluten sugar smoke tax lactose nut dairy meat interest rent alcohol fat lead fee step milk egg wheat asbestos".split())

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


_Read = tuple[tuple[str, ...], tuple[tuple[int, int, int], ...], tuple[Token, ...]]


def _words(text: str, language: str) -> _Read:
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
    return frozenset(form for form in analysis.keys(joined).german if form.endswith("en") and form != joined[:-1])


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
    if keys.plain.endswith("frei") and len(keys.plain) > _SHORTEST_STEM + 3:
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
_SHORTEST_STEM = 5


def _stem(plain: str, language: str) -> frozenset[str]:
    """What a verb and its noun share ("umbuchen", "Umbuchung"), where it is long enough to mean something."""
    ending = next((one for one in _ENDINGS.get(language, ()) if plain.endswith(one)), "")
    bare = plain[: len(plain) - len(ending)]
    return frozenset({f"~{bare if len(bare) >= _SHORTEST_STEM else plain}"})


def _grouped(forms: Iterator[str] | Sequence[str] | set[str]) -> frozenset[str]:
    known = vocabulary.groups()
    return frozenset(name for form in forms for name in (form, *known.get(form, ())))


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
        if word.endswith("frei") and len(word) > _SHORTEST_STEM + 3:
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
