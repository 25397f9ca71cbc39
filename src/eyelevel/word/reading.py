"""A draft as its reader sees it, with the way back to the places in the draft as it was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.kernel import text as texts

_UNSEEN = texts.BIDI | texts.ZERO_WIDTH
# German words that are often typed without umlauts, by their stems. "ue" in "neue" or "aktuell" stays as it is.
_STEMS = (
    "rueck naechst spaetest fuer frueh fuenf zwoelf maerz moegl moecht koenn muess waehr waere wuerd duerf pruef klaer aender loes"
    " schluess gebuehr fuehr buero oeff haett kuemmer bestaetig verspaet ueber praem schoen hoer taegl waehl ergaenz"
    " gueltig guenst buergschaft drueck stueck lueck oertl voellig haendig"
).split()
_SPELLED = re.compile("|".join(sorted(_STEMS, key=len, reverse=True)), re.IGNORECASE)
_DIGRAPH = re.compile("ae|oe|ue", re.IGNORECASE)
_UMLAUT = {"ae": "ä", "oe": "ö", "ue": "ü", "Ae": "Ä", "Oe": "Ö", "Ue": "Ü", "AE": "Ä", "OE": "Ö", "UE": "Ü"}
_QUOTE_LINE = re.compile(r"(?m)^[ \t]*>.*$")
_QUOTED = re.compile(r"[„“\"»«][^„“”\"«»\n]{8,400}[“”\"«»]")


@dataclass(frozen=True)
class Reading:
    """`text` as seen; the sign at `text[i]` stands at `places[i]` of the draft."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words text[start:end] stand in the draft."""
        return self.places[start], self.places[end - 1] + 1


def of(draft: str) -> Reading:
    """What a reader sees of a draft: nothing invisible, umlauts where they belong, blanks where others are quoted."""
    places = [place for place, sign in enumerate(draft) if sign not in _UNSEEN]
    text, places = _umlauts(texts.visible(draft), places)
    for pattern in (_QUOTE_LINE, _QUOTED):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return Reading(text, places)


def _umlauts(text: str, places: list[int]) -> tuple[str, list[int]]:
    parts: list[str] = []
    kept: list[int] = []
    done = 0
    for stem in _SPELLED.finditer(text):
        pair = _DIGRAPH.search(text, stem.start(), stem.end())
        if pair is None:  # every stem holds one
            continue
        parts += [text[done : pair.start()], _UMLAUT.get(pair[0], pair[0][0])]
        kept += places[done : pair.start() + 1]
        done = pair.end()
    return "".join([*parts, text[done:]]), kept + places[done:]
