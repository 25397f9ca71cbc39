"""The thinking about articles: their form, their words, what may be about a person, what changed. Plain Python, no database."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from eyelevel.kernel import text as texts
from eyelevel.kernel.search import analysis

MOST_TEXT = 50_000
MOST_TITLE = 200
MOST_SOURCES = 20
MOST_SENTENCES = 400
MOST_KEYWORDS = 400  # of one version
MOST_ASKED = 120  # words of a draft that look for articles
MOST_READ = 20_000  # signs of a draft
SHORTEST_WORD = 4
LONGEST_SENTENCE = 400  # that is offered for an answer

BlockKind = Literal["heading", "list", "paragraph"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of an article: a heading ("## …"), a list ("- …"), or a paragraph."""

    kind: BlockKind
    lines: tuple[str, ...]


def blocks(text: str) -> Sequence[Block]:
    """The structure that a plain text shows by itself: empty lines part paragraphs, "## " heads, "- " lists."""
    found: list[Block] = []
    fresh = True  # does the next line begin a block of its own?
    for line in text.split("\n"):
        kind, words = _line(line)
        if words and not fresh and found[-1].kind == kind != "heading":
            found[-1] = Block(kind=kind, lines=(*found[-1].lines, words))
        elif words:
            found.append(Block(kind=kind, lines=(words,)))
        fresh = not words
    return found


def _line(line: str) -> tuple[BlockKind, str]:
    stripped = line.strip()
    if stripped.startswith("#"):
        return "heading", stripped.lstrip("#").strip()
    if stripped.startswith(("- ", "* ", "• ")):
        return "list", stripped[2:].strip()
    return "paragraph", stripped


def sentences(text: str) -> Sequence[str]:
    """The sentences of an article as a reader meets them, without the signs of headings and lists."""
    return [
        piece
        for span in texts.sentences(text, MOST_SENTENCES)
        if (piece := re.sub(r"^(?:#+\s*|[-*•]\s+)", "", span.text).strip())
    ]


# Words that stand in every letter and lead nowhere.
_STOP = frozenset(
    "aber alle allem allen aller alles also andere anderen auch beim bereits bitte danke dann dass deine deinem deinen deiner denn"
    " deren dessen diese diesem diesen dieser dieses doch dort durch eine einem einen einer eines einfach einmal erst etwas euch"
    " gern gerne gegen geht gibt ganz guten hallo haben hatte hatten herr frau hier ihnen ihre ihrem ihren ihrer immer jede jedem"
    " jeden jeder jedes jetzt kann kein keine keinen kommt können konnte lange leider mache machen mehr mein meine meinem meinen"
    " meiner muss müssen nach nicht noch oder ohne schon sehr sein seine seit selbst sich sind sobald sollte sollen sonst soll tage"
    " über unser unsere unserem unseren unserer unter viel viele vielen vom waren wann warum weil welche welcher wenn werde werden"
    " wieder will wird wollen wurde wurden zwei zwischen freundlichen freundliche grüße grüßen geehrte geehrter sehr liebe lieber gibt"
    " dank about after again also answer because been before being both could dear does done down each even ever every find from"
    " have hello here into just kind know like made make many more most much must need only other ours over please regards same"
    " should since some such sure than thank thanks that their them then there these they this those through time under until very"
    " want wants well were what when where which while will with within without would your yours you'll hours today tomorrow"
    " heute morgen gestern".split()
)


def language_of(text: str) -> str:
    """German ("de"), English ("en"), or "" where the small words do not tell."""
    return analysis.language_of(analysis.shown(text))


def keywords(text: str, *, language: str = "", most: int = MOST_KEYWORDS) -> Sequence[str]:
    """The words that carry a text, as base forms, each once, in their order; the parts of compounds count too."""
    shown = analysis.shown(text)
    language = language or analysis.language_of(shown)
    found: dict[str, None] = {}
    for match in analysis.words(shown):
        if len(found) >= most:
            break
        word = match[0]
        if not _carries(word):
            continue
        keys = analysis.keys(word)
        found.update(dict.fromkeys([keys.main(language), *keys.parts]))
    return list(found)[:most]


def _carries(word: str) -> bool:
    if any(sign.isdigit() for sign in word):
        return len(word) >= 3
    return len(word) >= SHORTEST_WORD and word.lower() not in _STOP


@dataclass(frozen=True, kw_only=True)
class Best:
    """The sentence of a text that shares most with what was asked. `shared` counts its words, those of the title half."""

    sentence: str
    number: int
    shared: float


