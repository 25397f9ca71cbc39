"""The parts of German compounds: "Kundenservice" is found by "Kunde" and by "Service".

A word is split where both sides are nouns of the dictionary (or stems of our own short list, compounds.txt), with one
of the usual sounds between them. What only looks like a part (prefixes, endings) is never one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from eyelevel.kernel.search import lemmas
from eyelevel.kernel.text import folded

SHORTEST_COMPOUND = 7
LONGEST_COMPOUND = 48
SHORTEST_LEFT = 3
SHORTEST_RIGHT = 3
SHORTEST_TRUSTED = 4  # shorter parts must stand in our own list
DEEPEST = 3
LINKS = ("", "s", "n", "en", "es", "er", "e")
_NEVER_FIRST = frozenset(
    "ab an auf aus be bei dar durch ein emp ent er fort ge gegen her hin hinter los miss mit nach nieder ob ueber um un"
    " unter ver voll vorbei weg wider wieder zer zu zurueck zusammen aber alle also anti auto beim dass dein dies"
    " eine einen einer eines haft heim ihre jede mein nicht oder sein sich sind ueber unser wenn werd wird wohl".split()
)
_NEVER_LAST = frozenset(
    "age aler ales anten arten bare baren barer bares chen einen einer eines enden ender erin erinnen ern haft hafte"
    " haften heit heiten ieren iert ierte ierten ierung iges iken innen ion ionen isch ische ischen ismus isten keit"
    " keiten lein leins lich liche lichen licher ling linge losen loser losigkeit nische nischen nahme nis nisse ort sal sam same samen"
    " schaft schaften sein tion tionen tum ung ungen ende ender ands ante ents ines ints ists itaet".split()
)


@lru_cache(maxsize=1)
def _own() -> frozenset[str]:
    lines = (Path(__file__).parent / "compounds.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def parts(word: str, *, depth: int = DEEPEST) -> tuple[str, ...]:
    """Base forms of the parts of a word, from left to right; none where it is no compound. Folded."""
    split = split_once(word)
    if split is None:
        return ()
    left, right = split
    found: list[str] = []
    for piece in (left, right):
        deeper = parts(piece, depth=depth - 1) if depth > 1 else ()
        found += [_base(piece), *deeper]
    return tuple(dict.fromkeys(found))


def split_once(word: str) -> tuple[str, str] | None:
    """The best place to cut: where the shorter side is longest. Left without its linking sound, both in lower case."""
    lower = word.lower()
    if (
        not SHORTEST_COMPOUND <= len(lower) <= LONGEST_COMPOUND
        or not lower.isalpha()
        or lemmas.only_verb(word)
    ):
        return None
    best: tuple[int, str, str] | None = None
    for cut in range(SHORTEST_LEFT, len(lower) - SHORTEST_RIGHT + 1):
        score = min(cut, len(lower) - cut)
        if best is not None and score <= best[0]:
            continue
        right = lower[cut:]
        if not _is_right(right):
            continue
        left = _unlinked(lower[:cut])
        if left is not None:
            best = (score, left, right)
    return (best[1], best[2]) if best is not None else None


def head(word: str) -> str | None:
    """A compound that the dictionary lacks, with its last part in the base form: "Tarifwechseln" → tarifwechsel."""
    split = split_once(word)
    if split is None:
        return None
    right = split[1]
    return folded(word[: len(word) - len(right)]) + _base(right)


def _base(part: str) -> str:
    return folded(lemmas.noun(part) or part)


def _is_right(part: str) -> bool:
    plain = folded(part)
    if plain in _own():
        return True
    if plain in _NEVER_LAST or plain in _NEVER_FIRST or len(part) < SHORTEST_TRUSTED:
        return False
    base = lemmas.noun(part)
    return base is not None and len(base) >= SHORTEST_TRUSTED and folded(base) not in _NEVER_LAST


def _unlinked(part: str) -> str | None:
    """The left part in the shape in which it is known, or None where it is nothing that a compound begins with."""
    for link in LINKS:
        if not part.endswith(link) or len(part) - len(link) < SHORTEST_LEFT:
            continue
        bare = part[: len(part) - len(link)] if link else part
        plain = folded(bare)
        if plain in _NEVER_FIRST:
            return None
        if plain in _own() or (len(bare) >= SHORTEST_TRUSTED and lemmas.noun(bare) is not None):
            return bare
    return None
