"""The texts of bench.canned: stored answers, and drafts in which passages of them were reused with edits. All seeded."""

from __future__ import annotations

import csv
import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OWN = Path(__file__).parent / "corpora" / "canned.txt"
DATA = Path(os.environ.get("EYELEVEL_DATA", "nowhere"))
LEAST = 8  # words of a real sentence that is used
NAMES = "Petersen Okafor Lang Yıldız Novak Hansen Brandt Meyer Ferreira Sørensen".split()
ASIDES = {
    "de": [
        "am 14. Mai",
        "nach unserem Telefonat",
        "wie besprochen",
        "Frau {name}",
        "seit Montag",
        "unter der Nummer 4711",
    ],
    "en": ["on 14 May", "after our call", "as discussed", "Ms {name}", "since Monday", "under number 4711"],
}
FRAME = {
    "de": ("Guten Tag Frau {name},\n\n", "\n\nMit freundlichen Grüßen\n{name}"),
    "en": ("Dear Ms {name},\n\n", "\n\nKind regards\n{name}"),
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text and the places of what was reused in it."""

    text: str
    reused: Sequence[tuple[int, int]]


@cache
def written(kind: str, lang: str, half: str) -> list[str]:
    """Sentences of bench/corpora/canned.txt: kind "canned" or "own"."""
    found: list[str] = []
    for line in OWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            here, number = line == f"[{kind} {lang}]", 0
        elif line and not line.startswith("#") and here:
            number += 1
            found += [line] if half == ("tune" if number % 2 else "test") else []
    return found


@cache
def real(lang: str, use: str, half: str) -> list[str]:
    """Real sentences: "stored" ones go into answers, "own" ones into drafts; no sentence is both. What is in quotation
    marks is not ours by definition, so sentences with such marks are left out.
    """
    texts = _texts(lang, use)
    whole = (
        one.strip()
        for text in texts
        for one in re.split(r"(?<=[.!?])\s+", re.sub(r"\S*(?:https?:|@|#)\S*", "", text))
    )
    kept = dict.fromkeys(
        one for one in whole if LEAST <= len(one.split()) <= 30 and not re.search(r"[|\"“”„»«]", one)
    )
    return list(kept)[0 if half == "tune" else 1 :: 2]


def _texts(lang: str, use: str) -> list[str]:
    if lang == "de" and use == "stored":
        return [
            line.split("\t")[1]
            for path in DATA.glob("germeval2017/*.tsv")
            for line in _lines(path)
            if "\t" in line
        ]
    if lang == "de":
        return [line.split("\t")[0] for path in sorted(DATA.glob("xnli_de/*.txt")) for line in _lines(path)]
    paths = (
        sorted(DATA.glob("crisislex/*/*labeled*.csv"))
        if use == "stored"
        else sorted(DATA.glob("banking77/*/train.csv"))
    )
    return [row[use == "stored"] for path in paths for row in csv.reader(_lines(path)) if len(row) > 1]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def answers(count: int, *, half: str) -> Iterator[tuple[str, str]]:
    """(language, text) of stored answers: a third of their sentences canned, the rest real ones cut up and mixed anew."""
    chance = random.Random(f"stored {half}")
    for _number in range(count):
        lang = "en" if chance.random() < 0.4 else "de"
        canned, pool = written("canned", lang, half), real(lang, "stored", half)
        body = [
            chance.choice(canned) if chance.random() < 0.33 or not pool else _mixed(pool, chance)
            for _sentence in range(chance.randint(4, 9))
        ]
        head, tail = FRAME[lang]
        name = chance.choice(NAMES)
        yield lang, head.format(name=name) + " ".join(body) + tail.format(name=name)


def _mixed(pool: Sequence[str], chance: random.Random) -> str:
    """A sentence nobody wrote, of pieces of three."""
    words: list[str] = []
    while len(words) < 10:
        source = chance.choice(pool).rstrip(".!?").split()
        at = chance.randrange(max(1, len(source) - 4))
        words += source[at : at + chance.randint(4, 9)]
    return " ".join(words).capitalize() + "."


def drafts(stored: Sequence[tuple[str, str]], count: int, *, half: str) -> Iterator[Draft]:
    """Own sentences and, in four of five drafts, one or two reused passages of one to three sentences."""
    chance = random.Random(f"drafts {half}")
    for number in range(count):
        lang, source = chance.choice(stored)
        body = source.split("\n\n")[1]
        own = [*written("own", lang, half), *real(lang, "own", half)]
        parts: list[tuple[str, bool]] = [
            (chance.choice(own), False) for _sentence in range(chance.randint(2, 5))
        ]
        parts += [(chance.choice(written("own", lang, half)), False)]
        for _passage in range(chance.randint(1, 2) if number % 5 else 0):
            at = chance.randrange(len(parts) + 1)
            parts[at:at] = [(one, True) for one in _reused(body, lang, chance)]
        yield _put_together(parts, lang, chance)


def _reused(body: str, lang: str, chance: random.Random) -> list[str]:
    whole = re.split(r"(?<=[.!?])\s+", body)
    at = chance.randrange(len(whole))
    taken = [_edited(one, lang, chance) for one in whole[at : at + chance.randint(1, 3)]]
    if len(taken) > 1 and chance.random() < 0.3:
        chance.shuffle(taken)
    if len(taken) > 1 and chance.random() < 0.2:
        joined = f"{taken[0].rstrip('.!?')}, {'und' if lang == 'de' else 'and'} {taken[1]}"
        taken[:2] = [joined]
    return taken


def _edited(sentence: str, lang: str, chance: random.Random) -> str:
    """None to three edits, never more than one for four words."""
    words = sentence.split()
    for _edit in range(min(chance.choice((0, 0, 1, 1, 2, 3)), len(words) // 4)):
        at = chance.randrange(1, len(words) - 1)
        how = chance.random()
        if how < 0.5:
            words[at] = chance.choice(
                chance.choice(real(lang, "own", "test") or written("own", lang, "tune")).split()
            ).strip(".,!?")
        elif how < 0.75:
            words[at:at] = chance.choice(ASIDES[lang]).format(name=chance.choice(NAMES)).split()
        elif len(words) > 6:
            del words[at]
    return " ".join(words)


def _put_together(parts: Sequence[tuple[str, bool]], lang: str, chance: random.Random) -> Draft:
    head, tail = FRAME[lang]
    text = head.format(name=chance.choice(NAMES))
    places: list[tuple[int, int]] = []
    for words, reused in parts:
        if reused:
            places.append((len(text), len(text) + len(words)))
        text += words + chance.choice((" ", " ", "\n\n"))
    return Draft(text=text.rstrip() + tail.format(name=chance.choice(NAMES)), reused=places)