def best_sentence(title: str, text: str, wanted: Collection[str], *, language: str) -> Best:
    """The sentence that answers, as far as words in common can tell. Headings answer nothing."""
    asked = frozenset(wanted)
    about = asked.intersection(keywords(title, language=language))
    best = Best(sentence="", number=-1, shared=0)
    for number, sentence, words in _telling(text, language):
        own = asked & words
        shared = len(own) + 0.5 * len(about - own) + (0.25 if re.search(r"\d", sentence) and own else 0)
        if own and shared > best.shared:
            best = Best(sentence=sentence, number=number, shared=shared)
    return best


@lru_cache(maxsize=256)
def _telling(text: str, language: str) -> Sequence[tuple[int, str, frozenset[str]]]:
    """The sentences of an article that can answer something, with their place and their words."""
    return [
        (number, sentence, frozenset(keywords(sentence, language=language)))
        for number, sentence in enumerate(sentences(text))
        if not sentence.endswith(("?", ":"))
        and len(sentence) <= LONGEST_SENTENCE
        and f"# {sentence}" not in text
    ]


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One sentence of a comparison: the same in both, only in the former, only in the later."""

    kind: Literal["same", "gone", "new"]
    text: str


def compared(before: str, after: str) -> Sequence[Changed]:
    """What became of each sentence, in the order of the later text."""
    old, new = list(sentences(before)), list(sentences(after))
    found: list[Changed] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Changed(kind="same", text=one) for one in new[c:d]]
            continue
        found += [Changed(kind="gone", text=one) for one in old[a:b]]
        found += [Changed(kind="new", text=one) for one in new[c:d]]
    return found


_PRIVATE = re.compile(
    r"""(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}     # a mail address
    |\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b  # an IBAN
    |(?<![\w.,])\+?\(?\d[\d\s/()-]{5,}\d(?![\w]|[.,]\d)          # a telephone, customer or order number
    |(?<![\w-])[A-ZÄÖÜ][\wäöüß-]{0,60}?(?:straße|strasse|str\.|weg|gasse|allee|platz)\s+\d+\s?[a-z]?\b   # a street with its number
    |\b\d+\s+[A-Z]\w+\s(?:Street|Road|Lane|Avenue)\b
    |\b\d{5}\s+[A-ZÄÖÜ][a-zäöüß]{2,}                             # a postcode with its town
    |\b(?:Herrn?|Frau|Mr|Mrs|Ms)\.?\s+(?!(?:und|oder|and)\b)[A-ZÄÖÜ][\wäöüß-]+""",
    re.VERBOSE,
)
SHORTEST_NAME = 3


def personal_words(text: str, *, known: Iterable[str]) -> Sequence[str]:
    """What in a text may tell who it was about: the known names and addresses of a person, and what looks like one."""
    found = {match[0].strip(): match.start() for match in _PRIVATE.finditer(text)}
    for name in _names(known):
        match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
        if match is not None:
            found.setdefault(match[0], match.start())
    whole = [words for words in found if not any(words in other and words != other for other in found)]
    return sorted(whole, key=lambda words: found[words])


def _names(known: Iterable[str]) -> Iterator[str]:
    for name in known:
        yield from (
            one for one in {name.strip(), *re.split(r"[\s,;<>()]+", name)} if len(one) >= SHORTEST_NAME
        )


def marked_in(text: str, words: Collection[str]) -> Sequence[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of these words."""
    if not words:
        return [(text, False)]
    longest_first = sorted(words, key=len, reverse=True)
    pieces = re.split("(" + "|".join(re.escape(one) for one in longest_first) + ")", text)
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]


def sources_in(typed: str) -> Sequence[str]:
    """One source a line: an address of the web, or "post:17". Anything else is kept as it was typed, as a name."""
    lines = [texts.one_line(line, 1_000) for line in typed.split("\n")]
    return list(dict.fromkeys(line for line in lines if line))[:MOST_SOURCES]


def posts_in(sources: Iterable[object]) -> Sequence[int]:
    """The posts that are named as sources."""
    named = (str(one).removeprefix("post:") for one in sources if str(one).startswith("post:"))
    return [number for one in named if (number := texts.number_in(one, digits=17)) is not None]


STATEMENT = "article:"


def statement_id(version: int) -> str:
    """How a check names a version of an article as its source."""
    return f"{STATEMENT}{version}"


def version_in(statement: str) -> int | None:
    """The version that such a name means; None where it names something else."""
    return (
        texts.number_in(statement.removeprefix(STATEMENT), digits=17)
        if statement.startswith(STATEMENT)
        else None
    )
